"""Memories as pictures: months against buckets, and groups that are near in meaning."""

from starlette.responses import Response

from onememory.domain.errors import InvalidInput
from onememory.web.calendars import calendar_picture
from onememory.web.pictures import map_picture, name_of
from onememory.web.rendering import page
from onememory.web.visits import Visit

PATH = "/map"
CLUSTER = "/map/clusters/{memory_id}"
SHOWN = 50
PATIENCE = 0.8  # seconds, after which the page comes without the map by meaning and fetches it later


async def show(visit: Visit) -> Response:
    """Both pictures, of one bucket or of all."""
    bucket_id = _bucket_id(visit)
    maps = await visit.services.maps.of(visit.person.actor, bucket_id, PATIENCE)
    return page(
        visit,
        "map.html",
        buckets=maps.buckets,
        bucket_id=bucket_id,
        beside=f"?bucket={bucket_id}" if bucket_id else "",
        calendar=calendar_picture(maps.months(), maps.buckets, maps.at.astimezone(visit.zone).date()),
        map=map_picture(maps.meaning) if maps.meaning else None,
        meaning=maps.meaning,
        note=maps.note,
        is_drawing=maps.is_drawing,
        shown=sum(len(cluster.dots) for cluster in maps.meaning.clusters) if maps.meaning else 0,
    )


async def show_cluster(visit: Visit) -> Response:
    """The memories of one cluster, the most typical first."""
    bucket_id, skip = _bucket_id(visit), _number(visit.query.get("skip", ""), "skip") or 0
    memory_id = visit.request.path_params["memory_id"]
    part = await visit.services.maps.cluster(visit.person.actor, memory_id, SHOWN, skip, bucket_id)
    return page(
        visit,
        "map_cluster.html",
        cluster=part.cluster,
        name=name_of(part.cluster),
        memories=part.memories,
        bucket_names=part.bucket_names,
        back=f"{PATH}?bucket={bucket_id}" if bucket_id else PATH,
        next=_next(part.cluster.memory_id, skip + SHOWN, bucket_id) if skip + SHOWN < part.cluster.count else None,
        skip=skip,
    )


def _next(memory_id: str, skip: int, bucket_id: int | None) -> str:
    beside = f"&bucket={bucket_id}" if bucket_id else ""
    return f"{CLUSTER.replace('{memory_id}', memory_id)}?skip={skip}{beside}"


def _bucket_id(visit: Visit) -> int | None:
    return _number(visit.query.get("bucket", ""), "bucket")


def _number(text: str, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InvalidInput(f"`{name}` in the address of this page is no number.")
    return int(text)
