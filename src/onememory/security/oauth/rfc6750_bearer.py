"""Bearer tokens in requests (RFC 6750), and the header that tells a client where to get one (RFC 9728, section 5.1)."""

INVALID_TOKEN = "invalid_token"  # noqa: S105 - a code
INSUFFICIENT_SCOPE = "insufficient_scope"


def secret_of(authorization: str | None) -> str | None:
    """The secret in an `Authorization` header, where it holds one (RFC 6750, section 2.1)."""
    scheme, _, secret = (authorization or "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def challenge(metadata_url: str, scope: str, error: str | None = None) -> str:
    """`WWW-Authenticate` of a refusal; without an error where no token was sent (RFC 6750, section 3)."""
    because = f'error="{error}", ' if error else ""
    return f'Bearer realm="onememory", {because}scope="{scope}", resource_metadata="{metadata_url}"'
