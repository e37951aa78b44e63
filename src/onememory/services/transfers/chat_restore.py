"""Bring back the conversations of our own export, piece by piece, however many there are."""

import asyncio
from collections.abc import Iterator

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import InvalidInput
from onememory.formats.chats.found import Tally
from onememory.formats.chats.json_stream import json_items
from onememory.formats.chats.members import Member
from onememory.formats.imported import Problem
from onememory.formats.own_export.conversation_entries import KEY, ExportedConversation, conversation_of
from onememory.ports.imports import Uploads
from onememory.services.conversations.archive import Archive, Outcome, require_archive
from onememory.services.transfers.chat_imports import CONVERSATIONS_AT_ONCE, MESSAGES_AT_ONCE
from onememory.services.transfers.import_accounts import EXCLUDED
from onememory.services.transfers.imports import ImportReport

_LEFT = "A conversation of this id or origin has another text here; it was left as it is."


class ChatRestore:
    """The use case of restoring conversations."""

    def __init__(self, archive: Archive, uploads: Uploads) -> None:
        self._archive = archive
        self._uploads = uploads

    async def run(self, actor: Actor, upload_id: str, report: ImportReport) -> None:
        """Restore the conversations of the upload, or count them for a preview; what became of them joins the report.

        A problem's position is the index of the conversation, from 1.
        """
        require_archive(actor, Action.ADD)
        require(actor, Action.CHANGE)
        tally = Tally()
        batches = _batches(Member("the export", self._uploads.opener(upload_id)), tally, report)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            kept = [(item.conversation, item.messages) for _, item in batch]
            outcomes = await self._archive.restore(actor.scope, kept, is_preview=report.preview)
            for (position, _), outcome in zip(batch, outcomes, strict=True):
                _judge(report, position, outcome)
        report.problems += [Problem(0, f"{skipped.where}: {skipped.reason}") for skipped in tally.take_skipped()]


def _batches(member: Member, tally: Tally, report: ImportReport) -> Iterator[list[tuple[int, ExportedConversation]]]:
    batch: list[tuple[int, ExportedConversation]] = []
    size = 0
    try:
        for position, value in enumerate(json_items(member, tally, KEY), start=1):
            report.chats.read += 1
            try:
                found = conversation_of(value)
            except InvalidInput as error:
                report.problems.append(Problem(position, f"Conversation: {error}"))
                continue
            batch.append((position, found))
            size += len(found.messages)
            if size >= MESSAGES_AT_ONCE or len(batch) >= CONVERSATIONS_AT_ONCE:
                yield batch
                batch, size = [], 0
    except InvalidInput as error:
        report.problems.append(Problem(0, str(error)))
    if batch:
        yield batch


def _judge(report: ImportReport, position: int, outcome: Outcome) -> None:
    match outcome:
        case Outcome.NEW:
            report.chats.new += 1
        case Outcome.UNCHANGED:
            report.chats.unchanged += 1
        case Outcome.EXCLUDED:
            report.problems.append(Problem(position, EXCLUDED))
        case _:
            report.problems.append(Problem(position, _LEFT))
