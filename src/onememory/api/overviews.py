"""An account at a glance, and its memories as pictures."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from onememory.api import wire
from onememory.api.accounts import JobBody, job_body
from onememory.api.naming import names_beside
from onememory.api.operations import Call
from onememory.api.wire import BucketId, Count, MemoryId
from onememory.domain.time_zones import UTC_ZONE, checked_zone_name, zone_named
from onememory.services.finding.maps import Cluster
from onememory.services.upkeep.overviews import RecalledLately

X = Annotated[float, Meta(description="Across, in pixels of a picture about 960 wide.")]
Y = Annotated[float, Meta(description="Down, in the same pixels.")]


class GetOverview(Struct, rename="camel"):
    """Arguments of GET /api/overview."""

    time_zone: Annotated[str, Meta(max_length=64, description="Whose days are counted, such as Europe/Berlin.")] = "UTC"


class RecalledBody(Struct, rename="camel"):
    """What one tool was answered on one day, as often as it asked in a row."""

    at: datetime
    token_id: str
    token_name: str | None
    source: str | None
    times: int
    memory_ids: list[str]
    conversation_ids: list[str]
    count: int


class DayBody(Struct):
    """How much there was of what on one day."""

    day: date
    added: int
    chats: int
    recalls: int


class OverviewBody(Struct, rename="camel"):
    """The account at a glance."""

    memories: int
    buckets: int
    chats: int
    inbox: int
    proposals: int
    trash: int
    bytes_on_disk: int
    model: str
    answering_model: str | None
    without_vector: int
    jobs: list[JobBody]
    added: list[wire.MemoryBody]
    recalled: list[RecalledBody]
    days: list[DayBody]


class GetMap(Struct, rename="camel"):
    """Arguments of GET /api/map."""

    bucket_id: BucketId | None = None


class MonthBody(Struct, rename="camel"):
    """How many memories of a bucket are about a month, or were recorded in it where they are about no day."""

    bucket_id: int
    month: Annotated[str, Meta(description="YYYY-MM")]
    count: int


class DotBody(Struct, rename="camel"):
    """One memory on the map."""

    memory_id: str
    x: X
    y: Y


class ClusterBody(Struct, rename="camel"):
    """Memories that are near to each other in meaning; `dots` are a sample."""

    memory_id: Annotated[str, Meta(description="The most typical memory, by which the cluster is asked for.")]
    words: list[str]
    count: int
    x: X
    y: Y
    radius: float
    dots: list[DotBody]


class MapBody(Struct):
    """Memories by month and bucket, and by meaning, the largest cluster first."""

    months: list[MonthBody]
    clusters: list[ClusterBody]
    note: Annotated[str | None, Meta(description="Why there is no map by meaning.")]


class GetCluster(Struct, rename="camel"):
    """Arguments of GET /api/map/clusters/{memoryId}."""

    memory_id: MemoryId
    bucket_id: BucketId | None = None
    count: Annotated[int, Meta(ge=0, le=1_000)] = 100
    skip: Count = 0


class ClusterMemories(Struct):
    """Part of a cluster's memories, the most typical first; `count` is how many there are in all."""

    words: list[str]
    data: list[wire.MemoryBody]
    count: int


async def get_overview(call: Call, given: GetOverview) -> OverviewBody:
    """Get the account at a glance."""
    zone = zone_named(checked_zone_name(given.time_zone)) or UTC_ZONE
    overview = await call.services.overviews.of(call.actor, zone)
    state, names = overview.status, await names_beside(call, overview.added)
    return OverviewBody(
        memories=state.memories,
        buckets=state.buckets,
        chats=overview.chats,
        inbox=state.inbox,
        proposals=state.proposals,
        trash=state.trash,
        bytes_on_disk=state.bytes_on_disk,
        model=state.model,
        answering_model=state.answering_model,
        without_vector=state.without_vector,
        jobs=[job_body(job) for job in state.jobs],
        added=[wire.memory_body(memory, names) for memory in overview.added],
        recalled=[_recalled(each, overview.token_names) for each in overview.recalled],
        days=[DayBody(each.day, each.added, each.chats, each.recalls) for each in overview.days],
    )


def _recalled(each: RecalledLately, token_names: Mapping[str, str]) -> RecalledBody:
    return RecalledBody(
        at=each.at,
        token_id=each.token_id,
        token_name=token_names.get(each.token_id),
        source=each.source,
        times=each.times,
        memory_ids=[memory.id for memory in each.memories],
        conversation_ids=[chat.id for chat in each.chats],
        count=each.count,
    )


async def get_map(call: Call, given: GetMap) -> MapBody:
    """Get the memories as pictures."""
    maps = await call.services.maps.of(call.actor, given.bucket_id)
    months = [MonthBody(bucket_id, f"{year:04}-{month:02}", n) for (bucket_id, year, month), n in maps.months().items()]
    clusters = [_cluster(cluster) for cluster in maps.meaning.clusters] if maps.meaning else []
    return MapBody(months, clusters, maps.note)


def _cluster(c: Cluster) -> ClusterBody:
    dots = [DotBody(dot.memory_id, dot.x, dot.y) for dot in c.dots]
    return ClusterBody(c.memory_id, list(c.words), c.count, c.x, c.y, c.radius, dots)


async def get_cluster(call: Call, given: GetCluster) -> ClusterMemories:
    """Get the memories of one cluster of the map."""
    part = await call.services.maps.cluster(call.actor, given.memory_id, given.count, given.skip, given.bucket_id)
    names = await names_beside(call, part.memories)
    data = [wire.memory_body(memory, names) for memory in part.memories]
    return ClusterMemories(list(part.cluster.words), data, part.cluster.count)
