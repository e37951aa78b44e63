"""A server for the whole session and people on it, new for each test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page

from chromium import chromium, window
from commands import Commands
from databases import DATABASES, PARTITIONED, POSTGRESQL, SQLITE
from people import Client, Person
from servers import Server, serving
from visitors import Visitor

_numbers = count(1)
settings.register_profile("onememory", deadline=None)  # no test asserts how long something takes
settings.load_profile("onememory")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=(SQLITE, POSTGRESQL, PARTITIONED), default=SQLITE, help="what installations store in"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "sqlite: about the database file itself, so not run on PostgreSQL")
    DATABASES.chosen = config.getoption("--database")


def pytest_unconfigure() -> None:
    DATABASES.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if DATABASES.chosen != SQLITE:
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="about SQLite's file"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server with the default settings."""
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


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
def data(tmp_path: Path) -> Path:
    """A data directory that does not exist yet."""
    return tmp_path / "data"


@pytest.fixture
def commands(data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The command line, on that data directory where its arguments name no other."""
    return Commands(data, capsys, monkeypatch)


@pytest.fixture
def kept(commands: Commands) -> Commands:
    """The command line on a data directory that is there, with a token in it."""
    commands.ask("token", "create", "first")
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
