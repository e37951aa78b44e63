"""One token: looked at with what it has done, and changed."""

from datetime import UTC, date, datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api.accounts import AuditBody, OneToken, TokenBody, audit_body, token_fields
from onememory.api.operations import Call
from onememory.api.wire import BucketId
from onememory.domain.accounts import Keep, Permission, TokenChange, WritePolicy


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


async def get_token(call: Call, given: OneToken) -> TokenUse:
    """Get one token with what was done through it."""
    token = await call.services.token_care.one(call.actor, given.token_id)
    use = await call.services.token_care.use(call.actor, given.token_id, UTC)
    days = [DayOfUse(day.day, day.reads, day.writes) for day in use.days]
    return TokenUse(**token_fields(token), days=days, lately=[audit_body(entry, {}) for entry in use.lately])


async def change_token(call: Call, given: ChangeToken) -> TokenBody:
    """Change what a token may do, from its next request on."""
    return TokenBody(**token_fields(await call.services.token_care.change(call.actor, given.token_id, given.change)))
