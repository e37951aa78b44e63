"""The whole index anew from the rows: words first, then vectors."""

from collections.abc import Sequence

from onememory.domain.actors import Scope
from onememory.domain.conversations import ConversationState, StoredConversation
from onememory.domain.memories import MemoryState
from onememory.ports import MemoryQuery, Store, Transaction
from onememory.ports.archive import ConversationQuery
from onememory.retrieval.archive import indexed, to_be_found
from onememory.services.index.backlog import Backlog, Progress
from onememory.services.index.indexing import Indexing

BATCH = 256  # memories at a time
CONVERSATIONS = 50


class Rebuild:
    """The use case of throwing the derived index away and making it again."""

    def __init__(self, store: Store, indexing: Indexing, backlog: Backlog) -> None:
        self._store = store
        self._indexing = indexing
        self._backlog = backlog

    async def run(self, scope: Scope, on_progress: Progress) -> None:
        """Rebuild the index of one user."""
        await self._memories(scope, on_progress)
        await self._conversations(scope, on_progress)
        await self._backlog.work_off(scope, on_progress)

    async def _memories(self, scope: Scope, on_progress: Progress) -> None:
        await self._store.write(scope, lambda tx: tx.index.clear())
        active = MemoryQuery()
        total = await self._store.read(scope, lambda tx: tx.memories.count(active))
        done, last = 0, None
        while page := await self._store.read(scope, lambda tx, last=last: tx.memories.page_after(last, BATCH)):  # type: ignore[misc]
            last = page[-1].id
            await self._store.write(scope, lambda tx, page=page: self._indexing.put(tx, page, [{} for _ in page]))  # type: ignore[misc]
            done += sum(m.state is MemoryState.ACTIVE for m in page)
            await on_progress(done, total)

    async def _conversations(self, scope: Scope, on_progress: Progress) -> None:
        await self._store.write(scope, lambda tx: tx.archive.clear())
        total = await self._store.read(scope, lambda tx: tx.conversations.count(ConversationQuery()))
        done, last = 0, None
        while page := await self._store.read(
            scope,
            lambda tx, last=last: tx.conversations.page_after(last, CONVERSATIONS),  # type: ignore[misc]
        ):
            last = page[-1].id
            active = [c for c in page if c.state is ConversationState.ACTIVE]
            await self._store.write(scope, lambda tx, active=active: _put(tx, active))  # type: ignore[misc]
            done += len(active)
            await on_progress(done, total)


def _put(tx: Transaction, conversations: Sequence[StoredConversation]) -> None:
    made = [
        indexed(c.id, c.platform, to_be_found(tx.conversations.messages(c.id)), c.created_at) for c in conversations
    ]
    tx.archive.remove(made)  # what an import has kept since the index was cleared is in it already
    tx.archive.put(made)
