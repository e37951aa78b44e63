"""Ben walks through every operation with Ada's ids; nothing of hers comes back and nothing of hers changes."""

import json
from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import pytest
from possessions import SECRET, Ids, Request, possess

from onememory.api.routes import OPERATIONS
from people import Client, Person
from servers import Server

ACTIVE, WAITING, TRASHED, BUCKET, TOKEN = "<active>", "<waiting>", "<trashed>", "<bucket>", "<token>"
CONVERSATION, PROPOSAL, IMPORT = "<conversation>", "<proposal>", "<imported>"
QUESTION, MEMBER = "<question>", "<member>"
ALL_IDS = [ACTIVE, WAITING, TRASHED]
LATER = "2100-01-01T00:00:00Z"


BENS_CHAT = {
    "id": "platform-id",  # a chat of Ada's has it too
    "title": "Tea",
    "createdAt": "2026-01-01T00:00:00Z",
    "messages": [{"id": "1", "role": "human", "content": "Tea?", "createdAt": "2026-01-01T00:00:00Z"}],
}


def _path(path: str, **request: Any) -> Request:
    return {"path": path, **request}


WALK: dict[str, list[Request]] = {
    "AddNewMemory": [
        _path("/api/memory", json={"text": "x", "bucketId": BUCKET}),
        _path("/api/memory", json={"text": "x", "supersedes": ACTIVE}),
    ],
    "AddMemoryToo": [_path("/api/memories", json={"text": "x", "bucketId": BUCKET})],
    "GetMemoriesAndBuckets": [
        _path("/api/v2/memory", params={"all": "true", "v": "2"}),
        _path("/api/v2/memory", params={"query": SECRET, "v": "2"}),
        _path("/api/v2/memory", params={"bucketId": BUCKET}),
    ],
    "GetMemories": [
        _path("/api/memory", params={"all": "true"}),
        _path("/api/memory", params={"query": SECRET}),
    ],
    "UpdateMemory": [
        _path("/api/v2/memory/update", json={"memoryId": ACTIVE, "text": "Ben was here"}),
        _path("/api/v2/memory/update", json={"memoryId": WAITING, "bucketName": "General"}),
        _path("/api/v2/memory/update", json={"memoryIds": ALL_IDS, "bucketName": "General"}),
        _path("/api/v2/memory/update", json={"memoryIds": [ACTIVE], "bucketId": BUCKET}),
    ],
    "BulkDeleteMemories": [_path("/api/memories/bulk-delete", json={"memoryIds": ALL_IDS})],
    "ListBuckets": [_path("/api/buckets")],
    "CreateBucket": [_path("/api/buckets", json={"name": "Ada's"})],
    "SearchMemories": [
        _path("/api/search", params={"query": SECRET, "explain": "true"}),
        _path("/api/search", params={"query": SECRET, "bucketId": BUCKET}),
    ],
    "BrowseMemories": [
        _path("/api/memories"),
        _path("/api/memories", params={"state": "trashed"}),
        _path("/api/memories", params={"bucketId": BUCKET}),
        _path("/api/memories", params={"tokenId": TOKEN, "fromSource": "adas-app"}),
    ],
    "ListSources": [_path("/api/memories/sources")],
    "ExportMemories": [
        _path("/api/memories/export", json={"memoryIds": ALL_IDS, "format": form})
        for form in ("json", "markdown", "csv")
    ],
    "UndoChanges": [_path("/api/memories/undo", json={"memoryIds": ALL_IDS})],
    "EraseMemories": [_path("/api/memories/erase", json={"memoryIds": ALL_IDS})],
    "ListDuplicates": [_path(f"/api/memories/{ACTIVE}/duplicates")],
    "EmptyTrash": [_path("/api/trash")],
    "DeleteNothing": [_path("/api/memories")],
    "DeleteNothingToo": [_path("/api/memories/")],
    "AddManyMemories": [
        _path(
            "/api/memories/bulk",
            json={"memories": [{"text": "x", "bucketId": BUCKET}, {"text": "x", "supersedes": ACTIVE}]},
        )
    ],
    "RestoreMemories": [_path("/api/memories/restore", json={"memoryIds": ALL_IDS})],
    "PurgeMemories": [
        _path("/api/memories/purge", json={"source": "adas-app", "erase": True}),
        _path("/api/memories/purge", json={"tokenId": TOKEN, "erase": True}),
        _path("/api/memories/purge", json={"recordedBefore": LATER, "dryRun": True}),
    ],
    "ListMemoriesAsOf": [_path("/api/memories/as-of", params={"moment": LATER})],
    "DeleteMemory": [
        _path(f"/api/memories/{ACTIVE}"),
        _path(f"/api/memories/{WAITING}"),
    ],
    "GetMemory": [
        _path(f"/api/memories/{ACTIVE}"),
        _path(f"/api/memories/{WAITING}"),
        _path(f"/api/memories/{TRASHED}"),
    ],
    "ListVersions": [_path(f"/api/memories/{ACTIVE}/versions")],
    "RedactVersion": [_path(f"/api/memories/{ACTIVE}/versions/1/redact")],
    "RestoreMemory": [_path(f"/api/memories/{TRASHED}/restore")],
    "RunMemoryTool": [
        _path("/api/memory-tool", json={"command": "view", "path": "/memories", "bucket": "Ada's"}),
        _path("/api/memory-tool", json={"command": "view", "path": f"/memories/{ACTIVE}"}),
        _path("/api/memory-tool", json={"command": "delete", "path": f"/memories/{ACTIVE}", "bucket": "Ada's"}),
    ],
    "ListTrash": [_path("/api/trash")],
    "ListInbox": [_path("/api/inbox"), _path("/api/inbox", params={"tokenId": TOKEN})],
    "ListSenders": [_path("/api/inbox/senders")],
    "ApproveAll": [_path("/api/inbox/approve-all", json={}), _path("/api/inbox/approve-all", json={"tokenId": TOKEN})],
    "RejectAll": [_path("/api/inbox/reject-all", json={}), _path("/api/inbox/reject-all", json={"tokenId": TOKEN})],
    "ApproveCorrected": [
        _path(f"/api/inbox/{each}/approve", json={"text": "Ben was here"}) for each in (WAITING, PROPOSAL)
    ],
    "ApproveMemories": [_path("/api/inbox/approve", json={"memoryIds": ALL_IDS, "ids": [PROPOSAL]})],
    "RejectMemories": [_path("/api/inbox/reject", json={"ids": [*ALL_IDS, PROPOSAL]})],
    "ChangeBucket": [_path(f"/api/buckets/{BUCKET}", json={"name": "Ben's"})],
    "DeleteBucket": [
        _path(f"/api/buckets/{BUCKET}", params={"trash": "true"}),
        _path(f"/api/buckets/{BUCKET}"),
    ],
    "ListMembers": [_path(f"/api/buckets/{BUCKET}/members")],
    "InviteMember": [_path(f"/api/buckets/{BUCKET}/members", json={"name": "Ada"})],
    "ChangeMember": [_path(f"/api/buckets/{BUCKET}/members/{MEMBER}", json={"role": "editor"})],
    "RemoveMember": [_path(f"/api/buckets/{BUCKET}/members/{MEMBER}")],
    "ListLinks": [_path(f"/api/buckets/{BUCKET}/links")],
    "MakeLink": [_path(f"/api/buckets/{BUCKET}/links", json={"role": "editor"})],
    "RevokeLinks": [_path(f"/api/buckets/{BUCKET}/links")],
    "ListInvitations": [_path("/api/invitations")],
    "AcceptInvitation": [_path(f"/api/invitations/{BUCKET}/accept")],
    "DeclineInvitation": [_path(f"/api/invitations/{BUCKET}/decline")],
    "LookAtLink": [_path("/api/share-links/om_unknown")],
    "FollowLink": [_path("/api/share-links/om_unknown")],
    "GetAccount": [_path("/api/account")],
    "ChangeAccount": [_path("/api/account", json={"timeZone": "Europe/Berlin"})],
    "EraseAccount": [_path("/api/account", json={"name": "Ada", "password": "bens password"})],
    "SetPassword": [_path("/api/account/password", json={"password": "bens password"})],
    "ListSessions": [_path("/api/account/sessions")],
    "EndSessions": [_path("/api/account/sessions")],
    "EndSession": [_path("/api/account/sessions/<session>")],
    "BeginSecondFactor": [_path("/api/account/second-factor")],
    "SwitchOnSecondFactor": [_path("/api/account/second-factor", json={"key": "x", "code": "1", "password": "x"})],
    "SwitchOffSecondFactor": [_path("/api/account/second-factor", json={"password": "bens password"})],
    "RenewRecoveryCodes": [_path("/api/account/second-factor/recovery-codes", json={"password": "bens password"})],
    "ListTokens": [_path("/api/tokens")],
    "CreateToken": [
        _path("/api/tokens", json={"name": "x", "bucketIds": [BUCKET]}),
        _path("/api/tokens", json={"name": "x", "buckets": ["Aquarium"]}),
    ],
    "RevokeToken": [_path(f"/api/tokens/{TOKEN}")],
    "GetToken": [_path(f"/api/tokens/{TOKEN}")],
    "ChangeToken": [
        _path(f"/api/tokens/{TOKEN}", json={"name": "Ben's", "policy": "read"}),
        _path(f"/api/tokens/{TOKEN}", json={"buckets": ["Aquarium"]}),
    ],
    "GetInstallation": [_path("/api/installation")],
    "ChangeInstallation": [_path("/api/installation", json={"trashDays": 1})],
    "FetchModel": [_path("/api/installation/model", json={"name": "BAAI/bge-small-en-v1.5"})],
    "ListBackups": [_path("/api/backups")],
    "MakeBackup": [_path("/api/backups")],
    "DeleteBackup": [_path("/api/backups/onememory-20260101T000000Z")],
    "ListUsers": [_path("/api/users")],
    "CreateUser": [_path("/api/users", json={"name": "bens-friend"})],
    "GetUser": [_path("/api/users/<user>")],
    "ChangeUser": [_path("/api/users/<user>", json={"isActive": False})],
    "EraseUser": [_path("/api/users/<user>", json={"name": "Ada"})],
    "MakePasswordLink": [_path("/api/users/<user>/password-link")],
    "ListAudit": [_path("/api/audit"), _path("/api/audit", params={"tokenId": TOKEN})],
    "ListQuestions": [_path("/api/questions"), _path("/api/questions", params={"tokenId": TOKEN})],
    "ForgetQuestions": [_path("/api/questions")],
    "GetQuestion": [_path(f"/api/questions/{QUESTION}")],
    "ForgetQuestion": [_path(f"/api/questions/{QUESTION}")],
    "ReplayQuestion": [_path(f"/api/questions/{QUESTION}/replay")],
    "ExportEverything": [
        _path("/api/export"),
        _path("/api/export", params={"format": "csv"}),
        _path("/api/export", params={"format": "markdown"}),
    ],
    "ChatHistoryInject": [
        _path("/api/chat-history/inject", json={"query": SECRET, "maxTokens": 2_000}),
        _path("/api/chat-history/inject", json={"queries": [{"query": SECRET}, {"query": "Oslo"}]}),
    ],
    "SearchChatHistory": [_path("/api/chat-history/search", json={"query": SECRET, "limit": 100})],
    "ListConversations": [
        _path("/api/chat-history/chats"),
        _path("/api/chat-history/chats", params={"title": "Aquarium"}),
    ],
    "GetConversation": [
        _path("/api/chat-history/conversation", params={"conversationId": CONVERSATION}),
        _path("/api/chat-history/conversation", params={"conversationId": CONVERSATION, "branches": "all"}),
    ],
    "GetConversationCount": [_path("/api/chat-history/count")],
    "DeleteConversations": [_path("/api/chat-history/chats", json={"ids": [CONVERSATION]})],
    "ExcludeConversations": [_path("/api/chat-history/exclude", json={"ids": [CONVERSATION]})],
    "PinConversations": [_path("/api/chat-history/pin", json={"ids": [CONVERSATION]})],
    "UnpinConversations": [_path("/api/chat-history/unpin", json={"ids": [CONVERSATION]})],
    "GetChatHistoryOverview": [_path("/api/chat-history/overview")],
    "ListProjects": [_path("/api/chat-history/projects")],
    "FindConversations": [_path("/api/chat-history/conversations", params={"query": SECRET})],
    "ReadMessages": [
        _path(f"/api/chat-history/conversations/{CONVERSATION}/messages"),
        _path(f"/api/chat-history/conversations/{CONVERSATION}/messages", params={"query": SECRET, "at": 1}),
    ],
    "ListMadeMemories": [_path(f"/api/chat-history/conversations/{CONVERSATION}/memories")],
    "GetConversationSummary": [_path(f"/api/chat-history/conversations/{CONVERSATION}/summary")],
    "ExportConversation": [_path(f"/api/chat-history/conversations/{CONVERSATION}/export")],
    "IngestConversation": [
        _path("/api/chat-history/ingest/custom-online", json={"conversation": BENS_CHAT, "platform": "chatgpt"})
    ],
    "GetOverview": [_path("/api/overview", params={"timeZone": "Europe/Berlin"})],
    "GetMap": [_path("/api/map"), _path("/api/map", params={"bucketId": BUCKET})],
    "GetMapCluster": [_path(f"/api/map/clusters/{ACTIVE}")],
    "ListImports": [_path("/api/imports"), _path("/api/imports", params={"kind": "chats"})],
    "GetImport": [_path(f"/api/imports/{IMPORT}")],
    "StartImport": [_path(f"/api/imports/{IMPORT}/start", json={"bucketId": BUCKET})],
    "StopImport": [_path(f"/api/imports/{IMPORT}/stop")],
    "UndoImport": [_path(f"/api/imports/{IMPORT}/undo")],
    "TakeSuggestions": [_path(f"/api/imports/{IMPORT}/suggestions", json={"places": [0]})],
    "ImportFile": [
        _path("/api/import", params={"bucketId": BUCKET}, content="- x\n- y\n"),
        _path("/api/import", content="- x\n- y\n"),
        _path("/api/import", content='[{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]'),
    ],
}


