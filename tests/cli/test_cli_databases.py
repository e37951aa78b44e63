from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from databases import DATABASES
from onememory.cli.main import main
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.shapes import Partitioned, shape_of

_numbers = count(1)
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty database, which the settings name."""
    name = f"made{next(_numbers)}"
    DATABASES.server.run(f"CREATE DATABASE {name}")
    url = DATABASES.server.url(name)
    monkeypatch.setenv("ONEMEMORY_DATABASE_URL", url)
    return url


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command of the group; its exit code, and what it says."""

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["database", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_tables_are_made_in_partitions(url: str, run: Run) -> None:
    code, said = run("create", "--partitions", "4")

    assert (code, "made in 4 partitions" in said) == (0, True)
    with PostgresConnection(url) as connection:
        assert shape_of(connection) == Partitioned(4)


@pytest.mark.usefixtures("url")
def test_tables_that_are_there_are_left_alone(run: Run) -> None:
    assert run("create")[0] == 0
    code, said = run("create", "--partitions", "4")

    assert (code, "has its tables already" in said) == (1, True)


@pytest.mark.usefixtures("url")
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--citus"], "CREATE EXTENSION citus"),
        (["--citus", "--partitions", "4"], "not both"),
        (["--partitions", "1000"], "from 2 to 64"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_remedy(run: Run, arguments: list[str], reason: str) -> None:
    code, said = run("create", *arguments)

    assert code > 0
    assert reason in said


def test_without_a_database_it_is_said_how_one_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ONEMEMORY_DATABASE_URL", raising=False)

    assert "Set ONEMEMORY_DATABASE_URL" in run("create")[1]


def test_what_is_wrong_with_a_url_is_said_without_the_url(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEMEMORY_DATABASE_URL", "mysql://ada:hedgehog@db/x")
    said = run("create")[1]

    assert "- ONEMEMORY_DATABASE_URL must be a URL such as postgresql://" in said
    assert said.endswith("%3A.\n")
    assert "hedgehog" not in said


def test_the_script_is_sql_that_makes_the_same_tables(url: str, run: Run) -> None:
    code, sql = run("script", "--partitions", "4")
    with PostgresConnection(url) as connection:
        connection.run(sql)
        assert (code, shape_of(connection)) == (0, Partitioned(4))


def test_the_script_for_citus_places_every_table(run: Run) -> None:
    sql = run("script", "--citus")[1]

    assert sql.count("CREATE TABLE") == sql.count("SELECT create_distributed_table(") + sql.count(
        "SELECT create_reference_table("
    )


@pytest.mark.parametrize("reading", [["status"], ["list"], ["search", "tea"], ["user", "list"]])
def test_who_only_reads_makes_nobody_and_nothing(
    url: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reading: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(reading) == 1

    assert "There is nothing in postgresql://" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    with PostgresConnection(url) as connection:
        assert connection.columns("users") == []
