"""The buckets: made, renamed, described, deleted with a choice of where their memories go."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.buckets import Bucket
from onememory.domain.errors import InvalidInput, NotFound, TooLarge
from onememory.domain.search import Filters
from onememory.ports import MemoryQuery
from onememory.services.browsing import Part
from onememory.web.numbers import number_of
from onememory.web.rendering import counted, page, see
from onememory.web.sentences import sentence_of
from onememory.web.typed_texts import as_typed
from onememory.web.visits import Visit

PATH = "/buckets"
ONE = "/buckets/{bucket_id}"
DELETE = "/buckets/{bucket_id}/delete"
SHOWN = 5  # of the newest memories
MOST = 2**31 - 1  # the greatest number of a bucket
DONE = {"made": "The bucket is there.", "changed": "Saved."}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form, and why it could not be kept."""

    name: str = ""
    description: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for the memories of a bucket, and why it could not be done."""

    where: str = ""  # `move`, `trash` or nothing yet
    to: str = ""
    problem: str = ""


async def show(visit: Visit) -> Response:
    """The list, and a form for a new one."""
    return await _list(visit, Typed())


async def make(visit: Visit) -> Response:
    """Make a bucket."""
    name, description = visit.form.one("name"), visit.form.one("description")
    try:
        bucket = await visit.services.buckets.create(visit.person.actor, name, as_typed(description))
    except (InvalidInput, TooLarge) as error:
        return await _list(visit, Typed(name, description, sentence_of(error)))
    return see(f"{_path(bucket)}?done=made")


async def _list(visit: Visit, typed: Typed) -> Response:
    buckets = await visit.services.buckets.all(visit.person.actor)
    return page(
        visit,
        "buckets.html",
        400 if typed.problem else 200,
        buckets=buckets,
        typed=typed,
        done=_deleted(visit),
    )


async def show_one(visit: Visit) -> Response:
    """One bucket with its newest memories."""
    part, bucket = await _looked_into(visit)
    return _page(visit, part, bucket, Typed(bucket.name, bucket.description or ""))


async def change(visit: Visit) -> Response:
    """Rename it, describe it or both."""
    part, bucket = await _looked_into(visit)
    name = bucket.name if bucket.is_general else visit.form.one("name")
    description = visit.form.one("description")
    try:
        await visit.services.buckets.change(visit.person.actor, bucket.id, name=name, description=as_typed(description))
    except (InvalidInput, TooLarge) as error:
        return _page(visit, part, bucket, Typed(name, description, sentence_of(error)))
    return see(f"{_path(bucket)}?done=changed")


def _page(visit: Visit, part: Part, bucket: Bucket, typed: Typed) -> Response:
    return page(
        visit,
        "bucket.html",
        400 if typed.problem else 200,
        bucket=bucket,
        part=part,
        names={each.id: each.name for each in part.buckets},
        typed=typed,
        done=DONE.get(visit.query.get("done", "")),
    )


async def ask_to_delete(visit: Visit) -> Response:
    """What becomes of its memories, to be chosen."""
    part, bucket = await _looked_into(visit)
    return _question(visit, part.buckets, bucket, Choice())


async def delete(visit: Visit) -> Response:
    """Delete it; its memories go where the form says."""
    part, bucket = await _looked_into(visit)
    choice = Choice(visit.form.one("where"), visit.form.one("to"))
    if bucket.memory_count and choice.where not in {"move", "trash"}:
        return _question(visit, part.buckets, bucket, Choice(problem="Choose where its memories go."))
    target = _number(choice.to) if choice.where == "move" else None
    try:
        removed = await visit.services.buckets.delete(
            visit.person.actor, bucket.id, move_to=target, to_trash=choice.where == "trash"
        )
    except (InvalidInput, NotFound) as error:
        return _question(visit, part.buckets, bucket, Choice(choice.where, choice.to, sentence_of(error)))
    return see(f"{PATH}?done=deleted&moved={removed.moved}&trashed={removed.trashed}")


def _question(visit: Visit, buckets: Sequence[Bucket], bucket: Bucket, choice: Choice) -> Response:
    if bucket.is_general:
        raise InvalidInput(f'"{bucket.name}" is where memories go that belong nowhere else, so it stays.')
    return page(
        visit,
        "bucket_delete.html",
        400 if choice.problem else 200,
        bucket=bucket,
        others=[each for each in buckets if each.id != bucket.id],
        choice=choice,
    )


def _deleted(visit: Visit) -> str | None:
    """What became of the memories of a bucket that was deleted just now."""
    if visit.query.get("done") != "deleted":
        return None
    moved, trashed = (_number(visit.query.get(name, "")) for name in ("moved", "trashed"))
    parts = [
        f"{counted(moved, 'memory', 'memories')} moved" if moved else "",
        f"{counted(trashed, 'memory', 'memories')} put into the trash" if trashed else "",
    ]
    told = " and ".join(part for part in parts if part)
    return f"The bucket is deleted, {told}." if told else "The bucket is deleted; it was empty."


async def _looked_into(visit: Visit) -> tuple[Part, Bucket]:
    """The bucket that the path names and its newest memories; raises NotFound."""
    bucket_id = _number(visit.request.path_params["bucket_id"])
    query = MemoryQuery(filters=Filters(bucket_ids=frozenset({bucket_id})))
    part = await visit.services.browsing.part(visit.person.actor, query, SHOWN)
    return part, next(bucket for bucket in part.buckets if bucket.id == bucket_id)


def _number(text: str) -> int:
    return min(number_of(text, digits=11) or 0, MOST)


def _path(bucket: Bucket) -> str:
    return ONE.replace("{bucket_id}", str(bucket.id))
