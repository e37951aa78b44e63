"""The account, its tokens and its audit log; users for administrators."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.operations import Call
from onememory.api.wire import BucketId, Count
from onememory.domain.accounts import Permission, Token, TokenDraft, User, WritePolicy
from onememory.domain.audit import ActKind, AuditEntry
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.domain.moving import Moving
from onememory.domain.provenance import Channel
from onememory.ports import AuditQuery, UserQuery


class UserBody(Struct, rename="camel"):
    """A user."""

    id: str
    name: str
    is_admin: bool
    created_at: datetime
    disabled_at: datetime | None
    moving: Annotated[Moving | None, Meta(description="Where the account stands, if on the move to another database.")]
    time_zone: Annotated[str | None, Meta(description="In which the pages show times; null for the browser's.")]
    has_second_factor: Annotated[bool, Meta(description="Whether the sign-in asks for a code.")]


class JobBody(Struct, rename="camel"):
    """Work in the background."""

    id: str
    kind: JobKind
    state: JobState
    done: int
    total: int
    error: str | None


class AccountBody(Struct, rename="camel"):
    """The account and how it is doing."""

    user: UserBody
    memories: int
    inbox: int
    proposals: int
    trash: int
    buckets: int
    model: str
    answering_model: str | None
    without_vector: int
    bytes_on_disk: int
    jobs: list[JobBody]


class UserList(Struct):
    """Arguments of GET /api/users."""

    q: Annotated[str, Meta(description="With which the names begin.")] = ""
    after: Annotated[str, Meta(description="The name behind which to go on: the last one of the part before.")] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 1_000


class NewToken(Struct, rename="camel", forbid_unknown_fields=True):
    """Arguments of POST /api/tokens; a limit under a wrong name must not pass for none."""

    name: Annotated[str, Meta(description="What it is for, such as `laptop`.")]
    scopes: Annotated[list[Permission], Meta(description="What it may do: read, write, delete, admin.")] | None = None
    policy: Annotated[
        WritePolicy,
        Meta(
            description="`full`: writes at once; `propose`: adds at once, and its changes of what the user said wait "
            "for review; `inbox`: what it adds waits for review, and it changes nothing; `read`: no writes."
        ),
    ] = WritePolicy.FULL
    bucket_ids: Annotated[list[BucketId], Meta(description="Limit it to these buckets.")] | None = None
    buckets: Annotated[list[str], Meta(description="Limit it to these buckets, by name or id.")] | None = None
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None

    @property
    def draft(self) -> TokenDraft:
        """The token that this asks for."""
        default = TokenDraft(self.name, policy=self.policy, expires_at=self.expires_at)
        if self.scopes is None:
            return default
        return TokenDraft(self.name, frozenset(self.scopes), self.policy, None, self.expires_at)

    @property
    def limited_to(self) -> list[str] | None:
        """Names and ids of the buckets it is limited to; empty for all."""
        if self.buckets is None and self.bucket_ids is None:
            return None
        return [*(self.buckets or []), *map(str, self.bucket_ids or [])]


class TokenBody(Struct, rename="camel"):
    """A token without its secret."""

    id: str
    name: str
    scopes: list[Permission]
    policy: WritePolicy
    bucket_ids: list[int] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    client_id: Annotated[str | None, Meta(description="Of the program that was let in over OAuth.")]
    resource: Annotated[str | None, Meta(description="The URL that it is good for; null means everywhere here.")]


class TokenCreated(TokenBody, kw_only=True, rename="camel"):
    """A new token; `token` is the secret, told this once."""

    token: str


class OneToken(Struct, rename="camel"):
    """Names one token."""

    token_id: str


class NewUser(Struct, rename="camel"):
    """Arguments of POST /api/users."""

    name: str
    password: str | None = None
    is_admin: bool = False


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


def user_body(user: User) -> UserBody:
    """A user as JSON."""
    return UserBody(
        id=user.id,
        name=user.name,
        is_admin=user.is_admin,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
        moving=user.moving,
        time_zone=user.time_zone,
        has_second_factor=user.has_second_factor,
    )


def job_body(job: Job) -> JobBody:
    """A job as JSON."""
    return JobBody(job.id, job.kind, job.state, job.done, job.total, job.error)


def audit_body(entry: AuditEntry, authors: Mapping[str, str]) -> AuditBody:
    """An act as JSON; `authors` are names by id."""
    e, author = entry, authors.get(entry.author_id or "", UNSET)
    return AuditBody(e.id, e.at, e.action, e.channel, e.token_id, e.source, list(e.items), e.count, author)


async def get_account(call: Call, given: object) -> AccountBody:
    """Get the account and how it is doing."""
    user = await call.services.accounts.user(call.actor)
    status = await call.services.status.of(call.actor)
    return AccountBody(
        user=user_body(user),
        memories=status.memories,
        inbox=status.inbox,
        proposals=status.proposals,
        trash=status.trash,
        buckets=status.buckets,
        model=status.model,
        answering_model=status.answering_model,
        without_vector=status.without_vector,
        bytes_on_disk=status.bytes_on_disk,
        jobs=[job_body(job) for job in status.jobs],
    )


async def list_tokens(call: Call, given: object) -> list[TokenBody]:
    """List the account's tokens, newest first."""
    return [TokenBody(**token_fields(token)) for token in await call.services.accounts.tokens(call.actor)]


async def create_token(call: Call, given: NewToken) -> TokenCreated:
    """Make a token; its secret is in this answer and nowhere else."""
    new = await call.services.accounts.create_token(call.actor, given.draft, given.limited_to)
    return TokenCreated(**token_fields(new.token), token=new.secret)


async def revoke_token(call: Call, given: OneToken) -> wire.Message:
    """Make a token useless from now on."""
    await call.services.accounts.revoke_token(call.actor, given.token_id)
    return wire.Message("Token revoked")


def token_fields(token: Token) -> dict[str, Any]:
    """A token as JSON, field by field."""
    return {
        "id": token.id,
        "name": token.name,
        "scopes": sorted(token.permissions),
        "policy": token.policy,
        "bucket_ids": None if token.bucket_ids is None else sorted(token.bucket_ids),
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
        "client_id": token.client_id,
        "resource": token.resource,
    }


async def list_users(call: Call, given: UserList) -> list[UserBody]:
    """List users by their names; for administrators."""
    query = UserQuery(given.q, given.after, given.limit)
    return [user_body(user) for user in await call.services.accounts.users(call.actor, query)]


async def create_user(call: Call, given: NewUser) -> UserBody:
    """Make a user; for administrators."""
    user = await call.services.accounts.create_user(call.actor, given.name, given.password, is_admin=given.is_admin)
    return user_body(user)


async def list_audit(call: Call, given: ListAudit) -> list[AuditBody]:
    """List who read or wrote what, newest first."""
    entries = await call.services.audit.newest(call.actor, given.count, given.skip, given.query)
    authors = await call.services.authors.names([entry.author_id for entry in entries if entry.author_id])
    return [audit_body(entry, authors) for entry in entries]
