"""Files that were handed in, where the process that imports them finds them, whichever took them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import BinaryIO

from onememory.domain.actors import Scope
from onememory.domain.errors import NotFound, OverQuota, TooLarge
from onememory.ports import Store, Transaction
from onememory.ports.imports import Uploads

PIECE = 1024 * 1024  # bytes of a row
WAITING_AT_MOST = 500  # files of one person
_REMEDY = "Import or drop some of those first."


class HandedFiles:
    """A file lies on the disk of the process that took it.

    Where processes share a database, one that waits for its import lies there too: the disk may be another machine's,
    and that machine may be gone when its turn comes.
    """

    def __init__(self, store: Store, uploads: Uploads) -> None:
        self._store = store
        self._uploads = uploads

    def require_room(self, tx: Transaction, upload_id: str | None = None) -> None:
        """Raises TooLarge where too many files wait, and OverQuota where they are larger than all that may be kept.

        One may always come: how much of it is text is known only when it has been read.
        """
        waiting = [import_id for import_id in tx.imports.waiting() if import_id != upload_id]
        if len(waiting) >= WAITING_AT_MOST:
            raise TooLarge(f"{WAITING_AT_MOST} files wait for their import, and no more can. {_REMEDY}")
        found = tx.quotas.get() if waiting else None
        if found is None or (limit := found[0].size) is None:
            return
        here = [*waiting, upload_id] if upload_id else waiting
        size = tx.uploads.size() if self._store.is_shared else sum(map(self._uploads.size, here))
        if size > limit:
            raise OverQuota(
                f"Your quota is {limit:,} bytes, and the files that wait for their import take {size:,}. {_REMEDY}"
            )

    async def receive(self, upload_id: str, pieces: AsyncIterator[bytes]) -> None:
        """Keep a file durably as it comes; raises StorageFailed. What comes only in part leaves nothing behind."""
        await self._uploads.receive(upload_id, pieces)

    def opener(self, upload_id: str) -> Callable[[], BinaryIO]:
        """Gives a fresh stream of a file that is here each time; raises NotFound where it is gone."""
        return self._uploads.opener(upload_id)

    async def share(self, scope: Scope, upload_id: str) -> None:
        """Let every process find a file that is here; raises StorageFailed."""
        if not self._store.is_shared:
            return
        stream = await asyncio.to_thread(self._uploads.opener(upload_id))
        with stream:
            number = 0
            while piece := await asyncio.to_thread(stream.read, PIECE):
                await self._store.write(scope, lambda tx, n=number, piece=piece: tx.uploads.add(upload_id, n, piece))  # type: ignore[misc]
                number += 1

    async def fetch(self, scope: Scope, upload_id: str) -> None:
        """See to it that the file is here; raises NotFound where nobody has it any more."""
        if not self._store.is_shared or await asyncio.to_thread(self._uploads.holds, upload_id):
            return
        if await self._piece(scope, upload_id, 0) is None:
            raise NotFound("The uploaded file is gone; upload it again.")
        await self._uploads.receive(upload_id, self._pieces(scope, upload_id))

    async def drop(self, scope: Scope, upload_id: str) -> None:
        """Remove a file that is done with; none is no error."""
        await asyncio.to_thread(self._uploads.drop, upload_id)
        if self._store.is_shared:
            await self._store.write(scope, lambda tx: tx.uploads.remove(upload_id))

    async def _pieces(self, scope: Scope, upload_id: str) -> AsyncIterator[bytes]:
        number = 0
        while (piece := await self._piece(scope, upload_id, number)) is not None:
            yield piece
            number += 1

    async def _piece(self, scope: Scope, upload_id: str, number: int) -> bytes | None:
        return await self._store.read(scope, lambda tx: tx.uploads.piece(upload_id, number))
