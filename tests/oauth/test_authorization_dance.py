"""A program is let in by a person: what it gets, and every way in which it gets nothing."""

from base64 import b64encode
from typing import Any

import pytest

from dances import REDIRECT, Dance, answered_at, failed, register
from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.actors import Actor
from onememory.domain.authorization import Decision, OAuthError
from onememory.domain.errors import Forbidden, InvalidInput
from onememory.domain.provenance import Channel
from people import Client, Person
from servers import PUBLIC_URL, Server

EVERYWHERE = {"resource": PUBLIC_URL}


@pytest.fixture(scope="module")
def app(server: Server) -> dict[str, Any]:
    """A client without a secret."""
    return register(server, "App")


@pytest.fixture(scope="module")
def other(server: Server) -> dict[str, Any]:
    """Another client."""
    return register(server, "Other")


@pytest.fixture
def dance(server: Server, ada: Person, app: dict[str, Any]) -> Dance:
    return Dance(server, ada, app)


def test_the_answer_to_the_browser_has_code_state_and_issuer(dance: Dance) -> None:
    answer = dance.answer()

    assert set(answer) == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("s1", PUBLIC_URL)


def test_a_client_that_is_let_in_reaches_the_mcp_door_alone(dance: Dance) -> None:
    answer = dance.redeem(dance.code())

    tokens = answer.json()
    assert (tokens["token_type"], tokens["expires_in"], tokens["scope"]) == ("Bearer", 3600, "read write delete")
    assert answer.headers["cache-control"] == "no-store"
    assert dance.reaches(tokens["access_token"]) == {"/mcp"}
    assert dance.reaches(tokens["refresh_token"]) == set()


@pytest.mark.parametrize(
    ("resource", "doors"),
    [
        (f"{PUBLIC_URL}/mcp", {"/mcp"}),
        (f"{PUBLIC_URL}/api/mcp/mcp", {"/mcp"}),
        (f"{PUBLIC_URL}/api/mcp/sse", {"/mcp"}),
        (f"{PUBLIC_URL}/api", {"/api/account"}),
        (PUBLIC_URL, {"/mcp", "/api/account"}),
    ],
)
def test_a_token_is_good_for_the_resource_it_was_asked_for(dance: Dance, resource: str, doors: set[str]) -> None:
    assert dance.reaches(dance.tokens(resource=resource)["access_token"]) == doors


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_with_a_secret_proves_it(server: Server, ada: Person, method: str) -> None:
    client = register(server, "Confidential", method)
    dance = Dance(server, ada, client)
    form = {"grant_type": "authorization_code", "code": dance.code(), "code_verifier": "verifier-" * 6}
    basic = {"authorization": f"Basic {b64encode((client['client_id'] + ':wrong').encode()).decode()}"}

    failed(dance.exchange(**form), 401, "invalid_client")
    failed(dance.exchange(**form, client_secret="wrong"), 401, "invalid_client")
    wrong = server.http.post("/oauth/token", data=form, headers=basic)
    failed(wrong, 401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic")
    assert dance.exchange(**form, client_secret=client["client_secret"]).status_code == 200


def test_a_client_with_a_secret_may_send_it_in_the_header(server: Server, ada: Person) -> None:
    client = register(server, "Confidential", "client_secret_basic")
    dance = Dance(server, ada, client)
    form = {"grant_type": "authorization_code", "code": dance.code(), "code_verifier": "verifier-" * 6}

    answer = server.http.post("/oauth/token", data=form, auth=(client["client_id"], client["client_secret"]))

    assert dance.reaches(answer.json()["access_token"]) == {"/mcp"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "another-verifier-" * 3}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"code_verifier": ""}, "invalid_request"),
        ({"redirect_uri": f"{REDIRECT}/other"}, "invalid_grant"),
        ({"resource": f"{PUBLIC_URL}/api"}, "invalid_target"),
        ({"resource": "https://other.example/mcp"}, "invalid_target"),
        ({"code": "om_unknown"}, "invalid_grant"),
        ({"code": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "invalid_request"),
    ],
)
def test_a_code_is_not_redeemed_with_anything_else(dance: Dance, changes: dict[str, str], error: str) -> None:
    code = dance.code()

    failed(dance.redeem(code, **changes), 400, error)

    assert dance.connections() == []
    assert dance.redeem(code).status_code == 200  # who failed has not spoilt it


def test_a_code_is_not_redeemed_by_another_client(dance: Dance, other: dict[str, Any]) -> None:
    code = dance.code()

    failed(dance.redeem(code, client_id=other["client_id"]), 400, "invalid_grant")
    failed(dance.redeem(code, client_id="unknown"), 401, "invalid_client")
    failed(dance.redeem(code, client_id=""), 401, "invalid_client")


