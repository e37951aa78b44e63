"""Accounts and the tokens that act for them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from people import Client, Person, refused
from servers import Server, serving


def test_a_tokens_secret_is_told_once(ada: Person) -> None:
    made = ada.post("/api/tokens", name="laptop", scopes=["read"])

    assert made["scopes"] == ["read"]
    answer = ada.send("GET", "/api/tokens")
    assert made["token"] not in answer.text
    assert answer.json()[0] == {k: v for k, v in made.items() if k != "token"}


def test_a_token_lists_its_last_use(ada: Person, server: Server) -> None:
    other = ada.with_token()
    assert ada.get("/api/tokens")[0]["lastUsedAt"] is None

    other.get("/api/buckets")
    server.settle()

    assert ada.get("/api/tokens")[0]["lastUsedAt"] is not None


def test_a_revoked_token_is_useless_at_once(ada: Person) -> None:
    other = ada.with_token()
    token_id = ada.get("/api/tokens")[0]["id"]

    assert ada.delete(f"/api/tokens/{token_id}") == {"message": "Token revoked"}

    refused(other.send("GET", "/api/buckets"), 401)
    assert ada.get("/api/tokens")[0]["revokedAt"]
    refused(ada.send("DELETE", "/api/tokens/nothing"), 404)


def test_a_token_ends_at_its_expiry(data: Path) -> None:
    with serving(data, embedder="none") as server:
        ada = server.person("Ada", is_admin=True)
        now = server.installation.clock.now()
        short = ada.with_token(expiresAt=(now + timedelta(hours=1)).isoformat())
        short.store("tea")

        server.installation.clock.advance(timedelta(hours=1))

        assert "expired" in refused(short.send("POST", "/api/memory", json={"text": "x"}), 401)
        assert ada.texts() == ["tea"]


@pytest.mark.parametrize("moment", [datetime(2020, 1, 1, tzinfo=UTC).isoformat(), "2030-01-01T00:00:00", "soon", 5])
def test_an_expiry_in_the_past_or_without_zone_is_refused(ada: Person, moment: object) -> None:
    refused(ada.send("POST", "/api/tokens", json={"name": "x", "expiresAt": moment}), 400)


@pytest.mark.parametrize(
    ("scopes", "method", "path", "body"),
    [
        (["read"], "POST", "/api/memory", {"text": "x"}),
        (["read", "write"], "DELETE", "/api/memories/ID", None),
        (["write"], "GET", "/api/memory", None),
        (["write"], "GET", "/api/search?query=tea", None),
        (["write"], "GET", "/api/export", None),
        (["read"], "POST", "/api/buckets", {"name": "New"}),
        (["read", "write", "delete"], "GET", "/api/users", None),
    ],
)
def test_a_token_may_do_what_its_scopes_say_and_no_more(
    ada: Person, scopes: list[str], method: str, path: str, body: dict[str, object] | None
) -> None:
    memory_id = ada.store("tea")

    answer = ada.with_token(scopes=scopes).send(method, path.replace("ID", memory_id), json=body)

    refused(answer, 403)
    assert ada.texts() == ["tea"]


def test_no_token_hands_on_more_than_it_has(ada: Person, ben: Person) -> None:
    weak = ada.with_token(scopes=["write"])

    refused(weak.send("POST", "/api/tokens", json={"name": "x", "scopes": ["read"]}), 403)
    refused(ben.send("POST", "/api/tokens", json={"name": "x", "scopes": ["admin"]}), 403)


def test_a_token_without_named_scopes_gets_no_more_than_its_maker(ada: Person) -> None:
    weak = ada.with_token(scopes=["read", "write"])

    refused(weak.send("POST", "/api/tokens", json={"name": "x"}), 403)


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 101}, {"name": "x", "scopes": ["all"]}, {
    "name": "x", "policy": "none"}, {"name": "x", "bucketIds": ["x"]}, {"name": "a\nb"}])  # fmt: skip
def test_a_token_with_nonsense_is_refused(ada: Person, body: dict[str, object]) -> None:
    refused(ada.send("POST", "/api/tokens", json=body), 400)
    assert len(ada.get("/api/tokens")) == 1


@pytest.mark.parametrize("wrong", [{"writePolicy": "inbox"}, {"bucket": "Work"}, {"scope": "read"}])
def test_a_limit_under_a_wrong_name_makes_no_token(ada: Person, wrong: dict[str, str]) -> None:
    sentence = refused(ada.send("POST", "/api/tokens", json={"name": "x", **wrong}), 400)

    assert next(iter(wrong)) in sentence
    assert len(ada.get("/api/tokens")) == 1


def test_a_token_for_an_unknown_bucket_is_refused(ada: Person, ben: Person) -> None:
    for wanted in ({"bucketIds": [ben.bucket("Bens")]}, {"buckets": ["Bens"]}):
        refused(ada.send("POST", "/api/tokens", json={"name": "x", **wanted}), 404)


def test_the_account_counts_what_it_holds(ada: Person) -> None:
    ada.store_all("tea", "coffee")
    ada.delete(f"/api/memories/{ada.store('milk')}")
    ada.with_token(policy="inbox").store("beer")
    ada.with_token(policy="propose").delete(f"/api/memories/{ada.store('water')}")

    account = ada.get("/api/account")

    assert account["user"]["name"] == ada.name
    assert {k: account[k] for k in ("memories", "inbox", "proposals", "trash", "buckets")} == {
        "memories": 3,
        "inbox": 1,
        "proposals": 1,
        "trash": 1,
        "buckets": 1,
    }
    assert account["model"] == account["answeringModel"]


def test_administrators_make_users_and_others_do_not(ada: Person, ben: Person) -> None:
    made = ada.post("/api/users", name=f"{ada.name}-friend", password="correct horse")

    assert made["isAdmin"] is False
    assert made in ada.get("/api/users")
    refused(ada.send("POST", "/api/users", json={"name": f"{ada.name.upper()}-FRIEND"}), 409)
    refused(ben.send("POST", "/api/users", json={"name": "nobody"}), 403)
    refused(ben.send("GET", "/api/users"), 403)


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "a\tb", 5, None])
def test_a_user_needs_a_proper_name(ada: Person, name: object) -> None:
    refused(ada.send("POST", "/api/users", json={"name": name}), 400)


@pytest.mark.parametrize("password", ["short", "x" * 1_001, 5, None])
def test_a_password_has_a_proper_length(ada: Person, password: object) -> None:
    refused(ada.send("PUT", "/api/account/password", json={"password": password}), 400)


def test_the_password_can_be_set(ada: Person) -> None:
    assert ada.put("/api/account/password", password="correct horse") == {"message": "Password set"}


def test_what_tells_nothing_of_anybody_needs_no_token(nobody: Client) -> None:
    assert nobody.get("/healthz") == {"status": "ok"}
    assert nobody.get("/readyz") == {"status": "ready"}
    assert nobody.get("/")["name"] == "onememory"
    refused(nobody.send("GET", "/metrics"), 404)


def test_metrics_answer_where_they_are_on_and_only_with_a_token(data: Path) -> None:
    with serving(data, embedder="none", metrics=True) as server:
        ada = server.person("Ada", is_admin=True)
        ada.store("a zebra")

        refused(server.anonymous().send("GET", "/metrics"), 401)
        text = ada.send("GET", "/metrics").text

    assert 'onememory_requests_total{method="POST",route="/api/memory",status="200"} 1.0' in text
    assert "zebra" not in text
