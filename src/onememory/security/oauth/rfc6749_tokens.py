"""Token requests and their answers (RFC 6749, sections 2.3, 4.1.3, 5 and 6; RFC 7009 for revocation)."""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote_plus

from onememory.domain.accounts import Permission
from onememory.domain.authorization import ClientCredentials, Grant, IssuedTokens, OAuthError
from onememory.security.oauth.rfc6749_parameters import describable, permissions_of, scope_of
from onememory.security.oauth.rfc7636_pkce import check_verifier
from onememory.security.oauth.rfc8707_resources import audience_of


def credentials_of(form: Mapping[str, str], authorization: str | None) -> ClientCredentials:
    """Who calls: by HTTP Basic, or by `client_id` and perhaps `client_secret` in the form (section 2.3.1).

    Raises OAuthError `invalid_client`, and `invalid_request` where both ways are used.
    """
    if authorization is None:
        if "client_id" not in form:
            raise OAuthError("invalid_client", "`client_id` is missing.", 401)
        return ClientCredentials(form["client_id"], form.get("client_secret"))
    credentials = _basic(authorization)
    if "client_secret" in form or form.get("client_id", credentials.client_id) != credentials.client_id:
        raise OAuthError("invalid_request", "The client is named twice; send the header or the form's fields.")
    return credentials


def _basic(authorization: str) -> ClientCredentials:
    scheme, _, encoded = authorization.partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode("utf-8") if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    name, colon, secret = pair.partition(":")
    if not (name and colon):
        raise OAuthError("invalid_client", "The header `Authorization` must be `Basic` with the id and secret.", 401)
    # Each half is form-encoded before the pair is put together (section 2.3.1).
    return ClientCredentials(unquote_plus(name), unquote_plus(secret) or None, by_header=True)


def check_redemption(form: Mapping[str, str], grant: Grant, client_id: str, base: str) -> None:
    """Refuse a code that another client redeems, or for another purpose than it was given (section 4.1.3).

    The redirect URI may be left out, as in OAuth 2.1; PKCE binds the code. Raises OAuthError: `invalid_grant`,
    `invalid_target`, or `invalid_request` for a malformed verifier.
    """
    if grant.client_id != client_id:
        raise OAuthError("invalid_grant", "This code was given to another client.")
    if form.get("redirect_uri", grant.redirect_uri) != grant.redirect_uri:
        raise OAuthError("invalid_grant", "`redirect_uri` is not the one that the code was sent to.")
    check_verifier(form.get("code_verifier"), grant.code_challenge)
    check_resource(form, grant.resource, base)


def check_resource(form: Mapping[str, str], audience: str | None, base: str) -> None:
    """Refuse a token for something that was not allowed; raises OAuthError `invalid_target` (RFC 8707, section 2.2)."""
    if "resource" in form and audience_of(form["resource"], base) != audience:
        raise OAuthError("invalid_target", "`resource` is not the one that access was given to.")


def narrowed(form: Mapping[str, str], granted: frozenset[Permission]) -> frozenset[Permission]:
    """The permissions of a new access token: those asked for, never more than were granted (section 6).

    Raises OAuthError `invalid_scope`.
    """
    wanted = permissions_of(form.get("scope"), default=granted)
    if not wanted <= granted:
        raise OAuthError("invalid_scope", f"`scope` may not be wider than {scope_of(granted)}.")
    return wanted


def tokens_body(tokens: IssuedTokens) -> dict[str, object]:
    """The answer with tokens (section 5.1)."""
    return {
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": tokens.lifetime,
        "refresh_token": tokens.refresh,
        "scope": scope_of(tokens.permissions),
    }


def error_body(error: OAuthError) -> dict[str, str]:
    """The answer with an error (section 5.2)."""
    return {"error": error.error, "error_description": describable(error.description)}
