"""Who wrote what into shared buckets, by name."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from onememory.domain.audit import AuditEntry
from onememory.domain.buckets import Bucket
from onememory.domain.memories import Memory, Version
from onememory.ports import Store

K = TypeVar("K", str, int)

GONE = "someone who has left"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a memory of a bucket that several people share."""

    user_id: str
    name: str


class Authors:
    """Gives the names of those who wrote what an actor was shown."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def names(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """What each is called now, by their id; whoever was erased has left."""
        wanted = frozenset(user_ids)
        if not wanted:
            return {}
        names = await self._store.read_directory(lambda directory: directory.names(wanted), brief=True)
        return {user_id: names.get(user_id, GONE) for user_id in wanted}

    async def of_acts(self, entries: Sequence[AuditEntry]) -> Mapping[str, str]:
        """The names of those who did something and to whom it was done, by their ids."""
        return await self.names({each for entry in entries for each in (entry.author_id, *entry.people) if each})

    async def of(self, memories: Sequence[Memory], buckets: Sequence[Bucket]) -> Mapping[str, Author]:
        """By the memory's id who wrote it, of those that another than the person who looks at them could have written.

        `buckets` are all within that person's reach. What an owner wrote into a bucket of theirs is not named to them.
        """
        return await self._of({memory.id: memory for memory in memories}, buckets)

    async def of_versions(self, versions: Sequence[Version], buckets: Sequence[Bucket]) -> Mapping[int, Author]:
        """The same of one memory's versions, by their numbers."""
        return await self._of({version.number: version for version in versions}, buckets)

    async def _of(self, written: Mapping[K, Memory | Version], buckets: Sequence[Bucket]) -> Mapping[K, Author]:
        shares = {bucket.id: bucket.share for bucket in buckets if bucket.share}
        guests = {key: author for key, each in written.items() if (author := each.provenance.author_id)}
        names = await self.names(set(guests.values()))
        owners = {k: share for k, w in written.items() if k not in guests and (share := shares.get(w.bucket_id))}
        by_guests = {key: Author(author, names[author]) for key, author in guests.items()}
        return by_guests | {k: Author(share.owner_id, share.owner_name) for k, share in owners.items()}
