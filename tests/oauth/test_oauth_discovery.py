"""How a client finds out where to get a token, over HTTP."""

from collections.abc import Iterator

import httpx
import pytest

from dances import failed
from onememory.settings import SettingsError, load
from servers import PUBLIC_URL, Server, serving

RESOURCE = "/.well-known/oauth-protected-resource"
SERVER = "/.well-known/oauth-authorization-server"
MCP_PATHS = ("/mcp", "/api/mcp/mcp", "/api/mcp/sse")


@pytest.fixture(scope="module")
def unnamed(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose public URL nobody has set."""
    with serving(data_factory.mktemp("unnamed"), public_url=None) as running:
        yield running


@pytest.mark.parametrize("path", ["", "/api", *MCP_PATHS])
def test_each_resource_describes_itself_at_the_inserted_path(server: Server, path: str) -> None:
    metadata = server.http.get(RESOURCE + path).json()

    assert metadata["resource"] == PUBLIC_URL + path
    assert metadata["authorization_servers"] == [PUBLIC_URL]


@pytest.mark.parametrize("path", ["", *MCP_PATHS])
def test_the_authorisation_server_describes_itself(server: Server, path: str) -> None:
    metadata = server.http.get(SERVER + path).json()

    assert metadata["issuer"] == PUBLIC_URL
    assert metadata["token_endpoint"] == f"{PUBLIC_URL}/oauth/token"
    assert metadata["code_challenge_methods_supported"] == ["S256"]


def test_every_endpoint_of_the_metadata_answers(server: Server) -> None:
    metadata = server.http.get(SERVER).json()
    for name in ("token_endpoint", "registration_endpoint", "revocation_endpoint"):
        answer = server.http.post(metadata[name].removeprefix(PUBLIC_URL))
        assert answer.json()["error"] in {"invalid_request", "invalid_client_metadata"}, name


@pytest.mark.parametrize(
    ("path", "described"),
    [("/mcp", "/mcp"), ("/api/mcp/mcp", "/api/mcp/mcp"), ("/api/mcp/sse", "/api/mcp/sse"), ("/api/memory", "")],
)
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer om_unknown"}])
def test_a_401_leads_to_the_metadata(server: Server, path: str, described: str, headers: dict[str, str]) -> None:
    answer = server.http.get(path, headers=headers)

    challenge = answer.headers["www-authenticate"]
    assert answer.status_code == 401
    assert f'resource_metadata="{PUBLIC_URL}{RESOURCE}{described}"' in challenge
    assert 'scope="read write delete"' in challenge
    assert ('error="invalid_token"' in challenge) is bool(headers)


@pytest.mark.parametrize("host", ["127.0.0.1:8787", "localhost:8787", "192.168.1.5:8787", "[::1]:8787", "LOCALHOST"])
def test_without_a_public_url_the_metadata_says_the_address_that_was_called(unnamed: Server, host: str) -> None:
    described = unnamed.http.get(f"{RESOURCE}/mcp", headers={"host": host}).json()
    base = f"http://{host.lower()}"

    assert (described["resource"], described["authorization_servers"]) == (f"{base}/mcp", [base])
    assert unnamed.http.get(SERVER, headers={"host": host}).json()["issuer"] == base
    assert base in unnamed.http.get("/api/memory", headers={"host": host}).headers["www-authenticate"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil@127.0.0.1", "127.0.0.1/x", "999.0.0.1", "[x]", "1.2.3.4:x"]
)
def test_a_name_that_is_not_ours_is_not_repeated(unnamed: Server, host: str) -> None:
    described = unnamed.http.get(RESOURCE, headers={"host": host}).json()
    assert described["resource"] == unnamed.settings.base_url


def test_with_a_public_url_the_host_header_counts_for_nothing(server: Server) -> None:
    assert server.http.get(RESOURCE, headers={"host": "127.0.0.1"}).json()["resource"] == PUBLIC_URL


def test_a_public_url_with_a_path_is_refused_with_the_remedy() -> None:
    with pytest.raises(SettingsError, match="a URL without a path"):
        load({"public_url": "https://example.org/own/"}, {})


@pytest.mark.parametrize("path", [RESOURCE, SERVER, "/oauth/token", "/oauth/register", "/oauth/revoke"])
def test_pages_of_any_site_may_call_without_credentials(server: Server, path: str) -> None:
    asked = {"origin": "https://inspector.example", "access-control-request-method": "POST"}
    preflight = server.http.options(path, headers=asked)
    answer = server.http.request("POST" if path.startswith("/oauth") else "GET", path)

    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    for response in (preflight, answer):
        assert response.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in response.headers


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/register", "/oauth/revoke"])
def test_other_methods_are_refused(server: Server, path: str) -> None:
    assert server.http.get(path).status_code == 405


def test_one_address_may_not_register_without_end(data_factory: pytest.TempPathFactory) -> None:
    with serving(data_factory.mktemp("busy")) as busy:
        answers = [busy.http.post("/oauth/register", json={}) for _ in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {400}
    failed(answers[20], 429, "temporarily_unavailable")
    assert int(answers[20].headers["retry-after"]) > 0


def test_metadata_is_json_without_a_token(server: Server) -> None:
    answer: httpx.Response = server.http.get(RESOURCE)
    assert answer.headers["content-type"] == "application/json"
