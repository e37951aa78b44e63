"""Handing files in, and the list of earlier imports."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from starlette.responses import Response

from onememory.asgi.bodies import BodyTooLarge, check_declared
from onememory.asgi.errors import status_of
from onememory.domain.errors import Conflict, InvalidInput, NotFound, OneMemoryError, TooLarge
from onememory.domain.imports import ImportRecord, ImportState
from onememory.web.failures import stale
from onememory.web.forms.files import Part, parts_of
from onememory.web.forms.typed_texts import as_typed
from onememory.web.rendering import page, see
from onememory.web.sessions import is_own_form
from onememory.web.visits import Form, Visit
from onememory.web.wording.export_guides import GUIDES
from onememory.web.wording.sentences import sentence_of

PATH = "/import"
START_ALL = "/import/start"
DROP_ALL = "/import/drop"
LISTED = 25  # at once; the list goes on
AT_ONCE = 100  # files of one form
TEXT_LIMIT = 4 * 1024 * 1024  # bytes of what is pasted
PASTED = "Pasted text"
FIELD_LIMIT = 1024  # bytes of any other field
DONE = {
    "many": "The files are here. Look at each before it is imported.",
    "started": "They are imported one after another. Open one to follow it.",
    "dropped": "It is gone. Nothing of it was kept.",
}
_OPEN = frozenset({ImportState.READING, ImportState.HELD})


@dataclass(frozen=True, slots=True)
class Listing:
    """The imports of files, newest first."""

    waiting: Sequence[ImportRecord]  # for a word to begin
    useless: Sequence[ImportRecord]  # of the files that have just come together: those that bring nothing
    others: Sequence[ImportRecord]
    more: str | None  # where the list goes on


@dataclass(slots=True)
class Intake:
    """What a form has brought so far."""

    held: list[ImportRecord] = field(default_factory=list)
    text: str = ""


async def show(visit: Visit) -> Response:
    """The form, what waits, and what was imported before."""
    return await _page(visit)


async def take(visit: Visit) -> Response:
    """Keep the files that come, and look through them; nothing of them is imported yet."""
    intake = Intake()
    try:
        if not await _receive(visit, intake):
            return stale(replace(visit, form=Form({"text": [intake.text]})))
        if intake.text.strip():
            await _hold(visit, intake, PASTED, _pieces(intake.text))
    except (InvalidInput, TooLarge) as error:
        return await _page(visit, intake.text, _in_words(visit, error))
    if not intake.held:
        nothing = InvalidInput("There is nothing to look through: choose a file, or paste a text.")
        return await _page(visit, intake.text, nothing)
    first = intake.held[0].id
    return see(f"{PATH}/{first}" if len(intake.held) == 1 else f"{PATH}?{urlencode({'done': 'many', 'from': first})}")


async def start_all(visit: Visit) -> Response:
    """Import all that the list showed as waiting; those that have begun meanwhile are passed over."""
    for import_id in visit.form.all("id"):
        with contextlib.suppress(Conflict, NotFound):
            await visit.services.held_imports.start(visit.person.actor, import_id)
    return see(f"{PATH}?done=started")


async def drop_all(visit: Visit) -> Response:
    """Forget all that the list showed as of no use; those that have begun meanwhile are passed over."""
    for import_id in visit.form.all("id"):
        with contextlib.suppress(Conflict, NotFound):
            await visit.services.held_imports.stop(visit.person.actor, import_id)
    return see(f"{PATH}?done=dropped")


async def _receive(visit: Visit, intake: Intake) -> bool:
    """Take in the form; whether it is ours, which its first field says, before any file is read."""
    is_ours: bool | None = None
    async for part in parts_of(visit.request, visit.upload_limit):
        if is_ours is None:
            is_ours = await _holds_token(visit, part)
        elif part.name == "text":
            intake.text = await part.text(TEXT_LIMIT)
        elif part.name == "file" and part.file_name:
            if not is_ours:
                break
            check_declared(visit.request, visit.upload_limit)
            await _hold(visit, intake, part.file_name, part.pieces)
    return bool(is_ours)


async def _hold(visit: Visit, intake: Intake, name: str, pieces: AsyncIterator[bytes]) -> None:
    if len(intake.held) >= AT_ONCE:
        raise InvalidInput(f"Up to {AT_ONCE} files may come at once; these are here, send the others next.")
    intake.held.append(await visit.services.held_imports.hold(visit.person.actor, name, pieces))


async def _holds_token(visit: Visit, part: Part) -> bool:
    if part.name != "form_token" or part.file_name is not None:
        return False
    return is_own_form(Form({part.name: [await part.text(FIELD_LIMIT)]}), visit.secret)


async def _pieces(text: str) -> AsyncIterator[bytes]:
    yield as_typed(text).encode()


def _in_words(visit: Visit, error: OneMemoryError) -> OneMemoryError:
    if not isinstance(error, BodyTooLarge):
        return error
    limit = visit.upload_limit // 1024 // 1024
    return TooLarge(
        f"Together these take more than {limit:,} MB, which is all that may come at once. Send fewer files, "
        "or use the command `onememory import`, which packs them first."
    )


def _useless(visit: Visit, records: Sequence[ImportRecord]) -> list[ImportRecord]:
    first = visit.query.get("from")
    ended = [each for each in records if each.state is ImportState.FAILED or _is_useless(each)]
    return [each for each in ended if first and each.id >= first]


def _is_useless(record: ImportRecord) -> bool:
    return record.state is ImportState.HELD and not record.has_gain


async def _page(visit: Visit, pasted: str = "", error: OneMemoryError | None = None) -> Response:
    before = visit.query.get("before") or None
    records = await visit.services.held_imports.newest(visit.person.actor, LISTED, before)
    listing = Listing(
        waiting=[record for record in records if record.state in _OPEN],
        useless=_useless(visit, records),
        others=[record for record in records if record.state not in _OPEN],
        more=f"{PATH}?{urlencode({'before': records[-1].id})}" if len(records) == LISTED else None,
    )
    return page(
        visit,
        "import.html",
        status_of(error) if error else 200,
        listing=listing,
        guides=GUIDES,
        pasted=pasted,
        problem=sentence_of(error) if error else "",
        limit=visit.upload_limit,
        done=DONE.get(visit.query.get("done", "")) if not error else None,
    )
