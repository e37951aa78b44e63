"""What stands beside memories: the names of their buckets, and who wrote them where several people may."""

from collections.abc import Sequence

from onememory.api.operations import Call
from onememory.api.wire import Names, bucket_names
from onememory.domain.buckets import Bucket
from onememory.domain.memories import Memory


async def names_beside(call: Call, memories: Sequence[Memory], buckets: Sequence[Bucket] | None = None) -> Names:
    """The names that these memories need; without `buckets` these are read."""
    known = await call.services.buckets.all(call.actor) if buckets is None else buckets
    authors = await call.services.authors.of(memories, known)
    return Names(bucket_names(known), {memory_id: author.name for memory_id, author in authors.items()})
