"""SQL of one scope: the owner is a parameter of every statement, given here and nowhere else."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol, TypeVar

from onememory.domain.actors import Scope

T = TypeVar("T")
Row = tuple[Any, ...]
Values = Mapping[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Connection(Protocol):
    """One database connection inside a transaction; parameters are written `:name` in both dialects."""

    def rows(self, sql: str, values: Values) -> list[Row]:
        """Every row of the answer; raises Conflict when a uniqueness rule is broken."""
        ...

    def many(self, sql: str, values: Iterable[Values]) -> None:
        """Run once for each set of values."""
        ...


class Scoped:
    """A connection that knows whose rows it may touch."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self.scope = scope
        self._connection = connection
        names, buckets = placeholders("reach", sorted(scope.bucket_ids or ()))
        self._given = {"user_id": scope.user_id, **buckets}
        # By their names: with the numbers in it, each shared bucket would have statements of its own to be planned.
        self.bucket_clause = "" if scope.bucket_ids is None else f" AND bucket_id IN ({names or 'NULL'})"

    def rows(self, sql: str, **values: object) -> list[Row]:
        """Every row of the answer; `:user_id` is the owner."""
        return self._connection.rows(sql, self._given | values)

    def row(self, sql: str, **values: object) -> Row | None:
        """The first row of the answer."""
        rows = self._connection.rows(sql, self._given | values)
        return rows[0] if rows else None

    def number(self, sql: str, **values: object) -> int:
        """The first column of the first row, which must be there."""
        return int(self._connection.rows(sql, self._given | values)[0][0])

    def many(self, sql: str, values: Iterable[Values]) -> None:
        """Run once for each set of values."""
        self._connection.many(sql, (self._given | dict(v) for v in values))


def placeholders(prefix: str, values: Sequence[object]) -> tuple[str, dict[str, object]]:
    """For `IN (...)`: the parameter names, and the values under those names."""
    named = {f"{prefix}{i}": value for i, value in enumerate(values)}
    return ", ".join(f":{name}" for name in named), named


def integers(values: Iterable[int]) -> str:
    """For `IN (...)`: integers written out."""
    return ", ".join(str(int(v)) for v in sorted(values)) or "NULL"


def batches(values: Sequence[T], size: int = 500) -> Iterable[Sequence[T]]:
    """Slices small enough for one `IN (...)`."""
    return (values[i : i + size] for i in range(0, len(values), size))


def to_ms(moment: datetime) -> int:
    """A time as it is stored."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(value: int) -> datetime:
    """A stored time."""
    return _EPOCH + timedelta(milliseconds=value)


def optional_ms(moment: datetime | None) -> int | None:
    """A time that may be absent, as it is stored."""
    return None if moment is None else to_ms(moment)


def optional_time(value: int | None) -> datetime | None:
    """A stored time that may be absent."""
    return None if value is None else from_ms(value)


def optional_day(day: date | None) -> int | None:
    """A day that may be absent, as it is stored."""
    return None if day is None else day.toordinal()
