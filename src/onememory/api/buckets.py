"""Bucket operations: the contract's and our own."""

from typing import Annotated

from msgspec import Meta, Struct

from onememory.api import wire
from onememory.api.operations import Call
from onememory.api.wire import BucketId, Source

Description = Annotated[str, Meta(description="What belongs into the bucket; helps an assistant to choose.")]


class ListBuckets(Struct):
    """Arguments of GET /api/buckets."""

    v: Annotated[int, Meta(ge=1, le=2)] = 2
    source: Source | None = None


class NewBucket(Struct):
    """Arguments of POST /api/buckets."""

    name: Annotated[str, Meta(description="The name; unique without regard to case, not digits only, not General.")]
    description: Description | None = None
    source: Source | None = None


class BucketCreated(Struct):
    """The new bucket."""

    message: str
    id: str
    name: str


class ChangeBucket(Struct, rename="camel"):
    """Arguments of PATCH /api/buckets/{bucketId}."""

    bucket_id: BucketId
    name: Annotated[str, Meta(description="The new name.")] | None = None
    description: Description | None = None


class DeleteBucket(Struct, rename="camel"):
    """Arguments of DELETE /api/buckets/{bucketId}."""

    bucket_id: BucketId
    move_to: Annotated[BucketId, Meta(description="The bucket that takes over its memories.")] | None = None
    trash: Annotated[bool, Meta(description="Put its memories into the trash.")] = False


class BucketDeleted(Struct):
    """What became of the bucket's memories."""

    message: str
    moved: int
    trashed: int


async def list_buckets(call: Call, given: ListBuckets) -> list[wire.BucketBody]:
    """List the buckets, General first."""
    buckets = await call.services.buckets.all(call.actor)
    return wire.fitting_buckets([wire.bucket_body(bucket) for bucket in buckets], given.source)


async def create_bucket(call: Call, given: NewBucket) -> BucketCreated:
    """Make a bucket."""
    bucket = await call.services.buckets.create(call.actor, given.name, given.description)
    return BucketCreated("Bucket created successfully", str(bucket.id), bucket.name)


async def change_bucket(call: Call, given: ChangeBucket) -> wire.BucketBody:
    """Rename or describe a bucket."""
    changed = await call.services.buckets.change(
        call.actor, given.bucket_id, name=given.name, description=given.description
    )
    return wire.bucket_body(changed)


async def delete_bucket(call: Call, given: DeleteBucket) -> BucketDeleted:
    """Delete a bucket; say where its memories go."""
    removed = await call.services.buckets.delete(
        call.actor, given.bucket_id, move_to=given.move_to, to_trash=given.trash
    )
    return BucketDeleted("Bucket deleted", removed.moved, removed.trashed)
