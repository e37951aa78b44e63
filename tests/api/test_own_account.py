"""What people do with their own account over REST."""

import pytest
from pyotp import TOTP

from people import Client, Person, refused
from servers import Server
from visitors import PASSWORD, Visitor, session_of, with_password


@pytest.fixture
def user(server: Server, ben: Person) -> Person:
    """Ben, who is no administrator and has a password."""
    return with_password(server, ben)


def test_a_user_changes_their_password_by_the_present_one(server: Server, user: Person) -> None:
    changed = user.put("/api/account/password", password="another password", currentPassword=PASSWORD)

    assert changed == {"message": "Password set"}
    with Visitor(server) as browser:
        assert browser.sign_in(user.name).status_code == 401
        assert browser.sign_in(user.name, "another password").status_code == 303


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"password": "another password"}, 403),
        ({"password": "another password", "currentPassword": "wrong"}, 403),
        ({"password": "short", "currentPassword": PASSWORD}, 400),
    ],
)
def test_a_password_is_not_changed_without_the_present_one(user: Person, body: dict[str, str], status: int) -> None:
    refused(user.send("PUT", "/api/account/password", json=body), status)


def test_no_token_takes_an_account_over_without_the_present_password(server: Server, ada: Person) -> None:
    first = {"password": PASSWORD}
    assert ada.put("/api/account/password", **first) == {"message": "Password set"}

    assert "`currentPassword`" in refused(
        ada.send("PUT", "/api/account/password", json={"password": "another one"}), 403
    )
    misspelt = {"password": "another one", "current_password": PASSWORD}
    assert "current_password" in refused(ada.send("PUT", "/api/account/password", json=misspelt), 400)
    assert "codes-off" in refused(ada.send("DELETE", "/api/account/second-factor", json={}), 403)
    with Visitor(server) as browser:
        assert browser.sign_in(ada.name).status_code == 303


def test_guessing_the_present_password_is_throttled(user: Person) -> None:
    guess = {"password": "another password", "currentPassword": "wrong"}
    for _ in range(10):
        refused(user.send("PUT", "/api/account/password", json=guess), 403)

    assert "Too many tries" in refused(user.send("PUT", "/api/account/password", json=guess), 429)


def test_a_new_password_ends_every_session(server: Server, user: Person) -> None:
    session_of(server, user)
    user.put("/api/account/password", password="another password", currentPassword=PASSWORD)

    assert user.get("/api/account/sessions") == []


def test_browsers_are_listed_and_signed_out_one_by_one_or_all(server: Server, user: Person) -> None:
    for _ in range(3):
        session_of(server, user)
    first, *others = user.get("/api/account/sessions")
    assert first["agent"] == "a test's browser"

    user.delete(f"/api/account/sessions/{first['id']}")
    assert user.get("/api/account/sessions") == others
    refused(user.send("DELETE", f"/api/account/sessions/{first['id']}"), 404)
    user.delete("/api/account/sessions")
    assert user.get("/api/account/sessions") == []


def test_the_time_zone_is_chosen_and_left_to_the_browser_again(user: Person) -> None:
    assert user.patch("/api/account", timeZone="Europe/Berlin")["timeZone"] == "Europe/Berlin"
    assert user.get("/api/account")["user"]["timeZone"] == "Europe/Berlin"
    assert user.patch("/api/account", timeZone=None)["timeZone"] is None
    assert "Europe/Berlin" in refused(user.send("PATCH", "/api/account", json={"timeZone": "Mars/Olympus"}), 400)


def test_codes_are_switched_on_and_off(server: Server, user: Person) -> None:
    enrolment = user.post("/api/account/second-factor")
    assert f"secret={enrolment['key']}" in enrolment["uri"]
    assert user.get("/api/account")["user"]["hasSecondFactor"] is False

    code = TOTP(enrolment["key"]).at(server.installation.clock.now())
    proof = {"key": enrolment["key"], "code": code, "password": PASSWORD}
    codes = user.put("/api/account/second-factor", **proof)["recoveryCodes"]
    renewed = user.post("/api/account/second-factor/recovery-codes", password=PASSWORD)["recoveryCodes"]
    assert (len(codes), len(set(codes) | set(renewed))) == (10, 20)
    assert user.get("/api/account")["user"]["hasSecondFactor"] is True

    refused(user.send("DELETE", "/api/account/second-factor", json={}), 403)
    assert user.send("DELETE", "/api/account/second-factor", json={"password": PASSWORD}).status_code == 200
    assert user.get("/api/account")["user"]["hasSecondFactor"] is False


def test_without_a_password_there_is_nothing_to_add_codes_to(server: Server, ben: Person) -> None:
    key = ben.post("/api/account/second-factor")["key"]
    proof = {"key": key, "code": TOTP(key).at(server.installation.clock.now()), "password": PASSWORD}

    assert "no password here yet" in refused(ben.send("PUT", "/api/account/second-factor", json=proof), 409)


def test_an_erased_account_is_gone_with_its_tokens(server: Server, ada: Person, user: Person) -> None:
    user.store("the zebrafish sleeps")
    body = {"name": user.name.upper(), "password": PASSWORD}

    assert user.send("DELETE", "/api/account", json=body).json() == {"message": "Account erased"}

    refused(user.send("GET", "/api/account"), 401)
    assert user.name not in {each["name"] for each in ada.get("/api/users")}
    assert server.person(user.name).texts(all=True) == [], "the name is free, and brings nothing back"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/api/account", {"name": "x", "password": PASSWORD}),
        ("PATCH", "/api/account", {"timeZone": "UTC"}),
        ("PUT", "/api/account/password", {"password": "another password", "currentPassword": PASSWORD}),
        ("GET", "/api/account/sessions", None),
        ("DELETE", "/api/account/sessions", None),
        ("POST", "/api/account/second-factor", {}),
        ("PUT", "/api/account/second-factor", {"key": "x", "code": "1", "password": PASSWORD}),
        ("DELETE", "/api/account/second-factor", {"password": PASSWORD}),
        ("POST", "/api/account/second-factor/recovery-codes", {"password": PASSWORD}),
    ],
)
@pytest.mark.parametrize("limit", [{"policy": "propose"}, {"scopes": ["read"]}, {"buckets": ["General"]}])
def test_a_token_with_a_limit_does_nothing_to_the_account(
    user: Person, limit: dict[str, object], method: str, path: str, body: dict[str, object] | None
) -> None:
    limited: Client = user.with_token(**limit)

    refused(limited.send(method, path, json=body), 403)
