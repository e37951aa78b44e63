"""Users and the tokens that act for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from onememory.domain.errors import InvalidInput
from onememory.domain.moving import Moving

USER_NAME_LIMIT = 64
TOKEN_NAME_LIMIT = 100


class Permission(StrEnum):
    """What a token may do at all (its scopes)."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    ADMIN = "admin"


class WritePolicy(StrEnum):
    """What becomes of what a token writes."""

    FULL = "full"
    PROPOSE = "propose"  # adds at once; to change what the user said is proposed, and waits for the user's review
    INBOX = "inbox"  # new memories wait for the user's review; nothing else can be changed
    READ = "read"


@dataclass(frozen=True, slots=True)
class User:
    """A person; everything else belongs to one."""

    id: str
    name: str
    is_admin: bool
    created_at: datetime
    disabled_at: datetime | None = None
    time_zone: str | None = None  # by its name in the IANA database; None: the person has chosen none
    has_second_factor: bool = False
    moving: Moving | None = None  # to another database, or from one

    @property
    def is_open(self) -> bool:
        """Whether anybody is let in as this user."""
        return self.disabled_at is None and self.moving is None

    @property
    def why_closed(self) -> str:
        """What is said to whoever is not let in."""
        return self.moving.sentence if self.moving else "This account is deactivated; ask the administrator."


@dataclass(frozen=True, slots=True)
class Token:
    """One client's standing access, made by hand or granted over OAuth; of its secrets only hashes are kept."""

    id: str
    user_id: str
    name: str
    permissions: frozenset[Permission]
    policy: WritePolicy
    bucket_ids: frozenset[int] | None  # None means every bucket
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    client_id: str | None = None  # of an OAuth client
    resource: str | None = None  # the URL that it is meant for (RFC 8707); None means the whole installation

    def is_usable(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class TokenDraft:
    """What a caller gives to make a token."""

    name: str
    permissions: frozenset[Permission] = frozenset({Permission.READ, Permission.WRITE, Permission.DELETE})
    policy: WritePolicy = WritePolicy.FULL
    bucket_ids: frozenset[int] | None = None
    expires_at: datetime | None = None


class Keep(Enum):
    """Stands where nothing is to change."""

    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class TokenChange:
    """What is to be another of a token."""

    name: str | Keep = Keep.KEEP
    permissions: frozenset[Permission] | Keep = Keep.KEEP
    policy: WritePolicy | Keep = Keep.KEEP
    buckets: Sequence[str] | Keep | None = Keep.KEEP  # names or ids; None means every bucket
    expires_at: datetime | Keep | None = Keep.KEEP


def checked_user_name(name: str) -> str:
    """The name as it will be kept; raises InvalidInput where a rule is broken."""
    name = name.strip()
    if not 1 <= len(name) <= USER_NAME_LIMIT or not name.isprintable() or any(c.isspace() for c in name):
        raise InvalidInput(f"A user's name has 1 to {USER_NAME_LIMIT} printable characters and no spaces.")
    return name


def checked_token_name(name: str) -> str:
    """The name as it will be kept; raises InvalidInput where a rule is broken."""
    name = name.strip()
    if not 1 <= len(name) <= TOKEN_NAME_LIMIT or not name.isprintable():
        raise InvalidInput(f"A token's `name` has 1 to {TOKEN_NAME_LIMIT} printable characters.")
    return name
