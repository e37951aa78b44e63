"""Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document): an id that is a URL."""

import re
from typing import Annotated

import msgspec

from onememory.domain.authorization import OAuthClient
from onememory.domain.errors import InvalidInput
from onememory.security.oauth.client_metadata import PUBLIC, checked_name, checked_uses, home_page
from onememory.security.oauth.redirect_uris import checked_redirect_uris
from onememory.security.urls import https_parts

LONGEST_ID = 1_000  # characters

_NAME = "A `client_id`"
_DOTS = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)
_Texts = Annotated[list[str], msgspec.Meta(max_length=100)]


class _Document(msgspec.Struct):
    """What we read of one; the other fields are for others."""

    client_id: str
    client_name: str
    redirect_uris: _Texts
    client_uri: str | None = None
    grant_types: _Texts | None = None
    response_types: _Texts | None = None
    token_endpoint_auth_method: str | None = None
    token_endpoint_auth_methods_supported: _Texts | None = None
    client_secret: object = None
    client_secret_expires_at: object = None


def is_document_url(client_id: str) -> bool:
    """Whether this id is the URL of a document, rather than an id that we gave."""
    return client_id.startswith("https://")


def check_document_url(client_id: str) -> None:
    """Refuse a URL that cannot be a client's id (section 3 of the draft); raises InvalidInput."""
    if len(client_id) > LONGEST_ID:
        raise InvalidInput(f"{_NAME} has at most {LONGEST_ID:,} characters.")
    parts = https_parts(client_id, _NAME)
    if "#" in client_id:
        raise InvalidInput(f"{_NAME} must not have a fragment (#).")
    if parts.path in {"", "/"}:
        raise InvalidInput(f"{_NAME} that is a URL needs a path, such as https://example.org/client.json.")
    if any(_DOTS.fullmatch(segment) for segment in parts.path.split("/")):
        raise InvalidInput(f"{_NAME} must not have `.` or `..` as a part of its path.")


def client_of_document(url: str, content: bytes) -> OAuthClient:
    """The client that the document at this URL describes; raises InvalidInput with what is wrong in it."""
    document = _read(content)
    if document.client_id != url:
        raise InvalidInput(f"The document says that its `client_id` is {document.client_id[:200]!r}, not its own URL.")
    if document.client_secret is not None or document.client_secret_expires_at is not None:
        raise InvalidInput("The document holds a client secret, which everybody can read there.")
    _check_method(document)
    checked_uses(document.grant_types, document.response_types)
    return OAuthClient(
        id=url,
        name=checked_name(document.client_name),
        redirect_uris=checked_redirect_uris(document.redirect_uris),
        uri=home_page(document.client_uri),
    )


def _read(content: bytes) -> _Document:
    try:
        return msgspec.json.decode(content, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The document does not describe a client: {error}.") from error
    except RecursionError as error:
        raise InvalidInput("The document is nested too deeply.") from error


def _check_method(document: _Document) -> None:
    # One document serves every server, so it may prefer a method that we lack and offer `none` beside it.
    preferred = document.token_endpoint_auth_method or PUBLIC
    if preferred != PUBLIC and PUBLIC not in (document.token_endpoint_auth_methods_supported or ()):
        raise InvalidInput(
            f"The document asks for the authentication method {preferred[:50]!r}; of clients with a document only "
            '"none" (with PKCE) is accepted. Such a client can register instead.'
        )
