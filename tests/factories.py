"""Domain objects for tests, with defaults for everything."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from onememory.domain.accounts import Permission, User
from onememory.domain.actors import Actor, Scope
from onememory.domain.buckets import GENERAL, Bucket
from onememory.domain.ids import mint
from onememory.domain.memories import Change, ContentType, Memory, MemoryState, Version
from onememory.domain.provenance import Channel, Provenance, Trust

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GENERAL_ID = 7


class FixedClock:
    """Always the same time; implements the port Clock."""

    def now(self) -> datetime:
        return NOW

    def today(self) -> date:
        return NOW.date()


def make_user(**changes: Any) -> User:
    return replace(User("u1", "ada", True, NOW), **changes)


def make_general(bucket_id: int = GENERAL_ID) -> Bucket:
    return Bucket(bucket_id, GENERAL, None, is_general=True, created_at=NOW)


def make_memory(**changes: Any) -> Memory:
    plain = Memory(
        id=mint(NOW),
        bucket_id=GENERAL_ID,
        text="Ada drinks tea",
        content_type=ContentType.TEXT,
        state=MemoryState.ACTIVE,
        about=None,
        created_at=NOW,
        updated_at=NOW,
        version=1,
        provenance=Provenance(Channel.API, Trust.STATED),
    )
    return replace(plain, **changes)


def make_version(memory: Memory, **changes: Any) -> Version:
    plain = Version(
        memory_id=memory.id,
        number=memory.version,
        change=Change.CREATED,
        text=memory.text,
        bucket_id=memory.bucket_id,
        state=memory.state,
        at=memory.updated_at,
        provenance=memory.provenance,
    )
    return replace(plain, **changes)


def make_actor(user_id: str, **changes: Any) -> Actor:
    return replace(Actor(user_id, Channel.API, frozenset(Permission), is_admin=True), **changes)


def scope_of(user: User) -> Scope:
    return Scope(user.id)
