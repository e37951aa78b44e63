"""Imports in two steps over REST: held and looked through, begun, stopped, taken back; and what they suggest."""

from dataclasses import replace

import pytest

from chats import chat, chatgpt_export, ingest, sample, sent, upload
from factories import make_actor
from onememory.domain.actors import Scope
from onememory.domain.imports import ImportRecord, ImportState
from onememory.ports import Transaction
from people import Person, refused
from servers import Server

CLAUDE = sample("claude/synthetic-claude-export.zip")
ONE = chatgpt_export(chat("a", "Where is the giraffe?", "In Basel."))
MANY = chatgpt_export(*(chat(f"c{n}", f"Tea {n}?", "Yes.") for n in range(450)))
COUNT = "/api/chat-history/count"


def _held(ada: Person, server: Server, content: bytes, name: str = "export.json") -> str:
    held = upload(ada, content, hold="true", fileName=name)
    assert held["state"] == "reading"
    server.settle()
    import_id: str = held["importId"]
    return import_id


def _imported(ada: Person, server: Server, content: bytes) -> str:
    import_id = _held(ada, server, content)
    ada.send("POST", f"/api/imports/{import_id}/start")
    server.settle()
    return import_id


def test_a_held_file_tells_what_it_holds_and_waits(ada: Person, server: Server) -> None:
    import_id = _held(ada, server, ONE)
    record = ada.get(f"/api/imports/{import_id}")

    assert (record["state"], record["kind"], record["fileName"]) == ("held", "chats", "export.json")
    assert (record["read"], record["new"], record["expected"], record["shown"]) == (1, 1, 1, ["Chat a"])
    assert ada.get(COUNT) == {"count": 0}


def test_it_begins_on_the_word_and_once(ada: Person, server: Server) -> None:
    import_id = _held(ada, server, ONE)

    assert ada.post(f"/api/imports/{import_id}/start")["state"] == "queued"
    refused(ada.send("POST", f"/api/imports/{import_id}/start"), 409)
    server.settle()
    record = ada.get(f"/api/imports/{import_id}")
    assert (record["state"], record["new"], "shown" in record) == ("done", 1, False)


def test_memories_go_into_the_bucket_that_is_named(ada: Person, server: Server) -> None:
    work = ada.bucket("Work")
    import_id = _held(ada, server, b"- tea\n- milk\n")

    ada.post(f"/api/imports/{import_id}/start", bucketId=work)
    server.settle()
    assert {m["text"] for m in ada.get("/api/memories", bucketId=work)["data"]} == {"tea", "milk"}
    assert ada.get(f"/api/imports/{import_id}")["kind"] == "memories"


def test_a_bucket_that_is_not_there_is_said_in_the_report(ada: Person, server: Server) -> None:
    import_id = _held(ada, server, b"- tea\n")

    ada.post(f"/api/imports/{import_id}/start", bucketId=2_000_000_000)
    server.settle()
    record = ada.get(f"/api/imports/{import_id}")
    assert (record["state"], "bucket" in record["error"].lower()) == ("failed", True)


@pytest.mark.parametrize("content", [ONE, b"- tea\n"])
def test_what_has_not_begun_is_dropped_without_a_trace(ada: Person, server: Server, content: bytes) -> None:
    import_id = _held(ada, server, content)

    assert ada.post(f"/api/imports/{import_id}/stop") == {"stopping": False}
    refused(ada.send("GET", f"/api/imports/{import_id}"), 404)
    assert not (server.settings.data / "uploads" / import_id).exists()


def test_what_waits_in_the_queue_can_be_dropped(ada: Person, server: Server) -> None:
    import_id = upload(ada, ONE)["importId"]

    ada.post(f"/api/imports/{import_id}/stop")
    server.settle()
    assert ada.get(COUNT) == {"count": 0}
    assert ada.get("/api/imports") == []


def test_what_runs_is_stopped_and_what_came_before_stays(ada: Person, server: Server) -> None:
    import_id, imports = upload(ada, MANY)["importId"], server.services.chat_imports
    stopped: list[ImportRecord | None] = []

    async def stop_once(*_: int) -> None:
        if not stopped:
            stopped.append(await server.services.held_imports.stop(make_actor(ada.user_id), import_id))

    server.run(imports.run_pending(Scope(ada.user_id), stop_once))
    record = ada.get(f"/api/imports/{import_id}")
    assert (record["state"], record["new"]) == ("stopped", 200)
    assert ada.get(COUNT) == {"count": 200}
    server.settle()
    ada.post(f"/api/imports/{import_id}/undo")
    server.settle()
    assert (ada.get(f"/api/imports/{import_id}")["undone"], ada.get(COUNT)) == (200, {"count": 0})


def test_an_import_that_has_ended_cannot_be_stopped(ada: Person, server: Server) -> None:
    import_id = _imported(ada, server, ONE)

    refused(ada.send("POST", f"/api/imports/{import_id}/stop"), 409)
    assert ada.get(COUNT) == {"count": 1}


def test_chats_of_one_import_are_taken_back_and_can_come_again(ada: Person, server: Server) -> None:
    import_id = _imported(ada, server, MANY)
    other = _imported(ada, server, ONE)

    assert ada.post(f"/api/imports/{import_id}/undo")["state"] in {"undoing", "undone"}
    server.settle()
    assert (ada.get(f"/api/imports/{import_id}")["undone"], ada.get(COUNT)) == (450, {"count": 1})
    assert ada.post("/api/chat-history/inject", query="Tea 17")["sources"] == []
    refused(ada.send("POST", f"/api/imports/{import_id}/undo"), 409)
    again = _imported(ada, server, MANY)
    assert [ada.get(f"/api/imports/{i}")["new"] for i in (other, again)] == [1, 450]