@pytest.fixture
def ids(ada: Person, server: Server) -> Ids:
    return possess(ada, server)


@pytest.fixture(scope="module")
def lasting(server: Server) -> Ids:
    """The same for requests that are all refused, so that one Ada is enough."""
    return possess(server.person("LastingAda", is_admin=True), server)


def _state(ada: Client) -> str:
    """Everything of an account but the traces of looking at it."""
    answers = [ada.get(path) for path in ("/api/memory?all=true", "/api/inbox", "/api/trash", "/api/buckets")]
    tokens = [{k: v for k, v in token.items() if k != "lastUsedAt"} for token in ada.get("/api/tokens")]
    export = json.loads(ada.send("GET", "/api/export").content)
    search = ada.get("/api/search", query=SECRET)
    asked = ada.get("/api/questions")[-1]  # the first one
    chats = ada.get("/api/chat-history/chats")
    said = [ada.get("/api/chat-history/conversation", conversationId=chat["id"]) for chat in chats["items"]]
    sessions = ada.get("/api/account/sessions")
    imports = ada.get("/api/imports")
    shared = [bucket["id"] for bucket in answers[3] if "memberCount" in bucket]
    people = [ada.get(f"/api/buckets/{each}/{what}") for each in shared for what in ("members", "links")]
    everything = [
        people,
        answers,
        imports,
        tokens,
        sessions,
        export["buckets"],
        export["memories"],
        search,
        asked,
        chats,
        said,
    ]
    return json.dumps(everything, sort_keys=True)


