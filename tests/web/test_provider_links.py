"""Linking an account at an identity provider with the one here, by whoever is signed in here."""

from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from providers import Provider, identity_provider
from servers import Server, serving
from visitors import PASSWORD, Visitor, with_password

_subjects = count(1)


@pytest.fixture(scope="module")
def running(data_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with identity_provider(data_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider, with somebody new at it."""
    running.person = {"sub": f"subject-{next(_subjects)}", "preferred_username": "dora"}
    return running


@pytest.fixture(scope="module")
def server(running: Provider, data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that lets in those alone who have linked their account."""
    with serving(data_factory.mktemp("server"), provider=running.connected(), public_url=None) as server:
        with_password(server, server.person("first"))
        yield server


def _linked(visitor: Visitor, provider: Provider, password: str = "") -> httpx.Response:
    """Link the account there with the one that is signed in here."""
    visitor.see("/settings/account")
    left = visitor.send("/settings/account/provider", password=password)
    url = left.text.split('http-equiv="refresh" content="0; url=')[1].split('"')[0].replace("&amp;", "&")
    return visitor.see(provider.way_back(url))


def test_who_is_signed_in_links_their_account_and_then_signs_in_with_it(server: Server, provider: Provider) -> None:
    ben = with_password(server, server.person(f"ben{next(_subjects)}"))
    with Visitor(server) as visitor:
        page = _linked(visitor.arrive(server, ben), provider, PASSWORD)
        assert "From now on you can sign in with it" in page.text
        visitor.http.cookies.clear()
        left = visitor.http.get("/sign-in/with-provider").headers["location"]

        assert ben.name in visitor.see(provider.way_back(left)).text


def test_an_account_there_belongs_to_one_person_here(server: Server, provider: Provider) -> None:
    with Visitor(server) as visitor:
        _linked(visitor.arrive(server, server.person(f"ben{next(_subjects)}")), provider)
        page = _linked(visitor.arrive(server, server.person(f"cy{next(_subjects)}")), provider)

        assert "Somebody else here signs in with this account already" in page.text


@pytest.mark.parametrize("typed", ["", "wrong password"])
def test_a_browser_that_was_left_signed_in_does_not_link_without_the_password(server: Server, typed: str) -> None:
    ben = with_password(server, server.person(f"ben{next(_subjects)}"))
    with Visitor(server) as visitor:
        visitor.arrive(server, ben).see("/settings/account")
        refused = visitor.send("/settings/account/provider", password=typed)

        assert (refused.status_code, "This is not your present password." in refused.text) == (403, True)
        assert "http-equiv" not in refused.text


def test_linking_takes_a_form_of_ours(server: Server) -> None:
    with Visitor(server) as visitor:
        visitor.arrive(server, server.person(f"ben{next(_subjects)}"))
        elsewhere = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}

        assert visitor.send("/settings/account/provider", elsewhere).status_code == 403
