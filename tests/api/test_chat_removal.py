"""Chats that are pinned, excluded and deleted; what is gone is gone from the files too."""

from pathlib import Path
from typing import Any

import apsw
import pytest

from chats import chat, chatgpt_export, ingest, sent, upload
from people import Person, refused
from servers import Server, serving

CHATS = "/api/chat-history/chats"
CONVERSATION = "/api/chat-history/conversation"
SECRET = "zqxkvorlm"  # its own stem, so the index of words would hold it as it is


def _delete(ada: Person, *ids: str) -> list[str]:
    answer = ada.send("DELETE", CHATS, json={"ids": list(ids)})
    assert answer.status_code == 200, answer.text
    deleted: list[str] = answer.json()["deleted"]
    return deleted


def _import(ada: Person, server: Server, *names: str) -> Any:
    answer = upload(ada, chatgpt_export(*(chat(name, f"Tell me about {name}", "Yes.") for name in names)))
    server.settle()
    return ada.get(f"/api/imports/{answer['importId']}")


def _id(ada: Person, name: str) -> str:
    (found,) = [c["id"] for c in ada.get(CHATS, title=f"Chat {name}")["items"]]
    return str(found)


def test_an_excluded_chat_never_comes_back(ada: Person, server: Server) -> None:
    _import(ada, server, "giraffe", "walrus")
    gone = _id(ada, "giraffe")

    assert ada.post("/api/chat-history/exclude", ids=[gone, "nothing"]) == {"changed": 1, "missing": ["nothing"]}

    report = _import(ada, server, "giraffe", "walrus")
    assert (report["new"], report["unchanged"], report["updated"]) == (0, 1, 0)
    assert "excluded" in report["skipped"][0]["reason"]
    assert [c["title"] for c in ada.get(CHATS)["items"]] == ["Chat walrus"]
    refused(ada.send("GET", CONVERSATION, params={"conversationId": gone}), 404)
    assert ada.post("/api/chat-history/inject", query="giraffe")["sources"] == []
    ada.post("/api/chat-history/exclude", ids=[gone])


def test_a_chat_that_a_client_sends_again_stays_excluded(ada: Person) -> None:
    conversation_id = ingest(ada, sent("c", "Hello?", "Hi."))
    ada.post("/api/chat-history/exclude", ids=[conversation_id])

    ingest(ada, sent("c", "Hello?", "Hi.", "And now something else?"))

    assert ada.get("/api/chat-history/count") == {"count": 0}


def test_a_deleted_chat_may_come_back(ada: Person, server: Server) -> None:
    _import(ada, server, "giraffe")
    _delete(ada, _id(ada, "giraffe"))

    report = _import(ada, server, "giraffe")

    assert report["new"] == 1
    assert "giraffe" in ada.post("/api/chat-history/inject", query="giraffe")["content"]


def test_pinned_chats_survive_a_deletion_in_bulk(ada: Person, server: Server) -> None:
    _import(ada, server, "giraffe", "walrus")
    giraffe, walrus = _id(ada, "giraffe"), _id(ada, "walrus")
    ada.post("/api/chat-history/pin", ids=[giraffe])

    assert _delete(ada, giraffe, walrus) == [walrus]
    assert ada.get("/api/chat-history/count") == {"count": 1}
    assert _delete(ada, giraffe) == [giraffe]


def test_a_pin_stays_when_the_chat_is_updated(ada: Person) -> None:
    conversation_id = ingest(ada, sent("c", "Hello?", "Hi."))
    ada.post("/api/chat-history/pin", ids=[conversation_id])

    ingest(ada, sent("c", "Hello?", "Hi.", "More?"))

    assert ada.get(CHATS)["items"][0]["pinned"] is True


@pytest.mark.parametrize("operation", ["pin", "unpin", "exclude"])
@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": [str(n) for n in range(1_001)]}, {"ids": "x"}])
def test_without_good_ids_nothing_happens(ada: Person, operation: str, body: Any) -> None:
    refused(ada.send("POST", f"/api/chat-history/{operation}", json=body), 400)


@pytest.mark.parametrize("wanted", [{"policy": "read"}, {"policy": "inbox"}, {"buckets": ["General"]}])
def test_a_token_that_may_not_change_the_archive_removes_nothing(ada: Person, wanted: Any) -> None:
    conversation_id = ingest(ada, sent("c", "Hello?", "Hi."))
    limited = ada.with_token(**wanted)

    for operation in ("pin", "exclude"):
        refused(limited.send("POST", f"/api/chat-history/{operation}", json={"ids": [conversation_id]}), 403)
    refused(limited.send("DELETE", CHATS, json={"ids": [conversation_id]}), 403)
    assert ada.get("/api/chat-history/count") == {"count": 1}


