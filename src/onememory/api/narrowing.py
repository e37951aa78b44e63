"""What memories are narrowed down to, in a list and in a search."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from onememory.api.wire import BucketId
from onememory.domain.memories import ContentType
from onememory.domain.provenance import Trust
from onememory.domain.search import Filters


class Narrowed(Struct, rename="camel", kw_only=True):
    """Arguments that every way of finding memories takes."""

    bucket_id: BucketId | None = None
    from_source: Annotated[str, Meta(description="Only what this client wrote.")] | None = None
    trust: Annotated[Trust, Meta(description="Only what has this trust.")] | None = None
    content_type: ContentType | None = None
    after: Annotated[date, Meta(description="Only what is about this day or a later one.")] | None = None
    before: Annotated[date, Meta(description="Only what is about this day or an earlier one.")] | None = None

    @property
    def filters(self) -> Filters:
        """What the memories must be."""
        return Filters(
            bucket_ids=None if self.bucket_id is None else frozenset({self.bucket_id}),
            after=self.after,
            before=self.before,
            sources=None if self.from_source is None else frozenset({self.from_source}),
            trusts=None if self.trust is None else frozenset({self.trust}),
            content_type=self.content_type,
        )
