"""Which URLs are ours, and what a token for one of them is good for."""

import pytest

from onememory.domain.authorization import OAuthError
from onememory.security.oauth.rfc8707_resources import audience_of, is_meant_for

BASE = "https://memory.example.org"


@pytest.mark.parametrize(
    ("resource", "audience"),
    [
        (None, "/mcp"),
        (BASE, ""),
        (f"{BASE}/", ""),
        (f"{BASE}/mcp", "/mcp"),
        (f"{BASE}/mcp/", "/mcp"),
        (f"{BASE}/api/mcp/mcp", "/mcp"),
        (f"{BASE}/api/mcp/sse", "/mcp"),
        (f"{BASE}/api", "/api"),
        ("HTTPS://Memory.Example.ORG/mcp", "/mcp"),
        ("https://memory.example.org:443/mcp", "/mcp"),
    ],
)
def test_our_urls_name_an_audience(resource: str | None, audience: str) -> None:
    assert audience_of(resource, BASE) == BASE + audience


@pytest.mark.parametrize(
    "resource",
    [
        "https://other.example.org/mcp",
        "http://memory.example.org/mcp",
        f"{BASE}:8443/mcp",
        f"{BASE}.evil.example/mcp",
        f"{BASE}/MCP",
        f"{BASE}/mcp/other",
        f"{BASE}/mcp?x=1",
        f"{BASE}/mcp#x",
        f"{BASE}//mcp",
        "https://user@memory.example.org/mcp",
        "/mcp",
        "mcp",
        "https://memory.example.org:x/mcp",
        f"{BASE}/mcp {BASE}",
    ],
)
def test_other_urls_are_refused(resource: str) -> None:
    with pytest.raises(OAuthError) as caught:
        audience_of(resource, BASE)
    assert caught.value.error == "invalid_target"


@pytest.mark.parametrize("base", ["http://127.0.0.1:8787", "http://[::1]:8787", "https://example.org/memory"])
def test_a_base_with_a_port_an_address_or_a_path_is_understood(base: str) -> None:
    assert audience_of(f"{base}/api/mcp/mcp", base) == f"{base}/mcp"


@pytest.mark.parametrize(
    ("audience", "called", "is_good"),
    [
        ("", "/mcp", True),
        ("", "/api", True),
        ("", "", True),
        ("/mcp", "/mcp", True),
        ("/mcp", "/api", False),
        ("/mcp", "", False),
        ("/api", "/api", True),
        ("/api", "/mcp", False),
    ],
)
def test_a_token_is_good_for_its_own_door(audience: str, called: str, is_good: bool) -> None:
    assert is_meant_for(BASE + audience, BASE + called) is is_good


def test_a_token_of_another_installation_is_good_for_nothing() -> None:
    assert not is_meant_for("https://memory.example", "https://memory.example.org/mcp")
