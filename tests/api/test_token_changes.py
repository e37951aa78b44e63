"""What one token has done, and how its rights are changed while it is in use."""

import pytest

from people import Client, Json, Person, refused
from servers import Server

PAST, SOON, LATER = "2020-01-01T00:00:00Z", "2090-01-01T00:00:00Z", "2099-01-01T00:00:00Z"


@pytest.fixture
def made(ada: Person) -> Json:
    """A new token of Ada's with its secret."""
    return ada.post("/api/tokens", name="Laptop", scopes=["read", "write"], policy="full")


@pytest.fixture
def laptop(ada: Person, made: Json) -> Client:
    """Who uses it."""
    return Client(ada.http, made["token"])


def test_a_change_counts_from_the_next_request_on(ada: Person, made: Json, laptop: Client) -> None:
    laptop.store("Likes tea")

    changed = ada.patch(f"/api/tokens/{made['id']}", policy="read", name="Old laptop")

    assert (changed["policy"], changed["name"], changed["scopes"]) == ("read", "Old laptop", ["read", "write"])
    assert "may only read" in refused(laptop.send("POST", "/api/memory", json={"text": "x"}), 403)


def test_what_is_left_out_stays(ada: Person, made: Json) -> None:
    before = {k: v for k, v in made.items() if k != "token"}

    assert ada.patch(f"/api/tokens/{made['id']}", scopes=["read"]) == before | {"scopes": ["read"]}


def test_a_token_is_limited_to_buckets_and_freed_again(ada: Person, made: Json, laptop: Client) -> None:
    work = ada.bucket("Work")
    ada.store("at work", bucketId=work)
    ada.store("at home")

    assert ada.patch(f"/api/tokens/{made['id']}", buckets=["Work"])["bucketIds"] == [work]
    assert laptop.texts(all=True) == ["at work"]
    assert ada.patch(f"/api/tokens/{made['id']}", bucketIds=None)["bucketIds"] is None
    assert set(laptop.texts(all=True)) == {"at work", "at home"}


def test_an_end_is_set_and_taken_back(ada: Person, made: Json) -> None:
    path = f"/api/tokens/{made['id']}"

    assert ada.patch(path, expiresAt=SOON)["expiresAt"] == SOON
    assert ada.patch(path, expiresAt=None)["expiresAt"] is None


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"expiresAt": PAST}, 400, "lies in the past"),
        ({"buckets": []}, 400, "The list of buckets is empty"),
        ({"buckets": ["Nowhere"]}, 404, 'no bucket "Nowhere"'),
        ({"name": " "}, 400, "`name` has 1 to 100"),
        ({"scope": ["read"]}, 400, "scope"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    ada: Person, made: Json, change: Json, status: int, reason: str
) -> None:
    assert reason in refused(ada.send("PATCH", f"/api/tokens/{made['id']}", json=change), status)


def test_nobody_gives_a_token_more_than_they_have(ada: Person, made: Json) -> None:
    short = ada.with_token(scopes=["read", "write"], expiresAt=SOON)
    path = f"/api/tokens/{made['id']}"

    assert "lacks: delete" in refused(short.send("PATCH", path, json={"scopes": ["read", "delete"]}), 403)
    assert "outlives" in refused(short.send("PATCH", path, json={"expiresAt": LATER}), 403)
    assert short.patch(path, expiresAt=SOON)["expiresAt"] == SOON


def test_an_ended_token_stays_as_it_was(ada: Person, made: Json) -> None:
    ada.delete(f"/api/tokens/{made['id']}")

    assert "has ended" in refused(ada.send("PATCH", f"/api/tokens/{made['id']}", json={"name": "x"}), 409)


def test_a_token_tells_what_was_done_through_it(ada: Person, made: Json, laptop: Client, server: Server) -> None:
    laptop.store("Likes tea")
    laptop.get("/api/search", query="tea")
    laptop.get("/api/search", query="coffee")
    ada.store("not by the laptop")
    server.settle()

    told = ada.get(f"/api/tokens/{made['id']}")

    today = {"day": server.installation.clock.today().isoformat(), "reads": 2, "writes": 1}
    assert (told["days"][-1], len(told["days"])) == (today, 30)
    assert {(d["reads"], d["writes"]) for d in told["days"][:-1]} == {(0, 0)}
    assert [act["action"] for act in told["lately"]] == ["memory.search", "memory.search", "memory.add"]
    assert "token" not in told


def test_a_change_is_noted(ada: Person, made: Json) -> None:
    ada.patch(f"/api/tokens/{made['id']}", policy="read")

    entry = next(entry for entry in ada.get("/api/audit") if entry["action"] == "token.change")
    assert entry["items"] == [made["id"]]
