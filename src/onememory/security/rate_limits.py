"""Rate limits by the generic cell rate algorithm (ITU-T I.371): one number of state for each caller."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a minute on average, all of which may come at once."""

    per_minute: int

    @property
    def interval(self) -> float:
        """Seconds between two requests at the full rate."""
        return 60 / self.per_minute


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request passes; the state to keep, and in how many seconds to come back."""

    passes: bool
    state: float
    retry_after: int = 0


def admit(rate: Rate, state: float, now: float) -> Verdict:
    """Judge one request. `state` is what the caller's last verdict gave, 0 at first; times are in seconds."""
    due = max(state, now) + rate.interval
    wait = due - now - 60
    if wait > 1e-9:
        return Verdict(False, state, max(1, math.ceil(wait)))
    return Verdict(True, due)
