"""A quota holds whatever way the texts come in, tells what to do, and costs nothing where there is none."""

import json
from pathlib import Path

import pytest

from chats import chat, chatgpt_export, ingest, sent, upload
from people import Person, refused
from proposing import approve, proposals
from servers import Server, serving


def _limit(ada: Person, ben: Person, **quota: int | None) -> None:
    ada.patch(f"/api/users/{ben.user_id}", **quota)


def _kept(ada: Person, ben: Person) -> tuple[int, int]:
    known = ada.get(f"/api/users/{ben.user_id}")
    return known["memories"], known["bytes"]


def test_the_last_memory_fits_and_the_next_one_does_not(ada: Person, ben: Person) -> None:
    _limit(ada, ben, memoryQuota=2)
    ben.store("one")
    ben.store("two")
    sentence = refused(ben.send("POST", "/api/memory", json={"text": "three"}), 413)

    assert "Your quota is 2 memories; you have 2, the trash included, and this would add 1." in sentence
    assert "ask an administrator" in sentence
    assert _kept(ada, ben)[0] == 2


def test_many_at_once_are_kept_all_or_not_at_all(ada: Person, ben: Person) -> None:
    _limit(ada, ben, memoryQuota=2)
    refused(ben.send("POST", "/api/memories/bulk", json={"memories": ["one", "two", "three"]}), 413)

    assert _kept(ada, ben)[0] == 0


def test_the_trash_counts_until_it_is_emptied(ada: Person, ben: Person) -> None:
    _limit(ada, ben, memoryQuota=1)
    ben.delete(f"/api/memories/{ben.store('one')}")
    refused(ben.send("POST", "/api/memory", json={"text": "two"}), 413)
    ben.delete("/api/trash")

    assert ben.store("two")


def test_bytes_are_those_of_texts_earlier_ones_too(ada: Person, ben: Person) -> None:
    memory_id = ben.store("é" * 50)  # 100 bytes, and as many in its first version
    assert _kept(ada, ben) == (1, 200)
    _limit(ada, ben, byteQuota=300)
    edit = {"memoryId": memory_id, "text": "x" * 101}
    sentence = refused(ben.send("POST", "/api/v2/memory/update", json=edit), 413)

    assert "300 bytes of text" in sentence
    assert ben.texts() == ["é" * 50]


def test_what_was_erased_gives_its_bytes_back(ada: Person, ben: Person) -> None:
    _limit(ada, ben, byteQuota=1_000)
    for _ in range(5):
        memory_id = ben.store("x" * 400)
        ben.delete(f"/api/memories/{memory_id}")
        ben.delete("/api/trash")

    assert _kept(ada, ben) == (0, 0)


def test_whoever_is_over_may_still_move_delete_and_read(ada: Person, ben: Person) -> None:
    first, second = ben.store_all("one", "two")
    _limit(ada, ben, memoryQuota=0, byteQuota=0)
    ben.post("/api/v2/memory/update", memoryId=first, bucketId=ben.bucket("Work"))
    ben.delete(f"/api/memories/{second}")
    ben.post(f"/api/memories/{second}/restore")

    assert sorted(ben.texts()) == ["one", "two"]


def test_what_waits_in_the_inbox_was_counted_when_it_came(ada: Person, ben: Person) -> None:
    _limit(ada, ben, memoryQuota=1)
    memory_id = ben.with_token(policy="inbox").store("one")
    ben.post("/api/inbox/approve", memoryIds=[memory_id])

    assert ben.texts() == ["one"]


def test_chats_count_by_their_bytes(ada: Person, ben: Person) -> None:
    _limit(ada, ben, byteQuota=1_000)
    ingest(ben, sent("c1", "t" * 300, "Yes."), platform="chatgpt")
    kept = _kept(ada, ben)
    body = {"conversation": sent("c2", "t" * 900, "Yes."), "platform": "chatgpt"}
    refused(ben.send("POST", "/api/chat-history/ingest/custom-online", json=body), 413)

    assert _kept(ada, ben) == kept == (0, 304)


def test_an_import_of_chats_ends_with_the_reason(ada: Person, ben: Person, server: Server) -> None:
    _limit(ada, ben, byteQuota=100)
    answer = upload(ben, chatgpt_export(chat("c1", "t" * 300, "Yes.")))
    server.settle()
    found = ben.get(f"/api/imports/{answer['importId']}")

    assert (found["state"], "Your quota is 100 bytes" in json.dumps(found)) == ("failed", True)


def test_a_file_of_memories_is_refused_with_the_reason(ada: Person, ben: Person) -> None:
    _limit(ada, ben, memoryQuota=1)

    assert "Your quota" in refused(ben.send("POST", "/api/import", content=b"- one\n- two\n"), 413)


