"""A memory is a short editable text in a bucket, with a history of versions that is only ever added to."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from onememory.domain.errors import InvalidInput, TooLarge
from onememory.domain.provenance import Provenance

DEFAULT_TEXT_LIMIT = 20_000  # characters


_SURROGATE = re.compile("[\ud800-\udfff]")


class MemoryState(StrEnum):
    """Only active memories are recalled."""

    ACTIVE = "active"
    INBOX = "inbox"  # waits for the user's review
    TRASHED = "trashed"


class ContentType(StrEnum):
    """What a memory holds."""

    TEXT = "text"
    IMAGE = "image"


class Change(StrEnum):
    """What made a version."""

    CREATED = "created"
    EDITED = "edited"
    MOVED = "moved"
    TRASHED = "trashed"
    RESTORED = "restored"
    APPROVED = "approved"
    REJECTED = "rejected"
    IMPORTED = "imported"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Memory:
    """The present state of one memory."""

    id: str
    bucket_id: int
    text: str
    content_type: ContentType
    state: MemoryState
    about: date | None  # the day it is about, where the text says so
    created_at: datetime
    updated_at: datetime
    version: int  # the number of its newest version, from 1
    provenance: Provenance
    supersedes: str | None = None  # the memory that this one replaces as the truth
    superseded_by: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """One state that a memory was in; `text` is None once it has been redacted."""

    memory_id: str
    number: int
    change: Change
    text: str | None
    bucket_id: int
    state: MemoryState
    at: datetime
    provenance: Provenance
    redacted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a caller gives to make a memory."""

    text: str
    bucket_id: int | None = None  # None means General
    source: str | None = None
    supersedes: str | None = None
    conversation_id: str | None = None
    message_id: str | None = None


def checked_text(text: str, limit: int = DEFAULT_TEXT_LIMIT) -> str:
    """The text as it will be kept: verbatim, once it is known to be storable.

    Raises InvalidInput for empty or unstorable text and TooLarge above `limit` characters.
    """
    if not text or not any(_is_visible(c) for c in text):
        raise InvalidInput("`text` is empty; send the memory as a non-empty string.")
    if len(text) > limit:
        raise TooLarge(f"`text` has {len(text):,} characters; the limit is {limit:,}. Split it into several memories.")
    if "\x00" in text:
        raise InvalidInput("`text` contains a NUL character, which cannot be stored; remove it.")
    if _SURROGATE.search(text):
        raise InvalidInput("`text` contains a lone surrogate, which is not valid Unicode; send valid UTF-8.")
    return text


def checked_ids(ids: Sequence[str], limit: int, name: str = "memoryIds") -> list[str]:
    """Each id once, in order; raises InvalidInput where there are none or more than `limit`."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise InvalidInput(f"`{name}` is empty; send 1 to {limit} ids.")
    if len(wanted) > limit:
        raise InvalidInput(f"`{name}` has {len(wanted)} ids; the limit is {limit}. Send several requests.")
    return wanted


def _is_visible(character: str) -> bool:
    # Spaces, controls and zero-width formatting make no memory, in whatever number.
    return not character.isspace() and unicodedata.category(character) not in {"Cc", "Cf", "Zs", "Zl", "Zp"}
