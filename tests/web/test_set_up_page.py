"""The first page of a new installation: only who has its first token gets in, and only while nobody has a password."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from onememory.services.users.tries import BY_NETWORK
from people import Client
from servers import Server, serving
from visitors import PASSWORD, Visitor

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that has just been started for the first time."""
    with serving(tmp_path / "new", embedder="none") as running:
        yield running


@pytest.fixture
def token(server: Server) -> str:
    """What that start printed."""
    new = server.run(server.services.accounts.prepare_first_start(None))
    assert new
    return new.secret


@pytest.fixture
def browser(server: Server) -> Iterator[Visitor]:
    with Visitor(server) as visitor:
        visitor.see("/set-up")
        yield visitor


def _filled_in(token: str, **changes: str) -> dict[str, str]:
    return {"code": token, "name": "ada", "password": PASSWORD, "again": PASSWORD} | changes


@pytest.mark.usefixtures("token")
def test_a_new_installation_leads_every_visitor_to_its_set_up(browser: Visitor) -> None:
    page = browser.see("/connections")

    assert page.url.path == "/set-up"
    assert 'value="owner"' in page.text
    assert 'name="next" value="/connections"' in page.text


def test_the_first_user_sets_name_and_password_and_is_signed_in(browser: Visitor, server: Server, token: str) -> None:
    answer = browser.send("/set-up", **_filled_in(f" {token} "), next="/connections")

    assert (answer.status_code, answer.headers["location"]) == (303, "/connections")
    assert "ada" in browser.see("/connections").text
    with Visitor(server) as other:
        assert other.sign_in("ada").status_code == 303


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"code": "om_guessed"}, 401, "not the set-up code"),
        ({"code": ""}, 401, "not the set-up code"),
        ({"again": "another password"}, 400, "The two new passwords differ"),
        ({"password": "short", "again": "short"}, 400, "8 to 1,000 characters"),
        ({"name": "Ada B"}, 400, "no spaces"),
    ],
)
def test_what_does_not_do_is_said_and_what_was_typed_is_kept(
    browser: Visitor, token: str, changes: dict[str, str], status: int, sentence: str
) -> None:
    filled_in = _filled_in(token, **changes)
    answer = browser.send("/set-up", **filled_in)

    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert f'name="code" value="{filled_in["code"]}"' in answer.text
    focused = re.search(r'<input id="(\w+)"[^>]* autofocus>', answer.text)
    assert focused
    assert focused[1] == ("code" if status == 401 else "password")
    assert ('aria-invalid="true"' in answer.text) == (status == 401)
    assert f'name="name" value="{filled_in["name"]}"' in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("kind", ["another user's", "without the scope admin", "revoked"])
def test_no_other_token_is_the_set_up_code(browser: Visitor, server: Server, token: str, kind: str) -> None:
    first = Client(server.http, token)
    made = first.post(
        "/api/tokens", name="x", scopes=["read", "write", "delete", "admin"][: 3 if "scope" in kind else 4]
    )
    secret = server.person("Ben", is_admin=True).token if kind == "another user's" else made["token"]
    if kind == "revoked":
        first.delete(f"/api/tokens/{made['id']}")

    assert browser.send("/set-up", **_filled_in(str(secret))).status_code == 401


def test_once_somebody_has_a_password_there_is_nothing_to_set_up(browser: Visitor, server: Server, token: str) -> None:
    with Visitor(server) as late:
        late.see("/set-up")
        browser.send("/set-up", **_filled_in(token))
        answer = late.send("/set-up", **_filled_in(token, password="another password", again="another password"))

        assert (answer.status_code, "has set a password already" in answer.text) == (409, True)
        assert late.see("/set-up").url.path == "/sign-in"
        assert late.sign_in("ada").status_code == 303


def test_guessing_the_code_is_throttled(browser: Visitor, token: str) -> None:
    guesses = [browser.send("/set-up", **_filled_in("om_guessed")).status_code for _ in range(BY_NETWORK.rate.requests)]
    answer = browser.send("/set-up", **_filled_in(token))

    assert set(guesses) == {401}
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)


def test_a_name_that_is_taken_is_refused(browser: Visitor, server: Server, token: str) -> None:
    server.person("Ben")

    answer = browser.send("/set-up", **_filled_in(token, name="BEN"))

    assert answer.status_code == 409
    assert "exists already" in answer.text
    assert browser.send("/set-up", **_filled_in(token)).status_code == 303
