"""A connection over time: refreshed, narrowed, stolen, left alone, ended."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from commands import Commands
from dances import Dance, failed, register
from databases import DATABASES
from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.actors import Scope
from onememory.domain.authorization import Decision
from people import Client, Person, refused
from servers import PUBLIC_URL, Server, serving


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One whose clock these tests move on."""
    with serving(data_factory.mktemp("connections")) as running:
        yield running


@pytest.fixture(scope="module")
def app(server: Server) -> dict[str, Any]:
    """A client without a secret."""
    return register(server, "App")


@pytest.fixture
def dance(server: Server, ada: Person, app: dict[str, Any]) -> Dance:
    return Dance(server, ada, app)


def later(dance: Dance, **by: int) -> None:
    dance.server.installation.clock.advance(timedelta(**by))


def test_a_refresh_gives_new_tokens_for_the_same_connection(dance: Dance) -> None:
    old = dance.tokens()
    new = dance.refresh(old["refresh_token"]).json()

    assert {old["access_token"], old["refresh_token"]}.isdisjoint({new["access_token"], new["refresh_token"]})
    assert dance.reaches(new["access_token"]) == {"/mcp"}
    assert dance.reaches(old["access_token"]) == {"/mcp"}  # until its hour is over
    assert len(dance.connections()) == 1


def test_an_access_token_lives_for_an_hour(dance: Dance) -> None:
    tokens = dance.tokens()

    later(dance, minutes=59)
    assert dance.reaches(tokens["access_token"]) == {"/mcp"}
    later(dance, minutes=1)
    assert dance.reaches(tokens["access_token"]) == set()
    assert dance.refresh(tokens["refresh_token"]).status_code == 200


def test_a_code_lives_for_a_minute(dance: Dance) -> None:
    late, in_time = dance.code(), dance.code()

    later(dance, seconds=59)
    assert dance.redeem(in_time).status_code == 200
    later(dance, seconds=1)
    failed(dance.redeem(late), 400, "invalid_grant")


def test_a_connection_lives_for_30_days_after_its_last_refresh(dance: Dance) -> None:
    tokens = dance.tokens()
    for _ in range(3):
        later(dance, days=29)
        tokens = dance.refresh(tokens["refresh_token"]).json()

    later(dance, days=30)
    failed(dance.refresh(tokens["refresh_token"]), 400, "invalid_grant")


def test_a_stolen_refresh_token_ends_the_connection_for_thief_and_owner(dance: Dance) -> None:
    stolen = dance.tokens()
    renewed = dance.refresh(stolen["refresh_token"]).json()
    later(dance, seconds=11)

    failed(dance.refresh(stolen["refresh_token"]), 400, "invalid_grant")

    assert dance.reaches(renewed["access_token"]) == set()
    failed(dance.refresh(renewed["refresh_token"]), 400, "invalid_grant")
    assert "connection.reuse" in [entry["action"] for entry in dance.person.get("/api/audit")]


def test_a_refresh_whose_answer_was_lost_can_be_repeated_at_once(dance: Dance) -> None:
    tokens = dance.tokens()
    first = dance.refresh(tokens["refresh_token"]).json()
    later(dance, seconds=9)

    again = dance.refresh(tokens["refresh_token"]).json()

    assert dance.reaches(again["access_token"]) == dance.reaches(first["access_token"]) == {"/mcp"}
    for one in (first, again):
        assert dance.refresh(one["refresh_token"]).status_code == 200


def test_the_grace_is_counted_from_the_first_use(dance: Dance) -> None:
    tokens = dance.tokens()
    dance.refresh(tokens["refresh_token"])
    later(dance, seconds=6)
    dance.refresh(tokens["refresh_token"])
    later(dance, seconds=6)

    failed(dance.refresh(tokens["refresh_token"]), 400, "invalid_grant")


def test_a_refresh_token_is_of_no_use_to_another_client(dance: Dance) -> None:
    tokens = dance.tokens()
    thief = register(dance.server, "Thief")

    failed(dance.refresh(tokens["refresh_token"], client_id=thief["client_id"]), 400, "invalid_grant")
    assert dance.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "read admin"}, "invalid_scope"),
        ({"resource": PUBLIC_URL}, "invalid_target"),
        ({"refresh_token": "om_unknown"}, "invalid_grant"),
        ({"refresh_token": ""}, "invalid_request"),
    ],
)
def test_a_refresh_gives_nothing_beyond_the_grant(dance: Dance, changes: dict[str, str], error: str) -> None:
    refresh = dance.tokens()["refresh_token"]

    failed(dance.refresh(refresh, **changes), 400, error)

    assert dance.refresh(refresh, resource=f"{PUBLIC_URL}/mcp").status_code == 200  # who failed has not spoilt it


