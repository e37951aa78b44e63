"""The restore drills of the docs, word for word, against servers that go on storing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from drills import COUNTED, drilled
from processes import process

from databases import PostgresServer, binaries, other_server


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@pytest.mark.sqlite
def test_what_is_restored_is_what_there_was(data: Path, temporary: Path) -> None:
    with process(data, EMBEDDER="wordllama") as running, running.client() as http:
        for number in range(20):
            http.post("/api/memory", json={"text": f"Cup of tea number {number}"}).raise_for_status()
        printed = drilled("deploy.md", temporary, DATA=str(data))
        assert http.post("/api/memory", json={"text": "The server went on"}).status_code == 200

    assert COUNTED.findall(printed) == [("owner", "20")] * 2


@pytest.mark.sqlite
def test_the_restored_copy_serves_those_who_could_come_in_before(data: Path, temporary: Path) -> None:
    with process(data) as running, running.client() as http:
        http.post("/api/memory", json={"text": "Ines has the spare key"}).raise_for_status()
        drilled("deploy.md", temporary, DATA=str(data))
    (restored,) = temporary.glob("*/restored")

    with process(restored, BOOTSTRAP_TOKEN="") as running, running.client() as http:
        found = http.get("/api/v2/memory", params={"query": "spare key"})

    assert found.json()["memories"] == ["Ines has the spare key"]


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    with other_server() as server:
        server.run("CREATE DATABASE onememory")
        yield server


@pytest.mark.postgresql
def test_what_is_restored_into_postgresql_is_what_there_was_and_is_served(
    data: Path, temporary: Path, postgres: PostgresServer
) -> None:
    database = {"DATABASE_URL": postgres.url("onememory")}
    urls = {"ONEMEMORY_DATABASE_URL": postgres.url("onememory"), "DRILL_URL": postgres.url("onememory_drill")}
    with process(data, EMBEDDER="wordllama", **database) as running, running.client() as http:
        for number in range(20):
            http.post("/api/memory", json={"text": f"Cup of tea number {number}"}).raise_for_status()
        printed = drilled("postgresql.md", temporary, binaries(), DATA=str(data), **urls)
        assert http.post("/api/memory", json={"text": "The server went on"}).status_code == 200
    with process(data, BOOTSTRAP_TOKEN="", DATABASE_URL=urls["DRILL_URL"]) as restored, restored.client() as http:
        found = http.get("/api/v2/memory", params={"query": "number 7"}).json()["memories"]

    assert COUNTED.findall(printed) == [("owner", "20")] * 2
    assert found[0] == "Cup of tea number 7"
