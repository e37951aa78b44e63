"""What administrators choose for everybody, and backups, over REST."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from people import Json, Person, refused
from servers import Server, serving


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One whose settings leave every choice but the audit's to the administrator."""
    with serving(data_factory.mktemp("chosen"), embedder=None, audit_days=90) as running:
        yield running


@pytest.fixture(autouse=True)
def _defaults(ada: Person) -> Iterator[None]:
    yield
    ada.patch("/api/installation", embedder=None, secrets=None, trashDays=None)


def _choice(installation: Json, name: str) -> Json:
    return next(choice for choice in installation["choices"] if choice["name"] == name)


def test_it_tells_what_counts_and_why(ada: Person) -> None:
    told = ada.get("/api/installation")

    default = {"name": "trash_days", "value": "30", "default": "30", "fixedBy": None, "chosenAt": None}
    assert _choice(told, "trash_days") == default
    assert _choice(told, "audit_days")["fixedBy"] == "the command line"
    assert (told["embedder"], told["embedderProblem"], told["fetching"]) == ("wordllama", None, None)
    assert {model["isHere"] for model in told["models"]} == {False}


def test_a_policy_counts_at_once(ada: Person) -> None:
    secret = "My key is ghp_" + "LjBYXJuATwCWJjjnLC3rjL9qOXKhHiTnCR8g"
    assert ada.send("POST", "/api/memory", json={"text": secret}).status_code == 400

    ada.patch("/api/installation", secrets="mask")

    assert "ghp_" not in ada.get(f"/api/memories/{ada.store(secret)}")["text"]


def test_a_period_counts_at_the_next_sweep(server: Server, ada: Person) -> None:
    ada.delete(f"/api/memories/{ada.store('gone')}")
    ada.patch("/api/installation", trashDays=2)
    server.run(server.services.retention.sweep())
    assert len(ada.get("/api/trash")["data"]) == 1

    server.installation.clock.advance(timedelta(days=3))
    server.run(server.services.retention.sweep())

    assert ada.get("/api/trash")["data"] == []


def test_words_alone_and_back(server: Server, ada: Person) -> None:
    ada.store("Likes tea")
    assert ada.patch("/api/installation", embedder="none")["dimension"] == 0
    ada.store("Likes coffee")

    told = ada.patch("/api/installation", embedder=None)
    server.settle()

    assert (told["embedder"], told["dimension"]) == ("wordllama", 256)
    assert ada.get("/api/account")["withoutVector"] == 0


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({"auditDays": 5}, 409, "is set by the command line"),
        ({"trashDays": -1}, 400, "whole number from 0"),
        ({"trashDays": 36_501}, 400, "whole number from 0"),
        ({"secrets": "shred"}, 400, "block, mask, allow"),
        ({"embedder": "onnx:/etc"}, 400, "cannot be chosen here"),
        ({"embedder": "fastembed:BAAI/bge-small-en-v1.5"}, 503, "has not been fetched"),
        ({"colour": "red"}, 400, "colour"),
        ({}, 400, "Say what to change"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_changes_nothing(
    ada: Person, change: Json, status: int, reason: str
) -> None:
    before = ada.get("/api/installation")

    assert reason in refused(ada.send("PATCH", "/api/installation", json=change), status)
    assert ada.get("/api/installation") == before


def test_a_model_that_is_not_in_the_catalogue_is_not_fetched(ada: Person) -> None:
    answer = ada.send("POST", "/api/installation/model", json={"name": "evil/model"})

    assert "is not in the catalogue" in refused(answer, 400)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/installation"),
        ("PATCH", "/api/installation"),
        ("POST", "/api/installation/model"),
        ("GET", "/api/backups"),
        ("POST", "/api/backups"),
        ("DELETE", "/api/backups/x"),
    ],
)
def test_only_administrators_may(ada: Person, ben: Person, method: str, path: str) -> None:
    body = {"json": {"name": "BAAI/bge-small-en-v1.5"} if path.endswith("model") else {"trashDays": 1}}
    request = body if method in {"PATCH", "POST"} and "backups" not in path else {}
    limited = ada.with_token(buckets=["General"], scopes=["read", "write", "admin"])

    assert "Only an administrator may look after" in refused(ben.send(method, path, **request), 403)
    assert "limited to some buckets" in refused(limited.send(method, path, **request), 403)


def test_a_choice_is_noted(ada: Person) -> None:
    ada.patch("/api/installation", trashDays=7, secrets="mask")

    entry = next(entry for entry in ada.get("/api/audit") if entry["action"] == "installation.change")
    assert entry["items"] == ["secrets", "trash_days"]


@pytest.mark.sqlite
def test_a_backup_is_made_listed_and_deleted(ada: Person) -> None:
    made = ada.post("/api/backups")
    folder = Path(ada.get("/api/backups")["folder"])

    assert ada.get("/api/backups")["backups"] == [made]
    assert (made["bytes"], made["files"]) == ((folder / made["name"] / "onememory.db").stat().st_size, 1)
    ada.delete(f"/api/backups/{made['name']}")
    assert ada.get("/api/backups")["backups"] == []
    assert list(folder.iterdir()) == []
    assert "no backup" in refused(ada.send("DELETE", f"/api/backups/{made['name']}"), 404)


@pytest.mark.postgresql
def test_what_is_in_postgresql_is_backed_up_with_its_own_tool(ada: Person) -> None:
    assert "pg_dump" in refused(ada.send("POST", "/api/backups"), 409)
    assert ada.get("/api/backups")["backups"] == []