def test_a_list_for_which_there_is_no_room_waits_until_there_is(ada: Person, ben: Person, server: Server) -> None:
    _limit(ada, ben, memoryQuota=1)
    held = ben.send("POST", "/api/import?hold=true", content=b"- one\n- two\n").json()
    path = f"/api/imports/{held['importId']}"
    server.settle()
    ben.post(f"{path}/start")
    server.settle()
    found = ben.get(path)
    assert (found["state"], found["new"], found["error"][:15], ben.texts()) == ("held", 2, "Your quota is 1", [])
    _limit(ada, ben, memoryQuota=2)
    ben.post(f"{path}/start")
    server.settle()

    assert (ben.get(path)["state"], sorted(ben.texts())) == ("done", ["one", "two"])


def test_files_that_wait_may_take_what_the_quota_allows_and_one_may_always_come(ada: Person, ben: Person) -> None:
    _limit(ada, ben, byteQuota=2_000)
    first = ben.send("POST", "/api/import?hold=true", content=b"- tea\n" * 10_000).json()
    second = ben.send("POST", "/api/import?hold=true", content=b"- one\n")

    assert "the files that wait for their import take" in refused(second, 413)
    ben.post(f"/api/imports/{first['importId']}/stop")
    held = [ben.send("POST", "/api/import?hold=true", content=b"- one\n" * 150) for _ in range(3)]
    assert [answer.status_code for answer in held] == [200, 200, 413]
    assert len(ben.get("/api/imports")) == 2


def test_only_so_many_files_wait_at_once(ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onememory.services.transfers.handed_files.WAITING_AT_MOST", 1)
    ben.send("POST", "/api/import?hold=true", content=b"- one\n")

    sentence = refused(ben.send("POST", "/api/import?hold=true", content=b"- two\n"), 413)
    assert "1 files wait for their import, and no more can" in sentence


def test_a_proposed_text_counts_while_it_waits_and_its_approval_needs_no_more_room(ada: Person, ben: Person) -> None:
    memory_id = ben.store("one")
    _limit(ada, ben, byteQuota=1_000)
    agent = ben.with_token(policy="propose")
    agent.post("/api/v2/memory/update", memoryId=memory_id, text="t" * 400)
    again = {"memoryId": memory_id, "text": "u" * 600}

    assert "proposed changes" in refused(agent.send("POST", "/api/v2/memory/update", json=again), 413)
    assert _kept(ada, ben) == (1, 406)
    approve(ben, proposals(ben)[0]["id"])
    assert ben.texts() == ["t" * 400]


def test_our_own_export_counts_with_its_history(ada: Person, ben: Person, cy: Person) -> None:
    cy.store_all("one", "two")
    _limit(ada, ben, memoryQuota=1)

    assert "Your quota" in refused(ben.send("POST", "/api/import", content=cy.send("GET", "/api/export").content), 413)


def test_a_tool_is_told_the_same_over_the_memory_tool(ada: Person, ben: Person) -> None:
    _limit(ada, ben, memoryQuota=0)
    command = {"command": "create", "path": "/memories/a.md", "file_text": "tea"}

    assert "Your quota is 0 memories" in ben.send("POST", "/api/memory-tool", json=command).text


@pytest.mark.parametrize("quota", [{"memoryQuota": -1}, {"byteQuota": 10**16}, {"memoryQuota": "many"}])
def test_a_quota_that_is_none_is_refused(ada: Person, ben: Person, quota: dict[str, object]) -> None:
    refused(ada.send("PATCH", f"/api/users/{ben.user_id}", json=quota), 400)


def test_a_quota_that_is_taken_away_counts_no_more(ada: Person, ben: Person) -> None:
    _limit(ada, ben, memoryQuota=0, byteQuota=0)
    _limit(ada, ben, memoryQuota=None, byteQuota=None)

    assert ben.store("one")


def test_whoever_comes_new_begins_with_the_quota_of_the_settings(data: Path) -> None:
    with serving(data, embedder="none", default_quota_memories=1, default_quota_bytes=500) as server:
        ada, ben = server.person("Ada", is_admin=True), server.person("Ben")
        known = ada.get(f"/api/users/{ben.user_id}")
        ben.store("one")

        assert (known["memoryQuota"], known["byteQuota"]) == (1, 500)
        assert "Your quota is 1 memory; you" in refused(ben.send("POST", "/api/memory", json={"text": "two"}), 413)
        assert [ada.store("one"), ada.store("two")]
        assert ada.get(f"/api/users/{ada.user_id}")["memoryQuota"] is None
