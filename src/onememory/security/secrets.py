"""Bearer secrets: 256 random bits, kept only as SHA-256 (a fast hash is right where the secret cannot be guessed)."""

import hashlib
import secrets

PREFIX = "om_"


def mint_secret() -> str:
    """A new secret with a prefix that scanners can recognise."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
