"""Requests and tries judged by their rates, whichever process of an installation they come to."""

from onememory.ports import Clock, Store
from onememory.security.rate_limits import Limit, Verdict


class Limiting:
    """What every use case and door with a limit asks."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._limits = store.limits
        self._clock = clock

    async def admit(self, limit: Limit, caller: str) -> Verdict:
        """Judge one request of this caller."""
        return await self._limits.admit(limit, caller, self._clock.now().timestamp())

    async def forgive(self, limit: Limit, caller: str) -> None:
        """Forget what this caller has used up of an exact limit."""
        await self._limits.forgive(limit, caller)
