"""One import: the look before it, how far it is, its report, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from onememory.asgi.errors import status_of
from onememory.domain.conversations import MemorySuggestion
from onememory.domain.errors import Conflict, InvalidInput, OneMemoryError
from onememory.domain.imports import ImportKind, ImportRecord, ImportState
from onememory.domain.platforms import platform_name
from onememory.web.forms.numbers import number_of
from onememory.web.pages.imports import PATH as LIST
from onememory.web.rendering import page, see
from onememory.web.sharing import own
from onememory.web.visits import Visit
from onememory.web.wording.counts import counted
from onememory.web.wording.sentences import sentence_of

PATH = "/import/{import_id}"
START = "/import/{import_id}/start"
STOP = "/import/{import_id}/stop"
UNDO = "/import/{import_id}/undo"
SUGGESTIONS = "/import/{import_id}/suggestions"
FORMATS = {
    "onememory-json": "an export of onememory",
    "memories-json": "a JSON file",
    "memories-jsonl": "JSON lines",
    "memories-csv": "a table (CSV)",
    "pasted-list": "a list",
    "plain-lines": "lines of text",
}
LEFT_OUT = {
    "hidden": ("hidden message", "hidden messages"),
    "system": ("system message", "system messages"),
    "tool": ("output of a tool", "outputs of tools"),
    "thinking": ("thinking part", "thinking parts"),
}
SUGGESTED = {
    "saved_memory": "saved memory",
    "custom_instructions": "custom instructions",
    "project_text": "text of a project",
    "memory_summary": "summary of memories",
}
_LIVE = frozenset({ImportState.READING, ImportState.QUEUED, ImportState.RUNNING, ImportState.STOPPING})


@dataclass(frozen=True, slots=True)
class Offer:
    """A text that the export suggests as a memory."""

    place: int
    suggestion: MemorySuggestion
    kind: str
    is_taken: bool


async def show(visit: Visit) -> Response:
    """Where it stands."""
    return await _page(visit)


async def start(visit: Visit) -> Response:
    """Import what was looked at."""
    bucket_id = number_of(visit.form.one("bucket"))
    try:
        await visit.services.held_imports.start(visit.person.actor, _id(visit), bucket_id)
    except Conflict as error:
        return await _page(visit, error)
    return see(_path(visit))


async def stop(visit: Visit) -> Response:
    """Drop what waits, or stop what runs."""
    try:
        left = await visit.services.held_imports.stop(visit.person.actor, _id(visit))
    except Conflict as error:
        return await _page(visit, error)
    return see(_path(visit) if left else f"{LIST}?done=dropped")


async def ask_to_undo(visit: Visit) -> Response:
    """What taking it back takes away, and the button."""
    record = await _record(visit)
    count = await visit.services.import_care.undoable(visit.person.actor, record)
    return page(visit, "import_undo.html", record=record, count=count, path=_path(visit))


async def undo(visit: Visit) -> Response:
    """Take away what it brought."""
    try:
        await visit.services.import_care.undo(visit.person.actor, _id(visit))
    except Conflict as error:
        return await _page(visit, error)
    return see(_path(visit))


async def take_over(visit: Visit) -> Response:
    """Keep the ticked suggestions as memories."""
    places = [place for text in visit.form.all("place") if (place := number_of(text)) is not None]
    bucket_id = number_of(visit.form.one("bucket"))
    if not places:
        return await _page(visit, InvalidInput("Nothing was kept: tick what shall become a memory first."))
    try:
        report = await visit.services.import_care.take_over(visit.person.actor, _id(visit), places, bucket_id)
    except InvalidInput as error:
        return await _page(visit, error)
    return see(f"{_path(visit)}?kept={report.new}&here={report.unchanged}&not={len(report.problems)}")


async def _page(visit: Visit, error: OneMemoryError | None = None) -> Response:
    actor, record = visit.person.actor, await _record(visit)
    held, report = visit.services.held_imports, record.report
    is_cut_off = await held.is_cut_off(actor, record)
    return page(
        visit,
        "import_one.html",
        status_of(error) if error else 200,
        record=record,
        report=report,
        path=_path(visit),
        is_of_chats=record.kind is ImportKind.CHATS,
        is_live=record.state in _LIVE | {ImportState.UNDOING} and not is_cut_off,
        is_cut_off=is_cut_off,
        undoable=await visit.services.import_care.undoable(actor, record),
        contents=_contents(record),
        outcome=_outcome(record),
        is_one_day=_is_one_day(visit, record),
        left_out=_left_out(record),
        offers=_offers(record),
        buckets=own(await visit.services.buckets.all(actor)),
        problem=sentence_of(error) if error else "",
        done=_done(visit) if not error else "",
    )


def _contents(record: ImportRecord) -> list[str]:
    """What the file holds, in words."""
    if record.kind is ImportKind.MEMORIES:
        report = record.report
        number = counted(report.new + report.unchanged + report.repeated, "memory", "memories")
        beside = [counted(report.chats, "new chat")] if report.chats else []
        return [f"{number} in {FORMATS.get(each, each)}" for each in report.platforms] + beside
    return [f"{counted(n, 'chat')} of {platform_name(each)}" for each, n in record.report.platforms.items()]


def _outcome(record: ImportRecord) -> str:
    """What came of it, in one sentence."""
    report = record.report
    nouns = ("chat", "chats") if record.kind is ImportKind.CHATS else ("memory", "memories")
    numbers = [
        (report.new, "came new"),
        (report.updated, "renewed"),
        (report.unchanged, "unchanged"),
        (report.repeated, "the same as another"),
    ]
    said = [(number, words) for number, words in numbers if number]
    if not said:
        return "Nothing came of it."
    (first, words), *others = said
    rest = "".join(f", {number:,} {words}" for number, words in others)
    verb = "" if words == "came new" else " was" if first == 1 else " were"
    return f"{counted(first, *nouns)}{verb} {words}{rest}."


def _is_one_day(visit: Visit, record: ImportRecord) -> bool:
    first, last = record.report.first, record.report.last
    return bool(first and last and first.astimezone(visit.zone).date() == last.astimezone(visit.zone).date())


def _left_out(record: ImportRecord) -> list[str]:
    return [counted(n, *LEFT_OUT.get(kind, (kind, kind))) for kind, n in record.report.left_out.items() if n]


def _offers(record: ImportRecord) -> Sequence[Offer]:
    taken = set(record.report.taken)
    return [
        Offer(n, each, SUGGESTED.get(each.kind, "text"), n in taken) for n, each in enumerate(record.report.suggestions)
    ]


def _done(visit: Visit) -> str:
    kept, here, refused = (number_of(visit.query.get(name, ""), digits=5) or 0 for name in ("kept", "here", "not"))
    sentences = []
    if kept:
        sentences.append(f"Kept {counted(kept, 'memory', 'memories')}.")
    if here:
        sentences.append(f"{counted(here, 'text')} {'was' if here == 1 else 'were'} among your memories already.")
    if refused:
        sentences.append(f"{counted(refused, 'text')} could not be kept: too long, empty, or it holds a secret.")
    return " ".join(sentences)


async def _record(visit: Visit) -> ImportRecord:
    return await visit.services.held_imports.get(visit.person.actor, _id(visit))


def _id(visit: Visit) -> str:
    import_id: str = visit.request.path_params["import_id"]
    return import_id


def _path(visit: Visit) -> str:
    return f"{LIST}/{_id(visit)}"
