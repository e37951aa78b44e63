"""Who an identity provider says that somebody is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onememory.domain.accounts import USER_NAME_LIMIT

SHOWN_LIMIT = 200  # characters of what a provider calls somebody
_NAMELESS = "user"


@dataclass(frozen=True, slots=True)
class Identified:
    """Somebody, as the provider has just said; `issuer` and `subject` together are what never changes."""

    issuer: str
    subject: str
    names: Sequence[str] = ()  # what they may be called here, the best first

    @property
    def shown(self) -> str:
        """By which a person recognises it."""
        return next(iter(self.names), self.subject)[:SHOWN_LIMIT]


@dataclass(frozen=True, slots=True)
class Identity:
    """A person's place at a provider, with which they sign in here."""

    issuer: str
    subject: str
    user_id: str
    name: str  # what the provider called them when it was linked
    linked_at: datetime


def user_name_of(names: Sequence[str]) -> str:
    """The first of the names that leaves something when it is written by the rules for users' names."""
    for name in names:
        parts = "-".join(name.partition("@")[0].split())
        if written := "".join(c for c in parts if c.isprintable())[:USER_NAME_LIMIT]:
            return written
    return _NAMELESS


def numbered(name: str, number: int) -> str:
    """The same name for one more who is called so."""
    return name if number == 1 else f"{name[: USER_NAME_LIMIT - 8]}-{number}"
