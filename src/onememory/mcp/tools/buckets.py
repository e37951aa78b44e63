"""Tools on buckets and their categories."""

from typing import Annotated

from msgspec import Meta, Struct

from onememory.domain.errors import NotFound
from onememory.mcp.tools.calls import Nothing, ToolCall
from onememory.mcp.tools.render import NOTE, BucketItem, bucket_items

NO_CATEGORIES = "This bucket has no categories; use search_memories or get_memories_and_buckets."


class BucketList(Struct):
    """Every bucket."""

    buckets: list[BucketItem]
    note: str = NOTE


class CreateBucket(Struct):
    """Arguments of create_bucket."""

    name: Annotated[str, Meta(description="Unique; not digits only.")]


class BucketCreated(Struct):
    """The new bucket."""

    id: int
    name: str


class ListCategories(Struct, rename="camel"):
    """Arguments of list_bucket_categories."""

    bucket_id: int


class CategoryItem(Struct):
    """A category; the summary says when to open it."""

    id: str
    name: str
    summary: str


class Categories(Struct):
    """The categories of a bucket."""

    categories: list[CategoryItem]
    note: str


async def list_buckets(call: ToolCall, given: Nothing) -> BucketList:
    """List the buckets, General first."""
    return BucketList(bucket_items(await call.services.buckets.all(call.actor)))


async def create_bucket(call: ToolCall, given: CreateBucket) -> BucketCreated:
    """Make a bucket."""
    bucket = await call.services.buckets.create(call.actor, given.name)
    return BucketCreated(bucket.id, bucket.name)


async def list_bucket_categories(call: ToolCall, given: ListCategories) -> Categories:
    """List the categories of a bucket, none of which has any yet; raises NotFound for one out of reach."""
    if given.bucket_id not in {bucket.id for bucket in await call.services.buckets.all(call.actor)}:
        raise NotFound(f"There is no bucket {given.bucket_id}; list_buckets shows their ids.")
    return Categories([], NO_CATEGORIES)
