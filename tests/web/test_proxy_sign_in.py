"""Sign-in by a proxy: it is believed where the settings say it is, and nobody else is."""

from collections.abc import Iterator
from html import unescape
from itertools import count

import pytest

from onememory.domain.actors import Actor
from onememory.domain.provenance import Channel
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from people import Person
from servers import Server, serving, users_by_age
from visitors import Visitor

HEADER = "Remote-User"
_numbers = count(1)


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One whose proxy is on this machine."""
    data = data_factory.mktemp("proxied")
    with serving(data, proxy_header=HEADER, proxy_addresses="127.0.0.0/8", public_url=None) as running:
        yield running


@pytest.fixture
def visitor(server: Server) -> Iterator[Visitor]:
    with Visitor(server) as visitor:
        yield visitor


def _is_there(visitor: Visitor, name: str) -> bool:
    return name in visitor.see("/settings/account").text.partition("<main")[0]


def test_whom_the_proxy_names_is_signed_in_and_can_send_forms(visitor: Visitor, ada: Person) -> None:
    visitor.http.headers[HEADER] = ada.name.upper()
    assert _is_there(visitor, ada.name)
    sent = visitor.send("/settings/account/time-zone", zone="Europe/Berlin")

    assert (sent.status_code, ada.get("/api/account")["user"]["timeZone"]) == (303, "Europe/Berlin")


def test_the_proxy_counts_and_not_a_session(server: Server, visitor: Visitor, ada: Person, ben: Person) -> None:
    visitor.arrive(server, ada)
    visitor.http.headers[HEADER] = ben.name

    assert _is_there(visitor, ben.name)
    assert "Sign out</button>" not in visitor.see("/").text.partition("<main")[0]


def test_without_the_header_one_signs_in_as_ever(visitor: Visitor) -> None:
    assert visitor.see("/settings").url.path in {"/sign-in", "/set-up"}


def test_who_has_no_account_is_told_so(visitor: Visitor) -> None:
    visitor.http.headers[HEADER] = "nobody"
    page = visitor.see("/")

    assert (page.status_code, "you have no account here" in page.text) == (403, True)


def test_who_is_deactivated_stays_out(server: Server, visitor: Visitor, ada: Person, ben: Person) -> None:
    admin = Actor(ada.user_id, Channel.WEB, EVERYTHING_ALLOWED, is_admin=True)
    server.run(server.services.people.deactivate(admin, ben.user_id))
    visitor.http.headers[HEADER] = ben.name

    assert "deactivated" in visitor.see("/").text


@pytest.mark.parametrize(
    ("name", "vouched"),
    [("kate{}", "\u212aate{}"), ("strauss{}", "strau\u00df{}"), ("emil{}", "emil{}\u2003"), ("emil{}", "\u00a0emil{}")],
)
def test_a_name_that_is_merely_like_one_here_is_not_that_person(
    server: Server, visitor: Visitor, name: str, vouched: str
) -> None:
    number = next(_numbers)
    person = server.person(name.format(number))
    page = visitor.http.get("/", headers={HEADER.encode(): vouched.format(number).encode()})

    assert (page.status_code, "too much like" in page.text, person.name in page.text) == (403, True, True)
    assert visitor.http.get("/", headers={HEADER: person.name}).status_code == 200


def test_a_header_that_came_twice_is_refused(visitor: Visitor, ada: Person, ben: Person) -> None:
    page = visitor.http.get("/", headers=[(HEADER, ada.name), (HEADER, ben.name)])

    assert (page.status_code, "more than once" in page.text) == (403, True)


def test_the_header_gives_no_access_to_the_interfaces_for_programs(server: Server, ada: Person) -> None:
    assert server.http.get("/api/account", headers={HEADER: ada.name}).status_code == 401


@pytest.mark.parametrize("also", [{}, {"x-forwarded-for": "192.0.2.7"}])
def test_from_elsewhere_the_header_is_refused_whatever_else_is_said(
    data_factory: pytest.TempPathFactory, also: dict[str, str]
) -> None:
    data = data_factory.mktemp("elsewhere")
    with serving(data, proxy_header=HEADER, proxy_addresses="192.0.2.7", embedder="none") as server:
        ada = server.person("Ada")
        with Visitor(server) as visitor:
            page = visitor.http.get("/", headers={HEADER: ada.name} | also)

            assert (page.status_code, "did not come from it" in page.text) == (403, True)


def test_where_nothing_is_set_the_header_means_nothing(data_factory: pytest.TempPathFactory) -> None:
    with serving(data_factory.mktemp("plain"), embedder="none") as server, Visitor(server) as visitor:
        server.person("Ada")
        visitor.http.headers[HEADER] = "Ada"

        assert visitor.see("/settings").url.path == "/set-up"


def test_where_the_settings_say_so_an_account_is_made(data_factory: pytest.TempPathFactory) -> None:
    data, believed = data_factory.mktemp("open"), "127.0.0.1"
    opened = serving(data, proxy_header=HEADER, proxy_addresses=believed, create_users="true", public_url=None)
    with opened as server, Visitor(server) as visitor:
        server.person("Ada")
        visitor.http.headers[HEADER] = "newcomer"

        assert _is_there(visitor, "newcomer")
        assert [user.is_admin for user in server.run(users_by_age(server.services))] == [True, False]


@pytest.mark.parametrize("vouched", ["Ada Lovelace", "a" * 65])
def test_a_name_that_no_account_may_have_is_told_with_the_rule(
    data_factory: pytest.TempPathFactory, vouched: str
) -> None:
    data, believed = data_factory.mktemp("spaced"), "127.0.0.1"
    opened = serving(data, proxy_header=HEADER, proxy_addresses=believed, create_users="true", public_url=None)
    with opened as server, Visitor(server) as visitor:
        page = visitor.http.get("/", headers={HEADER: vouched})

    assert page.status_code == 400
    assert f'The proxy calls you "{vouched}". A user\'s name has 1 to 64' in unescape(page.text)


@pytest.mark.parametrize("vouched", ["stra\u00dfburg", "strassburg\u2003", "\u2003someone"])
def test_no_account_is_made_beside_one_of_a_like_name(data_factory: pytest.TempPathFactory, vouched: str) -> None:
    data, believed = data_factory.mktemp("alike"), "127.0.0.1"
    opened = serving(data, proxy_header=HEADER, proxy_addresses=believed, create_users="true", public_url=None)
    with opened as server, Visitor(server) as visitor:
        server.person("Strassburg")
        page = visitor.http.get("/", headers={HEADER.encode(): vouched.encode()})

        assert page.status_code in {400, 403}
        assert [user.name for user in server.run(users_by_age(server.services))] == ["Strassburg"]
