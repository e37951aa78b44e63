"""Authorisation server metadata (RFC 8414)."""

from onememory.domain.accounts import Permission
from onememory.security.oauth.client_metadata import GRANT_TYPES, RESPONSE_TYPES
from onememory.security.oauth.rfc6749_authorization import RESPONSE_MODE
from onememory.security.oauth.rfc6749_parameters import scope_of
from onememory.security.oauth.rfc7591_registration import AUTH_METHODS
from onememory.security.oauth.rfc7636_pkce import METHOD

WELL_KNOWN = "/.well-known/oauth-authorization-server"

AUTHORIZE_PATH = "/oauth/authorize"
TOKEN_PATH = "/oauth/token"  # noqa: S105 - a path
REGISTER_PATH = "/oauth/register"
REVOKE_PATH = "/oauth/revoke"


def server_metadata(base: str, *, takes_documents: bool) -> dict[str, object]:
    """The metadata of the issuer, which is the base (section 2)."""
    methods = list(AUTH_METHODS)
    return {
        "issuer": base,
        "authorization_endpoint": base + AUTHORIZE_PATH,
        "token_endpoint": base + TOKEN_PATH,
        "registration_endpoint": base + REGISTER_PATH,
        "revocation_endpoint": base + REVOKE_PATH,
        "scopes_supported": scope_of(Permission).split(),
        "response_types_supported": list(RESPONSE_TYPES),
        "response_modes_supported": [RESPONSE_MODE],
        "grant_types_supported": list(GRANT_TYPES),
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": [METHOD],
        "client_id_metadata_document_supported": takes_documents,
        "authorization_response_iss_parameter_supported": True,  # RFC 9207, section 3
    }
