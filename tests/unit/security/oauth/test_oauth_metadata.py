"""Metadata, where it is found, and the header that leads there."""

import pytest

from onememory.security.oauth.rfc6750_bearer import INVALID_TOKEN, challenge, secret_of
from onememory.security.oauth.rfc8414_metadata import server_metadata
from onememory.security.oauth.rfc9728_metadata import metadata_url, resource_metadata

BASE = "https://memory.example.org"


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        (BASE, "", f"{BASE}/.well-known/oauth-protected-resource"),
        (BASE, "/mcp", f"{BASE}/.well-known/oauth-protected-resource/mcp"),
        (f"{BASE}/own", "/mcp", f"{BASE}/.well-known/oauth-protected-resource/own/mcp"),
        ("http://[::1]:80", "/mcp", "http://[::1]:80/.well-known/oauth-protected-resource/mcp"),
    ],
)
def test_metadata_is_found_between_host_and_path(base: str, path: str, url: str) -> None:
    assert metadata_url(base, path) == url


def test_a_resource_names_itself_and_its_authorisation_server() -> None:
    metadata = resource_metadata(BASE, "/mcp")

    assert (metadata["resource"], metadata["authorization_servers"]) == (f"{BASE}/mcp", [BASE])
    assert metadata["scopes_supported"] == ["read", "write", "delete"]  # neither admin nor offline_access
    assert metadata["bearer_methods_supported"] == ["header"]


def test_the_server_says_what_clients_insist_on() -> None:
    metadata = server_metadata(BASE, takes_documents=True)

    assert metadata["issuer"] == BASE
    assert metadata["code_challenge_methods_supported"] == ["S256"]
    assert metadata["response_types_supported"] == ["code"]
    assert metadata["authorization_response_iss_parameter_supported"] is True
    assert "none" in metadata["token_endpoint_auth_methods_supported"]  # type: ignore[operator]
    assert all(str(url).startswith(BASE) for name, url in metadata.items() if name.endswith("_endpoint"))


@pytest.mark.parametrize("takes_documents", [True, False])
def test_documents_are_offered_only_where_they_are_taken(takes_documents: bool) -> None:
    metadata = server_metadata(BASE, takes_documents=takes_documents)
    assert metadata["client_id_metadata_document_supported"] is takes_documents


def test_a_challenge_names_an_error_only_where_a_token_was_sent() -> None:
    assert challenge("u", "read") == 'Bearer realm="onememory", scope="read", resource_metadata="u"'
    assert 'error="invalid_token"' in challenge("u", "read", INVALID_TOKEN)


@pytest.mark.parametrize(
    ("header", "secret"),
    [
        ("Bearer om_x", "om_x"),
        ("bearer  om_x ", "om_x"),
        ("Bearer", None),
        ("Bearer ", None),
        ("Basic om_x", None),
        (None, None),
    ],
)
def test_the_secret_is_read_from_the_header(header: str | None, secret: str | None) -> None:
    assert secret_of(header) == secret
