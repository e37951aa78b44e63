"""The buckets: made, renamed, described, deleted with a choice of where their memories go."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from onememory.asgi.errors import status_of
from onememory.domain.actors import Action, may
from onememory.domain.buckets import Bucket
from onememory.domain.errors import Forbidden, InvalidInput, NoBucket, NotFound, OneMemoryError, TooLarge
from onememory.domain.search import Filters
from onememory.ports import MemoryQuery
from onememory.services.notebook.browsing import Part
from onememory.web.forms.numbers import number_of
from onememory.web.forms.typed_texts import as_typed
from onememory.web.rendering import page, see
from onememory.web.sharing import actor_in, written_by
from onememory.web.visits import Visit
from onememory.web.wording.counts import counted
from onememory.web.wording.permissions import AS_MEMBER
from onememory.web.wording.sentences import sentence_of

PATH = "/buckets"
ONE = "/buckets/{bucket_id}"
DELETE = "/buckets/{bucket_id}/delete"
SHOWN = 5  # of the newest memories
MOST = 2**31 - 1  # the greatest number of a bucket
DONE = {
    "made": "The bucket is there.",
    "changed": "Saved.",
    "joined": "You are in. What is in it stands among your memories now.",
}
DONE_TO_ALL = {
    "left": "You have left the bucket.",
    "declined": "The invitation is declined.",
}


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
    return await listed(visit)


async def make(visit: Visit) -> Response:
    """Make a bucket."""
    name, description = visit.form.one("name"), visit.form.one("description")
    try:
        bucket = await visit.services.buckets.create(visit.person.actor, name, as_typed(description))
    except (InvalidInput, TooLarge) as error:
        return await listed(visit, Typed(name, description, sentence_of(error)))
    return see(f"{path_of(bucket.id)}?done=made")


async def listed(visit: Visit, typed: Typed | None = None, refusal: OneMemoryError | None = None) -> Response:
    """The list, with what was typed into the form for a new one, or why an invitation could not be accepted."""
    actor = visit.person.actor
    return page(
        visit,
        "buckets.html",
        status_of(refusal) if refusal else 400 if typed else 200,
        buckets=await visit.services.buckets.all(actor),
        invitations=await visit.services.joining.invitations(actor),
        typed=typed or Typed(),
        refusal=sentence_of(refusal) if refusal else "",
        done=DONE_TO_ALL.get(visit.query.get("done", "")) or _deleted(visit),
    )


async def show_one(visit: Visit) -> Response:
    """One bucket with its newest memories."""
    part, bucket = await _looked_into(visit)
    return await _page(visit, part, bucket, Typed(bucket.name, bucket.description or ""))


async def change(visit: Visit) -> Response:
    """Rename it, describe it or both."""
    part, bucket = await _looked_into(visit)
    name = bucket.name if bucket.is_general else visit.form.one("name")
    description = visit.form.one("description")
    try:
        await visit.services.buckets.change(visit.person.actor, bucket.id, name=name, description=as_typed(description))
    except (InvalidInput, TooLarge) as error:
        return await _page(visit, part, bucket, Typed(name, description, sentence_of(error)))
    return see(f"{path_of(bucket.id)}?done=changed")


async def _page(visit: Visit, part: Part, bucket: Bucket, typed: Typed) -> Response:
    return page(
        visit,
        "bucket.html",
        400 if typed.problem else 200,
        bucket=bucket,
        part=part,
        share=bucket.share,
        as_member=AS_MEMBER[bucket.share.role] if bucket.share else "",
        can_add=may(actor_in(visit, bucket), Action.ADD),
        written_by=await written_by(visit, part.memories, part.buckets),
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
    if bucket.share:
        raise Forbidden("Only the owner can delete this bucket. You can leave it.")
    return page(
        visit,
        "bucket_delete.html",
        400 if choice.problem else 200,
        bucket=bucket,
        others=[each for each in buckets if each.id != bucket.id and not each.share],
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
    bucket_id = id_of(visit)
    query = MemoryQuery(filters=Filters(bucket_ids=frozenset({bucket_id})))
    part = await visit.services.browsing.part(visit.person.actor, query, SHOWN)
    return part, next(bucket for bucket in part.buckets if bucket.id == bucket_id)


async def bucket_of(visit: Visit) -> Bucket:
    """The bucket that the path names; raises NotFound."""
    buckets = await visit.services.buckets.all(visit.person.actor)
    found = next((bucket for bucket in buckets if bucket.id == id_of(visit)), None)
    if found is None:
        raise NoBucket("There is no such bucket.")
    return found


def id_of(visit: Visit) -> int:
    """The number of the bucket that the path names; that of none where it is no number."""
    return _number(visit.request.path_params["bucket_id"])


def path_of(bucket_id: int) -> str:
    """The page of a bucket."""
    return ONE.replace("{bucket_id}", str(bucket_id))


def _number(text: str) -> int:
    return min(number_of(text, digits=11) or 0, MOST)
