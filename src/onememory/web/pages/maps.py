"""Memories as pictures: months against buckets, and groups that are near in meaning."""

from weakref import WeakKeyDictionary

from markupsafe import Markup
from starlette.responses import Response

from onememory.domain.errors import InvalidInput
from onememory.services.finding.maps import MeaningMap
from onememory.web.forms.numbers import number_of
from onememory.web.pictures.calendars import calendar_picture
from onememory.web.pictures.maps import map_picture, name_of
from onememory.web.rendering import fragment, page
from onememory.web.sharing import bucket_names, written_by
from onememory.web.visits import Visit

PATH = "/map"
CLUSTER = "/map/clusters/{memory_id}"
SHOWN = 50
PATIENCE = 0.8  # seconds, after which the page comes without the map by meaning and fetches it later

_drawn: WeakKeyDictionary[MeaningMap, Markup] = WeakKeyDictionary()


async def show(visit: Visit) -> Response:
    """Both pictures, of one bucket or of all."""
    bucket_id = _bucket_id(visit)
    maps = await visit.services.maps.of(visit.person.actor, bucket_id, PATIENCE)
    return page(
        visit,
        "map.html",
        buckets=maps.buckets,
        bucket_id=bucket_id,
        calendar=calendar_picture(maps.months(), maps.buckets, maps.at.astimezone(visit.zone).date()),
        map=_map(maps.meaning, bucket_id) if maps.meaning else None,
        note=maps.note,
        is_drawing=maps.is_drawing,
    )


def _map(meaning: MeaningMap, bucket_id: int | None) -> Markup:
    """The map by meaning as HTML, which is made once for each map and forgotten with it."""
    if meaning not in _drawn:
        _drawn[meaning] = fragment(
            "map_by_meaning.html",
            map=map_picture(meaning),
            total=meaning.total,
            shown=sum(len(cluster.dots) for cluster in meaning.clusters),
            beside=f"?bucket={bucket_id}" if bucket_id else "",
        )
    return _drawn[meaning]


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
        bucket_names=bucket_names(part.buckets),
        written_by=await written_by(visit, part.memories, part.buckets),
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
    number = number_of(text)
    if number is None:
        raise InvalidInput(f"`{name}` in the address of this page is no number.")
    return number
