"""Who read or wrote what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api.operations import Call
from onememory.api.wire import Count
from onememory.domain.audit import ActKind, AuditEntry
from onememory.domain.provenance import Channel
from onememory.ports import AuditQuery


class ListAudit(Struct, rename="camel"):
    """Arguments of GET /api/audit."""

    token_id: Annotated[str, Meta(description="Only what was done through this token.")] | None = None
    kind: Annotated[ActKind, Meta(description="Only reads, writes, or acts about who has access.")] | None = None
    after: Annotated[datetime, Meta(tz=True, description="Only this moment and later.")] | None = None
    before: Annotated[datetime, Meta(tz=True, description="Only this moment and earlier.")] | None = None
    older_than: Annotated[str, Meta(description="The id of an entry, behind which the list goes on.")] | None = None
    count: Annotated[int, Meta(ge=0, le=1_000)] = 100
    skip: Count = 0

    @property
    def query(self) -> AuditQuery:
        """Which entries are listed."""
        return AuditQuery(self.token_id, self.kind, self.after, self.before, self.older_than)


class AuditBody(Struct, rename="camel"):
    """One act, without any text."""

    id: str
    at: datetime
    action: str
    channel: Channel
    token_id: str | None
    source: str | None
    items: list[str]
    count: int
    author: Annotated[
        str | UnsetType,
        Meta(description="Who did it, where that is somebody else: in a shared bucket, or an administrator."),
    ] = UNSET
    people: Annotated[
        list[str] | UnsetType,
        Meta(description="The names of those to whom it was done: invited, taken out, made a user and the like."),
    ] = UNSET


def audit_body(entry: AuditEntry, names: Mapping[str, str]) -> AuditBody:
    """An act as JSON; `names` are those of people by id."""
    e, author = entry, names.get(entry.author_id or "", UNSET)
    people = [names[person] for person in entry.people if person in names] or UNSET
    return AuditBody(e.id, e.at, e.action, e.channel, e.token_id, e.source, list(e.items), e.count, author, people)


async def list_audit(call: Call, given: ListAudit) -> list[AuditBody]:
    """List who read or wrote what, newest first."""
    entries = await call.services.audit.newest(call.actor, given.count, given.skip, given.query)
    names = await call.services.authors.of_acts(entries)
    return [audit_body(entry, names) for entry in entries]
