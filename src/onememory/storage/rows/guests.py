"""Guests in the rows of another person: whether they are let in, and what they are not told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from onememory.domain.errors import AccessChanged
from onememory.domain.memories import Memory, Version
from onememory.domain.provenance import Provenance
from onememory.storage.scoped import Scoped, batches, from_ms, placeholders, to_ms

_ADMITTED = """
    SELECT m.invited_at FROM bucket_members AS m JOIN users AS o ON o.user_id = m.owner_id
    WHERE m.owner_id = :user_id AND m.user_id = :member_id AND m.role = :role AND m.state = 'accepted'
    AND o.disabled_at IS NULL AND o.moving IS NULL
"""


def admitted(db: Scoped) -> datetime | None:
    """Since when the scope's guest may come in; None where the owner asks. Raises AccessChanged."""
    guest = db.scope.guest
    if guest is None:
        return None
    in_bucket = db.bucket_clause or " AND FALSE"  # nobody is a guest of everything
    row = db.row(_ADMITTED + in_bucket, member_id=guest.user_id, role=guest.role)
    if row is None:
        raise AccessChanged("This bucket is no longer shared with you, or in another role than a moment ago.")
    return from_ms(row[0])


class Veil:
    """What is seen of the memories of one scope: all, unless a guest looks.

    A guest sees active memories, their versions since they were invited and the present one, of those that were not
    in the inbox or the trash, and nothing that names what lies outside of the bucket: tokens, conversations, memories
    elsewhere.
    """

    def __init__(self, db: Scoped, since: datetime | None) -> None:
        self._db = db
        self._since = since

    @property
    def reach(self) -> str:
        """A condition to append to a WHERE over memories."""
        clause = self._db.bucket_clause
        return clause if self._since is None else f"{clause} AND state = 'active'"

    @property
    def version_reach(self) -> str:
        """A condition to append to a WHERE over memory_versions AS v."""
        if self._since is None:
            return self._db.bucket_clause
        present = "SELECT m.version FROM memories AS m WHERE m.user_id = :user_id AND m.memory_id = v.memory_id"
        return (
            f"{self.reach} AND (v.at >= {to_ms(self._since)} OR v.number = ({present})) "
            f"AND v.memory_id IN (SELECT memory_id FROM memories WHERE user_id = :user_id{self.reach})"
        )

    def memories(self, found: Sequence[Memory]) -> Sequence[Memory]:
        """The memories as they may be seen."""
        if self._since is None or not found:
            return found
        near = self._near(i for memory in found for i in _named(memory))
        return [_veiled(memory, near) for memory in found]

    def versions(self, found: Sequence[Version]) -> Sequence[Version]:
        """The versions as they may be seen."""
        if self._since is None or not found:
            return found
        near = self._near(i for version in found for i in version.provenance.parents)
        return [replace(version, provenance=_origin(version.provenance, near)) for version in found]

    def _near(self, memory_ids: Iterable[str]) -> set[str]:
        """Those that are within reach."""
        near: set[str] = set()
        for batch in batches(sorted(set(memory_ids))):
            names, values = placeholders("id", batch)
            sql = f"SELECT memory_id FROM memories WHERE user_id = :user_id AND memory_id IN ({names}){self.reach}"
            near.update(row[0] for row in self._db.rows(sql, **values))
        return near


def _named(memory: Memory) -> list[str]:
    links = (memory.supersedes, memory.superseded_by, memory.merged_into)
    return [each for each in (*links, *memory.provenance.parents) if each]


def _veiled(memory: Memory, near: set[str]) -> Memory:
    return replace(
        memory,
        supersedes=memory.supersedes if memory.supersedes in near else None,
        superseded_by=memory.superseded_by if memory.superseded_by in near else None,
        merged_into=memory.merged_into if memory.merged_into in near else None,
        provenance=_origin(memory.provenance, near),
    )


def _origin(origin: Provenance, near: set[str]) -> Provenance:
    parents = tuple(parent for parent in origin.parents if parent in near)
    return replace(origin, token_id=None, conversation_id=None, message_id=None, parents=parents)
