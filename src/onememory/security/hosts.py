"""Which Host and Origin headers a server answers to, so that a strange page cannot reach it by DNS rebinding.

A rebinding attack points a name of the attacker's at our address, so the Host header that it makes a browser send is
that name. An address itself, localhost and our own configured name can never be the attacker's.
"""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

_LOOPBACK_NAME = "localhost"


def is_own_host(host: str | None, base_url: str) -> bool:
    """Whether a Host header names us: any address, localhost, or the host of our base URL; the port is not compared."""
    name = _split(f"//{host}").hostname if host else None
    return name is not None and (name == _LOOPBACK_NAME or _is_address(name) or name == _split(base_url).hostname)


def is_own_origin(origin: str | None, host: str | None, base_url: str) -> bool:
    """Whether an Origin header (RFC 6454) is none, a page of ours or one of the same machine.

    `host` is the Host header, which must have been found to be our own: a page that came from there is ours.
    """
    if origin is None:
        return True
    parts = _split(origin)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        return False  # such as `null`, which a page in a sandbox sends
    if parts.netloc.lower() == (host or "").lower() or _is_loopback(parts.hostname):
        return True
    base = _split(base_url)
    return (parts.scheme, parts.hostname, _port(parts)) == (base.scheme, base.hostname, _port(base))


def is_on_this_machine(base_url: str) -> bool:
    """Whether no other machine can be meant by this base: a loopback one, or all addresses at once."""
    name = _split(base_url).hostname or ""
    return _is_loopback(name) or (_is_address(name) and ip_address(name).is_unspecified)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _port(parts: SplitResult) -> int | None:
    return parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return name == _LOOPBACK_NAME or (_is_address(name) and ip_address(name).is_loopback)
