"""Limits for a database that one server process has for itself: it counts in memory."""

from onememory.security.rate_limits import Limit, Throttle, Verdict


class ProcessLimits:
    """Implements the port Limits; what it knows is lost with the process, and it keeps the latest callers alone."""

    def __init__(self) -> None:
        self._throttles: dict[str, Throttle] = {}

    async def admit(self, limit: Limit, caller: str, now: float) -> Verdict:
        """Judge one request of this caller."""
        return self._throttle(limit).admit(caller, now)

    async def forgive(self, limit: Limit, caller: str) -> None:
        """Forget what this caller has used up."""
        self._throttle(limit).forgive(caller)

    async def sweep(self, now: float) -> None:
        """Nothing: a throttle bounds by itself what it keeps."""

    def _throttle(self, limit: Limit) -> Throttle:
        return self._throttles.setdefault(limit.name, Throttle(limit.rate))
