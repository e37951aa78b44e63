"""`onememory watch`: what rests is imported once, and nothing of the tools' own files is touched."""

import asyncio
import json
import logging
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from agent_sessions import DONE, claude_code, codex, touch

from commands import Commands
from onememory.cli import watcher
from onememory.cli.commands import Target
from onememory.cli.connection import connected
from onememory.cli.sessions import CLAUDE_CODE, CODEX, CURSOR, Imported, Place, usual_places
from onememory.cli.watcher import Rule, Totals, Watcher
from servers import PATIENCE

DATABASE = Path(__file__).parents[1] / "data" / "exports" / "cursor" / "synthetic-state.vscdb"


@pytest.fixture(autouse=True)
def _own_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The command sets up the log of the whole process; put it back."""
    monkeypatch.setenv("ONEMEMORY_EMBEDDER", "none")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@dataclass
class Watched:
    """A watcher over folders of its own, with a clock that is set by hand."""

    folder: Path
    data: Path
    now: datetime = DONE + timedelta(days=1)

    def places(self) -> list[Place]:
        return [Place(tool, self.folder / tool) for tool in (CLAUDE_CODE, CODEX, CURSOR)]

    def look(self, target: Target | None = None) -> Totals:
        """A look by a watcher that has just been started."""
        known = Imported(self.folder / "state" / "watched.json", "here")
        rule = Rule(timedelta(minutes=15), lambda: self.now)
        to = target or Target(data=self.data)
        return asyncio.run(Watcher(lambda: connected(to, may_create=True), self.places(), known, rule).look())


@pytest.fixture
def watched(tmp_path: Path, data: Path) -> Watched:
    return Watched(tmp_path, data)


def _titles(commands: Commands) -> set[str]:
    return {chat["title"] for chat in commands.ask("chats", "list")["items"]}


def test_prompts_and_final_answers_are_imported(watched: Watched, commands: Commands) -> None:
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")
    codex(watched.folder / CODEX, "s2", "Use uv.")

    totals = watched.look()

    assert (totals.files, totals.new, totals.failed) == (2, 2, 0)
    chats = commands.ask("chats", "list", "--platform", "claude-code")["items"]
    said = commands.ask("chats", "show", chats[0]["id"])["messages"]
    assert [message["text"] for message in said] == ["Use pnpm.", "Done."]
    assert _titles(commands) == {"Use pnpm.", "Use uv."}


def test_a_session_is_left_alone_until_it_has_rested(watched: Watched) -> None:
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.", rested_since=DONE)

    watched.now = DONE + timedelta(minutes=14, seconds=59)
    assert watched.look().files == 0
    watched.now = DONE + timedelta(minutes=15)
    assert watched.look().files == 1


def test_a_restart_does_nothing_twice(watched: Watched) -> None:
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")

    assert [watched.look().files for _ in range(3)] == [1, 0, 0]


def test_a_session_that_goes_on_is_imported_again(watched: Watched, commands: Commands) -> None:
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")
    watched.look()
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm, not npm.", rested_since=DONE + timedelta(hours=1))

    totals = watched.look()

    assert (totals.files, totals.new, totals.updated) == (1, 0, 1)
    assert commands.ask("chats", "list")["total"] == 1


def test_what_was_only_touched_changes_nothing(watched: Watched) -> None:
    path = claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")
    watched.look()
    touch(path, DONE + timedelta(hours=1))

    assert watched.look().unchanged == 1


@pytest.mark.parametrize("name", ["agent-a1b2.jsonl", "s1/subagents/agent.jsonl", "notes.txt"])
def test_the_work_of_sub_agents_is_passed_over(watched: Watched, name: str) -> None:
    path = claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")
    (path.parent / name).parent.mkdir(parents=True, exist_ok=True)
    path.rename(path.parent / name)

    assert watched.look() == Totals()


def test_cursors_database_is_read_from_a_copy(watched: Watched, commands: Commands) -> None:
    folder = watched.folder / CURSOR / "globalStorage"
    folder.mkdir(parents=True)
    shutil.copy(DATABASE, folder / "state.vscdb")
    writing = sqlite3.connect(folder / "state.vscdb")
    writing.execute("BEGIN EXCLUSIVE")  # as a running Cursor might hold it
    touch(folder / "state.vscdb", DONE)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}

    assert watched.look().new == 1

    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    writing.close()
    assert _titles(commands) == {"Fix tests"}


def test_a_database_rests_when_its_log_does(watched: Watched) -> None:
    folder = watched.folder / CURSOR / "workspaceStorage" / "w1"
    folder.mkdir(parents=True)
    shutil.copy(DATABASE, folder / "state.vscdb")
    (folder / "state.vscdb-wal").write_bytes(b"")
    touch(folder / "state.vscdb", DONE)
    touch(folder / "state.vscdb-wal", watched.now)

    assert watched.look().files == 0
    watched.now += timedelta(minutes=15)
    assert watched.look().files == 1


def test_many_sessions_go_in_parts(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watcher, "AT_ONCE", 2)
    for number in range(5):
        claude_code(watched.folder / CLAUDE_CODE, f"s{number}", f"Use pnpm {number}.")

    totals = watched.look()

    assert (totals.files, totals.new) == (5, 5)


def test_what_is_too_large_fails_alone_and_is_not_tried_again(
    watched: Watched, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEMEMORY_UPLOAD_LIMIT_MB", "1")
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")
    claude_code(watched.folder / CLAUDE_CODE, "s2", "x" * 1_100_000)

    totals = watched.look()

    assert (totals.files, totals.failed) == (1, 1)
    assert _titles(commands) == {"Use pnpm."}
    assert watched.look() == Totals()


def test_a_server_that_is_away_is_asked_again(watched: Watched) -> None:
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")

    assert watched.look(Target(url="http://127.0.0.1:1", token="12345678")).failed == 1

    assert watched.look().files == 1


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"version": 9}', '{"version": 1, "imported": {"here": []}}'])
def test_a_state_that_cannot_be_read_means_that_all_is_imported_again(watched: Watched, kept: str) -> None:
    claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")
    (watched.folder / "state").mkdir()
    (watched.folder / "state" / "watched.json").write_text(kept)

    assert [watched.look().files for _ in range(2)] == [1, 0]


def test_files_that_are_gone_are_forgotten(watched: Watched) -> None:
    path = claude_code(watched.folder / CLAUDE_CODE, "s1", "Use pnpm.")
    watched.look()
    path.unlink()

    watched.look()

    assert "s1" not in (watched.folder / "state" / "watched.json").read_text()


@pytest.mark.parametrize(
    ("system", "cursor"),
    [
        ("linux", ".config/Cursor/User"),
        ("darwin", "Library/Application Support/Cursor/User"),
        ("win32", "AppData/Roaming/Cursor/User"),
    ],
)
def test_the_usual_places_are_those_that_are_there(tmp_path: Path, system: str, cursor: str) -> None:
    assert usual_places(tmp_path, system) == []
    (tmp_path / ".claude/projects").mkdir(parents=True)
    (tmp_path / cursor).mkdir(parents=True)

    places = usual_places(tmp_path, system)

    assert [(place.tool, place.folder) for place in places] == [
        (CLAUDE_CODE, tmp_path / ".claude/projects"),
        (CURSOR, tmp_path / cursor),
    ]


def test_the_command_looks_once_and_says_what_came_of_it(commands: Commands, tmp_path: Path) -> None:
    claude_code(tmp_path, "s1", "Use pnpm.")
    arguments = ("watch", "--claude-code", tmp_path, "--once", "--json")

    ran = commands.run(*arguments)

    assert (ran.code, json.loads(ran.out)["new"]) == (0, 1)
    told = [json.loads(line)["event"] for line in ran.err.splitlines()]
    assert [event for event in told if "PostgreSQL" not in event] == ["watching", "imported", "stopped"]
    assert "pnpm" not in ran.err
    assert json.loads(commands.run(*arguments).out)["files"] == 0


def test_the_command_needs_a_place(commands: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert "name a folder" in commands.run("watch", "--once", "--json").error
    assert "no folder" in commands.run("watch", "--once", "--codex", tmp_path / "none", "--json").error


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_when_it_is_told_to(data: Path, tmp_path: Path, number: signal.Signals) -> None:
    claude_code(tmp_path, "s1", "Use pnpm.")
    words = [sys.executable, "-m", "onememory", "watch", "--claude-code", str(tmp_path), "--data", str(data), "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        while json.loads(process.stderr.readline())["event"] != "imported":
            pass
        process.send_signal(number)
        out, _ = process.communicate(timeout=PATIENCE)

    assert (process.returncode, json.loads(out)["new"]) == (0, 1)
