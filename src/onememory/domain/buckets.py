"""Buckets are the folders of the notebook; General always exists."""

from dataclasses import dataclass
from datetime import datetime

from onememory.domain.errors import InvalidInput
from onememory.domain.sharing import Share

GENERAL = "General"
NAME_LIMIT = 200  # characters
DESCRIPTION_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """A named folder of memories; `is_general` marks the one that always exists."""

    id: int
    name: str
    description: str | None
    is_general: bool
    created_at: datetime
    memory_count: int = 0  # active memories
    members: int = 0  # people with whom its owner shares it; only the owner is told
    share: Share | None = None  # whose it is, and as what; None: one's own


def checked_name(name: str) -> str:
    """The name as it will be kept, without space around it.

    Raises InvalidInput where a rule is broken; that the name is free is checked where it is stored.
    """
    name = name.strip()
    if not name:
        raise InvalidInput("`name` is empty; give the bucket a name.")
    if len(name) > NAME_LIMIT:
        raise InvalidInput(f"`name` has {len(name)} characters; the limit is {NAME_LIMIT}.")
    if any(ord(c) < 32 or "\ud800" <= c <= "\udfff" for c in name):
        raise InvalidInput("`name` contains a control character or a lone surrogate; remove it.")
    if name.isdigit():
        raise InvalidInput("A bucket's name cannot be digits only, because numbers are bucket ids; add a letter.")
    if name_key(name) == name_key(GENERAL):
        raise InvalidInput(f'The name "{GENERAL}" belongs to the default bucket; choose another name.')
    return name


def checked_description(description: str | None) -> str | None:
    """The description as it will be kept; an empty one is none."""
    description = (description or "").strip()
    if len(description) > DESCRIPTION_LIMIT:
        raise InvalidInput(f"`description` has {len(description)} characters; the limit is {DESCRIPTION_LIMIT}.")
    if any(c == "\x00" or "\ud800" <= c <= "\udfff" for c in description):
        raise InvalidInput("`description` contains a NUL character or a lone surrogate; remove it.")
    return description or None


def name_key(name: str) -> str:
    """The form in which names are compared: two names that differ only in case are one."""
    return name.strip().casefold()
