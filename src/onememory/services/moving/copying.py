"""Copies all of one account from store to store, goes on where it was broken off, and compares what came of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from onememory.domain.actors import Scope
from onememory.domain.errors import Conflict
from onememory.ports.moving import Document, MovableStore, Row, UserRows
from onememory.services.index.indexing import entry_of

INDEX = "the index"  # by this name the documents are compared, beside the tables

OnRows = Callable[[int], None]  # told how many rows more have been seen to


class Differing(Conflict):
    """The copy is not what is in the source."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What both stores hold alike of one table."""

    rows: int
    sha256: str  # of the rows in the order of their key


class Copying:
    """From the store in which an account is kept to the one that shall keep it; nothing else may write it meanwhile."""

    def __init__(self, source: MovableStore, target: MovableStore) -> None:
        self._source = source
        self._target = target

    async def copy(self, user_id: str, on_rows: OnRows) -> None:
        """Bring over what is not there yet; the user must be there, arriving."""
        for table in await self._source.read_rows(user_id, _tables):
            await self._copy_table(user_id, table, on_rows)
        await self._index(user_id, on_rows)

    async def _copy_table(self, user_id: str, table: str, on_rows: OnRows) -> None:
        last = await self._target.read_rows(user_id, lambda rows: rows.last(table))
        page = await self._page(user_id, table, last)
        while page:
            writing = self._target.write_rows(user_id, partial(_add, table, page))
            on_rows(len(page))
            _, page = await asyncio.gather(writing, self._page(user_id, table, page[-1]))

    async def _page(self, user_id: str, table: str, after: Row | None) -> list[Row]:
        return await self._source.read_rows(user_id, lambda rows: rows.page(table, after))

    async def _index(self, user_id: str, on_rows: OnRows) -> None:
        """Index in the order of the source, so that hits which are equally good come in the same order."""
        async for documents in _documents(self._source, user_id):
            await self._index_some(user_id, documents)
            on_rows(len(documents))

    async def _index_some(self, user_id: str, documents: Sequence[Document]) -> None:
        ids = [document.memory_id for document in documents]
        memories = await self._source.read(Scope(user_id), lambda tx: tx.memories.get(ids))
        found = [document for document in documents if document.memory_id in memories]
        entries = [entry_of(memories[document.memory_id], {}) for document in found]
        vectors = [document.vectors for document in found]
        await self._target.write_rows(user_id, lambda rows: rows.index(entries, vectors))

    async def compare(self, user_id: str, on_rows: OnRows) -> dict[str, Proof]:
        """Read both from end to end, by tables; raises Differing."""
        tables = await self._source.read_rows(user_id, _tables)
        proofs = {table: await self._compare_table(user_id, table, on_rows) for table in tables}
        return proofs | {INDEX: await self._compare_index(user_id, on_rows)}

    async def _compare_table(self, user_id: str, table: str, on_rows: OnRows) -> Proof:
        digest, count, last = sha256(), 0, None
        while True:
            here, there = await asyncio.gather(
                *(store.read_rows(user_id, partial(_page, table, last)) for store in (self._source, self._target))
            )
            if here != there:
                raise Differing(f"What was copied of {table} is not what is in the source.")
            if not here:
                return Proof(count, digest.hexdigest())
            digest.update(repr(here).encode())
            count += len(here)
            last = here[-1]
            on_rows(len(here))

    async def _compare_index(self, user_id: str, on_rows: OnRows) -> Proof:
        digest, count = sha256(), 0
        theirs = _documents(self._target, user_id)
        async for documents in _documents(self._source, user_id):
            here, there = _described(documents), _described(await anext(theirs, []))
            if here != there:
                raise Differing("What was indexed is not what is in the source; `onememory reindex` there mends both.")
            digest.update(repr(here).encode())
            count += len(here)
            on_rows(len(here))
        if await anext(theirs, []):
            raise Differing("More was indexed than is in the source.")
        return Proof(count, digest.hexdigest())


def _tables(rows: UserRows) -> list[str]:
    return list(rows.columns())


def _add(table: str, page: Sequence[Row], rows: UserRows) -> None:
    rows.add(table, page)


def _page(table: str, after: Row | None, rows: UserRows) -> list[Row]:
    return rows.page(table, after)


async def _documents(store: MovableStore, user_id: str) -> AsyncIterator[list[Document]]:
    after = 0
    while documents := await store.read_rows(user_id, lambda rows: rows.documents(after)):  # noqa: B023 - run at once
        yield documents
        after = documents[-1].place


def _described(documents: Sequence[Document]) -> list[tuple[str, list[tuple[str, bytes]]]]:
    return [(document.memory_id, _sorted(document.vectors)) for document in documents]


def _sorted(vectors: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    return sorted(vectors.items())