def test_the_walk_covers_every_operation() -> None:
    assert set(WALK) == {operation.id for operation in OPERATIONS}


def _walk(ben: Client, ada: Person, ids: Ids, operation: Any, known: frozenset[str] = frozenset()) -> None:
    """Ben tries one operation with Ada's ids, and is told nothing that he has not sent or known."""
    secrets = {*map(str, astuple(ids)), SECRET, "Aquarium", "adas-app", ada.name} - known
    for attempt in WALK[operation.id]:
        request = ids.fill(attempt)
        sent = json.dumps(request.get("json") or request.get("params") or "") + request["path"]
        answer = ben.send(operation.method, **request)
        told = {secret for secret in secrets if secret in answer.text}
        assert answer.status_code < 500
        assert told <= {secret for secret in secrets if secret in sent}, answer.text


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_no_operation_reaches_into_another_account(ada: Person, ben: Person, ids: Ids, operation: Any) -> None:
    before = _state(ada)

    _walk(ben, ada, ids, operation)

    assert _state(ada) == before


def _editor_of_another(ada: Person, ben: Person, ids: Ids) -> None:  # noqa: ARG001 - as the others
    porch = ada.bucket("Porch")
    ada.post(f"/api/buckets/{porch}/members", name=ben.name, role="editor")
    ben.post(f"/api/invitations/{porch}/accept")


