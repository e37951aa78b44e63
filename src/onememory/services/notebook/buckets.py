"""Make, rename, describe and delete buckets."""

from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import GENERAL, Bucket, checked_description, checked_name
from onememory.domain.errors import InvalidInput, NoBucket, NotFound
from onememory.domain.ids import mint_bucket_id
from onememory.domain.memories import Change, MemoryState
from onememory.domain.search import Filters
from onememory.ports import EVERYTHING, Clock, MemoryQuery, Store, Transaction
from onememory.services.audit import Audit
from onememory.services.notebook.changes import Changes
from onememory.services.reach import Reach, buckets_in
from onememory.services.screening import Screening


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of a deleted bucket's memories."""

    moved: int
    trashed: int


class Buckets:
    """The use cases of buckets."""

    def __init__(
        self, store: Store, reach: Reach, changes: Changes, screening: Screening, audit: Audit, clock: Clock
    ) -> None:
        self._store = store
        self._reach = reach
        self._screening = screening
        self._changes = changes
        self._audit = audit
        self._clock = clock

    async def all(self, actor: Actor) -> list[Bucket]:
        """Every bucket within the actor's reach: one's own, General first, then those that others share."""
        require(actor, Action.READ)
        return await self._reach.together(actor, buckets_in, brief=True)

    async def create(self, actor: Actor, name: str, description: str | None = None) -> Bucket:
        """Make a bucket; raises InvalidInput where a rule of names is broken."""
        require(actor, Action.CREATE_BUCKETS)
        name, description = await self._screening.label(name), await self._described(description)
        bucket = Bucket(
            id=mint_bucket_id(),
            name=checked_name(name),
            description=checked_description(description),
            is_general=False,
            created_at=self._clock.now(),
        )

        def work(tx: Transaction) -> Bucket:
            _require_free(tx, bucket)
            tx.buckets.add(bucket)
            self._audit.write(tx, actor, "bucket.create", [str(bucket.id)])
            return bucket

        return await self._store.write(actor.scope, work)

    async def change(
        self, actor: Actor, bucket_id: int, *, name: str | None = None, description: str | None = None
    ) -> Bucket:
        """Rename or describe; what is None stays as it is, an empty description is taken away."""
        require((await self._reach.bucket(actor, bucket_id)).actor, Action.MANAGE_BUCKETS)
        if name is None and description is None:
            raise InvalidInput("Send `name`, `description` or both.")
        name = None if name is None else await self._screening.label(name)
        description = await self._described(description)

        def work(tx: Transaction) -> Bucket:
            bucket = bucket_of(tx, bucket_id)
            if name is not None and name.strip() != bucket.name:
                if bucket.is_general:
                    raise InvalidInput(f'The bucket "{GENERAL}" cannot be renamed.')
                bucket = replace(bucket, name=checked_name(name))
                _require_free(tx, bucket)
            if description is not None:
                bucket = replace(bucket, description=checked_description(description))
            tx.buckets.change(bucket)
            self._audit.write(tx, actor, "bucket.change", [str(bucket.id)])
            return bucket

        return await self._store.write(actor.scope, work)

    async def _described(self, description: str | None) -> str | None:
        return None if description is None else await self._screening.label(description)

    async def delete(self, actor: Actor, bucket_id: int, *, move_to: int | None, to_trash: bool) -> Removed:
        """Delete a bucket. Its memories go where the caller says: to another bucket, or to the trash.

        Trashed memories, old and new, belong to General from then on, so that they can be restored. Those with whom it
        was shared lose it at once.
        """
        require((await self._reach.bucket(actor, bucket_id)).actor, Action.MANAGE_BUCKETS)
        require(actor, Action.DELETE)

        def work(tx: Transaction) -> Removed:
            bucket = bucket_of(tx, bucket_id)
            if bucket.is_general:
                raise InvalidInput(f'The bucket "{GENERAL}" cannot be deleted.')
            if bucket.memory_count and (move_to is None) == (not to_trash):
                raise InvalidInput(
                    f'"{bucket.name}" holds {bucket.memory_count} memories. Say where they go: '
                    "`moveTo` with the id of another bucket, or `trash=true`."
                )
            target = general_of(tx) if move_to is None else bucket_of(tx, move_to)
            if target.id == bucket.id:
                raise InvalidInput("`moveTo` names the bucket that is to be deleted; name another one.")
            removed = self._empty(tx, actor, bucket, target, to_trash=to_trash)
            tx.members.close(bucket.id)
            tx.buckets.remove(bucket.id)
            self._audit.write(tx, actor, "bucket.delete", [str(bucket.id)])
            return removed

        return await self._store.write(actor.scope, work)

    def _empty(self, tx: Transaction, actor: Actor, bucket: Bucket, target: Bucket, *, to_trash: bool) -> Removed:
        query = MemoryQuery(frozenset(MemoryState), Filters(bucket_ids=frozenset({bucket.id})))
        moved = trashed = 0
        for memory in tx.memories.newest(query, limit=EVERYTHING):
            after = replace(memory, bucket_id=target.id)
            if memory.state is not MemoryState.ACTIVE or not to_trash:
                moved += memory.state is MemoryState.ACTIVE
                self._changes.apply(tx, after, Change.MOVED, actor.provenance())
            else:
                trashed += 1
                trashed_one = replace(after, state=MemoryState.TRASHED)
                self._changes.apply(tx, trashed_one, Change.TRASHED, actor.provenance())
        return Removed(moved, trashed)


def bucket_of(tx: Transaction, bucket_id: int) -> Bucket:
    """The bucket with this id; raises NotFound where there is none within reach."""
    bucket = tx.buckets.get(bucket_id)
    if bucket is None:
        raise NoBucket(f"There is no bucket {bucket_id}; list the buckets to see their ids.")
    return bucket


def general_of(tx: Transaction) -> Bucket:
    """The default bucket; raises NotFound for a token that is limited to other buckets."""
    bucket = tx.buckets.general()
    if bucket is None:
        raise NotFound(f'This token cannot reach the bucket "{GENERAL}"; name one of its own buckets.')
    return bucket


def _require_free(tx: Transaction, bucket: Bucket) -> None:
    other = tx.buckets.named(bucket.name)
    if other and other.id != bucket.id:
        raise InvalidInput(f'A bucket named "{other.name}" exists already; names are unique without regard to case.')
