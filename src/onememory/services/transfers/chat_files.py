"""What a file that was handed in holds of chats: an export in one of many formats, or a database of Cursor's."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from onememory.domain.actors import Scope
from onememory.domain.conversations import Conversation, Skipped
from onememory.domain.errors import InvalidInput
from onememory.formats.chats.archives import opened_export
from onememory.formats.chats.detect import detect
from onememory.formats.chats.finishing import finished
from onememory.formats.chats.found import Found, Tally
from onememory.formats.chats.members import Member
from onememory.formats.chats.reader import read_members
from onememory.formats.chats.tools.cursor import ALL_COMPOSERS, BUBBLE, COMPOSER, LEGACY_PANEL, rows_to_conversations
from onememory.formats.own_export.export_file import begins_like
from onememory.ports.imports import KeyValue, KeyValueFiles, KeyValues
from onememory.services.transfers.handed_files import HandedFiles

SQLITE = b"SQLite format 3\x00"  # with which every such file begins

_TOO_LARGE = "A message is larger than any that was typed."


class ChatFiles:
    """Reads chats out of uploads."""

    def __init__(self, uploads: HandedFiles, databases: KeyValueFiles) -> None:
        self._uploads = uploads
        self._databases = databases

    def holds_chats(self, upload_id: str, file_name: str) -> bool:
        """Whether the file is an export of chats; a damaged archive counts as one, so that its report says so."""
        with opened_export(file_name, self._uploads.opener(upload_id)) as export:
            if export.is_archive:
                return True
            try:
                return any(_is_of_chats(member) for member in export.members)
            except InvalidInput:
                return False

    def read(self, upload_id: str, file_name: str, tally: Tally) -> Iterator[Found]:
        """Everything that the file holds; raises InvalidInput for an archive that cannot be opened."""
        with opened_export(file_name, self._uploads.opener(upload_id)) as export:
            yield from export.skipped
            databases, others = _parted(export.members)
            for _, found in read_members(others, tally):
                yield found
            known: set[str] = set()
            for member in databases:
                yield from self._from_database(member, tally, known)

    async def fetch(self, scope: Scope, upload_id: str) -> None:
        """See to it that a file is here to be read; raises NotFound."""
        await self._uploads.fetch(scope, upload_id)

    async def drop(self, scope: Scope, upload_id: str) -> None:
        """Remove a file that is done with."""
        await self._uploads.drop(scope, upload_id)

    def _from_database(self, member: Member, tally: Tally, known: set[str]) -> Iterator[Found]:
        try:
            with self._databases.opened(member.open) as rows:
                for conversation in _conversations(rows, tally):
                    whole = finished(conversation, tally)
                    if isinstance(whole, Conversation) and whole.platform_id not in known:
                        known.add(whole.platform_id)
                        yield whole
        except InvalidInput as error:
            yield Skipped(member.name, str(error))
        yield from tally.take_skipped()


def _is_of_chats(member: Member) -> bool:
    head = member.head
    return not begins_like(head) and (head.startswith(SQLITE) or detect(member) is not None)


def _parted(members: Sequence[Member]) -> tuple[list[Member], list[Member]]:
    """The databases, and all other files; one that cannot be read is left to the reader, which says so."""
    databases: list[Member] = []
    others: list[Member] = []
    for member in members:
        (databases if _is_database(member) else others).append(member)
    return databases, others


def _is_database(member: Member) -> bool:
    try:
        with member.open() as stream:
            return stream.read(len(SQLITE)) == SQLITE
    except InvalidInput:
        return False


def _conversations(rows: KeyValues, tally: Tally) -> Iterator[Conversation]:
    """Composer by composer, so that a database of any size needs the memory of one conversation."""
    for composer in rows.rows(COMPOSER):
        bubbles = rows.rows(f"{BUBBLE}{composer.key.removeprefix(COMPOSER)}:")
        yield from rows_to_conversations(_pairs(chain([composer], bubbles), tally), tally)
    for prefix in (ALL_COMPOSERS, LEGACY_PANEL):
        yield from rows_to_conversations(_pairs(rows.rows(prefix), tally), tally)


def _pairs(rows: Iterable[KeyValue], tally: Tally) -> Iterator[tuple[str, bytes | str | None]]:
    for row in rows:
        if row.is_too_large:
            tally.skip(row.key, _TOO_LARGE)
        yield row.key, row.value
