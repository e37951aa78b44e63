"""Exports of chats over REST: previewed, imported, imported again, and reported."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chats import EXPORTS, chat, chatgpt_export, sample, upload
from onememory.domain.jobs import LEASE, MAX_ATTEMPTS
from people import Client, Person, refused
from servers import Server, serving

CHATS = "/api/chat-history/chats"
CLASSIC = sample("chatgpt/synthetic-classic.zip")

SAMPLES = {  # platform, conversations, suggestions
    "chatgpt/synthetic-2026-sharded.zip": ("chatgpt", 3, 4),
    "chatgpt/synthetic-classic.zip": ("chatgpt", 3, 4),
    "chatgpt/synthetic-conversations-000.json": ("chatgpt", 2, 4),
    "chatgpt/synthetic-conversations-001.json": ("chatgpt", 1, 0),
    "claude/synthetic-claude-export.zip": ("claude", 1, 5),
    "claude/synthetic-conversations.json": ("claude", 1, 0),
    "copilot/synthetic-copilot-activity-history.csv": ("copilot", 2, 0),
    "copilot/synthetic-copilot-chat-activity.csv": ("copilot", 1, 0),
    "copilot/synthetic-vscode-chat.json": ("copilot", 1, 0),
    "copilot/synthetic-windows-apps-copilot-activity-history.csv": ("copilot", 1, 0),
    "cursor/synthetic-state.vscdb": ("cursor", 1, 0),
    "deepseek/synthetic-conversations.json": ("deepseek", 2, 0),
    "gemini/synthetic-MyActivity.html": ("gemini", 1, 0),
    "gemini/synthetic-MyActivity.json": ("gemini", 2, 0),
    "gemini/synthetic-workspace-conversation_1.txt": ("gemini", 1, 0),
    "grok/synthetic-grok-export.zip": ("grok", 1, 1),
    "grok/synthetic-prod-grok-backend.json": ("grok", 1, 1),
    "librechat/synthetic-chatbotui-v4.json": ("custom", 1, 0),
    "librechat/synthetic-librechat-recursive.json": ("librechat", 1, 0),
    "mistral/synthetic-chat-00000000-0000-4000-8000-000000000071.json": ("mistral", 1, 0),
    "openwebui/synthetic-openwebui-export.json": ("openwebui", 1, 0),
    "perplexity/synthetic-a-conversations.json": ("perplexity", 1, 0),
    "perplexity/synthetic-b-thread.json": ("perplexity", 1, 0),
    "perplexity/synthetic-c-api-entries.json": ("perplexity", 1, 0),
}


def imported(person: Client, server: Server, content: bytes, **query: str) -> Any:
    """Import a file to its end; the report."""
    begun = upload(person, content, **query)
    assert begun["kind"] == "chats"
    assert begun["state"] == "queued"
    server.settle()
    return person.get(f"/api/imports/{begun['importId']}")


def said(person: Client) -> str:
    """All that the archive holds of a person's chats."""
    return str(
        [person.get("/api/chat-history/conversation", conversationId=c["id"], branches="all") for c in _all(person)]
    )


def _all(person: Client) -> list[Any]:
    items: list[Any] = person.get(CHATS, pageSize=100)["items"]
    return items


@pytest.mark.parametrize("path", SAMPLES)
def test_every_sample_is_imported_and_reported(ada: Person, server: Server, path: str) -> None:
    platform, conversations, suggestions = SAMPLES[path]

    report = imported(ada, server, sample(path), fileName=Path(path).name)

    assert report["state"] == "done"
    assert (report["read"], report["new"], report["updated"]) == (conversations, conversations, 0)
    assert report["platforms"] == {platform: conversations}
    assert len(report["suggestions"]) == suggestions
    assert report["messages"] == sum(c["messageCount"] for c in _all(ada)) > 0
    assert ada.get("/api/chat-history/count") == {"count": conversations}
    assert {c["platform"] for c in _all(ada)} == {platform}


def test_no_sample_is_forgotten() -> None:
    there = {str(p.relative_to(EXPORTS)) for p in EXPORTS.rglob("*") if p.is_file()}
    elsewhere = {p for p in there if p.startswith(("hostile/", "pasted/"))}
    side_files = {"claude/synthetic-memories.json", "claude/synthetic-projects.json", "claude/synthetic-users.json"}
    assert there - elsewhere - side_files == set(SAMPLES)


