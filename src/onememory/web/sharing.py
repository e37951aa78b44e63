"""What a person may do in a bucket that several share, and who wrote what there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from onememory.domain.actors import Action, Actor, may, require_on
from onememory.domain.buckets import Bucket
from onememory.domain.errors import Forbidden
from onememory.domain.memories import Memory
from onememory.domain.provenance import Provenance, Trust
from onememory.domain.sharing import Share
from onememory.web.visits import Visit

YOU = "you"


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a memory of a shared bucket."""

    name: str
    is_you: bool
    can_change: bool  # whether the person who looks at it may


@dataclass(frozen=True, slots=True)
class Place:
    """One memory as the person who looks at it may treat it, and who wrote its versions."""

    share: Share | None  # of its bucket, where that is somebody else's
    targets: Sequence[Bucket]  # where it may go, or stay
    can_change: bool
    can_delete: bool
    why_not: str  # where it can be neither
    names: Mapping[str, str]  # of the authors
    user_id: str  # who looks at it
    written_by: Mapping[str, Writer]

    def writer_of(self, provenance: Provenance) -> str | None:
        """Which of several people wrote a version; None where the account is one person's."""
        if provenance.author_id is None:
            return self.share.owner_name if self.share else None
        return YOU if provenance.author_id == self.user_id else self.names[provenance.author_id]

    def voucher_of(self, provenance: Provenance) -> str | None:
        """Who else than the person who looks at it vouches for a text."""
        writer = self.writer_of(provenance) if provenance.trust is Trust.STATED else None
        return None if writer == YOU else writer


def bucket_name(bucket: Bucket) -> str:
    """What a bucket is called where it stands beside others; one of somebody else's with whose it is."""
    return f"{bucket.name} (of {bucket.share.owner_name})" if bucket.share else bucket.name


def bucket_names(buckets: Iterable[Bucket]) -> Mapping[int, str]:
    """By the bucket's id."""
    return {bucket.id: bucket_name(bucket) for bucket in buckets}


async def written_by(visit: Visit, memories: Sequence[Memory], buckets: Sequence[Bucket]) -> Mapping[str, Writer]:
    """By the memory's id: who wrote it, of those in shared buckets."""
    authors = await visit.services.authors.of(memories, buckets)
    actors = {bucket.id: actor_in(visit, bucket) for bucket in buckets}
    return {
        memory.id: Writer(
            name=author.name,
            is_you=author.user_id == visit.person.user.id,
            can_change=not _refusal(actors[memory.bucket_id], memory, Action.CHANGE),
        )
        for memory in memories
        if (author := authors.get(memory.id)) and memory.bucket_id in actors
    }


async def place_of(visit: Visit, memory: Memory, buckets: Sequence[Bucket], origins: Sequence[Provenance]) -> Place:
    """Where a memory is, for the person who looks at it; `origins` are those of its versions."""
    bucket = next((each for each in buckets if each.id == memory.bucket_id), None)
    actor = actor_in(visit, bucket) if bucket else visit.person.actor
    refused = _refusal(actor, memory, Action.CHANGE)
    return Place(
        share=bucket.share if bucket else None,
        targets=[each for each in buckets if each == bucket or each in open_to(visit, buckets)],
        can_change=not refused,
        can_delete=not _refusal(actor, memory, Action.DELETE),
        why_not=refused,
        names=await visit.services.authors.names([each.author_id for each in origins if each.author_id]),
        user_id=visit.person.user.id,
        written_by=await written_by(visit, [memory], buckets),
    )


def actor_in(visit: Visit, bucket: Bucket) -> Actor:
    """The person as they may act in this bucket."""
    actor = visit.person.actor
    return actor.as_guest(bucket.share) if bucket.share else actor


def open_to(visit: Visit, buckets: Sequence[Bucket]) -> list[Bucket]:
    """Those into which the person may write."""
    return [bucket for bucket in buckets if may(actor_in(visit, bucket), Action.ADD)]


def own(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Those that are the person's own."""
    return [bucket for bucket in buckets if bucket.share is None]


def _refusal(actor: Actor, memory: Memory, action: Action) -> str:
    """Why the actor may not do this to the memory; empty where they may."""
    try:
        require_on(actor, memory, action)
    except Forbidden as error:
        return str(error)
    return ""
