"""Tokens: made, listed, looked at with what they have done, changed and revoked."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.audit import AuditBody, audit_body
from onememory.api.operations import Call
from onememory.api.wire import BucketId
from onememory.domain.accounts import Keep, Permission, Token, TokenChange, TokenDraft, WritePolicy


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


class DayOfUse(Struct):
    """What was done through a token on one day, in UTC."""

    day: date
    reads: int
    writes: int


class TokenUse(TokenBody, kw_only=True, rename="camel"):
    """A token, and what was done through it."""

    days: Annotated[list[DayOfUse], Meta(description="The last 30 days, oldest first.")]
    lately: Annotated[list[AuditBody], Meta(description="The last acts, newest first.")]


class ChangeToken(Struct, rename="camel", forbid_unknown_fields=True):
    """Arguments of PATCH /api/tokens/{tokenId}; what is left out stays."""

    token_id: str
    name: str | UnsetType = UNSET
    scopes: list[Permission] | UnsetType = UNSET
    policy: WritePolicy | UnsetType = UNSET
    bucket_ids: Annotated[list[BucketId] | UnsetType | None, Meta(description="null means every bucket.")] = UNSET
    buckets: Annotated[list[str] | UnsetType | None, Meta(description="By name or id; null means every one.")] = UNSET
    expires_at: Annotated[datetime, Meta(tz=True)] | UnsetType | None = UNSET

    @property
    def change(self) -> TokenChange:
        """What is to be another."""
        return TokenChange(
            name=Keep.KEEP if self.name is UNSET else self.name,
            permissions=Keep.KEEP if self.scopes is UNSET else frozenset(self.scopes),
            policy=Keep.KEEP if self.policy is UNSET else self.policy,
            buckets=self._limited_to,
            expires_at=Keep.KEEP if self.expires_at is UNSET else self.expires_at,
        )

    @property
    def _limited_to(self) -> list[str] | Keep | None:
        given = [each for each in (self.buckets, self.bucket_ids) if each is not UNSET]
        if not given:
            return Keep.KEEP
        return None if all(each is None for each in given) else [str(bucket) for each in given for bucket in each or ()]


async def list_tokens(call: Call, given: object) -> list[TokenBody]:
    """List the account's tokens, newest first."""
    return [TokenBody(**token_fields(token)) for token in await call.services.accounts.tokens(call.actor)]


async def create_token(call: Call, given: NewToken) -> TokenCreated:
    """Make a token; its secret is in this answer and nowhere else."""
    new = await call.services.accounts.create_token(call.actor, given.draft, given.limited_to)
    return TokenCreated(**token_fields(new.token), token=new.secret)


async def get_token(call: Call, given: OneToken) -> TokenUse:
    """Get one token with what was done through it."""
    token = await call.services.token_care.one(call.actor, given.token_id)
    use = await call.services.token_care.use(call.actor, given.token_id, UTC)
    days = [DayOfUse(day.day, day.reads, day.writes) for day in use.days]
    return TokenUse(**token_fields(token), days=days, lately=[audit_body(entry, {}) for entry in use.lately])


async def change_token(call: Call, given: ChangeToken) -> TokenBody:
    """Change what a token may do, from its next request on."""
    return TokenBody(**token_fields(await call.services.token_care.change(call.actor, given.token_id, given.change)))


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
