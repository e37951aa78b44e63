"""Every statement of the repositories names the owner; a run over every operation is recorded and read."""

import re

import pytest
from pyotp import TOTP

from chats import chat, chatgpt_export, ingest, sample, sent, upload
from dances import Dance, register
from databases import DATABASES
from housemates import acting, keep
from onememory.domain.actors import Scope
from onememory.domain.identities import Identified
from onememory.domain.sessions import Browser
from onememory.domain.sharing import Role
from onememory.ports import MemoryQuery
from onememory.services.notebook.memories import Edit
from people import Client, Person
from servers import Server, serving

WITHOUT_OWNER = {
    r"^PRAGMA|^BEGIN|^COMMIT|^ROLLBACK": "says nothing of rows",
    r"\bschema_versions\b|^SELECT pg_|to_regclass": "asks PostgreSQL about itself",
    r"\bFROM users\b|\bINTO users\b": "the directory of people itself",
    r"\b(FROM|UPDATE) (token_owners|oauth_codes|oauth_refresh_tokens|sessions|password_links|share_links) "
    r".*WHERE secret_hash": "finds an owner",
    r"\bFROM bucket_members AS m .*WHERE m.user_id = :member_id AND m.state": "what a member has joined, of anybody",
    r"\bFROM sign_in_steps WHERE (secret_hash|expires_at)": "finds an owner, or lets go of everybody's",
    r"\bFROM identities WHERE issuer": "finds an owner",
    r"\b(FROM|INTO|UPDATE) oauth_clients\b": "clients that registered belong to nobody",
    r"\b(FROM|INTO) installation\b": "what administrators choose counts for everybody",
    r"\b(FROM|INTO) (rate_limits|shared_keys)\b": "what processes count and keep together belongs to nobody",
    r"\bFROM jobs (AS j )?WHERE": "the worker takes the next job of anybody",
    r"max\(doc\), 0\) \+ 1 FROM search_documents": "the next free row number, whoever owns the rows",
    r'"words_u[0-9a-z]+(_[a-z]+)?"': "a table that belongs to one user by its name",
}


@pytest.fixture(scope="module")
def statements(data_factory: pytest.TempPathFactory) -> set[str]:
    """What is executed while a server runs, with a person who does everything."""
    seen: set[str] = set()
    with pytest.MonkeyPatch.context() as patch:
        _record(patch, seen)
        with serving(data_factory.mktemp("recorded")) as server:
            _do_everything(server)
    return seen


def _record(patch: pytest.MonkeyPatch, seen: set[str]) -> None:
    for name in ("rows", "many"):
        original = getattr(DATABASES.connections, name)

        def recording(self: object, sql: str, *rest: object, original: object = original) -> object:
            seen.add(" ".join(sql.split()))
            return original(self, sql, *rest)  # type: ignore[operator]

        patch.setattr(DATABASES.connections, name, recording)


def _do_everything(server: Server) -> None:
    ada = server.person("Ada", is_admin=True)
    work, home = ada.bucket("Work"), ada.bucket("Home")
    limited = ada.with_token(buckets=["Work"])
    ids = ada.store_all(*(f"tea {n}" for n in range(40)))
    server.settle()
    _change(ada, ids, work)
    _browse(ada, limited)
    for someone in (ada, limited):
        someone.get("/api/v2/memory", query="tea", bucketId=work)
        someone.get("/api/search", query="tea", after="2020-01-01", before="2100-01-01")
        someone.get("/api/search", query="tea", fromSource="app", trust="stated", contentType="text")
        someone.get("/api/memory", all=True)
        someone.get("/api/memory", query="tea")
        someone.get("/api/overview")
        for cluster in someone.get("/api/map")["clusters"]:
            someone.get(f"/api/map/clusters/{cluster['memoryId']}")
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
    _look_after(ada)
    _ask_again(ada, server)
    ada.delete(f"/api/tokens/{ada.get('/api/tokens')[0]['id']}")
    ada.put("/api/account/password", password="correct horse")
    _sign_in(ada, server)
    server.run(server.services.retention.sweep())
    server.run(server.services.rebuild.run(Scope(ada.user_id), _ignore))
    server.settle()
    _share(ada, server)
    _administer(ada, server)
    _leave(ada)


