"""One memory: its text, where it came from, its versions, and what can be done to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.accounts import Token
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, TooLarge
from onememory.domain.memories import Memory, MemoryState, Version
from onememory.domain.platforms import platform_name
from onememory.formats.text_diff import DiffPart
from onememory.services.notebook.browsing import Surroundings
from onememory.services.notebook.memories import Edit
from onememory.services.notebook.versions import VersionWithDiff
from onememory.web.forms.memory_filters import PATH as LIST
from onememory.web.forms.numbers import number_of
from onememory.web.forms.typed_texts import as_typed, written
from onememory.web.rendering import page, see
from onememory.web.sharing import Place, bucket_names, open_to, place_of
from onememory.web.visits import Visit, own_path
from onememory.web.wording.origins import CHANGES, TRUSTS, Origin, origin_of
from onememory.web.wording.outcomes import after, after_move, done_of
from onememory.web.wording.sentences import sentence_of

PATH = "/memories/{memory_id}"
EDIT = "/memories/{memory_id}/edit"
REDACT = "/memories/{memory_id}/versions/{number}/redact"
IN_TRASH = "This memory is in the trash; restore it first."
AS_NEW = "What you typed can be kept as a new one."
GONE = "This memory is not here for you any more."
TAKE_UP = "/memories/{memory_id}/versions/{number}/restore"


@dataclass(frozen=True, slots=True)
class Past:
    """One version as a person reads it."""

    version: Version
    words: str  # what happened
    by: Origin
    diff: Sequence[DiffPart]
    is_present: bool  # whether the memory still says it

    @property
    def is_redacted(self) -> bool:
        """Whether its text is gone."""
        return self.version.text is None


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into the form, where it could not be kept."""

    text: str
    bucket: str
    version: str
    problem: str


async def show(visit: Visit) -> Response:
    """The memory with everything around it."""
    return await _page(visit)


async def edit(visit: Visit) -> Response:
    """Change the text, the bucket or both; a change that was made meanwhile is not overwritten unseen."""
    form, actor, memories = visit.form, visit.person.actor, visit.services.memories
    typed = as_typed(form.one("text"))
    try:
        memory = await memories.get(actor, _id(visit))
    except NotFound:
        return await _as_new(visit, typed, 404, f"{GONE} {AS_NEW}")
    try:
        wanted = _edit(visit, memory, typed)
        if form.one("restore"):
            await memories.restore_many(actor, [memory.id])
        outcome = await memories.edit(actor, memory.id, wanted)
    except (InvalidInput, TooLarge, NotFound, Conflict, Forbidden) as error:
        return await _page(visit, Typed(typed, form.one("bucket"), str(memory.version), sentence_of(error)))
    now = next(iter(outcome.changed), memory)
    path = own_path(form.one("back"))
    path = path if path.startswith(LIST) else f"{LIST}/{now.id}"
    if now.id != memory.id:  # a copy in somebody else's house, or from there
        return see(after_move(path, outcome, await visit.services.buckets.all(actor)))
    return await _edited(visit, path, memory.id) if now.version != memory.version else see(path)


def _edit(visit: Visit, memory: Memory, typed: str) -> Edit:
    """What is to change; raises Conflict where the memory was changed or deleted since the form was made."""
    if memory.state is MemoryState.TRASHED and not visit.form.one("restore"):
        raise Conflict(IN_TRASH)
    bucket_id, seen = number_of(visit.form.one("bucket")), visit.form.one("version")
    text = None if typed == as_typed(memory.text) else written(typed)
    if text is not None and seen not in {"", str(memory.version)}:
        raise Conflict("This memory was changed meanwhile; its present text is above. Save again to replace it.")
    return Edit(text, memory.bucket_id if bucket_id is None else bucket_id)


async def _as_new(visit: Visit, typed: str, status: int, problem: str) -> Response:
    """A form that gives back what was typed for a memory that is gone or may not be changed any more."""
    buckets = open_to(visit, await visit.services.buckets.all(visit.person.actor))
    bucket = visit.form.one("bucket")
    return page(visit, "memory_new.html", status, text=typed, bucket=bucket, buckets=buckets, problem=problem)


