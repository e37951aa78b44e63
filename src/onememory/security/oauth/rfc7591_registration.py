"""Dynamic client registration (RFC 7591): what a client says of itself, and what it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec

from onememory.domain.authorization import OAuthClient, OAuthError
from onememory.domain.errors import InvalidInput
from onememory.security.oauth.client_metadata import (
    GRANT_TYPES,
    PUBLIC,
    RESPONSE_TYPES,
    checked_name,
    checked_uses,
    home_page,
)
from onememory.security.oauth.redirect_uris import checked_redirect_uris, host_shown

AUTH_METHODS = (PUBLIC, "client_secret_basic", "client_secret_post")

_Texts = Annotated[list[str], msgspec.Meta(max_length=100)]


class _Request(msgspec.Struct):
    """What we read of one; a server may leave out what it does not know (section 2)."""

    redirect_uris: _Texts | None = None
    client_name: str | None = None
    client_uri: str | None = None
    grant_types: _Texts | None = None
    response_types: _Texts | None = None
    token_endpoint_auth_method: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """A client that may be registered, and how it wants to authenticate."""

    client: OAuthClient
    auth_method: str

    def answer(self, secret: str | None) -> dict[str, object]:
        """What the client is told (section 3.2.1); a secret is told this once and does not expire."""
        client = self.client
        registered_at = {"client_id_issued_at": int(client.registered_at.timestamp())} if client.registered_at else {}
        secrets = {"client_secret": secret, "client_secret_expires_at": 0} if secret else {}
        uri = {"client_uri": client.uri} if client.uri else {}
        return {
            "client_id": client.id,
            **registered_at,
            **secrets,
            "client_name": client.name,
            **uri,
            "redirect_uris": list(client.redirect_uris),
            "grant_types": list(GRANT_TYPES),
            "response_types": list(RESPONSE_TYPES),
            "token_endpoint_auth_method": self.auth_method,
        }


def registration_of(request: Mapping[str, object], client_id: str, now: datetime) -> Registration:
    """The client as it will be kept; a public one unless it asks for a secret.

    Raises OAuthError with `invalid_redirect_uri` or `invalid_client_metadata` (section 3.2.2).
    """
    asked = _read(request)
    method = asked.token_endpoint_auth_method or PUBLIC
    if method not in AUTH_METHODS:
        raise _refused(f"`token_endpoint_auth_method` must be one of {', '.join(AUTH_METHODS)}.")
    redirect_uris = _redirect_uris(asked)
    try:
        checked_uses(asked.grant_types, asked.response_types)
        name = checked_name(asked.client_name or host_shown(redirect_uris[0]))
    except InvalidInput as error:
        raise _refused(str(error)) from error
    uri = home_page(asked.client_uri)
    client = OAuthClient(client_id, name, redirect_uris, uri, has_secret=method != PUBLIC, registered_at=now)
    return Registration(client, method)


def _read(request: Mapping[str, object]) -> _Request:
    try:
        return msgspec.convert(request, _Request)
    except msgspec.ValidationError as error:
        raise _refused(f"The registration cannot be read: {error}.") from error


def _redirect_uris(asked: _Request) -> tuple[str, ...]:
    try:
        return checked_redirect_uris(asked.redirect_uris or ())
    except InvalidInput as error:
        raise OAuthError("invalid_redirect_uri", str(error)) from error


def _refused(description: str) -> OAuthError:
    return OAuthError("invalid_client_metadata", description)
