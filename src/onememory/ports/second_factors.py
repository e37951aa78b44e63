"""Second factors as rows; a person proves one before there is a scope, so part of the directory."""

from typing import Protocol

from onememory.domain.second_factors import SecondFactor


class SecondFactorRows(Protocol):
    """The second factors of everybody."""

    def get(self, user_id: str) -> SecondFactor | None:
        """One user's, where it is switched on."""
        ...

    def put(self, user_id: str, factor: SecondFactor) -> None:
        """Switch on, or replace."""
        ...

    def remove(self, user_id: str) -> None:
        """Switch off."""
        ...
