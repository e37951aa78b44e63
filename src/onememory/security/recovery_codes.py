"""Codes for who has lost the app: 80 random bits each, kept only as SHA-256 (they cannot be guessed)."""

import hashlib
import secrets

COUNT = 10
GROUPS, LETTERS = 4, 4
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 that no handwriting makes alike: without l, o, 0 and 1


def mint_codes() -> list[str]:
    """New codes as a person writes them down, such as `k7wf-9mqp-x2cd-hn4r`."""
    return ["-".join(_group() for _ in range(GROUPS)) for _ in range(COUNT)]


def hash_code(code: str) -> bytes:
    """What is kept of a code, however it was typed."""
    plain = "".join(c for c in code.casefold() if c.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).digest()


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(LETTERS))
