"""A server for the whole session and people on it, new for each test."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from playwright.sync_api import Browser, Page

from chromium import chromium, window
from commands import Commands
from databases import BOTH, DATABASES, PARTITIONED, POSTGRESQL, SQLITE
from onememory.security import passwords
from people import Client, Person
from servers import Server, serving
from visitors import Visitor

SLOW = re.compile(r"/tests/e2e/|_in_chromium\.py$")
_numbers = count(1)
settings.register_profile("onememory", deadline=None)  # no test asserts how long something takes
settings.load_profile("onememory")


def pytest_addoption(parser: pytest.Parser) -> None:
    offered = (SQLITE, POSTGRESQL, PARTITIONED, BOTH)
    parser.addoption("--database", choices=offered, default=SQLITE, help="what installations store in")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: about the database file itself, so not run on PostgreSQL")
    config.addinivalue_line("markers", "postgresql: about what PostgreSQL alone does, so not run on SQLite")
    config.addinivalue_line("markers", "once: about what no database changes, so of both it runs on the first alone")


def pytest_unconfigure() -> None:
    DATABASES.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that in the end no worker waits for another: processes and browsers."""
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: (not SLOW.search(item.path.as_posix()), -tests[item.path]))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that stores anything, which its fixtures tell, runs on each database that was asked for.

    What a browser adds to the pages is looked at once: their every answer is tried on both without it.
    """
    if "database" not in metafunc.fixturenames:
        return
    asked_for = metafunc.config.getoption("--database")
    runs_once = metafunc.definition.get_closest_marker("once") or "chrome" in metafunc.fixturenames
    databases = [SQLITE, POSTGRESQL] if asked_for == BOTH else [asked_for]
    markers = {name: SQLITE if name == SQLITE else POSTGRESQL for name in databases}
    bound_to = [marker for marker in (SQLITE, POSTGRESQL) if metafunc.definition.get_closest_marker(marker)]
    fitting = [name for name in databases if not bound_to or markers[name] in bound_to]
    metafunc.parametrize("database", fitting[:1] if runs_once else fitting, indirect=True, scope="module")


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords cost next to nothing in this process, and what they should in those that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """What installations store in: once SQLite, once PostgreSQL."""
    with DATABASES.choosing(request.param):
        yield request.param
    DATABASES.drop(tmp_path_factory.getbasetemp())


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own; no database of a data directory in it outlives the test."""
    yield tmp_path
    DATABASES.drop(tmp_path)


@pytest.fixture(scope="session")
def servers() -> Iterator[Callable[[str], Server]]:
    """A server for each database, started when it is first asked for."""
    running: dict[str, Server] = {}
    with ExitStack() as stack:

        def server_on(database: str) -> Server:
            if database not in running:
                data = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))) / "server"
                running[database] = stack.enter_context(serving(data))
            return running[database]

        yield server_on


@pytest.fixture(scope="module")
def data_factory(database: str, tmp_path_factory: pytest.TempPathFactory) -> pytest.TempPathFactory:  # noqa: ARG001
    """Folders for whole modules: what is made in them is made anew for the other database."""
    return tmp_path_factory


@pytest.fixture(scope="module")
def server(database: str, servers: Callable[[str], Server]) -> Server:
    """One server with the default settings, for the whole session."""
    return servers(database)


@pytest.fixture
def ada(server: Server) -> Person:
    """An administrator with an empty account."""
    return server.person(f"Ada{next(_numbers)}", is_admin=True)


@pytest.fixture
def ben(server: Server) -> Person:
    """A user with an empty account."""
    return server.person(f"Ben{next(_numbers)}")


@pytest.fixture
def cy(server: Server) -> Person:
    """Another user with an empty account."""
    return server.person(f"Cy{next(_numbers)}")


@pytest.fixture
def nobody(server: Server) -> Client:
    """Somebody without a token."""
    return server.anonymous()


@pytest.fixture
def browser(server: Server, ada: Person) -> Iterator[Visitor]:
    """Ada at a browser without scripts, signed in."""
    with Visitor(server) as visitor:
        yield visitor.arrive(server, ada)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """A browser with scripts; none outlives its module, for Playwright's loop keeps other loops from running."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(chrome: Browser) -> Iterator[Page]:
    """A window of that browser."""
    with window(chrome) as opened:
        yield opened


@pytest.fixture
def data(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001 - it stores there
    """A data directory that does not exist yet; the environment of this machine names its database."""
    for name, value in DATABASES.variables(tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    return tmp_path / "data"


@pytest.fixture
def commands(
    tmp_path: Path,
    database: str,  # noqa: ARG001 - they store there
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Commands:
    """The command line, on the fixture `data` where its arguments name nothing else."""
    return Commands(tmp_path / "data", capsys, monkeypatch)


@pytest.fixture
def kept(commands: Commands, data: Path) -> Commands:
    """The command line on a data directory that is there, with a token in it, and that knows its database."""
    commands.ask("token", "create", "first")
    lines = [f'{name} = "{value}"\n' for name, value in DATABASES.overrides(data).items()]
    (data / "settings.toml").write_text("".join(lines))
    return commands


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of one's own, and a usual port at which nobody answers."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ONEMEMORY_EMBEDDER", "none")
    monkeypatch.setenv("ONEMEMORY_PORT", "1")
    return home