@pytest.mark.parametrize("path", SAMPLES)
def test_the_same_export_again_changes_nothing(ada: Person, server: Server, path: str) -> None:
    imported(ada, server, sample(path), fileName=Path(path).name)
    before = _all(ada), said(ada)

    report = imported(ada, server, sample(path), fileName=Path(path).name)

    assert (report["new"], report["updated"], report["unchanged"]) == (0, 0, report["read"])
    assert (_all(ada), said(ada)) == before


@pytest.mark.parametrize("path", SAMPLES)
def test_a_preview_says_what_the_import_would_and_keeps_nothing(ada: Person, server: Server, path: str) -> None:
    preview = upload(ada, sample(path), preview="true", fileName=Path(path).name)
    server.settle()

    assert (preview["preview"], "importId" in preview) == (True, False)
    assert ada.get("/api/chat-history/count") == {"count": 0}
    assert ada.get("/api/imports") == []
    report = imported(ada, server, sample(path), fileName=Path(path).name)
    same = ("read", "new", "platforms", "messages", "first", "last", "skipped", "leftOut", "suggestions")
    assert {k: preview.get(k) for k in same} == {k: report.get(k) for k in same}


def test_a_newer_export_updates_what_has_changed_and_adds_what_is_new(ada: Person, server: Server) -> None:
    old = chatgpt_export(chat("a", "Where is the giraffe?", "In Basel."), chat("b", "Tea?", "Yes."))
    new = chatgpt_export(
        chat("a", "Where is the giraffe?", "In Basel.", "And the walrus?", "In Bern."),
        chat("b", "Tea?", "Yes."),
        chat("c", "Salt?", "No."),
    )
    imported(ada, server, old)
    (first,) = [c["id"] for c in _all(ada) if c["title"] == "Chat a"]

    report = imported(ada, server, new)

    assert (report["new"], report["updated"], report["unchanged"]) == (1, 1, 1)
    assert [c["id"] for c in _all(ada) if c["title"] == "Chat a"] == [first]
    assert "walrus" in ada.post("/api/chat-history/inject", query="Where is the walrus?")["content"]
    assert ada.get("/api/chat-history/count") == {"count": 3}


def test_a_conversation_twice_in_one_export_is_kept_once(ada: Person, server: Server) -> None:
    export = chatgpt_export(chat("a", "Old?", "Yes."), chat("b", "Tea?", "Yes."), chat("a", "Old?", "Yes.", "New?"))

    report = imported(ada, server, export)

    assert (report["state"], "error" in report) == ("done", False)
    assert ada.get("/api/chat-history/count") == {"count": 2}
    assert "New?" in said(ada)
    assert imported(ada, server, export)["state"] == "done"
    assert ada.get("/api/chat-history/count") == {"count": 2}


def test_suggestions_are_offered_and_none_is_stored(ada: Person, server: Server) -> None:
    report = imported(ada, server, sample("claude/synthetic-claude-export.zip"))

    assert report["suggestions"]
    assert all(set(s) == {"platform", "kind", "text", "title"} for s in report["suggestions"])
    assert ada.texts(all=True) == []
    assert ada.get("/api/inbox")["count"] == 0


def test_two_imports_in_the_queue_are_both_done(ada: Person, ben: Person, server: Server) -> None:
    exports = [chatgpt_export(chat(name, f"About {name}?", "Yes.")) for name in ("a", "b")]
    ids = [upload(ada, export)["importId"] for export in exports]
    theirs = upload(ben, exports[0])["importId"]

    server.settle()

    assert [ada.get(f"/api/imports/{i}")["new"] for i in ids] == [1, 1]
    assert ben.get(f"/api/imports/{theirs}")["new"] == 1
    assert [i["importId"] for i in ada.get("/api/imports")] == ids[::-1]


