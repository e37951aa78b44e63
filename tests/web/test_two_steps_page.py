"""Sign-in in two steps, as a person without scripts goes through it."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pyotp import TOTP

from people import Person
from servers import Server, serving
from visitors import PASSWORD, Visitor, forgive_tries, with_password

PATH = "/settings/account/two-steps"


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("two-steps"), embedder="none") as running:
        yield running


@pytest.fixture
def person(server: Server, ada: Person) -> Person:
    forgive_tries(server)
    return with_password(server, ada)


@pytest.fixture
def browser(server: Server, person: Person) -> Iterator[Visitor]:
    with Visitor(server) as visitor:
        visitor.arrive(server, person)
        yield visitor


def _code(server: Server, key: str) -> str:
    """What the app shows half a minute later, when its code is a new one."""
    server.installation.clock.advance(timedelta(seconds=30))
    return TOTP(key).at(server.installation.clock.now())


def _switch_on(server: Server, browser: Visitor) -> tuple[str, list[str]]:
    """The key of the app and the recovery codes."""
    key = re.findall(r'name="key" value="([A-Z2-7]+)"', browser.see(PATH).text)[0]
    page = browser.send(PATH, key=key, code=_code(server, key), password=PASSWORD)
    return key, re.findall(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", page.text)


def test_the_page_shows_the_key_as_a_picture_and_in_letters(browser: Visitor, person: Person) -> None:
    page = browser.see(PATH).text
    key = re.findall(r'name="key" value="([A-Z2-7]+)"', page)[0]

    assert " ".join(re.findall("....", key)) in page
    assert f"otpauth://totp/onememory:{person.name}?secret={key}&issuer=onememory" in html.unescape(page)
    assert re.search(r'<path d="(M\d+ \d+h1v1h-1z)+" fill="#000"/>', page)


def test_a_person_with_codes_signs_in_in_two_steps_and_goes_where_they_were_going(
    server: Server, browser: Visitor, person: Person
) -> None:
    key, _ = _switch_on(server, browser)
    with Visitor(server) as other:
        first = other.sign_in(person.name, way_on="/connections")
        assert first.headers["location"] == "/sign-in/code?next=%2Fconnections"
        assert "Max-Age" not in first.headers["set-cookie"]
        assert other.see("/connections").url.path == "/sign-in"

        assert "One more step" in other.see("/sign-in/code", next="/connections").text
        second = other.send("/sign-in/code", code=_code(server, key), next="/connections")
        assert second.headers["location"] == "/connections"
        assert other.see("/connections").url.path == "/connections"


def test_a_wrong_code_is_told_as_such_and_may_be_typed_again(server: Server, browser: Visitor, person: Person) -> None:
    key, _ = _switch_on(server, browser)
    with Visitor(server) as other:
        other.sign_in(person.name)
        other.see("/sign-in/code")
        wrong = other.send("/sign-in/code", code="000 00x", next="/connections")
        assert (wrong.status_code, "This code does not fit" in wrong.text) == (401, True)
        assert 'value="/connections"' in wrong.text

        assert other.send("/sign-in/code", code=_code(server, key)).status_code == 303


def test_the_code_is_of_no_use_in_a_browser_that_has_not_proved_the_password(
    server: Server, browser: Visitor, person: Person
) -> None:
    key, _ = _switch_on(server, browser)
    with Visitor(server) as proved, Visitor(server) as other:
        proved.sign_in(person.name)
        assert other.see("/sign-in/code").url.path == "/sign-in"
        answer = other.send("/sign-in/code", code=_code(server, key))

        assert (answer.status_code, "Sign in again" in answer.text) == (401, True)


def test_a_recovery_code_takes_the_place_of_the_app(server: Server, browser: Visitor, person: Person) -> None:
    _, codes = _switch_on(server, browser)
    assert len(codes) == 10
    with Visitor(server) as other:
        other.sign_in(person.name)
        other.see("/sign-in/code")
        assert other.send("/sign-in/code", code=codes[3]).status_code == 303

        assert "9 recovery codes left" in other.see("/settings/account").text


def test_recovery_codes_are_shown_once_and_renewed_by_the_password(server: Server, browser: Visitor) -> None:
    _, codes = _switch_on(server, browser)
    assert not any(code in browser.see(PATH).text for code in codes)
    assert browser.send(f"{PATH}/codes", password="wrong").status_code == 403

    page = browser.send(f"{PATH}/codes", password=PASSWORD).text

    assert "Here are your new codes" in page
    assert not any(code in page for code in codes)


def test_a_mistake_while_switching_on_keeps_the_key_that_the_app_has(server: Server, browser: Visitor) -> None:
    key = re.findall(r'name="key" value="([A-Z2-7]+)"', browser.see(PATH).text)[0]
    for wrong in ({"code": "000 00x", "password": PASSWORD}, {"code": _code(server, key), "password": "wrong"}):
        answer = browser.send(PATH, key=key, **wrong)
        assert answer.status_code in {400, 403}
        assert f'name="key" value="{key}"' in answer.text

    assert browser.send(PATH, key="no key", code="1", password="x").status_code == 400


def test_it_is_switched_off_by_the_password(server: Server, browser: Visitor, person: Person) -> None:
    _switch_on(server, browser)
    assert browser.send(f"{PATH}/off", password="wrong").status_code == 403

    answer = browser.send(f"{PATH}/off", password=PASSWORD)

    assert "asks for no codes any more" in browser.see(answer.headers["location"]).text
    with Visitor(server) as other:
        assert other.sign_in(person.name).headers["location"] == "/"
