"""Identities at a provider as rows; a person proves one before there is a scope, so part of the directory."""

from typing import Protocol

from onememory.domain.identities import Identity


class IdentityRows(Protocol):
    """The identities of everybody."""

    def get(self, issuer: str, subject: str) -> Identity | None:
        """Whoever this is here."""
        ...

    def of_user(self, user_id: str) -> list[Identity]:
        """One user's, in the order of their linking."""
        ...

    def add(self, identity: Identity) -> None:
        """Insert; raises Conflict where it is somebody's already."""
        ...

    def remove(self, user_id: str, issuer: str, subject: str) -> None:
        """Delete one of a user, if it is there."""
        ...
