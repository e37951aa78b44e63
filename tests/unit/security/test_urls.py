import pytest

from onememory.domain.errors import InvalidInput
from onememory.security.urls import LONGEST, https_parts, taken_apart

OTHER_CHARACTERS = (
    " ",
    "\t",
    "\n",
    "\r",
    "\x00",
    "\\",
    '"',
    "<",
    ">",
    "^",
    "`",
    "{",
    "|",
    "}",
    "é",
    "\u202e",
    "\u200b",
)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://example.org/client.json", "example.org"),
        ("https://EXAMPLE.org:8443/a?b=c", "example.org"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://192.0.2.7/a", "192.0.2.7"),
        ("https://[2001:db8::1]:443/a", "2001:db8::1"),
        ("https://a_b.example./a", "a_b.example."),
    ],
)
def test_the_host_of_an_https_url_is_read(url: str, host: str) -> None:
    assert https_parts(url, "It").hostname == host


@pytest.mark.parametrize("character", OTHER_CHARACTERS)
@pytest.mark.parametrize("place", ["{}https://a.example/", "https://a{}.example/", "https://a.example/x{}"])
def test_a_character_that_readers_take_differently_is_refused(place: str, character: str) -> None:
    with pytest.raises(InvalidInput, match="It must be a URL"):
        taken_apart(place.format(character), "It")


@pytest.mark.parametrize("url", ["", "example.org", "//example.org/a", "/a", "?a", "1https://a.example/"])
def test_what_has_no_scheme_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="must be a"):
        taken_apart(url, "It")


@pytest.mark.parametrize(
    "url", ["https://[::1/", "https://a.example:x/", "https://a.example:65536/", "https://[v1.x]/"]
)
def test_a_broken_host_or_port_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="host"):
        https_parts(url, "It")


@pytest.mark.parametrize("user", ["ada@", "ada:secret@", ":@", "a.example%40@", "@"])
def test_a_user_name_is_refused(user: str) -> None:
    with pytest.raises(InvalidInput, match="user name"):
        taken_apart(f"https://{user}b.example/", "It")


@pytest.mark.parametrize(
    "host", ["", ":443", ".a.example", "a..example", "-a.example", "a-.example", "a" * 64, "%31.example"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match="must name a host"):
        https_parts(f"https://{host}/a", "It")


def test_a_name_longer_than_dns_has_is_refused() -> None:
    with pytest.raises(InvalidInput, match="must name a host"):
        https_parts(f"https://{'a.' * 127}ab/", "It")


def test_a_url_may_be_long_but_not_longer() -> None:
    start = "https://a.example/"
    assert taken_apart(start.ljust(LONGEST, "x"), "It").path
    with pytest.raises(InvalidInput, match="2,000 characters"):
        taken_apart(start.ljust(LONGEST + 1, "x"), "It")


@pytest.mark.parametrize("url", ["http://a.example/", "ftp://a.example/", "cursor://a.example/"])
def test_another_scheme_is_not_https(url: str) -> None:
    with pytest.raises(InvalidInput, match="begin with https"):
        https_parts(url, "It")
