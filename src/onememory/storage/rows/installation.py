"""The choices of administrators as rows; they count for everybody."""

from collections.abc import Mapping
from datetime import datetime

from onememory.domain.installation import Choosable, Chosen
from onememory.storage.scoped import Connection, from_ms, to_ms


class InstallationTable:
    """The choices of the administrators; implements the port InstallationRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def all(self) -> dict[Choosable, Chosen]:
        """Those that were made, as far as this version knows them."""
        rows = self._db.rows("SELECT name, value, set_at FROM installation", {})
        known = set(Choosable)
        return {Choosable(name): Chosen(value, from_ms(at)) for name, value, at in rows if name in known}

    def choose(self, values: Mapping[Choosable, str | None], at: datetime) -> None:
        """Keep choices in place of earlier ones; None takes one back."""
        for name, value in values.items():
            self._db.rows("DELETE FROM installation WHERE name = :name", {"name": name})
            if value is not None:
                self._db.rows(
                    "INSERT INTO installation (name, value, set_at) VALUES (:name, :value, :set_at)",
                    {"name": name, "value": value, "set_at": to_ms(at)},
                )
