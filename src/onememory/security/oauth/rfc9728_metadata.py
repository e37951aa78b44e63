"""Protected resource metadata (RFC 9728): what a client learns before it has a token."""

from urllib.parse import urlsplit

from onememory.domain.authorization import DEFAULT_PERMISSIONS
from onememory.security.oauth.rfc6749_parameters import scope_of

WELL_KNOWN = "/.well-known/oauth-protected-resource"
SCOPE = scope_of(DEFAULT_PERMISSIONS)  # what a client is told to ask for


def well_known_url(name: str, url: str) -> str:
    """Where the metadata of that name for a URL is: inserted between its host and its path (section 3.1)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{name}{parts.path}"


def metadata_url(base: str, path: str) -> str:
    """Where the metadata of the resource at this path behind the base is."""
    return well_known_url(WELL_KNOWN, base + path)


def resource_metadata(base: str, path: str) -> dict[str, object]:
    """The metadata of the resource at this path behind the base (section 2); we are its authorisation server."""
    return {
        "resource": base + path,
        "resource_name": "onememory",
        "authorization_servers": [base],
        "scopes_supported": SCOPE.split(),
        "bearer_methods_supported": ["header"],
    }
