import pytest

from onememory.domain.errors import InvalidInput
from onememory.security.oauth.redirect_uris import (
    MOST,
    check_redirect_uri,
    checked_redirect_uris,
    host_shown,
    is_loopback,
    is_registered,
)

CURSOR = "cursor://anysphere.cursor-mcp/oauth/callback"


@pytest.mark.parametrize(
    "uri",
    [
        "https://claude.ai/api/mcp/auth_callback",
        "https://example.org:8443/callback?tenant=1",
        "https://example.org",
        *(
            "http://127.0.0.1/",
            "http://127.0.0.1:33418",
            "http://[::1]:1/callback",
            "http://localhost:8787/callback?a=b",
        ),
        *(CURSOR, "com.example.app:/oauth", "vscode-insiders://publisher.extension/done", "org.example:callback"),
    ],
)
def test_an_answer_may_go_there(uri: str) -> None:
    assert checked_redirect_uris([uri]) == (uri,)


REFUSED = {
    "plain http": "http://example.org/callback",
    "a name that only begins like localhost": "http://localhost.example.org/",
    "a host behind a loopback user name": "http://127.0.0.1@example.org/",
    "a port that is none": "http://localhost:99999/",
    "another loopback address": "http://127.0.0.2/",
    "a number that means loopback": "http://2130706433/",
    "loopback in capitals": "http://LOCALHOST/",
    "a fragment": "https://example.org/callback#a",
    "an empty fragment": "https://example.org/callback#",
    "a loopback fragment": "http://localhost/callback#a",
    "a custom fragment": "cursor://a/b#c",
    "a user": "https://ada@example.org/callback",
    "no host": "https:///callback",
    "no scheme": "example.org/callback",
    "a path": "/callback",
    "a space": "https://example.org/call back",
    "a line break": "https://example.org/callback\r\nx: y",
    "a backslash": "https://example.org\\@evil.example/",
    "a wildcard host": "https://*.example.org/",
    "out of band": "urn:ietf:wg:oauth:2.0:oob",
    "nothing behind the scheme": "cursor://",
    "nothing": "",
}


@pytest.mark.parametrize("uri", REFUSED.values(), ids=REFUSED.keys())
def test_an_answer_must_not_go_there(uri: str) -> None:
    with pytest.raises(InvalidInput, match="redirect URI"):
        check_redirect_uri(uri)


@pytest.mark.parametrize("scheme", ["javascript", "JavaScript", "data", "file", "vbscript", "blob", "about", "mailto"])
@pytest.mark.parametrize("rest", [":alert(1)", "://host/path"])
def test_a_scheme_that_browsers_or_systems_take_themselves_is_refused(scheme: str, rest: str) -> None:
    with pytest.raises(InvalidInput, match=f"scheme `{scheme.lower()}:`"):
        check_redirect_uri(scheme + rest)


@pytest.mark.parametrize("uri", ["ms-msdt:/id", "search-ms:query", "web+memory://a/b", "ftp://host/a", "intent://a/b"])
def test_a_scheme_of_the_system_is_refused(uri: str) -> None:
    with pytest.raises(InvalidInput, match="cannot have the scheme"):
        check_redirect_uri(uri)


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_a_client_has_some_redirect_uris_and_not_too_many(count: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 20"):
        checked_redirect_uris([f"https://example.org/{n}" for n in range(count)])


def test_the_same_uri_counts_once() -> None:
    assert checked_redirect_uris([CURSOR, CURSOR]) == (CURSOR,)


@pytest.mark.parametrize(
    ("requested", "registered"),
    [
        (CURSOR, CURSOR),
        ("https://example.org/a?b=c", "https://example.org/a?b=c"),
        ("http://127.0.0.1:54321/callback", "http://127.0.0.1/callback"),
        ("http://127.0.0.1:54321/callback", "http://127.0.0.1:1234/callback"),
        ("http://localhost/callback", "http://localhost:3000/callback"),
        ("http://[::1]:54321/callback?a=b", "http://[::1]/callback?a=b"),
        ("http://127.0.0.1:33418/", "http://127.0.0.1:33418"),
    ],
)
def test_a_registered_address_is_recognised(requested: str, registered: str) -> None:
    assert is_registered(requested, ["https://other.example/", registered])


@pytest.mark.parametrize(
    ("requested", "registered"),
    [
        ("https://example.org/callback/", "https://example.org/callback"),
        ("https://example.org:444/callback", "https://example.org/callback"),
        ("https://example.org/callback?a=b", "https://example.org/callback"),
        ("https://EXAMPLE.org/callback", "https://example.org/callback"),
        ("https://example.org/x/../callback", "https://example.org/callback"),
        ("https://localhost:1/callback", "https://localhost:2/callback"),
        ("http://localhost:1/callback", "http://127.0.0.1:1/callback"),
        ("http://localhost:1/other", "http://localhost:1/callback"),
        ("http://localhost:1/callback?a=b", "http://localhost:1/callback"),
        ("http://localhost:99999/callback", "http://localhost:1/callback"),
        ("http://localhost:1@evil.example/callback", "http://localhost:1/callback"),
        ("http://localhost:1/callback#", "http://localhost:1/callback"),
        ("http://localhost:1/callback\n", "http://localhost:1/callback"),
        (CURSOR + "/", CURSOR),
        ("", "http://localhost/"),
    ],
)
def test_what_is_a_little_different_is_not(requested: str, registered: str) -> None:
    assert not is_registered(requested, [registered])


def test_no_address_is_registered_where_none_is() -> None:
    assert not is_registered("http://localhost/", [])


@pytest.mark.parametrize(
    ("uri", "shown", "stays"),
    [
        ("https://claude.ai/api/mcp/auth_callback", "claude.ai", False),
        ("https://example.org:443/", "example.org", False),
        ("https://example.org:8443/", "example.org:8443", False),
        ("https://localhost:8443/", "localhost:8443", False),
        ("http://127.0.0.1:33418/", "127.0.0.1:33418", True),
        ("http://[::1]:80/", "[::1]", True),
        ("http://localhost/callback", "localhost", True),
        (CURSOR, "cursor:", False),
    ],
)
def test_a_person_is_told_where_an_answer_goes(uri: str, shown: str, stays: bool) -> None:
    assert (host_shown(uri), is_loopback(uri)) == (shown, stays)
