"""A walk over everything on a partitioned database: each statement stays in one partition, and Citus could run it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from test_scope import _do_everything

from databases import DATABASES, PARTITIONED
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.dialect import translated
from onememory.storage.postgres.migrate import migrate, migrations
from onememory.storage.postgres.shapes import DIRECTORY, PARTITIONS, Partitioned
from servers import serving

# Statements that ask every partition, and every machine of a cluster, and why; all else stays with one person's rows.
OF_EVERYBODY = {
    r"^SELECT (user_id, job_id|min\(CASE state .*) FROM jobs ": "the worker looks for the next job of anybody",
    r"^SELECT count\(\*\) FROM \w+ AS \w WHERE ": "`doctor` counts what is wrong",
    r"^DELETE FROM (token_owners|oauth_codes|oauth_refresh_tokens) WHERE user_id = :user_id AND expires_at ": (
        "the daily sweep throws away what has expired"
    ),
    r"^(DELETE|SELECT .*) FROM sessions WHERE user_id = :user_id ": "signing in and out, and the page of sessions",
}
NOW_AND_THEN = r"^DELETE FROM rate_limits WHERE due <= :now$"  # the same, where the walk takes long enough to see it
REFUSED_BY_CITUS = {
    r"^INSERT .*VALUES \(.*\bSELECT\b": "a subquery in an INSERT",
    r"^UPDATE .*\b(random|now|clock_timestamp|nextval)\(": "a function that gives another value each time",
    r"^UPDATE .*\bSET (.*, )?(user_id|secret_hash) =": "another value in the column by which a table is spread",
    r"\bDO UPDATE SET (.*, )?(user_id|secret_hash) =": "the same",
}
_WITHIN_ONE_SHARD = re.compile(
    r"\b(FOR (NO KEY )?UPDATE|FOR (KEY )?SHARE|RECURSIVE|TABLESAMPLE|GROUPING|ROLLUP|CUBE)\b"
)
_PLANNED = re.compile(r"^(SELECT|INSERT|UPDATE|DELETE|WITH)\b")
_TABLES = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN) (\w+)")


@dataclass
class Walk:
    """What was executed, each statement with the values of some of its runs."""

    url: str
    statements: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def note(self, sql: str, values: Mapping[str, Any]) -> None:
        if not _PLANNED.match(sql.strip()):
            return
        runs = self.statements.setdefault(sql, [])
        if len(runs) < 3:
            runs.append(dict(values))

    @property
    def sentences(self) -> set[str]:
        """Each statement in one line."""
        return {" ".join(sql.split()) for sql in self.statements}

    def spread(self) -> set[str]:
        """The statements that read or change several partitions, or do not name what a table is spread by."""
        found = {sql for sql in self.sentences if not _names_its_keys(sql)}
        with PostgresConnection(self.url) as connection:
            cursor = psycopg.ClientCursor(connection.raw)  # writes the values into the statement
            for sql, runs in self.statements.items():
                for values in runs:
                    cursor.execute(f"EXPLAIN (VERBOSE, FORMAT JSON) {translated(sql)}", values)
                    if len({*_touched(cursor.fetchall())}) > 1:
                        found.add(" ".join(sql.split()))
        return found


def _names_its_keys(sql: str) -> bool:
    columns = {DIRECTORY.get(table) for table in _TABLES.findall(sql)} - {None}
    return sql.startswith("INSERT") or all(f"{column} = :{column}" in sql for column in columns)


def _touched(plan: object) -> Iterator[str]:
    if isinstance(plan, list | tuple):
        for each in plan:
            yield from _touched(each)
    elif isinstance(plan, dict):
        if plan.get("Schema") == PARTITIONS:
            yield plan["Relation Name"].rpartition("_")[2]
        yield from _touched(list(plan.values()))


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A person does everything over HTTP, on four partitions."""
    DATABASES.server.run("CREATE DATABASE walked")
    walk = Walk(DATABASES.server.url("walked"))
    with PostgresConnection(walk.url) as connection:
        migrate(connection, migrations(), Partitioned(4))
    with pytest.MonkeyPatch.context() as patch, DATABASES.choosing(PARTITIONED):
        patch.setattr(DATABASES, "url_for", lambda _: walk.url)
        _record(patch, walk)
        with serving(tmp_path_factory.mktemp("walked")) as server:
            _do_everything(server)
            assert server.run(server.installation.store.check()) == []
    return walk


def _record(patch: pytest.MonkeyPatch, walk: Walk) -> None:
    rows, many = PostgresConnection.rows, PostgresConnection.many

    def recording(self: PostgresConnection, sql: str, values: Mapping[str, Any]) -> object:
        walk.note(sql, values)
        return rows(self, sql, values)

    def recording_many(self: PostgresConnection, sql: str, values: Iterator[Mapping[str, Any]]) -> None:
        listed = list(values)
        for each in listed[:1]:
            walk.note(sql, each)
        many(self, sql, listed)

    patch.setattr(PostgresConnection, "rows", recording)
    patch.setattr(PostgresConnection, "many", recording_many)


@pytest.fixture(scope="module")
def spread(walk: Walk) -> set[str]:
    return walk.spread()


def test_every_statement_stays_in_one_partition_but_for_those_that_cannot(walk: Walk, spread: set[str]) -> None:
    allowed = re.compile("|".join([*OF_EVERYBODY, NOW_AND_THEN]))

    assert len(walk.statements) > 200
    assert {sql for sql in spread if not allowed.search(sql)} == set()


@pytest.mark.parametrize("pattern", OF_EVERYBODY)
def test_what_is_allowed_to_ask_everywhere_does(spread: set[str], pattern: str) -> None:
    assert [sql for sql in spread if re.search(pattern, sql)]


def test_what_asks_everywhere_does_nothing_that_citus_does_on_one_machine_only(spread: set[str]) -> None:
    assert {sql for sql in spread if _WITHIN_ONE_SHARD.search(sql)} == set()


@pytest.mark.parametrize("pattern", REFUSED_BY_CITUS)
def test_no_statement_does_what_citus_refuses(walk: Walk, pattern: str) -> None:
    assert {sql for sql in walk.sentences if re.search(pattern, sql)} == set()
