"""The audit log, narrowed to a connection, a kind of act and a time, part by part."""

from datetime import datetime, timedelta

import pytest

from onememory.domain.audit import ACCESS, READS
from people import Json, Person
from servers import Server


@pytest.fixture
def _connected(ada: Person, server: Server) -> None:
    """Another connection has read and written."""
    claude = ada.with_token()
    claude.store("tea")
    claude.found("tea")
    server.settle()


def _actions(entries: Json) -> list[str]:
    return [entry["action"] for entry in entries]


@pytest.mark.usefixtures("_connected")
def test_what_one_connection_did(ada: Person) -> None:
    token_id = ada.get("/api/tokens")[0]["id"]

    assert set(_actions(ada.get("/api/audit", tokenId=token_id))) == {"memory.add", "memory.search"}
    assert ada.get("/api/audit", tokenId="unknown") == []


@pytest.mark.usefixtures("_connected")
@pytest.mark.parametrize(
    ("kind", "expected"),
    [("read", {"memory.search"}), ("write", {"memory.add", "bucket.create"}), ("access", {"token.create"})],
)
def test_one_kind_of_acts(ada: Person, kind: str, expected: set[str]) -> None:
    ada.bucket("Work")
    found = set(_actions(ada.get("/api/audit", kind=kind)))

    assert expected <= found
    assert (found <= READS, found <= ACCESS) == (kind == "read", kind == "access")


@pytest.mark.usefixtures("_connected")
def test_every_act_is_of_one_kind(ada: Person) -> None:
    kinds = [entry["id"] for kind in ("read", "write", "access") for entry in ada.get("/api/audit", kind=kind)]

    assert sorted(kinds) == sorted(entry["id"] for entry in ada.get("/api/audit"))


def test_a_stretch_of_time_holds_both_of_its_ends(ada: Person, server: Server) -> None:
    for text in ("one", "two", "three"):
        ada.store(text)
        server.installation.clock.advance(timedelta(seconds=1))
    times = [entry["at"] for entry in ada.get("/api/audit", kind="write")]

    def between(**bounds: str) -> list[str]:
        return [entry["at"] for entry in ada.get("/api/audit", kind="write", **bounds)]

    assert between(after=times[1]) == times[:2]
    assert between(before=times[1]) == times[1:]
    assert between(after=times[1], before=times[1]) == [times[1]]
    assert all(datetime.fromisoformat(at).tzinfo for at in times)


@pytest.mark.parametrize(
    ("bounds", "is_empty"),
    [
        ({"after": "0001-01-01T00:00:00Z"}, False),
        ({"before": "9999-12-31T23:59:59.999999Z"}, False),
        ({"before": "1969-12-31T23:59:59Z"}, True),
        ({"after": "9999-12-31T23:59:59.999999Z"}, True),
    ],
)
def test_far_away_times_are_times_too(ada: Person, bounds: dict[str, str], is_empty: bool) -> None:
    ada.store("tea")

    assert (ada.get("/api/audit", **bounds) == []) is is_empty


def test_the_log_goes_on_behind_any_entry(ada: Person) -> None:
    for n in range(5):
        ada.store(f"note {n}")
    everything = ada.get("/api/audit")

    seen, part = [], ada.get("/api/audit", count=2)
    while part:
        seen += part
        part = ada.get("/api/audit", count=2, olderThan=part[-1]["id"])

    assert seen == everything
