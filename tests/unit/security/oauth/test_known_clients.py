"""The clients of today, each with the redirect that it uses: by a document, or by registering."""

import json
from datetime import UTC, datetime

import pytest

from onememory.security.oauth.client_documents import check_document_url, client_of_document
from onememory.security.oauth.redirect_uris import is_registered
from onememory.security.oauth.rfc7591_registration import registration_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CODES = {"grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"]}
BOTH_METHODS: dict[str, object] = {
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_methods_supported": ["none", "private_key_jwt"],
    "jwks_uri": "https://chatgpt.com/oauth/jwks.json",
}
LOOPBACK = ["http://127.0.0.1/callback", "http://localhost/callback"]
CHATGPT = "https://chatgpt.com/connector/oauth/kDmjx77UnKOM"
CHATGPT_LEGACY = "https://chatgpt.com/connector_platform_oauth_redirect"
CLAUDE = ["https://claude.ai/api/mcp/auth_callback", "https://claude.com/api/mcp/auth_callback"]
CURSOR = [
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "https://www.cursor.com/agents/mcp/oauth/callback",
    "http://localhost:8787/callback",
]
VSCODE = [
    "https://insiders.vscode.dev/redirect",
    "https://vscode.dev/redirect",
    "http://127.0.0.1/",
    "http://127.0.0.1:33418/",
]
DOCUMENTS: dict[str, tuple[str, list[str], dict[str, object]]] = {
    "ChatGPT": ("https://chatgpt.com/oauth/kDmjx77UnKOM/client.json", [CHATGPT, CHATGPT_LEGACY], BOTH_METHODS),
    "ChatGPT for everybody": ("https://chatgpt.com/oauth/client.json", [CHATGPT_LEGACY], BOTH_METHODS),
    "Codex": ("https://chatgpt.com/oauth/codex/client.json", LOOPBACK, {"application_type": "native"}),
    "Claude": ("https://claude.ai/oauth/mcp-oauth-client-metadata", CLAUDE, {"token_endpoint_auth_method": "none"}),
    "Claude on its other name": ("https://claude.com/oauth/mcp-oauth-client-metadata", CLAUDE, {}),
    "Claude Code": ("https://claude.ai/oauth/claude-code-client-metadata", LOOPBACK, {}),
    "VS Code": ("https://vscode.dev/oauth/client-metadata.json", VSCODE, {"token_endpoint_auth_method": "none"}),
}
BY_DOCUMENT = [
    *(("ChatGPT", redirect) for redirect in (CHATGPT, CHATGPT_LEGACY)),
    ("ChatGPT for everybody", CHATGPT_LEGACY),
    *(("Codex", f"http://{host}:54321/callback") for host in ("127.0.0.1", "localhost")),
    *((name, redirect) for name in ("Claude", "Claude on its other name") for redirect in CLAUDE),
    ("Claude Code", "http://localhost:8080/callback"),
    *(("VS Code", redirect) for redirect in ("https://vscode.dev/redirect", "http://127.0.0.1:59656/")),
]


@pytest.mark.parametrize(("name", "redirect"), BY_DOCUMENT)
def test_a_client_with_a_document_gets_its_answer(name: str, redirect: str) -> None:
    url, redirect_uris, others = DOCUMENTS[name]
    document = {"client_id": url, "client_name": name, "redirect_uris": redirect_uris, **CODES, **others}

    check_document_url(url)
    client = client_of_document(url, json.dumps(document).encode())

    assert (client.name, client.has_secret) == (name, False)
    assert is_registered(redirect, client.redirect_uris)


BY_REGISTERING = [
    *((CURSOR, redirect, "none") for redirect in CURSOR),
    (CLAUDE[:1], CLAUDE[0], "none"),
    (CLAUDE, CLAUDE[1], "client_secret_post"),
    ([CHATGPT], CHATGPT, "none"),
    ([CHATGPT_LEGACY], CHATGPT_LEGACY, "client_secret_basic"),
    (["http://localhost:51234/callback"], "http://localhost:51234/callback", "none"),
    (["http://127.0.0.1:1455/callback"], "http://127.0.0.1:43210/callback", "none"),
    (VSCODE, "http://127.0.0.1:33418/", "none"),
]


@pytest.mark.parametrize(("redirect_uris", "redirect", "method"), BY_REGISTERING)
def test_a_client_that_registers_gets_its_answer(redirect_uris: list[str], redirect: str, method: str) -> None:
    request = {"client_name": "A tool", "redirect_uris": redirect_uris, "token_endpoint_auth_method": method, **CODES}

    registration = registration_of(request, "c1", NOW)

    assert registration.client.has_secret == (method != "none")
    assert is_registered(redirect, registration.client.redirect_uris)