def _share(ada: Person, server: Server) -> None:
    """Share a bucket with a friend, who does everything there and leaves, and with one who comes by a link."""
    fay, gus, club = server.person("Fay"), server.person("Gus"), ada.bucket("Club")
    sharing, joining, memories = server.services.sharing, server.services.joining, server.services.memories
    server.run(sharing.invite(acting(ada), club, fay.name, Role.VIEWER))
    server.run(joining.invitations(acting(fay)))
    server.run(joining.accept(acting(fay), club))
    server.run(sharing.change_role(acting(ada), club, fay.user_id, Role.EDITOR))
    mine = [keep(server, acting(fay), f"tea {n}", bucket_id).id for n, bucket_id in enumerate((club, club, None))]
    server.run(memories.page(acting(fay), MemoryQuery(), 10))
    for path in (f"/api/memories/{mine[0]}/versions", "/api/memories/sources", "/api/memories/as-of", "/api/buckets"):
        fay.send("GET", path, params={"moment": "2100-01-01T00:00:00Z"})
    fay.get("/api/search", query="tea for Ada", explain=True, bucketId=club)
    server.run(memories.move_many(acting(fay), [mine[2]], Edit(bucket_name="club")))
    server.run(memories.edit(acting(fay), mine[0], Edit("green tea")))
    server.run(memories.delete_many(acting(fay), mine[:2]))
    secret = server.run(sharing.make_link(acting(ada), club)).secret
    server.run(joining.look_at_link(acting(gus), secret))
    server.run(joining.accept_link(acting(gus), secret))
    server.run(sharing.members(acting(ada), club))
    server.run(sharing.remove(acting(ada), club, gus.user_id))
    server.run(sharing.revoke_links(acting(ada), club))
    server.run(joining.leave(acting(fay), club))
    ada.delete(f"/api/buckets/{club}", trash=True)


def _administer(ada: Person, server: Server) -> None:
    """Make an acquaintance, limit them, let them in another way, and erase them."""
    ben = server.person("Ben")
    path = f"/api/users/{ben.user_id}"
    ada.patch(path, isAdmin=True, memoryQuota=10, byteQuota=10_000)
    ben.store("tea")
    secret = ada.post(f"{path}/password-link")["url"].rpartition("/")[2]
    server.run(server.services.password_links.choose(secret, "correct horse", Browser("192.0.2.1")))
    identified = Identified("https://login.example.org", "42", ["Cy"])
    user = server.run(server.services.identities.create(identified))
    assert server.run(server.services.identities.known(identified)) == user
    server.run(server.services.proxy_sign_in.presence("Cy"))
    for active in (False, True):
        ada.patch(path, isActive=active, isAdmin=False, memoryQuota=None, byteQuota=None)
    ada.send("DELETE", path, json={"name": "Ben"})


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
    ada.get("/api/inbox/senders")
    ada.with_token(buckets=["Home"]).get("/api/inbox/senders")
    ada.post("/api/inbox/approve-all", source="nobody", until="2100-01-01T00:00:00Z")
    for kind in ("read", "write", "access"):
        ada.get("/api/audit", kind=kind, tokenId="x", after="2020-01-01T00:00:00Z", before="2100-01-01T00:00:00Z")
    ada.post("/api/memories/purge", source="app", recordedBefore="2100-01-01T00:00:00Z")


def _browse(ada: Person, limited: Client) -> None:
    for someone in (ada, limited):
        first = someone.get("/api/memories", count=1)
        someone.get("/api/memories", cursor=first["next"], fromSource="app", trust="stated", tokenId="x")
        someone.get("/api/memories/sources")
        (memory,) = first["data"]
        someone.get(f"/api/memories/{memory['id']}/duplicates")
        someone.send("POST", "/api/memories/export", json={"memoryIds": [memory["id"]]})
        someone.delete(f"/api/memories/{memory['id']}")
        someone.post("/api/memories/undo", memoryIds=[memory["id"]])
        someone.post("/api/memories/erase", memoryIds=[memory["id"]])
    ada.delete("/api/trash")


def _look_after(ada: Person) -> None:
    token = ada.post("/api/tokens", name="One")
    ada.patch(f"/api/tokens/{token['id']}", name="Another", buckets=["Home"])
    ada.get(f"/api/tokens/{token['id']}")
    ada.patch("/api/installation", trashDays=7, secrets="mask")
    ada.patch("/api/installation", trashDays=None)
    if DATABASES.has_file:
        ada.delete(f"/api/backups/{ada.post('/api/backups')['name']}")


