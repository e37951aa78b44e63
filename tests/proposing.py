"""Changes that tests ask for, what waits of them, and the user's verdicts."""

from typing import Any

from people import Client, Person

Change = dict[str, Any]

CHANGES: dict[str, tuple[str, str, Change | None]] = {
    "edit": ("POST", "/api/v2/memory/update", {"memoryId": "ID", "text": "new"}),
    "move": ("POST", "/api/v2/memory/update", {"memoryId": "ID", "bucketName": "Work"}),
    "move many": ("POST", "/api/v2/memory/update", {"memoryIds": ["ID"], "bucketName": "Work"}),
    "delete": ("DELETE", "/api/memories/ID", None),
    "delete many": ("POST", "/api/memories/bulk-delete", {"memoryIds": ["ID"]}),
}


def change(who: Client, name: str, memory_id: str) -> Any:
    """The answer to one of the changes, which must be a 200."""
    method, path, body = CHANGES[name]
    given = {k: memory_id if v == "ID" else [memory_id] if v == ["ID"] else v for k, v in (body or {}).items()}
    answer = who.send(method, path.replace("ID", memory_id), json=given or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def made(ada: Person, agent: Client, origin: str) -> str:
    """The id of a memory of this origin."""
    if origin == "imported":
        ada.send("POST", "/api/import", content="- old\n- other\n")
        imported: str = next(m["id"] for m in ada.get("/api/memory")["data"] if m["text"] == "old")
        return imported
    who = {"stated": ada, "assistant": agent, "waiting": ada.with_token(policy="inbox")}[origin]
    return who.store("old")


def proposals(ada: Person) -> list[Any]:
    listed: list[Any] = ada.get("/api/inbox")["proposals"]
    return listed


def approve(ada: Person, *ids: str) -> Any:
    return ada.post("/api/inbox/approve", ids=list(ids))


def state(ada: Person, memory_id: str) -> tuple[str, int, str]:
    memory = ada.get(f"/api/memories/{memory_id}")
    return memory["text"], memory["metadata"]["bucketId"], memory["state"]