def _rotten(content: bytes) -> bytes:
    """An archive that opens, with a file in it that cannot be unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start = archive.getinfo("conversations.json").header_offset + 200
    return content[:start] + bytes(50) + content[start + 50 :]


def test_a_rotten_file_is_reported_and_does_not_hold_up_the_next(
    ada: Person, server: Server, already: list[str]
) -> None:
    ids = [upload(ada, content)["importId"] for content in (_rotten(CLASSIC), CLASSIC)]

    server.settle()

    rotten, whole = (ada.get(f"/api/imports/{i}") for i in ids)
    assert any("conversations.json" in s["where"] for s in rotten["skipped"]) or rotten.get("error")
    assert (whole["state"], whole["new"] + whole["unchanged"]) == ("done", 3)
    assert _files(server) == already


def test_what_is_no_archive_at_all_is_refused_at_once(ada: Person, server: Server, already: list[str]) -> None:
    refused(ada.send("POST", "/api/import", content=CLASSIC[:-60]), 400)

    assert _files(server) == already
    assert ada.get("/api/imports") == []


async def _claimed(server: Server) -> bool:
    """Take the job as a process does that ends before it has done it."""
    now = server.installation.clock.now()
    return await server.installation.store.write_directory(lambda directory: directory.claim_job(now)) is not None


def test_an_import_whose_process_ended_each_time_fails_and_the_next_one_comes(data: Path) -> None:
    with serving(data, embedder="none") as server:
        ada = server.person("Ada")
        ids = [upload(ada, chatgpt_export(chat(name, "Tea?", "Yes.")))["importId"] for name in ("a", "b")]
        for _ in range(MAX_ATTEMPTS):
            assert server.run(_claimed(server))
            server.installation.clock.advance(2 * LEASE)

        server.settle()

        first, second = (ada.get(f"/api/imports/{i}") for i in ids)
        assert (first["state"], second["state"]) == ("failed", "done")
        assert "process ended" in first["error"]
        assert _files(server) == []


HOSTILE = {
    "bom.json": "done",
    "bomb-100MB-of-zeros.zip": "done failed",
    "cycle.json": "done",
    "deep-nesting.json": "done failed 400",
    "injection-content.json": "done",
    "mixed-providers.zip": "done failed",
    "nested.zip": "done failed",
    "not-utf8.json": "done failed 400",
    "path-traversal.zip": "done failed",
    "truncated.json": "done",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_a_clear_report(ada: Person, server: Server, name: str) -> None:
    answer = ada.send("POST", "/api/import", params={"fileName": name}, content=sample(f"hostile/{name}"))
    server.settle()

    if answer.status_code != 200:
        assert str(answer.status_code) in HOSTILE[name], answer.text
        refused(answer, 400)
        return
    report = ada.get(f"/api/imports/{answer.json()['importId']}")
    assert report["state"] in HOSTILE[name]
    assert report["read"] or report["skipped"] or report.get("error")
    assert report["read"] == ada.get("/api/chat-history/count")["count"]
    assert "Traceback" not in str(report)
    assert server.run(server.installation.store.check()) == []


def test_the_samples_of_hostile_files_are_all_tried() -> None:
    assert {p.name for p in (EXPORTS / "hostile").iterdir()} == set(HOSTILE)


def test_a_text_that_gives_orders_is_kept_as_text(ada: Person, server: Server) -> None:
    imported(ada, server, sample("hostile/injection-content.json"))

    for item in _all(ada):
        ada.get("/api/chat-history/conversation", conversationId=item["id"])
        ada.get(f"/api/chat-history/conversations/{item['id']}/summary")
    assert ada.get("/api/chat-history/count")["count"] == len(_all(ada)) > 0


def _zip(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("content", [_zip(), _zip(readme=b"nothing of note"), _zip(a=b"\x00\x01\x02")])
def test_an_archive_without_chats_says_so(ada: Person, server: Server, content: bytes) -> None:
    report = imported(ada, server, content)

    assert report["read"] == 0
    assert report["skipped"]


@pytest.fixture
def already(server: Server) -> list[str]:
    """What others have handed in and still look at before they import it."""
    return _files(server)


def _files(server: Server) -> list[str]:
    folder = server.settings.data / "uploads"
    return sorted(p.name for p in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("content", [CLASSIC, b"- tea\n- milk", b"", b"\x00"])
@pytest.mark.parametrize("preview", ["true", "false"])
def test_no_file_is_left_of_an_upload_that_is_done_with(
    ada: Person, server: Server, already: list[str], content: bytes, preview: str
) -> None:
    ada.send("POST", "/api/import", params={"preview": preview}, content=content)
    server.settle()

    assert _files(server) == already


@pytest.fixture(scope="module")
def small(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that takes uploads of one MiB."""
    with serving(data_factory.mktemp("small"), upload_limit_mb=1, embedder="none") as running:
        yield running


