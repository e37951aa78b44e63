"""One of everything that a person can have, for a stranger who knows its ids."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from onememory.domain.actors import Scope
from onememory.domain.conversations import Conversation, Message, Role
from people import Person
from servers import Server
from visitors import session_of

SECRET = "zebrafish"

Request = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ids:
    """What Ben knows of Ada."""

    active: str
    waiting: str
    trashed: str
    bucket: int
    token: str
    conversation: str
    proposal: str
    session: str
    question: str
    user: str
    member: str

    def fill(self, attempt: Request) -> Request:
        """The request with these ids in their places."""
        text = json.dumps(attempt)
        for name, value in asdict(self).items():
            text = text.replace(f"<{name}>", str(value))
        request: Request = json.loads(text)
        return request


def possess(ada: Person, server: Server) -> Ids:
    """Give Ada one of everything, each with the secret in it."""
    bucket = ada.bucket("Aquarium")
    active = ada.store(f"2024-01-01 the {SECRET}", bucketId=bucket, source="adas-app")
    ada.post("/api/v2/memory/update", memoryId=active, text=f"2024-01-01 two {SECRET}")
    trashed = ada.store(f"a {SECRET} in the trash")
    ada.delete(f"/api/memories/{trashed}")
    waiting = ada.with_token(policy="inbox").store(f"a {SECRET} that waits")
    proposal = _proposal(ada, active)
    server.settle()
    tokens = ada.get("/api/tokens")
    return Ids(
        active=active,
        waiting=waiting,
        trashed=trashed,
        bucket=bucket,
        token=tokens[-1]["id"],
        conversation=_conversation(ada, server),
        proposal=proposal,
        session=_session(ada, server),
        question=_question(ada, server),
        user=ada.user_id,
        member=_member(server, ada, bucket),
    )


def _member(server: Server, ada: Person, bucket: int) -> str:
    """The id of somebody with whom Ada shares the bucket."""
    guest = server.person(f"{ada.name}s-guest")
    ada.post(f"/api/buckets/{bucket}/members", name=guest.name)
    guest.post(f"/api/invitations/{bucket}/accept")
    ada.post(f"/api/buckets/{bucket}/links")
    return guest.user_id


def _question(ada: Person, server: Server) -> str:
    """The id of something that a tool of Ada's has asked."""
    ada.get("/api/search", query=SECRET)
    server.settle()
    return str(ada.get("/api/questions")[-1]["id"])


def _proposal(ada: Person, memory_id: str) -> str:
    """The id of a change of this memory that waits for Ada."""
    edit = {"memoryId": memory_id, "text": f"three {SECRET}"}
    (proposal_id,) = ada.with_token(policy="propose").post("/api/v2/memory/update", **edit)["proposalIds"]
    return str(proposal_id)


def _session(ada: Person, server: Server) -> str:
    """The id of a browser in which Ada is signed in."""
    session_of(server, ada)
    (session,) = ada.get("/api/account/sessions")
    return str(session["id"])


def _conversation(ada: Person, server: Server) -> str:
    """A chat of Ada's, on the platform's own id that Ben's chats might have too."""
    said = (Message("1", Role.USER, f"Where does my {SECRET} sleep?"), Message("2", Role.ASSISTANT, "In the Aquarium."))
    chat = Conversation("chatgpt", "platform-id", f"About the {SECRET}", None, None, said)
    server.run(server.services.archive.keep(Scope(ada.user_id), [chat]))
    server.settle()
    (item,) = ada.get("/api/chat-history/chats")["items"]
    conversation_id: str = item["id"]
    return conversation_id
