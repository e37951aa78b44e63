"""Sign-ins that wait for a code as rows; found by a secret before there is a scope, so part of the directory."""

from datetime import datetime
from typing import Protocol

from onememory.domain.sessions import SignInStep


class SignInStepRows(Protocol):
    """The sign-ins of everybody that are half done."""

    def add(self, secret_hash: bytes, step: SignInStep, most: int) -> None:
        """Insert; of one user the newest `most` are kept."""
        ...

    def get(self, secret_hash: bytes) -> SignInStep | None:
        """The one with this secret, expired or not."""
        ...

    def remove(self, secret_hash: bytes) -> None:
        """Delete one, if it is there."""
        ...

    def forget_expired(self, now: datetime) -> None:
        """Delete those that nobody has finished in time."""
        ...