@pytest.mark.parametrize("is_declared", [True, False])
def test_an_upload_over_the_limit_is_413_and_leaves_no_file(small: Server, is_declared: bool) -> None:
    eve = small.person(f"Eve{is_declared}")
    content = b"x" * (1024 * 1024 + 1)

    answer = eve.send("POST", "/api/import", content=content if is_declared else iter([content[:9], content[9:]]))

    refused(answer, 413)
    assert _files(small) == []


def test_an_upload_that_breaks_off_leaves_nothing(ada: Person, server: Server, already: list[str]) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"PK\x03\x04" + b"x" * 100_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        ada.send("POST", "/api/import", content=pieces())
    server.settle()
    ada.get("/api/account")

    assert _files(server) == already
    assert ada.get("/api/imports") == []


def test_an_import_that_is_not_there_is_a_404(ada: Person, ben: Person, server: Server) -> None:
    refused(ada.send("GET", "/api/imports/nothing"), 404)
    theirs = imported(ben, server, chatgpt_export(chat("a", "Tea?", "Yes.")))
    refused(ada.send("GET", f"/api/imports/{theirs['importId']}"), 404)


@pytest.mark.parametrize("wanted", [{"policy": "inbox"}, {"policy": "read"}, {"buckets": ["General"]}])
def test_a_token_that_may_not_change_the_archive_imports_nothing(
    ada: Person, server: Server, already: list[str], wanted: Any
) -> None:
    limited = ada.with_token(**wanted)

    refused(limited.send("POST", "/api/import", content=chatgpt_export(chat("a", "Tea?", "Yes."))), 403)
    server.settle()

    assert ada.get("/api/chat-history/count") == {"count": 0}
    assert _files(server) == already


def test_a_token_of_some_buckets_sees_no_chats_and_no_imports(ada: Person, server: Server) -> None:
    report = imported(ada, server, sample("claude/synthetic-claude-export.zip"))
    limited = ada.with_token(buckets=["General"])

    for path in ("/api/imports", f"/api/imports/{report['importId']}", CHATS, "/api/chat-history/count"):
        refused(limited.send("GET", path), 403)
    refused(limited.send("POST", "/api/chat-history/inject", json={"query": "tea"}), 403)


def test_a_very_long_conversation_of_an_export_is_kept(ada: Person, server: Server) -> None:
    long = chat("a", *(f"message {n} " + "tea " * 400 for n in range(300)))

    report = imported(ada, server, chatgpt_export(long))

    assert (report["new"], report["skipped"]) == (1, [])


def test_the_report_says_how_much_was_left_out(ada: Person, server: Server) -> None:
    export = json.loads(chatgpt_export(chat("a", "Tea?", "Yes.")))
    hidden = json.loads(
        json.dumps(export[0]["mapping"]["m0"]).replace("Tea?", "Be nice.").replace('"user"', '"system"')
    )
    export[0]["mapping"]["m9"] = hidden | {"id": "m9", "children": ["m0"]}
    export[0]["mapping"]["m0"]["parent"] = "m9"
    export[0]["mapping"]["root"]["children"] = ["m9"]

    report = imported(ada, server, json.dumps(export).encode())

    assert sum(report["leftOut"].values()) == 1
    assert "Be nice" not in said(ada)


def test_a_chat_of_another_platform_with_the_same_id_is_another_chat(ada: Person, server: Server) -> None:
    one = chat("same", "Tea?", "Yes.")
    imported(ada, server, chatgpt_export(one))
    ada.post("/api/chat-history/ingest/custom-online", conversation={
        "id": "same", "title": "x", "createdAt": "2026-01-01T00:00:00Z", "messages": [],
    })  # fmt: skip

    assert imported(ada, server, chatgpt_export(replace(one, title="Other")))["updated"] == 1
    assert ada.get("/api/chat-history/count") == {"count": 2}
