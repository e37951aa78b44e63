"""Chats out of Cursor's databases, alone and in archives, and conversations that an export holds twice."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from people import Person
from servers import Server

DATABASE = Path(__file__).parents[1] / "data" / "exports" / "cursor" / "synthetic-state.vscdb"
SAID = ["We use pnpm, not npm.", "Understood, pnpm."]


def _import(server: Server, person: Person, content: bytes, name: str) -> dict[str, Any]:
    answer = person.send("POST", "/api/import", params={"fileName": name}, content=content)
    assert answer.status_code == 200, answer.text
    server.settle()
    report: dict[str, Any] = person.get(f"/api/imports/{answer.json()['importId']}")
    return report


def _said(person: Person) -> list[str]:
    (chat,) = person.get("/api/chat-history/chats")["items"]
    messages = person.get("/api/chat-history/conversation", conversationId=chat["id"])["messages"]
    return [message["text"] for message in messages]


def _zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "/"), content)
    return packed.getvalue()


def test_a_database_of_cursor_is_imported(server: Server, ada: Person) -> None:
    report = _import(server, ada, DATABASE.read_bytes(), "state.vscdb")

    assert (report["state"], report["new"], report["platforms"]) == ("done", 1, {"cursor": 1})
    assert _said(ada) == SAID


def test_databases_in_an_archive_are_imported_once(server: Server, ada: Person) -> None:
    twice = _zipped(a_state=DATABASE.read_bytes(), b_state=DATABASE.read_bytes())

    report = _import(server, ada, twice, "cursor.zip")

    assert (report["read"], report["new"], report["skipped"]) == (1, 1, [])
    assert _said(ada) == SAID


def test_a_database_of_something_else_is_told(server: Server, ada: Person, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE notes (text)")
    other.close()

    report = _import(server, ada, (tmp_path / "other.db").read_bytes(), "other.db")

    assert (report["state"], report["read"]) == ("done", 0)
    assert "without the tables" in report["skipped"][0]["reason"]


def test_a_database_that_breaks_off_is_told_and_the_other_files_are_read(server: Server, ada: Person) -> None:
    archive = _zipped(broken=DATABASE.read_bytes()[:5_000], whole=DATABASE.read_bytes())

    report = _import(server, ada, archive, "cursor.zip")

    assert report["new"] == 1
    assert ["damaged" in skipped["reason"] for skipped in report["skipped"]] == [True]


def test_nothing_of_an_upload_stays(server: Server, ada: Person) -> None:
    folder = server.settings.data / "uploads"
    before = set(folder.glob("*"))  # what others look at before they import it
    _import(server, ada, DATABASE.read_bytes(), "state.vscdb")

    assert set(folder.glob("*")) == before


@pytest.mark.parametrize("newest", [0, 1])
def test_of_a_conversation_that_comes_twice_the_newer_one_stays(server: Server, ada: Person, newest: int) -> None:
    chats = [
        {
            "uuid": "c1",
            "name": "Fish",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": f"2026-01-0{1 + (at == newest)}T00:00:00Z",
            "chat_messages": [{"uuid": "m", "sender": "human", "text": f"Text {at}"}],
        }
        for at in range(2)
    ]

    report = _import(server, ada, json.dumps(chats).encode(), "conversations.json")

    assert report["state"] == "done"
    assert _said(ada) == [f"Text {newest}"]
