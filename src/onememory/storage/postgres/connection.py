"""One PostgreSQL connection, with the driver's exceptions turned into the domain's."""

import contextlib
import logging
import os
import socket
from collections.abc import Iterable
from typing import Any, Self

import psycopg
from psycopg import errors, sql
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from psycopg.types.string import StrDumperUnknown

from onememory.domain.errors import (
    Conflict,
    DatabaseAway,
    DatabaseFailed,
    DiskFull,
    InvalidInput,
    OneMemoryError,
    Unavailable,
)
from onememory.storage.postgres.dialect import translated
from onememory.storage.scoped import Row, Values

CONNECT_SECONDS = 10
# A connection whose packets vanish is given up after some 25 seconds; the kernel alone would wait for hours.
_NOTICED: dict[str, Any] = {
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
STATEMENT_LIMIT_MS = 300_000  # so that no statement of a forgotten process holds a lock for ever
IDLE_LIMIT_MS = 60_000  # in a transaction: a process that hangs lets go of its locks

_OPTIONS = (
    f"-c statement_timeout={STATEMENT_LIMIT_MS} -c idle_in_transaction_session_timeout={IDLE_LIMIT_MS} "
    "-c timezone=UTC -c client_min_messages=warning -c jit=off"
)


logger = logging.getLogger(__name__)


class Interrupted(Exception):
    """The transaction did not take place and may be run again: another one was in its way, or the connection broke."""


def takes_connections(url: str) -> bool:
    """Whether a server answers there and is neither starting nor stopping, whatever it says to this user."""
    asked = psycopg.conninfo.make_conninfo(url, connect_timeout=CONNECT_SECONDS)
    return psycopg.pq.PGconn.ping(asked.encode()) == psycopg.pq.Ping.OK


class PostgresConnection:
    """A connection to the database; implements the protocol Connection. Not to be used by two threads at once."""

    def __init__(self, url: str) -> None:
        try:
            self.raw = psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                options=_OPTIONS,
                application_name="onememory",
                **_NOTICED,
            )
        except psycopg.ProgrammingError:
            # The driver quotes what it cannot read, which may be a password.
            raise InvalidInput("The URL of the database has a parameter that PostgreSQL does not know.") from None
        except psycopg.Error as error:
            raise DatabaseAway(f"PostgreSQL cannot be reached: {_first_line(error)}") from error
        self.raw.adapters.register_dumper(bool, _BoolAsInteger)
        self.raw.adapters.register_dumper(str, _TextWithoutNul)

    def rows(self, sql: str, values: Values) -> list[Row]:
        """Every row of the answer; raises Conflict when a uniqueness rule is broken."""
        try:
            cursor = self.raw.execute(translated(sql), values, binary=True)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise self._translated(error) from error

    def many(self, sql: str, values: Iterable[Values]) -> None:
        """Run once for each set of values."""
        try:
            with self.raw.cursor() as cursor:
                cursor.executemany(translated(sql), values)
        except psycopg.Error as error:
            raise self._translated(error) from error

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        sql = (
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(:table) AND attnum > 0 AND NOT attisdropped"
        )
        return [row[0] for row in self.rows(sql, {"table": table})]

    def run(self, statements: str) -> None:
        """Run statements without parameters, such as BEGIN or a migration."""
        try:
            self.raw.execute(sql.SQL(statements))
        except psycopg.Error as error:
            raise self._translated(error) from error

    def roll_back(self) -> None:
        """Leave the transaction, where the connection still stands."""
        if self.is_usable and self.raw.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self.run("ROLLBACK")

    @property
    def is_usable(self) -> bool:
        """Whether it has not broken."""
        return not self.raw.closed and not self.raw.broken

    def break_off(self) -> None:
        """Let the thread that uses it wait no longer for an answer: it finds the connection broken."""
        with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.raw.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the server."""
        self.raw.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _translated(self, error: psycopg.Error) -> Exception:
        if isinstance(error, _ENDED) or _is_of_the_driver(error):
            self.close()  # nobody is at the other end any more, or nobody knows what the driver is waiting for
        if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected) or not self.is_usable:
            return Interrupted(_first_line(error))
        for driver_error, domain_error, sentence in _SENTENCES:
            if isinstance(error, driver_error):
                return domain_error(sentence.format(_first_line(error)))
        reason = _first_line(error)
        logger.warning("the database refused a statement", extra={"reason": reason})
        return DatabaseFailed(f"PostgreSQL refused: {reason}.")


class _TextWithoutNul(StrDumperUnknown):
    """What is stored has no NUL, so whoever asks for a name with one finds nothing instead of an error."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\ufffd"))


class _BoolAsInteger(Dumper):
    """Truth values are 0 and 1 in both dialects."""

    oid = psycopg.adapters.types["int2"].oid
    format = Format.TEXT

    def dump(self, obj: bool) -> bytes:  # noqa: FBT001 - the driver calls it
        return b"1" if obj else b"0"


_ENDED = (
    errors.AdminShutdown,
    errors.CrashShutdown,
    errors.CannotConnectNow,
    errors.IdleInTransactionSessionTimeout,
)
_SENTENCES: tuple[tuple[type[psycopg.Error], type[OneMemoryError], str], ...] = (
    (errors.IntegrityError, Conflict, "This would break a rule of the data: {}."),
    (errors.DiskFull, DiskFull, "The database's disk is full; nothing was stored. Free some space and try again."),
    (
        errors.ReadOnlySqlTransaction,
        Unavailable,
        "The database is read-only, as a standby is; nothing was stored. Point ONEMEMORY_DATABASE_URL at the primary.",
    ),
    (errors.QueryCanceled, Unavailable, "The database took too long and gave up; nothing was stored. Try again."),
    (errors.CharacterNotInRepertoire, InvalidInput, "The text contains a character that cannot be stored: {}."),
    (errors.DataError, InvalidInput, "A value cannot be stored: {}."),
)


def _is_of_the_driver(error: psycopg.Error) -> bool:
    """Whether the server said nothing of this: the wire broke, perhaps in the midst of many statements."""
    return isinstance(error, psycopg.OperationalError) and error.sqlstate is None


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
