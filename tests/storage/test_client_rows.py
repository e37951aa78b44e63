"""Registered clients as rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from factories import NOW
from onememory.domain.authorization import OAuthClient
from onememory.domain.errors import Conflict
from onememory.storage.rows.oauth_clients import OAuthClientTable
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.migrate import migrate, migrations

CLIENT = OAuthClient("c1", "A “tool”", ("https://a.example/?b=c", "cursor://d/e"), registered_at=NOW)


@pytest.fixture
def rows(tmp_path: Path) -> Iterator[OAuthClientTable]:
    with SqliteConnection(tmp_path / "test.db") as connection:
        migrate(connection, tmp_path / "test.db", migrations())
        yield OAuthClientTable(connection)


@pytest.mark.parametrize(
    ("client", "secret_hash"),
    [(CLIENT, None), (replace(CLIENT, uri="https://a.example/", has_secret=True, last_used_at=NOW), b"\x00\xff")],
)
def test_a_client_comes_back_as_it_was_put_there(
    rows: OAuthClientTable, client: OAuthClient, secret_hash: bytes | None
) -> None:
    rows.add(client, secret_hash)

    assert rows.get(client.id) == (client, secret_hash)
    assert rows.get("c2") is None


def test_an_id_is_given_once(rows: OAuthClientTable) -> None:
    rows.add(CLIENT, None)

    with pytest.raises(Conflict):
        rows.add(CLIENT, None)


def test_a_use_is_that_of_one_client(rows: OAuthClientTable) -> None:
    rows.add(CLIENT, None)
    rows.add(replace(CLIENT, id="c2"), None)

    rows.touch("c2", NOW)

    assert [found and found[0].last_used_at for found in map(rows.get, ("c1", "c2"))] == [None, NOW]


def test_the_old_and_the_many_are_removed_unless_they_were_used(rows: OAuthClientTable) -> None:
    for hour in range(6):
        rows.add(replace(CLIENT, id=f"c{hour}", registered_at=NOW + timedelta(hours=hour)), None)
    for used in ("c0", "c2"):
        rows.touch(used, NOW)

    rows.remove_unused(NOW + timedelta(hours=3), most=2)

    assert [hour for hour in range(6) if rows.get(f"c{hour}")] == [0, 2, 4, 5]
