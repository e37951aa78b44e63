"""The end of a person here: every row, every index and every file that is theirs."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from onememory.domain.actors import Scope
from onememory.ports import Directory, Store
from onememory.ports.imports import Uploads
from onememory.ports.rows import EVERYTHING

logger = logging.getLogger(__name__)


class Erasure:
    """Erases a person, whoever has decided so."""

    def __init__(self, store: Store, uploads: Uploads, forgets: Sequence[Callable[[str], None]]) -> None:
        self._store = store
        self._uploads = uploads
        self._forgets = forgets  # of those who keep something of a user in memory, to be written later

    async def erase(self, user_id: str, check: Callable[[Directory], None]) -> None:
        """Erase for good; `check` runs before and in the same transaction; what it raises keeps everything as it is."""
        await self._store.read_directory(check, brief=True)
        imports = await self._store.read(Scope(user_id), lambda tx: tx.imports.newest(EVERYTHING))

        def erase(directory: Directory) -> None:
            check(directory)
            directory.erase_user(user_id)

        await self._store.write_directory(erase)
        for forget in self._forgets:
            forget(user_id)
        for record in imports:
            await asyncio.to_thread(self._uploads.drop, record.id)
        logger.info("an account was erased", extra={"user": user_id})
