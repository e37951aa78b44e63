"""What can be done with an import that has ended: take it back, or take over the memories that it suggests."""

from collections.abc import Sequence
from dataclasses import replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict, InvalidInput, NotFound
from onememory.domain.imports import FINISHED, SUGGESTIONS_KEPT, ImportKind, ImportRecord, ImportState
from onememory.formats.imported import ImportedMemory
from onememory.ports import Store, Transaction
from onememory.services.audit import Audit
from onememory.services.background import Background
from onememory.services.conversations.archive import Archive, require_archive
from onememory.services.notebook.memories import SHIFTED_AT_ONCE, Memories
from onememory.services.transfers.imports import ImportReport, Imports

CHATS_AT_ONCE = 100  # removed in one transaction
UNDOABLE = FINISHED | {ImportState.UNDOING}  # a restart may have broken it off


class ImportCare:
    """The use cases of imports that have ended."""

    def __init__(
        self,
        store: Store,
        archive: Archive,
        memories: Memories,
        imports: Imports,
        audit: Audit,
        background: Background,
    ) -> None:
        self._store = store
        self._archive = archive
        self._memories = memories
        self._imports = imports
        self._audit = audit
        self._background = background

    async def undoable(self, actor: Actor, record: ImportRecord) -> int:
        """How much taking it back would take away: chats that came with it, or memories unchanged since."""
        require_archive(actor, Action.READ)
        if record.state not in UNDOABLE:
            return 0

        def work(tx: Transaction) -> int:
            if record.kind is ImportKind.MEMORIES:
                return tx.imports.count_unchanged(record.id)
            return tx.conversations.count_brought_by(record.id, record.created_at)

        return await self._store.read(actor.scope, work)

    async def undo(self, actor: Actor, import_id: str) -> ImportRecord:
        """Take away what an import brought, in the background: chats for good, memories into the trash.

        Pinned chats stay, and memories that were changed since, and what was here before. Raises NotFound and Conflict.
        """
        require_archive(actor, Action.DELETE_CHATS)

        def work(tx: Transaction) -> ImportRecord:
            record = record_of(tx, import_id)
            if record.state not in UNDOABLE:
                raise Conflict("Only an import that has ended can be taken back; stop this one first.")
            undoing = replace(record, state=ImportState.UNDOING)
            tx.imports.change(undoing)
            return undoing

        undoing = await self._store.write(actor.scope, work)
        await self._background.begin(actor.scope, import_id, self._take_back(actor, undoing))
        return undoing

    async def _take_back(self, actor: Actor, undoing: ImportRecord) -> None:
        if undoing.kind is ImportKind.MEMORIES:
            gone = await self._trash(actor, undoing)
        else:
            gone = await self._delete(actor, undoing)
        report = replace(undoing.report, undone=undoing.report.undone + gone)
        undone = replace(undoing, state=ImportState.UNDONE, report=report)
        await self._store.write(actor.scope, lambda tx: tx.imports.change(undone))

    async def _trash(self, actor: Actor, undoing: ImportRecord) -> int:
        ids = await self._store.read(actor.scope, lambda tx: tx.imports.unchanged(undoing.id))
        gone = 0
        for start in range(0, len(ids), SHIFTED_AT_ONCE):
            outcome = await self._memories.delete_many(actor, ids[start : start + SHIFTED_AT_ONCE])
            gone += len(outcome.changed)
        return gone

    async def _delete(self, actor: Actor, undoing: ImportRecord) -> int:
        def work(tx: Transaction) -> int:
            brought = tx.conversations.brought_by(undoing.id, undoing.created_at, CHATS_AT_ONCE)
            ids = [conversation.id for conversation in brought]
            if ids:
                self._archive.forget(tx, brought)
                tx.conversations.remove(ids)
                self._audit.write(tx, actor, "history.delete", ids)
            return len(ids)

        gone = 0
        while count := await self._store.write(actor.scope, work):
            gone += count
        return gone

    async def take_over(
        self, actor: Actor, import_id: str, places: Sequence[int], bucket_id: int | None = None
    ) -> ImportReport:
        """Keep suggestions of an import, named by their places from 0, as memories.

        Raises NotFound, and InvalidInput for a place that has none. Those that were taken before are left out.
        """
        require_archive(actor, Action.ADD)
        require(actor, Action.READ)
        record = await self._store.read(actor.scope, lambda tx: record_of(tx, import_id))
        suggestions = record.report.suggestions
        if not 1 <= len(places) <= SUGGESTIONS_KEPT or not all(0 <= n < len(suggestions) for n in places):
            raise InvalidInput(f"`places` name suggestions by their numbers from 0; there are {len(suggestions)}.")
        wanted = sorted(set(places) - set(record.report.taken))
        items = [_item(n, suggestions[n].text, suggestions[n].platform) for n in wanted]
        report = await self._imports.take_over(actor, items, bucket_id, import_id)
        refused = {problem.position for problem in report.problems}
        taken = {n for n in wanted if n + 1 not in refused}
        await self._store.write(actor.scope, lambda tx: _note_taken(tx, import_id, taken))
        return report


def record_of(tx: Transaction, import_id: str) -> ImportRecord:
    """The import with this id; raises NotFound."""
    record = tx.imports.get(import_id)
    if record is None:
        raise NotFound("There is no import with this id.")
    return record


def _item(place: int, text: str, platform: str) -> ImportedMemory:
    return ImportedMemory(place + 1, text, source=platform)


def _note_taken(tx: Transaction, import_id: str, taken: set[int]) -> None:
    record = record_of(tx, import_id)
    report = replace(record.report, taken=sorted({*record.report.taken, *taken}))
    tx.imports.change(replace(record, report=report))
