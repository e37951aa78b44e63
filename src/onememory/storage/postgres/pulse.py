"""Whether the database answers at all."""

import asyncio

from onememory.domain.errors import DatabaseAway, OneMemoryError
from onememory.storage.postgres.pool import Pool
from onememory.storage.postgres.units import READ

PATIENCE = 4  # seconds


class Pulse:
    """Felt over a connection of its own, once for all who ask at the same moment."""

    def __init__(self, url: str) -> None:
        self._pool = Pool(url, 1, "pulse", patience=PATIENCE)
        self._look: asyncio.Task[OneMemoryError | None] | None = None

    async def is_felt(self) -> bool:
        """Whether it answers, be it that something is wrong."""
        return not isinstance(await self.failure(), DatabaseAway)

    async def failure(self) -> OneMemoryError | None:
        """Why it cannot be used, after at most 4 seconds; None where it can."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._feel())
        return await asyncio.shield(self._look)

    async def _feel(self) -> OneMemoryError | None:
        try:
            await self._pool.run(READ, lambda c: c.rows("SELECT max(number) FROM schema_versions", {}))
        except OneMemoryError as error:
            return error
        return None

    def close(self) -> None:
        """Let go of the connection."""
        self._pool.close()
