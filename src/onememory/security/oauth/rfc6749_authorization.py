"""Authorisation requests (RFC 6749, section 4.1.1, as OAuth 2.1 and MCP narrow it)."""

from collections.abc import Mapping

from onememory.domain.accounts import Permission
from onememory.domain.authorization import AuthorizationRequest, OAuthClient, OAuthError
from onememory.security.oauth.redirect_uris import is_registered
from onememory.security.oauth.rfc6749_parameters import describable, permissions_of, required
from onememory.security.oauth.rfc7636_pkce import checked_challenge
from onememory.security.oauth.rfc8707_resources import audience_of
from onememory.security.oauth.rfc9207_answers import answer_url

RESPONSE_TYPE = "code"
RESPONSE_MODE = "query"


def request_of(parameters: Mapping[str, str], client: OAuthClient, base: str) -> AuthorizationRequest:
    """The request, checked.

    Raises OAuthError: without `redirect_to` where the redirect URI is not the client's, because then nothing may be
    sent there (section 4.1.2.1), else with it.
    """
    redirect_uri = _redirect_uri(parameters, client)
    state = parameters.get("state")
    try:
        _check_response(parameters)
        return AuthorizationRequest(
            client=client,
            redirect_uri=redirect_uri,
            scopes=permissions_of(parameters.get("scope")) | {Permission.READ},  # without it no tool answers
            state=state,
            code_challenge=checked_challenge(parameters.get("code_challenge"), parameters.get("code_challenge_method")),
            resource=audience_of(parameters.get("resource"), base),
            issuer=base,
            asked=dict(parameters),
        )
    except OAuthError as error:
        error.redirect_to = error_url(error, redirect_uri, state, base)
        raise


def error_url(error: OAuthError, redirect_uri: str, state: str | None, issuer: str) -> str:
    """Where the client is told of an error (section 4.1.2.1)."""
    told = {"error": error.error, "error_description": describable(error.description)}
    return answer_url(redirect_uri, told, state, issuer)


def _redirect_uri(parameters: Mapping[str, str], client: OAuthClient) -> str:
    if "redirect_uri" not in parameters and len(client.redirect_uris) == 1:
        return client.redirect_uris[0]  # section 3.1.2.3
    redirect_uri = required(parameters, "redirect_uri")
    if not is_registered(redirect_uri, client.redirect_uris):
        raise OAuthError("invalid_request", "`redirect_uri` is not one that the client gave when it was registered.")
    return redirect_uri


def _check_response(parameters: Mapping[str, str]) -> None:
    if required(parameters, "response_type") != RESPONSE_TYPE:
        raise OAuthError("unsupported_response_type", "`response_type` must be `code`.")
    if parameters.get("response_mode", RESPONSE_MODE) != RESPONSE_MODE:
        raise OAuthError("invalid_request", "`response_mode` must be `query`, or left out.")
