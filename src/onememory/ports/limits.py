"""How much callers have used up of their rates, counted by all processes of an installation together."""

from typing import Protocol

from onememory.security.rate_limits import Limit, Verdict

SHARE = 20  # of a rate that is not exact, a process may hold this part of its requests in advance
HELD_FOR = 2.0  # seconds; what it has not used then goes back


class Limits(Protocol):
    """One rate for each of many callers; times are in seconds since 1970.

    An exact limit is asked for at each request. Of another one, each of n processes may take 1/20 of the requests in
    advance and use them within two seconds. So of R requests a minute no more than R * (1 + n/20 + minutes) ever pass
    in so many minutes, and a caller may meanwhile miss the 1/20 that each of the other processes holds.
    """

    async def admit(self, limit: Limit, caller: str, now: float) -> Verdict:
        """Judge one request of this caller."""
        ...

    async def forgive(self, limit: Limit, caller: str) -> None:
        """Forget what this caller has used up of an exact limit."""
        ...

    async def sweep(self, now: float) -> None:
        """Let go of callers who have not come for so long that nothing counts against them."""
        ...
