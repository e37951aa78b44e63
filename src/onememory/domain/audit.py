"""Who read or wrote what through which door, without the text."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onememory.domain.provenance import Channel

READS = frozenset(
    {
        "export",
        "history.list",
        "history.read",
        "history.recall",
        "inbox.list",
        "memory.as_of",
        "memory.duplicates",
        "memory.list",
        "memory.profile",
        "memory.read",
        "memory.search",
        "memory.versions",
        "memory_file.view",
    }
)


# Who may do what, and who is signed in where.
ACCESS = frozenset(
    {
        "backup.create",
        "backup.delete",
        "connection.grant",
        "connection.reuse",
        "connection.revoke",
        "identity.link",
        "identity.unlink",
        "installation.change",
        "member.accept",
        "member.change",
        "member.invite",
        "member.leave",
        "member.remove",
        "password.change",
        "password.link",
        "password.reset",
        "second_factor.off",
        "second_factor.on",
        "second_factor.renew_codes",
        "session.create",
        "session.end",
        "session.end_all",
        "share_link.create",
        "share_link.revoke",
        "token.change",
        "token.create",
        "token.revoke",
        "user.create",
        "user.deactivate",
        "user.demote",
        "user.erase",
        "user.link",
        "user.promote",
        "user.quota",
        "user.reactivate",
    }
)


class ActKind(StrEnum):
    """What an act is, roughly."""

    READ = "read"
    WRITE = "write"
    ACCESS = "access"  # of people and programs


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act; `items` are ids, `count` how many there were in all."""

    id: str
    at: datetime
    action: str
    channel: Channel
    token_id: str | None
    source: str | None
    items: tuple[str, ...]
    count: int
    author_id: str | None = None  # who did it, where not the owner: in a bucket shared with them, or to the account

    @property
    def people(self) -> tuple[str, ...]:
        """The ids of those to whom it was done."""
        match self.action.partition(".")[0]:
            case "member":
                return self.items[1:]  # behind the bucket
            case "user":
                return self.items
        return ()


@dataclass(frozen=True, slots=True)
class ActsOfDay:
    """How much was done on one day through one token."""

    day: date
    reads: int
    writes: int
