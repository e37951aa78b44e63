"""Which Host and Origin headers are ours."""

import pytest

from onememory.security.hosts import is_on_this_machine, is_own_host, is_own_origin

BASE = "https://memory.example.org"


@pytest.mark.parametrize(
    "host",
    [
        "memory.example.org",
        "memory.example.org:8443",
        "MEMORY.example.org",
        "localhost",
        "localhost:8000",
        "127.0.0.1:8000",
        "192.168.1.20",
        "[::1]:8000",
        "[fe80::1]",
    ],
)
def test_a_host_of_ours_is_let_in(host: str) -> None:
    assert is_own_host(host, BASE)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example.com",
        "evil.example.com:8000",
        "127.0.0.1.evil.example.com",
        "memory.example.org.evil.example.com",
        "localhost.evil.example.com",
        "evil.localhost",
        "2130706433",
        "0x7f.1",
        "[::1",
        "memory.example.org:port",
        "evil.example.com@127.0.0.1.nip.io",
    ],
)
def test_a_name_that_is_not_ours_is_refused(host: str | None) -> None:
    assert not is_own_host(host, BASE)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "memory.example.org"),
        ("https://memory.example.org", "memory.example.org"),
        ("https://memory.example.org:443", "127.0.0.1"),
        ("http://localhost:6274", "memory.example.org"),
        ("http://127.0.0.1:3000", "localhost:8000"),
        ("http://[::1]:3000", "localhost:8000"),
        ("http://192.168.1.20:8000", "192.168.1.20:8000"),
    ],
)
def test_an_origin_of_ours_is_let_in(origin: str | None, host: str) -> None:
    assert is_own_origin(origin, host, BASE)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("", "memory.example.org"),
        ("null", "memory.example.org"),
        ("https://evil.example.com", "memory.example.org"),
        ("http://memory.example.org", "127.0.0.1:8000"),
        ("https://memory.example.org:8443", "127.0.0.1:8000"),
        ("https://memory.example.org.evil.example.com", "memory.example.org"),
        ("http://192.168.1.21:8000", "192.168.1.20:8000"),
        ("file://", "localhost"),
        ("chrome-extension://abcdef", "localhost"),
    ],
)
def test_an_origin_that_is_not_ours_is_refused(origin: str, host: str) -> None:
    assert not is_own_origin(origin, host, BASE)


@pytest.mark.parametrize(
    ("base", "is_here"),
    [
        ("http://127.0.0.1:8787", True),
        ("http://localhost:8787", True),
        ("http://[::1]:8787", True),
        ("http://0.0.0.0:8787", True),
        ("http://192.168.1.20:8787", False),
        ("http://homeserver:8787", False),
        (BASE, False),
    ],
)
def test_which_bases_no_other_machine_can_reach(base: str, is_here: bool) -> None:
    assert is_on_this_machine(base) is is_here
