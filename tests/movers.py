"""Places between which accounts are moved, whatever database the other tests store in."""

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

from databases import DATABASES
from onememory import bootstrap, settings
from onememory.services.moving.accounts import Moved, Order
from onememory.settings import Settings
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.store import DATABASE
from people import Client
from servers import Server, serving

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Place:
    """A data directory, and the PostgreSQL database beside it, if there is one."""

    data: Path
    url: str | None = None

    @property
    def settings(self) -> Settings:
        return settings.load({"data": self.data, "database_url": self.url}, {})

    @property
    def name(self) -> str:
        """As `--to` and `--from` take it."""
        return self.url or str(self.data)

    def connect(self) -> SqliteConnection | PostgresConnection:
        return PostgresConnection(self.url) if self.url else SqliteConnection(self.data / DATABASE)

    def rows(self, sql: str, **values: object) -> Rows:
        """A statement on the database itself."""
        with self.connect() as connection:
            return connection.rows(sql, values)

    def all_of(self, user_id: str, tables: Sequence[str]) -> dict[str, Rows]:
        """Every row of a user, as far as no place has it in a way of its own."""
        with self.connect() as connection:
            found = {}
            for table in tables:
                columns = sorted(set(connection.columns(table)) - {"moving", "move_id", "moved_to", "epoch"})
                sql = f"SELECT {', '.join(columns)} FROM {table} WHERE user_id = :user_id"
                found[table] = sorted(connection.rows(sql, {"user_id": user_id}), key=repr)
            return found

    @contextlib.contextmanager
    def serving(self) -> Iterator[Server]:
        with serving(self.data, database_url=self.url) as server:
            yield server


def file_place(folder: Path) -> Place:
    """A place that stores in SQLite."""
    return Place(folder)


def server_place(folder: Path) -> Place:
    """A place that stores in PostgreSQL."""
    return Place(folder, DATABASES.url_for(folder))


def move(source: Place, target: Place, name: str | None = None, **order: Any) -> list[Moved]:
    """Move between two places."""

    async def run() -> list[Moved]:
        async with bootstrap.moving(source.settings, target.settings) as moves:
            return await moves.run(Order(name, **order), lambda *_: None)

    return asyncio.run(run())


def reopen(place: Place, name: str) -> None:
    asyncio.run(bootstrap.reopen(place.settings, name))


def users(place: Place) -> Rows:
    """Name and mark of each."""
    return sorted(place.rows("SELECT name, moving FROM users"), key=itemgetter(0))


def answers(person: Client) -> dict[str, Any]:
    """What somebody sees of their account, but for what looking changes."""
    memories = person.get("/api/memory", all=True)["data"]
    exported = person.send("GET", "/api/export").json()
    return {
        "export": {name: value for name, value in exported.items() if name not in {"exported", "exportedAt"}},
        "versions": [person.get(f"/api/memories/{memory['id']}/versions") for memory in memories],
        "hits": [person.get("/api/search", query=query)["hits"] for query in ("beans in rows", "2026-03-04", "zebra")],
        "chats": person.post("/api/chat-history/search", query="beans")["results"],
        "buckets": person.get("/api/buckets"),
        "inbox": person.get("/api/inbox"),
        "trash": person.get("/api/trash"),
        "imports": person.get("/api/imports"),
        "map": person.get("/api/map"),
    }
