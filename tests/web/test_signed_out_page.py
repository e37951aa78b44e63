"""What a form gets whose session has ended, or that is out of date: nothing is done, and what was typed is not lost."""

import re
from collections.abc import Callable

import httpx
import pytest

from people import Person
from visitors import Visitor

LONG = "Ada likes <tea> & milk\nand cake"
SHOWN = "Ada likes &lt;tea&gt; &amp; milk\nand cake</textarea>"


def _end_session(browser: Visitor) -> None:
    """Sign out as another browser would: the cookie stays."""
    secret = dict(browser.http.cookies)
    browser.send("/sign-out")
    browser.http.cookies.update(secret)


def _lose_cookie(browser: Visitor) -> None:
    browser.http.cookies.clear()


def _sent(browser: Visitor, ada: Person, path: str) -> httpx.Response:
    """A form with a long text, from the page on which it is."""
    path = path.replace("{memory}", ada.store("tea")) if "{memory}" in path else path
    token = browser.token
    answer = browser.send(path, {"referer": f"{browser.http.base_url}{path}?bucket=3"}, text=LONG, description=LONG)
    browser.token = token
    return answer


@pytest.mark.parametrize("lose", [_end_session, _lose_cookie])
@pytest.mark.parametrize("path", ["/memories/new", "/memories/{memory}/edit", "/buckets"])
def test_what_was_typed_is_shown_where_nobody_is_signed_in_any_more(
    browser: Visitor, ada: Person, lose: Callable[[Visitor], None], path: str
) -> None:
    token = browser.token
    lose(browser)
    browser.token = token
    before = ada.get("/api/memories")
    answer = _sent(browser, ada, path)

    assert answer.status_code == 401
    assert "<h1>You are signed out</h1>" in answer.text
    assert "nothing was saved" in answer.text
    assert re.search(rf"readonly>\s*{re.escape(SHOWN)}", answer.text)
    assert LONG not in str(before)


def test_the_way_leads_over_the_sign_in_back_to_the_form(browser: Visitor, ada: Person) -> None:
    _lose_cookie(browser)
    answer = _sent(browser, ada, "/memories/new")

    assert 'href="/sign-in?next=%2Fmemories%2Fnew%3Fbucket%3D3"' in answer.text


def test_passwords_codes_and_tokens_are_never_shown(browser: Visitor) -> None:
    _lose_cookie(browser)
    secret = "a secret of several words"
    fields = dict.fromkeys(("password", "present", "again", "code", "key", "token", "form_token"), secret)
    answer = browser.send("/settings/account/password", **fields)

    assert (answer.status_code, secret in answer.text) == (401, False)


def test_a_form_that_is_out_of_date_loses_nothing(browser: Visitor, ada: Person) -> None:
    browser.token = "another"
    answer = _sent(browser, ada, "/memories/new")

    assert answer.status_code == 403
    assert "This form is out of date" in answer.text
    assert SHOWN in answer.text


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_another_site_cannot_have_its_words_shown(browser: Visitor, is_signed_in: bool) -> None:
    if not is_signed_in:
        _lose_cookie(browser)
    headers = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    answer = browser.send("/memories/new", headers, text=LONG)

    assert (answer.status_code, SHOWN in answer.text) == (403, False)


def test_the_longest_memory_is_shown_and_for_what_is_longer_the_browsers_way_back(browser: Visitor) -> None:
    _lose_cookie(browser)

    assert "\U0001f375" * 20_000 in browser.send("/memories/new", text="\U0001f375" * 20_000).text
    answer = browser.send("/memories/new", text="x" * 300_000)
    assert (answer.status_code, "your browser&#39;s way back" in answer.text) == (401, True)


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_list_that_was_pasted_is_not_lost(browser: Visitor, is_signed_in: bool) -> None:
    if not is_signed_in:
        _lose_cookie(browser)
    parts: list[tuple[str, tuple[str | None, bytes]]] = [
        ("form_token", (None, b"another")),
        ("file", ("", b"")),
        ("text", (None, LONG.encode())),
    ]
    origin = {"origin": str(browser.http.base_url), "sec-fetch-site": "same-origin"}
    answer = browser.http.post("/import", files=parts, headers=origin)

    assert (answer.status_code, SHOWN in answer.text) == (403 if is_signed_in else 401, True)


def test_who_was_signed_out_elsewhere_signs_out_without_a_word(browser: Visitor) -> None:
    token = browser.token
    _end_session(browser)
    browser.token = token

    assert browser.send("/sign-out").headers["location"].startswith("/sign-in?")
