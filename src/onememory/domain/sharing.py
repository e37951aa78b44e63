"""Buckets that several people use: who else may come in, and as what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from onememory.domain.errors import InvalidInput

MOST_MEMBERS = 1_000  # of one bucket
MOST_SHARES = 50  # that one person has joined; each is looked into by every search
MOST_WAITING = 50  # invitations in front of one person
MOST_WAITING_OF_ONE = 10  # of these from the same inviter
MOST_LINKS = 20  # of one bucket
LINK_DAYS = 7  # for which a link lets people in, where nothing else is said
LONGEST_LINK_DAYS = 365


class Role(StrEnum):
    """What somebody may do in a bucket that is not theirs, from least to most."""

    VIEWER = "viewer"  # read
    CONTRIBUTOR = "contributor"  # add, too; change and delete what they wrote themselves
    EDITOR = "editor"  # change and delete what anybody wrote, too


class MemberState(StrEnum):
    """Whether somebody has come in."""

    INVITED = "invited"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody in the house of another person."""

    user_id: str  # their own
    role: Role


@dataclass(frozen=True, slots=True)
class Share:
    """Somebody else's bucket, and what the person it is shared with may do in it."""

    owner_id: str
    owner_name: str
    bucket_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Invitation:
    """A bucket that waits to be joined."""

    share: Share
    bucket_name: str
    invited_at: datetime
    has_come: bool = False  # whether one is in it already, where a link leads there once more


@dataclass(frozen=True, slots=True)
class Membership:
    """One person with whom a bucket is shared, as its owner sees it."""

    user_id: str
    user_name: str
    role: Role
    state: MemberState
    invited_at: datetime
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link that lets whoever has an account join; of its secret only a hash is kept."""

    bucket_id: int
    role: Role
    made_at: datetime
    expires_at: datetime

    def is_usable(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return now < self.expires_at


def in_trash_of(owners: Iterable[str], *, is_one: bool = True) -> str:
    """Where what was deleted from buckets of these owners lies, and who can restore it; of none, one's own trash."""
    of_whom = "".join(f" of {owner}," for owner in sorted(set(owners)))
    return f"in the trash{of_whom} who can restore {'it' if is_one else 'them'}" if of_whom else "in the trash"


def link_lifetime(days: int) -> timedelta:
    """For how long a link is to let people in; raises InvalidInput."""
    if not 1 <= days <= LONGEST_LINK_DAYS:
        raise InvalidInput(f"`days` is {days}; a link can live for 1 to {LONGEST_LINK_DAYS} days.")
    return timedelta(days=days)