@pytest.mark.parametrize("query", [{}, {"hold": "true"}])
def test_memories_of_one_import_go_into_the_trash(ada: Person, server: Server, query: dict[str, str]) -> None:
    ada.store("salt")
    upload(ada, b"- tea\n- milk\n- salt\n", **query)
    server.settle()
    (record,) = ada.get("/api/imports", kind="memories")
    if query:
        ada.post(f"/api/imports/{record['importId']}/start")
        server.settle()

    ada.post(f"/api/imports/{record['importId']}/undo")
    server.settle()
    assert ada.texts(all=True) == ["salt"]
    assert ada.get("/api/trash")["count"] == 2


def test_our_own_export_is_taken_back_too(ada: Person, ben: Person, server: Server) -> None:
    ada.store_all("tea", "milk")
    _imported(ben, server, ada.send("GET", "/api/export").content)
    (record,) = ben.get("/api/imports")

    ben.post(f"/api/imports/{record['importId']}/undo")
    server.settle()
    assert (record["format"], ben.texts(all=True)) == ("onememory-json", [])


def test_suggestions_become_memories_by_their_places(ada: Person, server: Server) -> None:
    import_id = _imported(ada, server, CLAUDE)
    suggested = [each["text"] for each in ada.get(f"/api/imports/{import_id}")["suggestions"]]

    assert ada.post(f"/api/imports/{import_id}/suggestions", places=[3, 1, 1]) == {
        "new": 2, "unchanged": 0, "skipped": [],
    }  # fmt: skip
    assert set(ada.texts(all=True)) == {suggested[1], suggested[3]}
    assert ada.get(f"/api/imports/{import_id}")["taken"] == [1, 3]
    kept = ada.get("/api/memories")["data"][0]
    assert (kept["trust"], kept["source"]) == ("imported", "claude")


def test_taking_chats_back_leaves_the_memories_that_were_kept(ada: Person, server: Server) -> None:
    import_id = _imported(ada, server, CLAUDE)
    ada.post(f"/api/imports/{import_id}/suggestions", places=[1])

    ada.post(f"/api/imports/{import_id}/undo")
    server.settle()
    assert len(ada.texts(all=True)) == 1


@pytest.mark.parametrize("places", [[], [5], [-1], ["x"], None])
def test_places_without_a_suggestion_are_refused(ada: Person, server: Server, places: object) -> None:
    import_id = _imported(ada, server, CLAUDE)

    refused(ada.send("POST", f"/api/imports/{import_id}/suggestions", json={"places": places}), 400)
    assert ada.texts(all=True) == []


def test_one_chat_that_a_client_sends_is_of_another_kind(ada: Person, server: Server) -> None:
    _imported(ada, server, ONE)
    ingest(ada, sent("c", "Hello?", "Hi."))

    assert [len(ada.get("/api/imports", kind=kind)) for kind in ("chats", "sent", "memories")] == [1, 1, 0]
    refused(ada.send("GET", "/api/imports", params={"kind": "songs"}), 400)


@pytest.mark.parametrize("wanted", [{"policy": "inbox"}, {"policy": "read"}, {"buckets": ["General"]}])
def test_a_token_that_may_not_change_the_archive_moves_no_import(
    ada: Person, server: Server, wanted: dict[str, object]
) -> None:
    waiting, done = _held(ada, server, ONE), _imported(ada, server, MANY)
    limited = ada.with_token(**wanted)

    refused(limited.send("POST", f"/api/imports/{waiting}/start"), 403)
    refused(limited.send("POST", f"/api/imports/{done}/undo"), 403)
    server.settle()
    assert ada.get(COUNT) == {"count": 450}


def _cut_off(server: Server, person: Person, import_id: str, state: ImportState) -> None:
    """Leave the import as a process does that ends in the middle."""

    def work(tx: Transaction) -> None:
        record = tx.imports.get(import_id)
        assert record
        tx.imports.change(replace(record, state=state))

    server.run(server.installation.store.write(Scope(person.user_id), work))


def test_memories_that_were_cut_off_go_on_with_a_word(ada: Person, server: Server) -> None:
    import_id = _held(ada, server, b"- tea\n- milk\n")
    _cut_off(server, ada, import_id, ImportState.RUNNING)

    ada.post(f"/api/imports/{import_id}/start")
    server.settle()
    assert (ada.get(f"/api/imports/{import_id}")["state"], len(ada.texts(all=True))) == ("done", 2)


def test_a_way_back_that_was_cut_off_goes_on_with_a_word(ada: Person, server: Server) -> None:
    import_id = _imported(ada, server, ONE)
    _cut_off(server, ada, import_id, ImportState.UNDOING)

    ada.post(f"/api/imports/{import_id}/undo")
    server.settle()
    assert (ada.get(f"/api/imports/{import_id}")["state"], ada.get(COUNT)) == ("undone", {"count": 0})


def test_a_look_that_was_cut_off_begins_anew_when_it_is_asked_for(ada: Person, server: Server) -> None:
    import_id = _held(ada, server, ONE)
    _cut_off(server, ada, import_id, ImportState.READING)

    assert ada.get(f"/api/imports/{import_id}")["state"] == "reading"
    server.settle()
    assert ada.get(f"/api/imports/{import_id}")["state"] == "held"
