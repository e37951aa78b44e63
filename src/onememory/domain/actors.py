"""Who is asking, and the one rule that says what they may do."""

from dataclasses import dataclass
from enum import StrEnum

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.errors import Forbidden
from onememory.domain.provenance import Channel, Provenance, Trust


class Action(StrEnum):
    """Everything that needs permission."""

    READ = "read"
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    REVIEW = "review"
    MANAGE_BUCKETS = "manage_buckets"
    MANAGE_TOKENS = "manage_tokens"
    SET_PASSWORD = "set_password"  # noqa: S105 - an action
    MANAGE_USERS = "manage_users"


@dataclass(frozen=True, slots=True)
class Scope:
    """The rows that a query may touch: one owner's, and only these buckets' where a token is limited to some."""

    user_id: str
    bucket_ids: frozenset[int] | None = None

    def covers(self, bucket_id: int) -> bool:
        """Whether this bucket may be touched."""
        return self.bucket_ids is None or bucket_id in self.bucket_ids


@dataclass(frozen=True, slots=True)
class Actor:
    """A user acting through one token and one door."""

    user_id: str
    channel: Channel
    permissions: frozenset[Permission]
    policy: WritePolicy = WritePolicy.FULL
    token_id: str | None = None
    bucket_ids: frozenset[int] | None = None
    is_admin: bool = False

    @property
    def scope(self) -> Scope:
        """The only place where the scope of a query is made."""
        return Scope(self.user_id, self.bucket_ids)

    def provenance(self, source: str | None = None, trust: Trust = Trust.STATED) -> Provenance:
        """The origin of what this actor writes now."""
        return Provenance(channel=self.channel, trust=trust, token_id=self.token_id, source=source)


_NEEDED = {
    Action.READ: Permission.READ,
    Action.ADD: Permission.WRITE,
    Action.CHANGE: Permission.WRITE,
    Action.DELETE: Permission.DELETE,
    Action.REVIEW: Permission.WRITE,
    Action.MANAGE_BUCKETS: Permission.WRITE,
    Action.MANAGE_TOKENS: Permission.WRITE,
    Action.SET_PASSWORD: Permission.ADMIN,
    Action.MANAGE_USERS: Permission.ADMIN,
}
_BY_INBOX_TOKENS = {Action.READ, Action.ADD}
_BY_READ_TOKENS = {Action.READ}
_NOT_BY_BUCKET_TOKENS = {Action.MANAGE_BUCKETS, Action.MANAGE_TOKENS, Action.SET_PASSWORD, Action.MANAGE_USERS}


def require(actor: Actor, action: Action) -> None:
    """Pass, or raise Forbidden with what is missing; every use case asks here and nowhere else."""
    needed = _NEEDED[action]
    if needed not in actor.permissions:
        raise Forbidden(f'This token lacks the scope "{needed}"; use a token that has it.')
    if actor.policy is WritePolicy.READ and action not in _BY_READ_TOKENS:
        raise Forbidden("This token may only read; use a token whose policy is full.")
    if actor.policy is WritePolicy.INBOX and action not in _BY_INBOX_TOKENS:
        raise Forbidden("This token may only read and add to the inbox; use a token whose policy is full.")
    if actor.bucket_ids is not None and action in _NOT_BY_BUCKET_TOKENS:
        raise Forbidden("This token is limited to some buckets; use one without that limit.")
    if action is Action.MANAGE_USERS and not actor.is_admin:
        raise Forbidden("Only an administrator may manage users.")
