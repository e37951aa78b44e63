"""What is done to the memories that are ticked in a list."""

from collections.abc import Sequence

from starlette.responses import Response

from onememory.domain.errors import InvalidInput
from onememory.domain.proposals import Outcome
from onememory.services.notebook.memories import MOVED_AT_ONCE, Edit
from onememory.services.transfers.exports import Form
from onememory.web.forms.memory_filters import PATH as LIST
from onememory.web.forms.moments import moment_of, stamp_of
from onememory.web.forms.numbers import number_of
from onememory.web.rendering import HEADERS, page, see
from onememory.web.visits import HOME, Visit, own_path
from onememory.web.wording.outcomes import after, after_move, after_trash, after_undo, done_of

SELECTED = "/memories/selected"
UNDO = "/memories/undo"
ERASE = "/memories/erase"
EMPTY = "/memories/empty-trash"
ERASED_AT_ONCE = 4_000  # takes about a second
TRASH = f"{LIST}?state=trashed"


async def act(visit: Visit) -> Response:
    """Do what the button says; without a tick nothing."""
    ids = list(dict.fromkeys(visit.form.all("id")))
    if not ids:
        return see(after(_list(visit), "nothing", []))
    match visit.form.one("act"):
        case "move":
            return await _move(visit, ids)
        case "delete":
            outcome = await visit.services.memories.delete_many(visit.person.actor, ids)
            buckets = await visit.services.buckets.all(visit.person.actor)
            return see(after_trash(_list(visit), outcome, buckets))
        case "restore":
            outcome = await visit.services.memories.restore_many(visit.person.actor, ids)
            return _done(visit, "restored", [memory.id for memory in outcome.changed])
        case "export":
            return await _export(visit, ids)
        case "erase":
            memories = await visit.services.browsing.some(visit.person.actor, ids)
            return page(visit, "memories_erase.html", memories=memories, back=_list(visit))
    raise InvalidInput("Choose what to do with the memories: move, delete, restore or export them.")


async def _move(visit: Visit, ids: Sequence[str]) -> Response:
    bucket_id = number_of(visit.form.one("to"))
    if bucket_id is None:
        raise InvalidInput("Choose the bucket to move the memories to.")
    edit = Edit(bucket_id=bucket_id)
    outcome = Outcome()
    for start in range(0, len(ids), MOVED_AT_ONCE):
        batch = ids[start : start + MOVED_AT_ONCE]
        outcome += await visit.services.memories.move_many(visit.person.actor, batch, edit)
    return see(after_move(_list(visit), outcome, await visit.services.buckets.all(visit.person.actor)))


async def _export(visit: Visit, ids: Sequence[str]) -> Response:
    wanted = visit.form.one("format")
    form: Form = "csv" if wanted == "csv" else "markdown" if wanted == "markdown" else "json"
    file = await visit.services.exports.of_some(visit.person.actor, ids, form)
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, headers=headers, media_type=file.media_type)


async def erase(visit: Visit) -> Response:
    """Erase for good what is in the trash; it was asked about before."""
    erased = await visit.services.trash.erase(visit.person.actor, visit.form.all("id"))
    return see(after(TRASH, "erased", erased.memory_ids))


async def ask_to_empty(visit: Visit) -> Response:
    """What emptying the trash means, and the button."""
    content = await visit.services.trash.content(visit.person.actor)
    return page(
        visit,
        "memories_empty.html",
        total=content.total,
        until=stamp_of(content.at),
        back=TRASH,
        done=done_of(visit.query),
    )


async def empty(visit: Visit) -> Response:
    """Erase what was in the trash when that was asked; of very much a part, so that nobody waits without a word."""
    until = moment_of(visit.form.one("until"))
    if until is None:
        return await ask_to_empty(visit)
    count = await visit.services.trash.empty(visit.person.actor, until, ERASED_AT_ONCE)
    return see(after(EMPTY if count >= ERASED_AT_ONCE else TRASH, "erased", [], count))


async def take_back(visit: Visit) -> Response:
    """Take back what was done last to these memories."""
    actor, undo = visit.person.actor, visit.services.undo
    ids, before = (visit.form.one(name).split(".") for name in ("ids", "before"))
    outcome = await (undo.carry_back(actor, before, ids) if any(before) else undo.take_back(actor, ids))
    came_from = dict(zip(ids, before, strict=False))
    return see(after_undo(_list(visit), outcome, await visit.services.buckets.all(actor), came_from))


def _done(visit: Visit, key: str, ids: Sequence[str]) -> Response:
    return see(after(_list(visit), key, ids))


def _list(visit: Visit) -> str:
    """The page from which the form was sent."""
    path = own_path(visit.form.one("back"))
    return LIST if path == HOME else path