def test_the_overview_counts_what_is_there(ada: Person, server: Server) -> None:
    _import(ada, server, "giraffe", "walrus")
    conversation_id = ingest(ada, sent("c", "Hello?", "Hi.", createdAt="2026-02-01T00:00:00Z"))
    overview = {v["platform"]: v for v in ada.get("/api/chat-history/overview")}

    assert {p: (v["conversations"], v["messages"]) for p, v in overview.items()} == {
        "chatgpt": (2, 4),
        "custom": (1, 2),
    }
    assert overview["custom"]["first"] == "2026-02-01T00:00:00Z"
    ada.post("/api/chat-history/exclude", ids=[conversation_id])
    assert [v["platform"] for v in ada.get("/api/chat-history/overview")] == ["chatgpt"]


def test_a_short_chat_is_its_own_summary_and_a_long_one_is_summed_up(ada: Person) -> None:
    short = ingest(ada, sent("short", "Where is the giraffe?", "In Basel."))
    said = [f"The garden plan number {n} needs good soil and water. Unrelated remark {n}." for n in range(60)]
    long = ingest(ada, sent("long", *said))

    summaries = [ada.get(f"/api/chat-history/conversations/{i}/summary") for i in (short, long)]

    assert set(summaries[0]) == {"id", "title", "platform", "createdAt", "summary"}
    assert summaries[0]["summary"] == "User: Where is the giraffe?\nAssistant: In Basel."
    lines = summaries[1]["summary"].splitlines()
    assert 3 <= len(lines) <= 12
    assert all(line.partition(": ")[2] in " ".join(said) for line in lines)
    refused(ada.send("GET", "/api/chat-history/conversations/nothing/summary"), 404)


def _holding(folder: Path) -> list[str]:
    """The files that hold the secret anywhere in their bytes."""
    return [f.name for f in folder.rglob("*") if f.is_file() and SECRET.encode() in f.read_bytes()]


def _left(folder: Path, conversation_id: str) -> dict[str, int]:
    """Rows that still say something of a conversation."""
    connection = apsw.Connection(str(folder / "onememory.db"))
    live = "SELECT count(*) FROM archive_blocks WHERE conversation_id = ? AND (live = 1 OR vectors IS NOT NULL)"
    counts = {
        "messages": connection.execute("SELECT count(*) FROM messages WHERE conversation_id = ?", [conversation_id]),
        "vectors": connection.execute(live, [conversation_id]),
        "terms": connection.execute("SELECT count(*) FROM archive_postings WHERE term = ?", [SECRET]),
    }
    left = {name: int(str(rows.fetchall()[0][0])) for name, rows in counts.items()}
    connection.close()
    return left


@pytest.mark.parametrize("way", ["delete", "exclude"])
@pytest.mark.parametrize("door", ["ingest", "import"])
@pytest.mark.parametrize("length", [1, 300])
@pytest.mark.sqlite
def test_nothing_of_a_removed_chat_stays_in_the_files(data: Path, way: str, door: str, length: int) -> None:
    with serving(data) as server:
        ada = server.person("Ada", is_admin=True)
        for n in range(20):
            ingest(ada, sent(f"c{n}", f"note {n} of something else", "I see."))
        said, title = f"The word is {SECRET}. " * length, f"About {SECRET}"
        if door == "ingest":
            ingest(ada, sent("secret", said, f"What is {SECRET}?", title=title))
        else:
            upload(ada, chatgpt_export(chat("secret", said, f"What is {SECRET}?", title=title)))
        server.settle()
        assert _holding(data) != []
        (item,) = ada.get(CHATS, title=SECRET)["items"]
        if way == "delete":
            _delete(ada, item["id"])
        else:
            ada.post("/api/chat-history/exclude", ids=[item["id"]])

        assert _holding(data) == []
        assert _left(data, item["id"]) == {"messages": 0, "vectors": 0, "terms": 0}

    assert _holding(data) == []


@pytest.mark.sqlite
def test_a_text_that_was_replaced_is_gone_from_the_files(data: Path) -> None:
    with serving(data) as server:
        ada = server.person("Ada", is_admin=True)
        ingest(ada, sent("c", f"The word is {SECRET}.", "I see."))
        server.settle()
        ingest(ada, sent("c", "The word is another one.", "I see."))
        server.settle()

        assert _holding(data) == []
