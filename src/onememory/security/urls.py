"""URLs from strangers, taken apart so strictly that every reader after us sees the same parts."""

import re
from urllib.parse import SplitResult, urlsplit

from onememory.domain.errors import InvalidInput

LONGEST = 2_000  # characters

_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")  # RFC 3986, section 2: no space, quote, backslash
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9_-]{0,62}(?<!-))?(\.[a-z0-9_]([a-z0-9_-]{0,62}(?<!-))?)*\.?")
_NUMBERS_6 = re.compile(r"[0-9a-f:.]+")  # between brackets


def taken_apart(url: str, name: str) -> SplitResult:
    """The parts of an absolute URI, whose host and port can be read.

    Raises InvalidInput, in which the URI is called `name`, where it is too long, has characters that no URI has, user
    information, or a broken port.
    """
    if not _CHARACTERS.fullmatch(url) or len(url) > LONGEST:
        raise InvalidInput(
            f"{name} must be a URL of 1 to {LONGEST:,} characters without spaces, quotes or backslashes."
        )
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidInput(f"{name} has a host or a port that cannot be read.") from error
    if not parts.scheme:
        raise InvalidInput(f"{name} must be a whole URL, with its scheme, such as https://example.org/callback.")
    if "@" in parts.netloc:
        raise InvalidInput(f"{name} must not hold a user name or a password.")
    return parts


def https_parts(url: str, name: str) -> SplitResult:
    """The parts of an https URL with a host; raises InvalidInput as `taken_apart` does."""
    parts = taken_apart(url, name)
    if parts.scheme != "https":
        raise InvalidInput(f"{name} must begin with https://.")
    shape = _NUMBERS_6 if "[" in parts.netloc else _NAME
    if not shape.fullmatch(parts.hostname or ""):
        raise InvalidInput(f"{name} must name a host, such as example.org.")
    return parts