def _taken_out(ada: Person, ben: Person, ids: Ids) -> None:
    ada.post(f"/api/buckets/{ids.bucket}/members", name=ben.name, role="editor")
    ben.post(f"/api/invitations/{ids.bucket}/accept")
    ada.delete(f"/api/buckets/{ids.bucket}/members/{ben.user_id}")


@pytest.mark.parametrize("stands", [_editor_of_another, _taken_out])
def test_no_operation_reaches_further_than_a_share(
    ada: Person, ben: Person, ids: Ids, stands: Callable[[Person, Person, Ids], None]
) -> None:
    stands(ada, ben, ids)
    before = _state(ada)
    for operation in OPERATIONS:
        _walk(ben, ada, ids, operation, known=frozenset({ada.user_id, ada.name}))

    assert _state(ada) == before
    assert ben.get("/api/buckets"), "his own token is good to the end"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_no_operation_answers_without_a_token(nobody: Client, lasting: Ids, operation: Any) -> None:
    for attempt in WALK[operation.id]:
        assert nobody.send(operation.method, **lasting.fill(attempt)).status_code == 401


def test_ids_of_another_account_answer_as_ids_that_do_not_exist(ben: Person, ids: Ids) -> None:
    for method, path in (("GET", ""), ("GET", "/versions"), ("DELETE", ""), ("POST", "/restore")):
        theirs = ben.send(method, f"/api/memories/{ids.active}{path}")
        nothing = ben.send(method, f"/api/memories/01zzzzzzzzzzzzzzzzzzzzzzzz{path}")
        assert (theirs.status_code, theirs.json()) == (nothing.status_code, nothing.json())


def test_bens_import_of_adas_export_makes_copies_and_leaves_hers(ada: Person, ben: Person, ids: Ids) -> None:
    before, export = _state(ada), ada.send("GET", "/api/export").content
    ben.send("POST", "/api/import", content=export)

    ben.post("/api/v2/memory/update", memoryId=ids.active, text="Ben's own now")
    ben.delete(f"/api/memories/{ids.active}")

    assert _state(ada) == before


def test_an_administrator_sees_names_and_no_memories_of_others(ada: Person, ben: Person) -> None:
    memory_id = ben.store(f"Ben's {SECRET}")

    assert ben.name in {user["name"] for user in ada.get("/api/users")}
    assert ada.found(SECRET) == []
    assert ada.send("GET", f"/api/memories/{memory_id}").status_code == 404
