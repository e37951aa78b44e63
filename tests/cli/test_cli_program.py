"""The program as processes: exit codes, what stands on which stream, and two of them on one data directory."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Commands
from onememory import __version__
from people import Person
from servers import PATIENCE, Server

PROGRAM = [sys.executable, "-m", "onememory"]


def program(*arguments: object) -> "subprocess.CompletedProcess[str]":
    words = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.fixture
def served(data: Path) -> Iterator[tuple[str, str]]:
    """URL and first token of a server in a process of its own."""
    words = [*PROGRAM, "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        token = process.stdout.readline().split()[-1]
        yield url, token
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_the_first_start_says_how_to_set_a_password(data: Path) -> None:
    words = [*PROGRAM, "serve", "--data", str(data), "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-1]
        process.stdout.readline()
        last = process.stdout.readline()
        process.kill()

    assert f"open {url}/set-up and give this token there" in last


def test_two_processes_on_one_data_directory_see_each_other(served: tuple[str, str], data: Path) -> None:
    url, token = served
    there, here = ("--url", url, "--token", token, "--json"), ("--data", data, "--json")

    assert program("add", "The server stored this", *there).returncode == 0
    assert program("add", "The command stored that", *here).returncode == 0

    for place in (there, here):
        hits = json.loads(program("search", "stored", *place).stdout)["hits"]
        assert {hit["text"] for hit in hits} == {"The server stored this", "The command stored that"}


def test_nothing_but_json_stands_on_standard_output(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Likes tea\nLikes coffee\n")

    done = program("import", tmp_path / "a.txt", "--data", tmp_path / "new", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)[0]["new"] == 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--version",), 0),
        (("--help",), 0),
        (("status", "--data", "/nowhere/at/all"), 1),
        (("status", "--url", "http://127.0.0.1:1", "--token", "12345678"), 1),
        (("status", "--url", "no-url", "--token", "12345678"), 1),
        (("status", "--url", "http://127.0.0.1:1"), 2),
        (("status", "--data", "x", "--url", "http://127.0.0.1:1"), 2),
        (("status", "--data", "x", "--token", "12345678"), 2),
        (("nonsense",), 2),
        (("list", "--count", "many"), 2),
        (("show",), 2),
        ((), 2),
        (("buckets",), 2),
    ],
)
def test_the_exit_code_tells_failure_from_wrong_use(arguments: tuple[str, ...], code: int) -> None:
    done = program(*arguments)

    assert done.returncode == code
    assert bool(done.stderr) == bool(code)


def test_an_error_is_json_on_standard_error() -> None:
    done = program("show", "x", "--bogus", "--json")

    assert done.stdout == ""
    assert "No such option" in json.loads(done.stderr)["error"]


def test_a_wrong_choice_is_told_in_plain_words() -> None:
    error = program("search", "tea", "--trust", "blindly").stderr

    assert error.startswith("Error: Invalid value for '--trust': 'blindly' is not one of 'stated', ")


def test_the_version_is_told() -> None:
    assert program("--version").stdout == f"onememory {__version__}\n"


def test_a_server_and_its_token_come_from_the_environment(
    server: Server, ada: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text(f"{ada.token}\n")
    monkeypatch.setenv("ONEMEMORY_URL", server.url)
    monkeypatch.setenv("ONEMEMORY_TOKEN_FILE", str(tmp_path / "token"))

    done = program("status", "--json")

    assert json.loads(done.stdout)["user"]["name"] == ada.name


def test_an_export_is_written_as_it_comes(server: Server, ada: Person) -> None:
    ada.store("Likes tea")

    done = program("export", "--url", server.url, "--token", ada.token)

    assert [memory["text"] for memory in json.loads(done.stdout)["memories"]] == ["Likes tea"]


def test_a_command_says_the_same_of_a_server_and_of_its_directory(
    server: Server, ada: Person, commands: Commands
) -> None:
    memory_id = ada.store("Likes tea")

    there = commands.ask("show", memory_id, "--url", server.url, "--token", ada.token)

    assert there == commands.ask("show", memory_id, "--data", server.settings.data, "--user", ada.name)


def test_users_are_made_at_a_server_by_an_administrator(
    server: Server, ada: Person, ben: Person, commands: Commands
) -> None:
    name = f"{ada.name}Child"

    assert (
        commands.run("user", "create", name, "--url", server.url, "--token", ada.token, "--json").json["name"] == name
    )
    refused = commands.run("user", "create", "other", "--url", server.url, "--token", ben.token, "--json")
    assert "admin" in refused.error
