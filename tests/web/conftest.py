"""A server with its pages, and somebody who is signed in."""

from collections.abc import Iterator

import pytest
from visitors import Visitor, forgive_tries, with_password

from people import Person
from servers import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("pages"), embedder="none") as running:
        yield running


@pytest.fixture
def browser(server: Server, ada: Person) -> Iterator[Visitor]:
    """Ada, signed in."""
    forgive_tries(server)
    with Visitor(server) as visitor:
        visitor.sign_in(with_password(server, ada).name)
        yield visitor
