"""Folders on the command line: an unpacked export is one export, a folder of many things is many."""

import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commands import Commands

EXPORTS = Path(__file__).parents[1] / "data" / "exports"
ARCHIVES = {
    "chatgpt": EXPORTS / "chatgpt" / "synthetic-2026-sharded.zip",
    "claude": EXPORTS / "claude" / "synthetic-claude-export.zip",
}
DATABASE = EXPORTS / "cursor" / "synthetic-state.vscdb"

Unpacked = Callable[..., Path]


@pytest.fixture
def unpacked(tmp_path: Path) -> Unpacked:
    """Unpacks an export into a folder."""

    def unpack(tool: str, *parts: str) -> Path:
        folder = tmp_path.joinpath("in", *parts)
        with zipfile.ZipFile(ARCHIVES[tool]) as archive:
            archive.extractall(folder)
        return folder

    return unpack


def _told(reports: list[dict[str, Any]], tmp_path: Path) -> list[tuple[str, str, int]]:
    return [(Path(r["path"]).relative_to(tmp_path).as_posix(), r["format"], r["new"]) for r in reports]


def test_an_unpacked_export_is_imported_as_its_archive_is(
    commands: Commands, unpacked: Unpacked, tmp_path: Path
) -> None:
    (folder,) = commands.ask("import", unpacked("chatgpt"))
    (archive,) = commands.ask("import", ARCHIVES["chatgpt"], "--data", tmp_path / "other")

    names = ("read", "new", "messages", "leftOut", "suggestions")
    assert [folder[name] for name in names] == [archive[name] for name in names]
    assert {s["reason"] for s in folder["skipped"]} == {s["reason"] for s in archive["skipped"]}


def test_exports_of_several_tools_are_imported_one_by_one(
    commands: Commands, unpacked: Unpacked, tmp_path: Path
) -> None:
    unpacked("chatgpt", "a")
    folder = unpacked("claude", "b").parent
    (folder / "notes.txt").write_text("- Likes tea\n- Likes milk\n")
    shutil.copy(DATABASE, folder / "state.vscdb")

    reports = commands.ask("import", folder)

    assert _told(reports, tmp_path) == [
        ("in/a", "chatgpt", 3),
        ("in/b", "claude", 1),
        ("in/notes.txt", "pasted-list", 2),
        ("in/state.vscdb", "cursor", 1),
    ]


def test_conversations_and_memories_are_counted_apart(commands: Commands, unpacked: Unpacked) -> None:
    unpacked("claude", "a")
    folder = unpacked("chatgpt", "b").parent
    (folder / "notes.txt").write_text("- Likes tea\n- Likes milk\n")

    assert commands.run("import", folder).out.splitlines()[-1] == "4 new conversations, 2 new memories."


def test_a_folder_without_chats_is_walked(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.txt").write_text("Likes tea\nLikes coffee\n")
    (tmp_path / "in" / "b.txt").write_text("Likes milk\nLikes water\n")

    reports = commands.ask("import", tmp_path / "in")

    assert _told(reports, tmp_path) == [("in/b.txt", "plain-lines", 2), ("in/deep/a.txt", "plain-lines", 2)]


def test_pictures_beside_the_chats_are_told_and_not_sent(
    commands: Commands, unpacked: Unpacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEMEMORY_UPLOAD_LIMIT_MB", "1")
    folder = unpacked("claude")
    (folder / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 2_000_000)

    (report,) = commands.ask("import", folder)

    assert report["new"] == 1
    assert "photo.png" in {s["where"] for s in report["skipped"]}


def test_a_folder_that_is_too_large_goes_file_by_file(
    commands: Commands, unpacked: Unpacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEMEMORY_UPLOAD_LIMIT_MB", "1")
    folder = unpacked("claude")
    (folder / "long.html").write_text("<html>" + "x" * 1_100_000)

    ran = commands.run("import", folder, "--json")

    assert ran.code == 1
    assert '"new": 1' in ran.out


def test_only_the_chats_of_a_database_leave(
    commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEMEMORY_UPLOAD_LIMIT_MB", "1")
    shutil.copy(DATABASE, tmp_path / "state.vscdb")
    with sqlite3.connect(tmp_path / "state.vscdb") as database:
        database.execute("INSERT INTO cursorDiskKV VALUES ('cursorAuth/accessToken', zeroblob(2000000))")
    database.close()

    (report,) = commands.ask("import", tmp_path / "state.vscdb")

    assert (report["new"], report["unrecognised"]) == (1, 0)


def test_a_database_of_something_else_is_told(commands: Commands, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as database:
        database.execute("CREATE TABLE notes (text)")
    database.close()

    ran = commands.run("import", tmp_path / "other.db", "--json")

    assert (ran.code, "without the tables" in ran.out) == (1, True)


def test_the_format_can_be_said(commands: Commands, unpacked: Unpacked, tmp_path: Path) -> None:
    (report,) = commands.ask("import", unpacked("claude"), "--format", "chats")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.txt").write_text("Likes tea\nLikes coffee\n")
    (other,) = commands.ask("import", tmp_path / "lists", "--format", "plain-lines")

    assert (report["new"], other["new"]) == (1, 2)


def test_chats_of_an_export_of_our_own_are_counted(commands: Commands, unpacked: Unpacked, tmp_path: Path) -> None:
    commands.ask("import", unpacked("claude"))
    commands.ask("export", "-o", tmp_path / "all.json")

    ran = commands.run("import", tmp_path / "all.json", "--data", tmp_path / "other")

    assert "1 conversation read, 1 new, 0 there already." in ran.out
