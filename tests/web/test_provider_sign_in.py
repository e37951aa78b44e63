"""Signing in at an identity provider: who it names comes in, and an answer that is not for this browser does not."""

import base64
import re
from collections.abc import Iterator
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey, OctKey

from onememory.domain.actors import Actor
from onememory.domain.provenance import Channel
from onememory.domain.second_factors import SecondFactor
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from providers import CLIENT_SECRET, Provider, identity_provider
from servers import Server, serving, users_by_age
from visitors import PASSWORD, Visitor, with_password

_subjects = count(1)


@pytest.fixture(scope="module")
def running(data_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with identity_provider(data_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider as it should be, with somebody new at it."""
    number = next(_subjects)
    running.person = {"sub": f"subject-{number}", "preferred_username": f"dora{number}"}
    running.claims, running.answer, running.signer, running.algorithm = {}, {}, None, "ES256"
    running.userinfo, running.tells_names_apart = {}, False
    return running


@pytest.fixture(scope="module")
def server(running: Provider, data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that lets in whom the provider names, known or not."""
    provider = running.connected()
    with serving(data_factory.mktemp("open"), provider=provider, create_users="true", public_url=None) as server:
        with_password(server, server.person("first"))
        yield server


@pytest.fixture(scope="module")
def closed(running: Provider, data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that lets in those alone who have linked their account."""
    with serving(data_factory.mktemp("closed"), provider=running.connected(), public_url=None) as server:
        with_password(server, server.person("first"))
        yield server


@pytest.fixture
def stranger(server: Server) -> Iterator[Visitor]:
    with Visitor(server) as visitor:
        visitor.see("/sign-in")
        yield visitor


def _go(visitor: Visitor, provider: Provider, path: str = "/sign-in/with-provider", **query: str) -> str:
    """Leave for the provider; the address to which it sends the browser back."""
    left = visitor.http.get(path, params=query)
    assert left.headers["location"].startswith(provider.issuer), left.text
    return provider.way_back(left.headers["location"])


def test_the_sign_in_page_leads_there_and_keeps_the_way_on(stranger: Visitor) -> None:
    page = stranger.see("/sign-in", next="/memories?x=1").text

    assert "Sign in with Example Login" in page
    assert 'href="/sign-in/with-provider?next=%2Fmemories%3Fx%3D1"' in page


def test_a_link_may_lead_there_without_the_sign_in_page(server: Server, provider: Provider) -> None:
    with Visitor(server) as visitor:
        assert visitor.see(_go(visitor, provider, next="/memories")).url.path == "/memories"


def test_whoever_comes_for_the_first_time_gets_an_account_by_their_name(stranger: Visitor, provider: Provider) -> None:
    page = stranger.see(_go(stranger, provider, next="/settings"))

    assert page.url.path == "/settings"
    assert str(provider.person["preferred_username"]) in page.text


def test_the_same_subject_is_the_same_person_whatever_they_are_called(
    server: Server, stranger: Visitor, provider: Provider
) -> None:
    stranger.see(_go(stranger, provider))
    stranger.http.cookies.clear()
    before, provider.person["preferred_username"] = provider.person["preferred_username"], "renamed"
    stranger.see("/sign-in")
    page = stranger.see(_go(stranger, provider))

    assert str(before) in page.text
    assert "renamed" not in [user.name for user in server.run(users_by_age(server.services))]


def test_a_name_that_is_taken_gets_a_number_and_nothing_of_the_other(
    server: Server, stranger: Visitor, provider: Provider
) -> None:
    taken = server.person(f"taken{next(_subjects)}", is_admin=True)
    provider.person["preferred_username"] = taken.name
    page = stranger.see(_go(stranger, provider, next="/settings/account"))

    assert f"{taken.name}-2" in page.text
    assert "administrator" not in page.text


@pytest.mark.parametrize(
    ("name", "there"), [("strauss{}", "strau\u00df{}"), ("kate{}", "\u212aate{}"), ("emil{}", "emil{}\u2003")]
)
def test_a_name_like_one_that_is_taken_gets_a_number_too(
    server: Server, stranger: Visitor, provider: Provider, name: str, there: str
) -> None:
    number = next(_subjects)
    taken = server.person(name.format(number), is_admin=True)
    provider.person["preferred_username"] = there.format(number)
    page = stranger.see(_go(stranger, provider, next="/settings/account"))

    assert f"{there.format(number).strip()}-2" in page.text
    assert "administrator" not in page.text
    assert [u.id for u in server.run(users_by_age(server.services)) if u.name == taken.name] == [taken.user_id]


def test_a_name_that_the_provider_tells_apart_from_the_sign_in_counts_too(
    stranger: Visitor, provider: Provider
) -> None:
    provider.tells_names_apart = True
    page = stranger.see(_go(stranger, provider, next="/settings/account"))

    assert str(provider.person["preferred_username"]) in page.text


def test_the_request_has_pkce_and_a_state_and_a_nonce_that_no_other_has(stranger: Visitor) -> None:
    asked = [parse_qs(urlsplit(stranger.http.get("/sign-in/with-provider").headers["location"]).query) for _ in "12"]

    assert {a["code_challenge_method"][0] for a in asked} == {"S256"}
    assert all(a["scope"] == ["openid profile email"] for a in asked)
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]


def test_the_provider_is_not_told_where_one_wanted_to_go(stranger: Visitor, provider: Provider) -> None:
    left = stranger.http.get("/sign-in/with-provider", params={"next": "/join/om_secret"}).headers["location"]
    state, _, _ = parse_qs(urlsplit(left).query)["state"][0].partition(".")

    assert b"om_secret" not in base64.urlsafe_b64decode(state)
    assert "om_secret" not in left
    back = stranger.http.get(provider.way_back(left))
    assert (back.status_code, back.headers["location"]) == (303, "/join/om_secret")


def test_the_way_on_may_hold_whatever_addresses_hold(stranger: Visitor, provider: Provider) -> None:
    way = "/memories?q=a%20b;%22c%22,%C3%A9&x=1"
    back = stranger.http.get(_go(stranger, provider, next=way))

    assert (back.status_code, back.headers["location"]) == (303, way)


@pytest.mark.parametrize(("length", "is_kept"), [(2_000, True), (4_000, False)])
def test_the_way_on_may_be_long_but_not_too_long_for_a_cookie(
    stranger: Visitor, provider: Provider, length: int, *, is_kept: bool
) -> None:
    way = f"/oauth/authorize?state={'s' * length}&redirect_uri=http%3A%2F%2F127.0.0.1%2F"
    back = stranger.http.get(_go(stranger, provider, next=way))

    assert back.headers["location"] == (way if is_kept else "/")


def test_an_answer_is_worth_nothing_in_another_browser(server: Server, stranger: Visitor, provider: Provider) -> None:
    back = _go(stranger, provider)
    with Visitor(server) as other:
        other.see("/sign-in")
        page = other.see(back)

        assert (page.status_code, "not begun in this browser" in page.text) == (401, True)
        assert other.see("/settings").url.path == "/sign-in"


def test_an_answer_works_once(stranger: Visitor, provider: Provider) -> None:
    back = _go(stranger, provider)
    cookies = dict(stranger.http.cookies)
    stranger.see(back)
    stranger.http.cookies.clear()
    stranger.http.cookies.update(cookies)

    assert stranger.see(back).status_code == 401


def test_who_began_twice_is_signed_in_once_and_told_so(stranger: Visitor, provider: Provider) -> None:
    in_one_tab, in_another = _go(stranger, provider, next="/memories"), _go(stranger, provider, next="/memories")
    stranger.see(in_one_tab)
    page = stranger.see(in_another)

    assert (page.status_code, "You are signed in</h1>" in page.text) == (409, True)
    assert 'href="/memories">Go on' in page.text


WRONG = {
    "of another issuer": {"iss": "https://elsewhere.example"},
    "for another program": {"aud": "another"},
    "for several, with another in front": {"aud": ["onememory", "another"], "azp": "another"},
    "of another sign-in": {"nonce": "another"},
    "without a nonce": {"nonce": None},
    "without a subject": {"sub": None},
    "with a subject that is a number": {"sub": 42},
    "expired": {"exp": 1_000_000_000},
    "of tomorrow": {"iat": 4_000_000_000, "nbf": 4_000_000_000},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_a_token_that_says_something_wrong_lets_nobody_in(
    stranger: Visitor, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    page = stranger.see(_go(stranger, provider))

    assert page.status_code == 401
    assert stranger.see("/settings").url.path == "/sign-in"


def test_a_token_signed_by_somebody_else_lets_nobody_in(stranger: Visitor, provider: Provider) -> None:
    provider.signer = ECKey.generate_key("P-256", {"kid": str(provider.keys[-1].kid)})

    assert stranger.see(_go(stranger, provider)).status_code == 401


def test_a_token_signed_with_what_clients_know_lets_nobody_in(stranger: Visitor, provider: Provider) -> None:
    shared = OctKey.import_key(CLIENT_SECRET * 4, {"kid": str(provider.keys[-1].kid)})
    provider.signer, provider.algorithm = shared, "HS256"

    assert stranger.see(_go(stranger, provider)).status_code == 401


def test_keys_are_kept_and_new_ones_are_noticed(stranger: Visitor, provider: Provider) -> None:
    stranger.see(_go(stranger, provider))
    provider.requests.clear()
    stranger.http.cookies.clear()
    stranger.see("/sign-in")
    stranger.see(_go(stranger, provider))
    assert provider.requests == []
    provider.new_key()
    stranger.http.cookies.clear()
    stranger.see("/sign-in")

    assert stranger.see(_go(stranger, provider)).url.path == "/"
    assert provider.requests == ["keys"]


@pytest.mark.parametrize("answer", [{"error": "access_denied", "code": ""}, {"iss": "https://elsewhere.example"}])
def test_a_refusal_and_a_mix_up_lead_back_to_the_form(
    stranger: Visitor, provider: Provider, answer: dict[str, str]
) -> None:
    provider.answer = answer
    page = stranger.see(_go(stranger, provider))

    assert (page.status_code, "Begin again" in page.text) == (401, True)


def test_who_signs_out_is_reminded_of_the_provider(stranger: Visitor, provider: Provider) -> None:
    stranger.see(_go(stranger, provider))
    page = stranger.see(stranger.send("/sign-out").headers["location"])

    assert "You are signed out. At Example Login you may still be signed in" in " ".join(page.text.split())


def test_what_the_provider_does_not_allow_is_for_an_administrator_to_mend(
    stranger: Visitor, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.answer = {"error": "invalid_scope", "error_description": "email is not allowed", "code": ""}
    page = stranger.see(_go(stranger, provider))

    assert (page.status_code, "does not allow what onememory asks it for (invalid_scope)" in page.text) == (503, True)
    assert "invalid_scope email is not allowed" in [getattr(record, "reason", "") for record in caplog.records]


def test_nobody_is_sent_to_another_site_afterwards(stranger: Visitor, provider: Provider) -> None:
    page = stranger.see(_go(stranger, provider, next="https://elsewhere.example/"))

    assert page.url.path == "/"


def test_who_is_not_linked_gets_in_nowhere_and_reads_what_to_do(closed: Server, provider: Provider) -> None:
    with Visitor(closed) as visitor:
        visitor.see("/sign-in")
        page = visitor.see(_go(visitor, provider))

        assert (page.status_code, "sign in with your password and link it" in page.text) == (403, True)


def test_who_has_no_password_keeps_the_one_way_in_and_may_choose_one(stranger: Visitor, provider: Provider) -> None:
    page = stranger.see(_go(stranger, provider, next="/settings/account"))
    identity = {"issuer": provider.issuer, "subject": provider.person["sub"]}
    assert "You have none here" in page.text
    assert "could not sign in any more" in stranger.send("/settings/account/provider/unlink", **identity).text
    stranger.send("/settings/account/first-password", password=PASSWORD, again=PASSWORD)
    assert stranger.send("/settings/account/first-password", password="another 1", again="another 1").status_code == 409
    stranger.send("/settings/account/provider/unlink", **identity)

    assert "Unlink<" not in stranger.see("/settings/account").text


def test_who_is_deactivated_does_not_get_in_this_way_either(
    server: Server, stranger: Visitor, provider: Provider
) -> None:
    stranger.see(_go(stranger, provider))
    user = server.run(users_by_age(server.services))[-1]
    server.run(server.services.people.deactivate(_admin(server), user.id))
    stranger.see("/sign-in")

    assert "deactivated" in stranger.see(_go(stranger, provider)).text


def test_administrators_read_how_somebody_comes_in(server: Server, stranger: Visitor, provider: Provider) -> None:
    stranger.see(_go(stranger, provider))
    user = server.run(users_by_age(server.services))[-1]
    with Visitor(server) as visitor:
        visitor.arrive(server, server.person(f"boss{next(_subjects)}", is_admin=True))
        words = " ".join(re.sub(r"<[^>]*>", "", visitor.see(f"/settings/users/{user.id}").text).split())

    come_in = f"They have no password yet. As {user.name} at {provider.issuer}. 1 browser is signed in"
    assert come_in in words


def test_who_wants_a_code_at_the_sign_in_is_asked_for_one_here_too(
    server: Server, stranger: Visitor, provider: Provider
) -> None:
    stranger.see(_go(stranger, provider))
    user = server.run(users_by_age(server.services))[-1]
    _ask_for_codes(server, user.id)
    stranger.http.cookies.clear()
    stranger.see("/sign-in")

    assert stranger.see(_go(stranger, provider)).url.path == "/sign-in/code"


def _ask_for_codes(server: Server, user_id: str) -> None:
    from_app = SecondFactor("JBSWY3DPEHPK3PXP", 0, frozenset())
    server.run(server.installation.store.write_directory(lambda d: d.second_factors.put(user_id, from_app)))


def _admin(server: Server) -> Actor:
    return Actor(server.run(users_by_age(server.services))[0].id, Channel.WEB, EVERYTHING_ALLOWED, is_admin=True)


def test_where_nobody_has_a_password_the_page_leads_to_the_set_up_too(
    running: Provider, data_factory: pytest.TempPathFactory
) -> None:
    data = data_factory.mktemp("new")
    with serving(data, provider=running.connected(), embedder="none") as new, Visitor(new) as visitor:
        page = visitor.see("/sign-in").text

        assert "Sign in with Example Login" in page
        assert 'href="/set-up"' in page
