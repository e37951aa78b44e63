"""Links that open one thing for a while without a login: what they name is signed with HMAC-SHA-256 (RFC 2104)."""

import base64
import hmac

KEY_BYTES = 32


def signature(key: bytes, *parts: str) -> str:
    """The URL-safe signature of the parts; their lengths are signed too, so that none can lend to its neighbour."""
    signed = b"".join(b"%d:%b" % (len(part), part) for part in (p.encode("utf-8", "surrogatepass") for p in parts))
    return base64.urlsafe_b64encode(hmac.digest(key, signed, "sha256")).rstrip(b"=").decode()


def is_signed(key: bytes, given: str, *parts: str) -> bool:
    """Whether this is the signature of the parts; takes as long whether it is or not."""
    return hmac.compare_digest(signature(key, *parts).encode(), given.encode("utf-8", "surrogatepass"))