async def take_up(visit: Visit) -> Response:
    """Let the memory say again what a version said."""
    memory_id = _id(visit)
    text = (await _version(visit)).version.text
    if text is None:
        raise InvalidInput("The text of this version was removed for good, so it cannot be used again.")
    await visit.services.memories.edit(visit.person.actor, memory_id, Edit(text))
    return await _edited(visit, f"{LIST}/{memory_id}", memory_id)


async def _edited(visit: Visit, path: str, memory_id: str) -> Response:
    """The page that follows, with the way back where there is one."""
    can_undo = await visit.services.undo.can_take_back(visit.person.actor, memory_id)
    return see(after(path, "edited", [memory_id] if can_undo else [], 1))


async def ask_to_redact(visit: Visit) -> Response:
    """What removing a text for good means, and the button."""
    return page(visit, "memory_redact.html", entry=await _version(visit), back=f"{LIST}/{_id(visit)}")


async def redact(visit: Visit) -> Response:
    """Remove the text of an old version for good."""
    number = (await _version(visit)).version.number
    redacted = await visit.services.versions.redact(visit.person.actor, _id(visit), number)
    return see(after(f"{LIST}/{_id(visit)}", "redacted", [], len(redacted)))


async def _page(visit: Visit, typed: Typed | None = None) -> Response:
    actor, memory_id = visit.person.actor, _id(visit)
    around = await visit.services.browsing.around(actor, memory_id)
    memory = around.memory
    versions = await visit.services.versions.of(actor, memory_id)
    is_active = memory.state is MemoryState.ACTIVE
    origins = [memory.provenance, *(entry.version.provenance for entry in versions)]
    place = await place_of(visit, memory, around.buckets, origins)
    if typed and is_active and not place.can_change:
        return await _as_new(visit, typed.text, 403, f"{typed.problem} {AS_NEW}")
    return page(
        visit,
        "memory.html",
        400 if typed else 200,
        memory=memory,
        around=around,
        related=_related(around),
        names=bucket_names(around.buckets),
        origin=_origin(around, versions, place),
        share=place.share,
        targets=place.targets,
        can_change=place.can_change,
        can_delete=place.can_delete,
        why_not=place.why_not,
        written_by=place.written_by,
        said_on=platform_name(around.conversation.platform) if around.conversation else "",
        trust=TRUSTS[memory.provenance.trust],
        voucher=place.voucher_of(memory.provenance),
        past=[_past(entry, memory, around.tokens, place) for entry in versions],
        alike=await visit.services.duplicates.of(actor, memory_id) if is_active else [],
        typed=typed,
        is_editing=bool(typed) or "edit" in visit.query,
        done=done_of(visit.query, around.buckets),
    )


def _origin(around: Surroundings, versions: Sequence[VersionWithDiff], place: Place) -> Origin:
    """Of the first version: who vouches for the text may have changed since, who wrote it has not."""
    first = versions[-1].version if versions else None  # a later one where earlier ones are hidden from a guest
    provenance = first.provenance if first and first.number == 1 else around.memory.provenance
    return origin_of(provenance, around.tokens, place.writer_of(provenance))


def _related(around: Surroundings) -> Mapping[str, Sequence[Memory]]:
    """What this memory is tied to, under the words for the tie."""
    memory = around.memory
    ties = {
        "Replaces": [memory.supersedes],
        "Replaced by": [memory.superseded_by],
        "Merged into": [memory.merged_into],
        "Made from": memory.provenance.parents,
    }
    found = {words: [m for i in ids if i and (m := around.related.get(i))] for words, ids in ties.items()}
    return {words: memories for words, memories in found.items() if memories}


def _past(entry: VersionWithDiff, memory: Memory, tokens: Mapping[str, Token], place: Place) -> Past:
    version = entry.version
    return Past(
        version=version,
        words=CHANGES[version.change],
        by=origin_of(version.provenance, tokens, place.writer_of(version.provenance)),
        diff=entry.diff,
        is_present=version.text == memory.text,
    )


async def _version(visit: Visit) -> VersionWithDiff:
    wanted = visit.request.path_params["number"]
    versions = await visit.services.versions.of(visit.person.actor, _id(visit))
    found = next((entry for entry in versions if str(entry.version.number) == wanted), None)
    if found is None:
        raise NotFound("This memory has no such version.")
    return found


def _id(visit: Visit) -> str:
    memory_id: str = visit.request.path_params["memory_id"]
    return memory_id
