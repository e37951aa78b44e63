"""Every statement of the repositories names the owner; a run over every operation is recorded and read."""

import re

import pytest

from chats import chat, chatgpt_export, ingest, sent, upload
from dances import Dance, register
from onememory.domain.actors import Scope
from onememory.storage.sqlite.connection import SqliteConnection
from people import Person
from servers import Server, serving

WITHOUT_OWNER = {
    r"^PRAGMA|^BEGIN|^COMMIT|^ROLLBACK": "says nothing of rows",
    r"\bFROM users\b|\bINTO users\b": "the directory of people itself",
    r"\b(FROM|UPDATE) (token_owners|oauth_codes|oauth_refresh_tokens|sessions) .*WHERE secret_hash": "finds an owner",
    r"\b(FROM|INTO|UPDATE) oauth_clients\b": "clients that registered belong to nobody",
    r"\bFROM jobs (AS j )?WHERE": "the worker takes the next job of anybody",
    r"max\(doc\), 0\) \+ 1 FROM search_documents": "the next free row number, whoever owns the rows",
    r'"words_u[0-9a-z]+(_[a-z]+)?"': "a table that belongs to one user by its name",
}


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What is executed while a server runs, with a person who does everything."""
    seen: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        _record(patch, seen)
        with serving(tmp_path_factory.mktemp("recorded")) as server:
            _do_everything(server)
    return seen


def _record(patch: pytest.MonkeyPatch, seen: set[str]) -> None:
    for name in ("rows", "many"):
        original = getattr(SqliteConnection, name)

        def recording(self: SqliteConnection, sql: str, *rest: object, original: object = original) -> object:
            seen.add(" ".join(sql.split()))
            return original(self, sql, *rest)  # type: ignore[operator]

        patch.setattr(SqliteConnection, name, recording)


def _do_everything(server: Server) -> None:
    ada = server.person("Ada", is_admin=True)
    work, home = ada.bucket("Work"), ada.bucket("Home")
    limited = ada.with_token(buckets=["Work"])
    ids = ada.store_all(*(f"tea {n}" for n in range(40)))
    server.settle()
    _change(ada, ids, work)
    for someone in (ada, limited):
        someone.get("/api/v2/memory", query="tea", bucketId=work)
        someone.get("/api/search", query="tea", after="2020-01-01", before="2100-01-01")
        someone.get("/api/search", query="tea", fromSource="app", trust="stated", contentType="text")
        someone.get("/api/memory", all=True)
        someone.get("/api/memory", query="tea")
        someone.get("/api/memories/as-of", moment="2100-01-01T00:00:00Z")
        for form in ("json", "csv", "markdown"):
            someone.send("GET", "/api/export", params={"format": form})
    ada.delete(f"/api/buckets/{work}", moveTo=home)
    ada.send("POST", "/api/import", content=ada.send("GET", "/api/export").content)
    ada.send("POST", "/api/import", content=b"text,bucket\na,New\nb,\n")
    _chat(ada, server)
    _connect(ada, server)
    for path in ("/api/account", "/api/tokens", "/api/audit", "/api/trash", "/api/inbox", "/api/users"):
        ada.get(path)
    ada.delete(f"/api/tokens/{ada.get('/api/tokens')[0]['id']}")
    ada.put("/api/account/password", password="correct horse")
    _sign_in(ada, server)
    server.run(server.services.retention.sweep())
    server.run(server.services.rebuild.run(Scope(ada.user_id), _ignore))
    server.settle()


def _change(ada: Person, ids: list[str], work: int) -> None:
    ada.post("/api/v2/memory/update", memoryIds=ids[:5], bucketId=work)
    ada.post("/api/v2/memory/update", memoryId=ids[0], text="green tea")
    ada.get(f"/api/memories/{ids[0]}/versions")
    ada.send("POST", f"/api/memories/{ids[0]}/versions/1/redact")
    ada.store("black tea", supersedes=ids[1], source="app")
    ada.delete(f"/api/memories/{ids[2]}")
    ada.post(f"/api/memories/{ids[2]}/restore")
    ada.post("/api/memories/purge", source="app", erase=True)
    waiting = ada.with_token(policy="inbox").store("waits")
    agent = ada.with_token(policy="propose")
    agent.post("/api/v2/memory/update", memoryIds=ids[3:9], bucketName="Home")
    proposals = [proposal["id"] for proposal in ada.get("/api/inbox")["proposals"]]
    ada.with_token(buckets=["Home"]).get("/api/inbox")
    ada.post("/api/inbox/approve", ids=[waiting, *proposals[:2]])
    ada.post("/api/inbox/reject", ids=proposals[2:4])
    ada.post("/api/memories/purge", source="app", recordedBefore="2100-01-01T00:00:00Z")


def _chat(ada: Person, server: Server) -> None:
    ids = [ingest(ada, sent(f"c{n}", f"tea {n}", "Yes."), platform="chatgpt") for n in range(20)]
    ingest(ada, sent("c0", "other tea", "Yes."), platform="chatgpt")
    answer = upload(ada, chatgpt_export(chat("c1", "tea", "No."), chat("c2", "tea", "No.")))
    server.settle()
    ada.get(f"/api/imports/{answer['importId']}")
    ada.get("/api/imports")
    query = {"provider": "chatgpt", "title": "c", "dateFrom": "2020-01-01", "dateTo": "2100-01-01", "importId": "x"}
    ada.get("/api/chat-history/chats", pinnedOnly=True, **query)
    ada.post("/api/chat-history/inject", query="tea", platform="chatgpt", after="2020-01-01", mode="quality")
    ada.post("/api/chat-history/search", query="tea")
    ada.get("/api/chat-history/conversation", conversationId=ids[3], branches="all")
    for path in ("count", "overview", f"conversations/{ids[3]}/summary"):
        ada.get(f"/api/chat-history/{path}")
    for operation in ("pin", "unpin", "exclude"):
        ada.post(f"/api/chat-history/{operation}", ids=ids[4:6])
    ada.send("DELETE", "/api/chat-history/chats", json={"ids": ids[6:8]})


def _connect(ada: Person, server: Server) -> None:
    dance = Dance(server, ada, register(server))
    code, tokens = dance.code(), dance.tokens()
    for _ in range(2):
        dance.redeem(code)
        dance.refresh(tokens["refresh_token"])
    dance.reaches(tokens["access_token"])
    for secret in tokens.values():
        server.http.post("/oauth/revoke", data={"client_id": dance.client["client_id"], "token": secret})


def _sign_in(ada: Person, server: Server) -> None:
    sign_in = server.services.sign_in
    secrets = [server.run(sign_in.sign_in(ada.name, "correct horse", "192.0.2.1")) for _ in range(2)]
    actor = server.run(sign_in.actor(secrets[0]))
    assert actor
    assert len(server.run(sign_in.sessions(actor))) == 2
    server.run(sign_in.sign_out(secrets[1]))
    server.run(sign_in.sign_out_everywhere(actor))


async def _ignore(done: int, total: int) -> None:
    assert done <= total


def test_every_statement_names_the_owner(statements: set[str]) -> None:
    allowed = re.compile("|".join(WITHOUT_OWNER))

    assert len(statements) > 60
    assert sorted(sql for sql in statements if ":user_id" not in sql and not allowed.search(sql)) == []


def test_no_statement_compares_an_owner_with_anything_but_the_scope(statements: set[str]) -> None:
    compared = {match for sql in statements for match in re.findall(r"(?<!\.)\buser_id = (\S+)", sql)}

    assert {value.strip("(),") for value in compared} == {":user_id"}
