"""What an administrator has chosen for everybody; found before there is a scope, so part of the directory."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from onememory.domain.installation import Choosable, Chosen


class InstallationRows(Protocol):
    """The choices of the administrators."""

    def all(self) -> dict[Choosable, Chosen]:
        """Those that were made."""
        ...

    def choose(self, values: Mapping[Choosable, str | None], at: datetime) -> None:
        """Keep choices in place of earlier ones; None takes one back."""
        ...
