import json
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import Commands
from servers import Server


@pytest.fixture
def copy(commands: Commands, data: Path, tmp_path: Path) -> Path:
    """A backup of a data directory with one memory, a blob and settings."""
    commands.ask("add", "Likes tea")
    (data / "settings.toml").write_text("trash_days = 7\n")
    (data / "blobs" / "ab").mkdir(parents=True)
    (data / "blobs" / "ab" / "abcd").write_bytes(b"picture")
    return Path(commands.ask("backup", tmp_path / "copies")["path"])


@pytest.mark.sqlite
def test_a_backup_holds_what_cannot_be_made_again(copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())

    assert set(manifest["files"]) == {"onememory.db", "settings.toml", "blobs/ab/abcd"}
    assert list(copy.parent.iterdir()) == [copy]


@pytest.mark.sqlite
def test_a_second_backup_gets_a_folder_of_its_own(commands: Commands, copy: Path) -> None:
    second = Path(commands.ask("backup", copy.parent)["path"])

    assert (second.parent, second == copy) == (copy.parent, False)
    assert (second / "manifest.json").exists()


@pytest.mark.sqlite
def test_of_a_folder_of_backups_the_newest_is_restored(commands: Commands, copy: Path, tmp_path: Path) -> None:
    commands.ask("add", "Likes coffee")
    commands.ask("backup", copy.parent)

    commands.ask("restore-backup", copy.parent, "--data", tmp_path / "other")

    assert len(commands.ask("list", "--data", tmp_path / "other")["memories"]) == 2


@pytest.mark.sqlite
def test_a_restored_backup_answers_as_before(commands: Commands, copy: Path, tmp_path: Path) -> None:
    other = ("--data", tmp_path / "other")

    commands.ask("restore-backup", copy, *other)

    assert [hit["text"] for hit in commands.ask("search", "tea", *other)["hits"]] == ["Likes tea"]
    assert (tmp_path / "other" / "blobs" / "ab" / "abcd").read_bytes() == b"picture"


@pytest.mark.sqlite
def test_what_is_there_is_moved_aside_and_never_overwritten(commands: Commands, copy: Path) -> None:
    commands.ask("add", "Likes coffee")
    assert "is not empty" in commands.run("restore-backup", copy, "--json").error

    answer = commands.ask("restore-backup", copy, "--force")

    assert len(commands.ask("list")["memories"]) == 1
    assert len(commands.ask("list", "--data", answer["movedAside"])["memories"]) == 2


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda copy: (copy / "blobs/ab/abcd").unlink(), "is missing"),
        (lambda copy: (copy / "blobs/ab/abcd").write_bytes(b"pictures"), "has 8 bytes"),
        (lambda copy: (copy / "blobs/ab/abcd").write_bytes(b"PICTURE"), "another content"),
        (lambda copy: (copy / "manifest.json").unlink(), "There is no backup"),
        (lambda copy: (copy / "manifest.json").write_text("{}"), "is not that of a backup"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused(
    commands: Commands, copy: Path, tmp_path: Path, harm: Callable[[Path], object], words: str
) -> None:
    harm(copy)

    assert words in commands.run("restore-backup", copy, "--data", tmp_path / "other", "--json").error
    assert not (tmp_path / "other").exists()


@pytest.mark.sqlite
def test_nothing_is_restored_under_a_running_server(server: Server, commands: Commands, copy: Path) -> None:
    ran = commands.run("restore-backup", copy, "--force", "--data", server.settings.data, "--json")

    assert "stop it first" in ran.error


@pytest.mark.sqlite
def test_a_running_server_is_backed_up(server: Server, commands: Commands, tmp_path: Path) -> None:
    answer = commands.ask("backup", tmp_path / "copy", "--data", server.settings.data)

    assert answer["files"] >= 1
    assert commands.ask("doctor", "--data", answer["path"])["ok"]


@pytest.mark.parametrize("command", [("backup", "x"), ("restore-backup", "x"), ("reindex",), ("doctor",)])
def test_what_needs_the_data_directory_says_so(commands: Commands, command: tuple[str, ...]) -> None:
    ran = commands.run(*command, "--url", "http://127.0.0.1:1", "--json")

    assert ran.code == 2
    assert "works on the data directory itself" in ran.error


@pytest.mark.postgresql
def test_what_is_in_postgresql_is_neither_copied_nor_put_back_as_a_file(
    commands: Commands, data: Path, tmp_path: Path
) -> None:
    commands.ask("add", "Likes tea")

    assert "pg_dump" in commands.run("backup", tmp_path / "copies", "--json").error
    assert "pg_restore" in commands.run("restore-backup", tmp_path / "copies", "--force", "--json").error
    assert not list(tmp_path.glob("copies/*"))
    assert not (data / "onememory.db").exists()
