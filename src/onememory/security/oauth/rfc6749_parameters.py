"""Parameters of OAuth requests (RFC 6749, sections 3.1, 3.2 and 3.3)."""

import re
from collections.abc import Iterable, Mapping

from onememory.domain.accounts import Permission
from onememory.domain.authorization import DEFAULT_PERMISSIONS, OAuthError

_UNPRINTABLE = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")  # in an error_description (section 5.2)


def single_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The parameters by name. One without a value counts as left out; raises OAuthError where one comes twice."""
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise OAuthError("invalid_request", "A parameter is there more than once.")
        values[name] = value
    return {name: value for name, value in values.items() if value}


def required(parameters: Mapping[str, str], name: str) -> str:
    """The value of a parameter; raises OAuthError `invalid_request` where it is missing."""
    try:
        return parameters[name]
    except KeyError as error:
        raise OAuthError("invalid_request", f"`{name}` is missing.") from error


def permissions_of(scope: str | None, default: frozenset[Permission] = DEFAULT_PERMISSIONS) -> frozenset[Permission]:
    """What a scope asks for: of its words those that we know; without any of them, the default."""
    known = frozenset(p for p in Permission if p in (scope or "").split())
    return known or default


def scope_of(permissions: Iterable[Permission]) -> str:
    """Permissions as a scope, in one order."""
    wanted = frozenset(permissions)
    return " ".join(p for p in Permission if p in wanted)


def describable(text: str) -> str:
    """A sentence in the characters that an `error_description` may have."""
    return _UNPRINTABLE.sub("'", text)
