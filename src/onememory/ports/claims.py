"""Who is at work on what, so that no two processes do the same at once."""

from datetime import datetime
from typing import Protocol


class ClaimRows(Protocol):
    """The claims of one user's work."""

    def take(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Claim work or renew the claim; False where somebody else holds it still."""
        ...

    def release(self, name: str, holder: str) -> None:
        """Give up a claim, where the holder still has it."""
        ...

    def is_held(self, name: str, now: datetime) -> bool:
        """Whether somebody is at work on it."""
        ...
