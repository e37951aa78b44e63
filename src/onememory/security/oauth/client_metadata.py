"""What both ways of introducing a client have in common (RFC 7591, section 2)."""

from collections.abc import Sequence

from onememory.domain.accounts import TOKEN_NAME_LIMIT
from onememory.domain.errors import InvalidInput
from onememory.security.urls import https_parts

GRANT_TYPES = ("authorization_code", "refresh_token")
RESPONSE_TYPES = ("code",)
PUBLIC = "none"  # the authentication method of a client without a secret; it proves its PKCE verifier


def checked_name(name: str) -> str:
    """The client's name as it will be kept and shown; raises InvalidInput where a rule is broken."""
    name = name.strip()
    if not 1 <= len(name) <= TOKEN_NAME_LIMIT or not name.isprintable():
        raise InvalidInput(f"`client_name` has 1 to {TOKEN_NAME_LIMIT} printable characters.")
    return name


def checked_uses(grant_types: Sequence[str] | None, response_types: Sequence[str] | None) -> None:
    """Refuse a client that does not want what we do, which is handing out codes; raises InvalidInput."""
    if grant_types is not None and GRANT_TYPES[0] not in grant_types:
        raise InvalidInput(f"`grant_types` must contain `{GRANT_TYPES[0]}`.")
    if response_types is not None and RESPONSE_TYPES[0] not in response_types:
        raise InvalidInput(f"`response_types` must contain `{RESPONSE_TYPES[0]}`.")


def home_page(url: str | None) -> str | None:
    """The client's page where it is one that can be shown as a link; it is not worth refusing a client for."""
    try:
        return url if url and https_parts(url, "`client_uri`") else None
    except InvalidInput:
        return None