def test_a_narrower_access_token_leaves_the_connection_as_wide_as_it_was(dance: Dance) -> None:
    refresh = dance.tokens(resource=PUBLIC_URL)["refresh_token"]
    narrow = dance.refresh(refresh, scope="read").json()
    wide = dance.refresh(narrow["refresh_token"]).json()

    assert (narrow["scope"], wide["scope"]) == ("read", "read write delete")
    writes = [
        Client(dance.server.http, tokens["access_token"]).send("POST", "/api/memory", json={"text": "x"}).status_code
        for tokens in (narrow, wide)
    ]
    assert writes == [403, 200]


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_client_can_disconnect_itself(dance: Dance, which: str) -> None:
    tokens = dance.tokens()

    answer = dance.server.http.post(
        "/oauth/revoke", data={"client_id": dance.client["client_id"], "token": tokens[which]}
    )

    assert answer.status_code == 200
    assert dance.reaches(tokens["access_token"]) == set()
    failed(dance.refresh(tokens["refresh_token"]), 400, "invalid_grant")
    assert "connection.revoke" in [entry["action"] for entry in dance.person.get("/api/audit")]


def test_what_is_not_the_clients_own_is_not_revoked(dance: Dance) -> None:
    tokens, stranger = dance.tokens(), register(dance.server, "Stranger")
    by_hand = str(dance.person.token)

    for secret in (tokens["access_token"], tokens["refresh_token"], by_hand, "om_unknown"):
        form = {"client_id": stranger["client_id"], "token": secret}
        assert dance.server.http.post("/oauth/revoke", data=form).status_code == 200

    assert dance.reaches(tokens["access_token"]) == {"/mcp"}
    assert dance.status("/api/account", by_hand) == 200
    assert dance.refresh(tokens["refresh_token"]).status_code == 200


@pytest.mark.parametrize(("form", "status"), [({"token": "x"}, 401), ({"token": "x", "client_id": "unknown"}, 401)])
def test_nobody_revokes_without_a_name(server: Server, form: dict[str, str], status: int) -> None:
    failed(server.http.post("/oauth/revoke", data=form), status, "invalid_client")


def test_what_has_expired_is_swept_away(dance: Dance) -> None:
    tokens = dance.tokens()
    later(dance, days=29)
    latest = dance.refresh(tokens["refresh_token"]).json()
    later(dance, days=2)

    dance.server.run(dance.server.services.retention.sweep())

    failed(dance.refresh(tokens["refresh_token"]), 400, "invalid_grant")  # forgotten, so it is no reuse
    assert dance.refresh(latest["refresh_token"]).status_code == 200


def test_a_used_code_is_remembered_for_a_day(dance: Dance) -> None:
    code = dance.code()
    tokens = dance.redeem(code).json()
    later(dance, hours=23)
    dance.server.run(dance.server.services.retention.sweep())

    failed(dance.redeem(code), 400, "invalid_grant")

    failed(dance.refresh(tokens["refresh_token"]), 400, "invalid_grant")


def test_a_deactivated_account_gives_no_tokens(dance: Dance) -> None:
    code, refresh = dance.code(), dance.tokens()["refresh_token"]

    _deactivate(dance)

    failed(dance.redeem(code), 400, "invalid_grant")
    failed(dance.refresh(refresh), 400, "invalid_grant")


def _deactivate(dance: Dance) -> None:
    # Nothing deactivates an account yet but the database itself.
    sql = "UPDATE users SET disabled_at = 1 WHERE user_id = :user_id"
    with DATABASES.connect(dance.server.settings.data) as database:
        database.rows(sql, {"user_id": dance.person.user_id})


def test_a_client_that_was_let_in_is_kept(dance: Dance) -> None:
    dance.tokens()
    later(dance, days=31)
    register(dance.server, "Newcomer")  # which lets unused clients be forgotten

    assert dance.answer()["code"]


def test_the_command_line_tells_connections_from_tokens_made_by_hand(dance: Dance, commands: Commands) -> None:
    dance.tokens()

    listed = commands.run("token", "list", "--user", dance.person.name, "--data", dance.server.settings.data).out

    assert "OAuth" in listed
    assert "by hand" in listed


def test_the_connection_belongs_to_the_person_who_let_it_in(dance: Dance, ben: Person) -> None:
    dance.tokens()

    assert [token for token in ben.get("/api/tokens") if token["clientId"]] == []
    owner = Scope(dance.person.user_id)
    [connection] = dance.connections()
    kept = dance.server.run(dance.server.installation.store.read(owner, lambda tx: tx.tokens.get(connection["id"])))
    assert kept is not None
    assert (kept.client_id, kept.resource) == (dance.client["client_id"], f"{PUBLIC_URL}/mcp")


def test_a_connected_program_cannot_make_a_token_that_would_outlive_its_end(dance: Dance) -> None:
    decision = Decision(frozenset({Permission.READ, Permission.WRITE}), WritePolicy.FULL)
    program = Client(dance.server.http, dance.tokens(decision, resource=PUBLIC_URL)["access_token"])

    assert "cannot make tokens" in refused(
        program.send("POST", "/api/tokens", json={"name": "left", "scopes": ["read"]}), 403
    )