def _ask_again(ada: Person, server: Server) -> None:
    server.settle()
    question_id = ada.get("/api/questions")[0]["id"]
    ada.get("/api/questions", kind="memories", tokenId="x", before=question_id, emptyHanded=True)
    for question in ada.get("/api/questions"):
        ada.post(f"/api/questions/{question['id']}/replay")
    ada.delete(f"/api/questions/{question_id}")
    ada.delete("/api/questions")


def _chat(ada: Person, server: Server) -> None:
    ids = [ingest(ada, sent(f"c{n}", f"tea {n}", "Yes."), platform="chatgpt") for n in range(20)]
    ingest(ada, sent("c0", "other tea", "Yes."), platform="chatgpt")
    answer = upload(ada, chatgpt_export(chat("c1", "tea", "No."), chat("c2", "tea", "No.")))
    server.settle()
    ada.get(f"/api/imports/{answer['importId']}")
    ada.get("/api/imports", before=answer["importId"])
    _import(ada, server)
    query = {"provider": "chatgpt", "title": "c", "dateFrom": "2020-01-01", "dateTo": "2100-01-01", "importId": "x"}
    ada.get("/api/chat-history/chats", pinnedOnly=True, **query)
    ada.post("/api/chat-history/inject", query="tea", platform="chatgpt", after="2020-01-01", mode="quality")
    ada.post("/api/chat-history/search", query="tea")
    ada.get("/api/chat-history/conversation", conversationId=ids[3], branches="all")
    ada.get("/api/chat-history/conversations", query="tea", project="x")
    ada.get(f"/api/chat-history/conversations/{ids[3]}/messages", query="tea")
    one = f"conversations/{ids[3]}"
    for path in ("count", "overview", "projects", f"{one}/summary", f"{one}/memories"):
        ada.get(f"/api/chat-history/{path}")
    for operation in ("pin", "unpin", "exclude"):
        ada.post(f"/api/chat-history/{operation}", ids=ids[4:6])
    ada.send("DELETE", "/api/chat-history/chats", json={"ids": ids[6:8]})


def _import(ada: Person, server: Server) -> None:
    for content in (b"- milk\n- salt\n", sample("claude/synthetic-claude-export.zip")):
        import_id = upload(ada, content, hold="true")["importId"]
        server.settle()
        ada.send("POST", f"/api/imports/{import_id}/start")
        server.settle()
        ada.send("POST", f"/api/imports/{import_id}/suggestions", json={"places": [0]})
        ada.post(f"/api/imports/{import_id}/undo")
        server.settle()
    ada.post(f"/api/imports/{upload(ada, b'- tea', hold='true')['importId']}/stop")


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
    sign_in, sessions = server.services.sign_in, server.services.sessions
    entering = [sign_in.sign_in(ada.name, "correct horse", Browser("192.0.2.1")) for _ in range(3)]
    secrets = [server.run(each).secret for each in entering]
    present = server.run(sessions.presence(secrets[0]))
    assert present
    ada.delete(f"/api/account/sessions/{ada.get('/api/account/sessions')[0]['id']}")
    assert len(server.run(sessions.all(present.actor))) == 2
    server.run(sessions.end_by_secret(secrets[1]))
    server.run(sessions.end_all(present.actor))
    ada.patch("/api/account", timeZone="Europe/Berlin")


def _leave(ada: Person) -> None:
    """Switch the second factor on and off, and have a friend come and go."""
    key = ada.post("/api/account/second-factor")["key"]
    ada.put("/api/account/second-factor", key=key, code=TOTP(key).now(), password="correct horse")
    ada.post("/api/account/second-factor/recovery-codes", password="correct horse")
    ada.send("DELETE", "/api/account/second-factor", json={"password": "correct horse"})
    ada.post("/api/users", name="Friend", password="correct horse", isAdmin=True)
    answer = ada.send("DELETE", "/api/account", json={"name": ada.name, "password": "correct horse"})
    assert answer.status_code == 200, answer.text


async def _ignore(done: int, total: int) -> None:
    assert done <= total


def test_every_statement_names_the_owner(statements: set[str]) -> None:
    allowed = re.compile("|".join(WITHOUT_OWNER))

    assert len(statements) > 60
    assert sorted(sql for sql in statements if ":user_id" not in sql and not allowed.search(sql)) == []


def test_no_statement_compares_an_owner_with_anything_but_the_scope(statements: set[str]) -> None:
    compared = {match for sql in statements for match in re.findall(r"(?<!\.)\buser_id = (\S+)", sql)}

    assert {value.strip("(),") for value in compared} == {":user_id"}