def test_a_code_works_once_and_the_second_use_ends_what_the_first_made(dance: Dance) -> None:
    code = dance.code()
    tokens = dance.redeem(code).json()
    assert dance.reaches(tokens["access_token"]) == {"/mcp"}

    failed(dance.redeem(code), 400, "invalid_grant")

    assert dance.reaches(tokens["access_token"]) == set()
    failed(dance.refresh(tokens["refresh_token"]), 400, "invalid_grant")


def test_a_client_may_do_what_the_person_ticked(dance: Dance) -> None:
    ticked = Decision(frozenset({Permission.READ}), WritePolicy.READ)

    tokens = dance.tokens(ticked, scope="read write admin", **EVERYWHERE)

    reader = Client(dance.server.http, tokens["access_token"])
    assert tokens["scope"] == "read"
    assert reader.send("GET", "/api/memory").status_code == 200
    assert reader.send("POST", "/api/memory", json={"text": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("scopes", "problem"),
    [(frozenset(), InvalidInput), ({Permission.READ, Permission.ADMIN}, InvalidInput)],
)
def test_a_person_cannot_allow_nothing_or_more_than_was_asked(dance: Dance, scopes: Any, problem: Any) -> None:
    with pytest.raises(problem):
        dance.code(Decision(frozenset(scopes)))


def test_nobody_hands_on_what_they_may_not_do(server: Server, dance: Dance) -> None:
    limited = Actor(dance.person.user_id, Channel.WEB, frozenset({Permission.READ, Permission.WRITE}))
    request = server.run(server.services.authorization.begin(dance.asked(), PUBLIC_URL))

    with pytest.raises(Forbidden, match="delete"):
        server.run(server.services.authorization.approve(limited, request, Decision(request.scopes)))


def test_a_refusal_is_told_to_the_client(server: Server, dance: Dance) -> None:
    request = server.run(server.services.authorization.begin(dance.asked(), PUBLIC_URL))

    told = answered_at(REDIRECT, server.services.authorization.refuse(request))

    assert (told["error"], told["state"], told["iss"]) == ("access_denied", "s1", PUBLIC_URL)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "unknown"}, "invalid_client"),
        ({"client_id": "https://127.0.0.1/client.json"}, "invalid_client"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
    ],
)
def test_a_stranger_is_not_answered_by_redirect(server: Server, dance: Dance, changes: Any, error: str) -> None:
    with pytest.raises(OAuthError) as caught:
        server.run(server.services.authorization.begin(dance.asked() | changes, PUBLIC_URL))
    assert (caught.value.error, caught.value.redirect_to) == (error, None)


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        ("grant_type=a&grant_type=a", "application/x-www-form-urlencoded", 400),
        ("grant_type=%ff", "application/x-www-form-urlencoded", 400),
        ("&".join(f"p{n}=1" for n in range(60)), "application/x-www-form-urlencoded", 400),
        ("{}", "application/json", 400),
        ("x" * 17_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_a_form_that_cannot_be_read_is_refused(server: Server, content: str, media_type: str, status: int) -> None:
    for path in ("/oauth/token", "/oauth/revoke"):
        answer = server.http.post(path, content=content, headers={"content-type": media_type})
        failed(answer, status, "invalid_request")


@pytest.mark.parametrize("content", ["", "[]", "{", '"x"', '{"redirect_uris": ["' + "x" * 17_000, "[" * 5_000])
def test_a_registration_that_cannot_be_read_is_refused(server: Server, content: str) -> None:
    answer = server.http.post("/oauth/register", content=content, headers={"content-type": "application/json"})
    assert answer.json()["error"] in {"invalid_client_metadata", "invalid_request"}
    assert answer.status_code in {400, 413}


def test_the_trail_says_when_a_client_was_let_in(dance: Dance) -> None:
    dance.tokens()

    [connection] = dance.connections()
    grants = [entry for entry in dance.person.get("/api/audit") if entry["action"] == "connection.grant"]
    assert [(grant["source"], grant["items"]) for grant in grants] == [("App", [connection["id"]])]


def test_each_machine_with_the_same_program_has_its_own_connection(dance: Dance) -> None:
    first, second = dance.tokens(), dance.tokens()

    assert [c["name"] for c in dance.connections()] == ["App (2)", "App"]
    assert {c["clientId"] for c in dance.connections()} == {dance.client["client_id"]}
    assert all(dance.reaches(tokens["access_token"]) == {"/mcp"} for tokens in (first, second))


def test_a_connection_that_the_person_ends_is_out_at_once(dance: Dance) -> None:
    tokens = dance.tokens()

    dance.person.delete(f"/api/tokens/{dance.connections()[0]['id']}")

    assert dance.reaches(tokens["access_token"]) == set()
    failed(dance.refresh(tokens["refresh_token"]), 400, "invalid_grant")
