"""Rate limits by the generic cell rate algorithm (ITU-T I.371): one number of state for each caller."""

import math
from dataclasses import dataclass

CALLERS = 10_000  # whose state is remembered; beyond that the one who came least lately is forgotten


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many minutes on average, all of which may come at once."""

    requests: int
    minutes: int = 1

    @property
    def interval(self) -> float:
        """Seconds between two requests at the full rate."""
        return self.minutes * 60 / self.requests

    @property
    def window(self) -> float:
        """Seconds in which all of the requests may come at once."""
        return self.minutes * 60


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate under the name by which all processes of an installation count it together."""

    name: str
    rate: Rate
    is_exact: bool = True  # else a process may take some requests in advance; see the port Limits


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request passes; the state to keep, and in how many seconds to come back."""

    passes: bool
    state: float
    retry_after: int = 0


def admit(rate: Rate, state: float, now: float) -> Verdict:
    """Judge one request. `state` is what the caller's last verdict gave, 0 at first; times are in seconds."""
    due = max(min(state, now + rate.window), now) + rate.interval  # no clock that is put back locks out for longer
    wait = due - now - rate.window
    if wait > 1e-9:
        return Verdict(False, state, max(1, math.ceil(wait)))
    return Verdict(True, due)


class Throttle:
    """One rate for each of many callers; what it knows of them is lost with the process."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._states: dict[str, float] = {}

    def admit(self, caller: str, now: float) -> Verdict:
        """Judge one request of this caller; times are in seconds."""
        verdict = admit(self.rate, self._states.pop(caller, 0.0), now)
        self._states[caller] = verdict.state
        if len(self._states) > CALLERS:
            del self._states[next(iter(self._states))]
        return verdict

    def forgive(self, caller: str) -> None:
        """Forget what this caller has used up."""
        self._states.pop(caller, None)
