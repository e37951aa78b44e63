"""What can be done with one import: begin it, stop it, take it back, and keep what it suggests."""

from typing import Annotated

from msgspec import Meta, Struct

from onememory.api.operations import Call
from onememory.api.transfers import ImportAnswer, ImportProblem, OneImport, of_record
from onememory.api.wire import BucketId
from onememory.domain.imports import SUGGESTIONS_KEPT


class StartImport(OneImport, rename="camel"):
    """Arguments of POST /api/imports/{importId}/start."""

    bucket_id: (
        Annotated[BucketId, Meta(description="For memories; without it as the file says, or General.")] | None
    ) = None


class Stopped(Struct):
    """Whether a record is left, which tells what came before the stop; what had not begun leaves none."""

    stopping: bool


class TakeSuggestions(OneImport, rename="camel"):
    """Arguments of POST /api/imports/{importId}/suggestions."""

    places: Annotated[
        list[Annotated[int, Meta(ge=0)]],
        Meta(min_length=1, max_length=SUGGESTIONS_KEPT, description="Places in `suggestions`, from 0."),
    ]
    bucket_id: BucketId | None = None


class SuggestionsTaken(Struct):
    """What became of the suggestions; a problem's position counts from 1."""

    new: int
    unchanged: int
    skipped: list[ImportProblem]


async def start_import(call: Call, given: StartImport) -> ImportAnswer:
    """Import a file that is held."""
    return of_record(await call.services.held_imports.start(call.actor, given.import_id, given.bucket_id))


async def stop_import(call: Call, given: OneImport) -> Stopped:
    """Drop a file that is held or waits, or stop chats that are on their way; what came of them stays."""
    return Stopped(await call.services.held_imports.stop(call.actor, given.import_id) is not None)


async def undo_import(call: Call, given: OneImport) -> ImportAnswer:
    """Take away what an import brought, in the background."""
    return of_record(await call.services.import_care.undo(call.actor, given.import_id))


async def take_suggestions(call: Call, given: TakeSuggestions) -> SuggestionsTaken:
    """Keep texts that an import of chats suggests as memories."""
    care, actor = call.services.import_care, call.actor
    report = await care.take_over(actor, given.import_id, given.places, given.bucket_id)
    problems = [ImportProblem(p.reason, position=p.position) for p in report.problems]
    return SuggestionsTaken(report.new, report.unchanged, problems)
