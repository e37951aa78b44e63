import json
from typing import Any

import pytest

from onememory.domain.authorization import OAuthClient
from onememory.domain.errors import InvalidInput
from onememory.security.oauth.client_documents import check_document_url, client_of_document, is_document_url

URL = "https://app.example/oauth/client.json"
PLAIN = {"client_id": URL, "client_name": "App", "redirect_uris": ["https://app.example/callback"]}


def described(**changes: object) -> OAuthClient:
    document: dict[str, Any] = {**PLAIN, **changes}
    return client_of_document(URL, json.dumps(document).encode())


def test_a_document_describes_a_client() -> None:
    client = described(
        client_uri="https://app.example/", grant_types=["authorization_code"], logo_uri="https://x.example"
    )

    assert client == OAuthClient(URL, "App", ("https://app.example/callback",), uri="https://app.example/")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client_id": URL + "/"}, "not its own URL"),
        ({"client_id": "https://APP.example/oauth/client.json"}, "not its own URL"),
        ({"client_name": ""}, "client_name"),
        ({"client_name": "x" * 101}, "client_name"),
        ({"client_name": "App\u202egpj"}, "client_name"),
        ({"client_name": None}, "client_name"),
        ({"redirect_uris": []}, "redirect URI"),
        ({"redirect_uris": None}, "redirect_uris"),
        ({"redirect_uris": "https://app.example/callback"}, "redirect_uris"),
        ({"redirect_uris": ["https://app.example/callback", "javascript:alert(1)"]}, "scheme"),
        ({"redirect_uris": ["https://app.example/callback"] * 101}, "redirect_uris"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "client_secret_basic"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "private_key_jwt"),
        ({"token_endpoint_auth_method": "x", "token_endpoint_auth_methods_supported": ["y"]}, "authentication method"),
        ({"client_secret": "s"}, "secret"),
        ({"client_secret_expires_at": 0}, "secret"),
        ({"grant_types": ["client_credentials"]}, "authorization_code"),
        ({"response_types": ["token"]}, "code"),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused_in_words(changes: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        described(**changes)


@pytest.mark.parametrize("field", PLAIN)
def test_a_document_needs_each_of_three_fields(field: str) -> None:
    document = {name: value for name, value in PLAIN.items() if name != field}
    with pytest.raises(InvalidInput, match=field):
        client_of_document(URL, json.dumps(document).encode())


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"<html>", b'{"client_id":"\xff"}', b'{"x":' + b"[" * 60_000, b"\xef\xbb\xbf{}"],
    ids=range(8),
)
def test_what_is_no_document_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput, match="document"):
        client_of_document(URL, content)


def test_a_document_that_offers_no_authentication_beside_another_method_is_a_public_client() -> None:
    client = described(
        token_endpoint_auth_method="private_key_jwt", token_endpoint_auth_methods_supported=["none", "private_key_jwt"]
    )

    assert not client.has_secret


@pytest.mark.parametrize("uri", ["http://app.example/", "javascript:alert(1)", "https://app.example/<b>", "", None])
def test_a_home_page_that_cannot_be_shown_is_left_out(uri: str | None) -> None:
    assert described(client_uri=uri).uri is None


@pytest.mark.parametrize(
    "url", [URL, "https://app.example:8443/a", "https://app.example/a?b=c", "https://app.example/.a"]
)
def test_a_url_with_a_path_can_be_an_id(url: str) -> None:
    check_document_url(url)
    assert is_document_url(url)


@pytest.mark.parametrize("client_id", ["01hv0000000000000000000000", "", "http://app.example/a", "cursor://a/b"])
def test_other_ids_are_not_looked_up_on_the_internet(client_id: str) -> None:
    assert not is_document_url(client_id)


@pytest.mark.parametrize(
    "url",
    [
        *("https://app.example", "https://app.example/", "https://app.example/?a=/b"),
        *(
            "https://app.example/a#",
            "https://app.example/a#b",
            "https://ada@app.example/a",
            "https:///a",
            "https://a b/c",
        ),
        *(
            "https://app.example/./a",
            "https://app.example/a/..",
            "https://app.example/%2E%2e/a",
            "https://app.example/.%2e",
        ),
        "https://app.example/".ljust(1001, "x"),
    ],
)
def test_a_url_that_breaks_a_rule_cannot_be_an_id(url: str) -> None:
    with pytest.raises(InvalidInput, match="`client_id`"):
        check_document_url(url)
