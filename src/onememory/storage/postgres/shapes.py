"""The shapes in which the tables can be made: whole, in hash partitions, or spread over machines by Citus.

In each of them a person's rows lie together: whatever belongs to a person is split by user_id, which leads its key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from onememory.domain.errors import InvalidInput
from onememory.storage.postgres.connection import PostgresConnection

MOST_PARTITIONS = 64  # each is a table and its indexes, which one transaction makes and pg_dump locks
PARTITIONS = "partitions"  # the schema that they lie in, out of the way

# The tables that are read before it is known whose rows to look for, and by what Citus spreads each. Those without a
# column are small or seldom written, and every machine holds them whole; secrets are written at every sign-in.
DIRECTORY: Mapping[str, str | None] = {
    "schema_versions": None,
    "users": None,
    "oauth_clients": None,
    "installation": None,
    "identities": None,
    "password_links": None,
    "bucket_members": None,
    "share_links": None,
    "shared_keys": None,
    "sign_in_steps": None,
    "token_owners": "secret_hash",
    "oauth_codes": "secret_hash",
    "oauth_refresh_tokens": "secret_hash",
    "sessions": "secret_hash",
    "rate_limits": "caller",
}
_OWNER = "user_id"
# What the other tables that are spread by the same are put beside.
_FIRST = {_OWNER: "tokens", "secret_hash": "token_owners", "caller": "rate_limits"}

_TABLE = re.compile(r"^CREATE TABLE (?P<name>\w+) \(\n(?P<body>.*?)\n\)(?P<options>[^;]*);$", re.MULTILINE | re.DOTALL)
_STORAGE = re.compile(r"^ALTER TABLE (?P<name>\w+) ALTER COLUMN \w+ SET STORAGE \w+;.*\n", re.MULTILINE)
_REFERENCE = re.compile(r" REFERENCES (?P<target>\w+ \([\w, ]+\)(?: ON DELETE CASCADE)?)")
_KEY_OF_SEVERAL = re.compile(r"^\s*FOREIGN KEY \((?P<columns>[\w, ]+)\)")
_ONE_BY_ONE = "SET LOCAL citus.multi_shard_modify_mode TO sequential;\n"


class Shape(Protocol):
    """How tables are made."""

    @property
    def words(self) -> str:
        """What it is called before people."""
        ...

    @property
    def opening(self) -> str:
        """What is run once, before the first table."""
        ...

    def made(self, sql: str) -> str:
        """A migration as it is run in this shape."""
        ...


@dataclass(frozen=True, slots=True)
class Whole:
    """Each table in one piece."""

    words: str = "in one piece"
    opening: str = ""

    def made(self, sql: str) -> str:
        """As it is written."""
        return sql


@dataclass(frozen=True, slots=True)
class Partitioned:
    """The tables of people in so many pieces, by the hash of user_id; raises InvalidInput for too few or too many."""

    count: int

    def __post_init__(self) -> None:
        if not 2 <= self.count <= MOST_PARTITIONS:
            raise InvalidInput(f"Choose from 2 to {MOST_PARTITIONS} partitions, not {self.count}.")

    @property
    def words(self) -> str:
        """With their number."""
        return f"in {self.count} partitions"

    @property
    def opening(self) -> str:
        """A place for the partitions."""
        return f"CREATE SCHEMA IF NOT EXISTS {PARTITIONS};\n"

    def made(self, sql: str) -> str:
        """With partitions for each new table of people."""
        return _TABLE.sub(self._split, sql)

    def _split(self, table: re.Match[str]) -> str:
        name = table["name"]
        if name in DIRECTORY:
            return table[0]
        parts = (
            f"CREATE TABLE {PARTITIONS}.{name}_{number} PARTITION OF {name} "
            f"FOR VALUES WITH (MODULUS {self.count}, REMAINDER {number}){table['options']};"
            for number in range(self.count)
        )
        return "\n".join([f"CREATE TABLE {name} (\n{table['body']}\n) PARTITION BY HASH ({_OWNER});", *parts])


class Distributed:
    """The tables of people spread over the machines of a Citus cluster, those of one person on one machine.

    Citus wants a table placed before a foreign key leads to it or from it, so each is made without, placed, and then
    given its foreign keys. How columns are stored is said before, for Citus does not pass that on. Several tables are
    written in one transaction, some of them on every machine, which it does over one connection to each (`sequential`).
    """

    words = "spread by Citus"
    opening = _ONE_BY_ONE + (
        "DO $$ BEGIN EXECUTE format("
        "'ALTER DATABASE %I SET citus.multi_shard_modify_mode TO sequential', current_database()); END $$;\n"
        "SELECT create_reference_table('schema_versions');\n"
    )

    def made(self, sql: str) -> str:
        """With a place for each new table."""
        storage = {statement["name"]: statement[0] for statement in _STORAGE.finditer(sql)}
        placed = _TABLE.sub(lambda table: _placed(table, storage.pop(table["name"], "")), _STORAGE.sub("", sql))
        return "".join([_ONE_BY_ONE, placed, *storage.values()])


def _placed(table: re.Match[str], storage: str) -> str:
    name = table["name"]
    columns, keys = _without_keys(name, table["body"])
    return "\n".join([f"CREATE TABLE {name} (\n{columns}\n){table['options']};", f"{storage}{_place(name)}", *keys])


class _ForeignKey(NamedTuple):
    columns: str
    target: str

    def added_to(self, table: str) -> str:
        """Under the name that PostgreSQL would have given it."""
        name = "_".join([table, *self.columns.split(", "), "fkey"])
        return f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({self.columns}) REFERENCES {self.target};"


def _without_keys(name: str, body: str) -> tuple[str, list[str]]:
    """The columns of a table without foreign keys, and the statements that add these."""
    kept: list[str] = []
    keys: list[_ForeignKey] = []
    for line in body.split("\n"):
        reference = _REFERENCE.search(line)
        of_several = _KEY_OF_SEVERAL.match(line)
        if reference:
            columns = of_several["columns"] if of_several else line.split()[0]
            keys.append(_ForeignKey(columns, reference["target"]))
        if not of_several:
            kept.append(_REFERENCE.sub("", line).rstrip(","))
    return ",\n".join(kept), [key.added_to(name) for key in keys]


def _place(name: str) -> str:
    column = DIRECTORY.get(name, _OWNER)
    if column is None:
        return f"SELECT create_reference_table('{name}');"
    beside = "none" if _FIRST[column] == name else _FIRST[column]
    return f"SELECT create_distributed_table('{name}', '{column}', colocate_with => '{beside}');"


def shape_for(partitions: int | None, *, is_cluster: bool) -> Shape:
    """The shape that is asked for; raises InvalidInput for too few or too many partitions."""
    if is_cluster:
        return Distributed()
    return Whole() if partitions is None else Partitioned(partitions)


def shape_of(connection: PostgresConnection) -> Shape:
    """The shape in which the tables were made."""
    parts = connection.rows("SELECT count(*) FROM pg_inherits WHERE inhparent = to_regclass('tokens')", {})[0][0]
    if parts:
        return Partitioned(parts)
    return Distributed() if has_citus(connection) and _is_distributed(connection) else Whole()


def has_citus(connection: PostgresConnection) -> bool:
    """Whether Citus is loaded in this database."""
    return bool(connection.rows("SELECT to_regclass('pg_dist_partition') IS NOT NULL", {})[0][0])


def _is_distributed(connection: PostgresConnection) -> bool:
    sql = "SELECT count(*) FROM pg_dist_partition WHERE logicalrelid = to_regclass('users')"
    return bool(connection.rows(sql, {})[0][0])
