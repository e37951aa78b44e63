"""Where an authorisation answer may go (OAuth 2.1, section 2.3; RFC 8252, section 7)."""

import re
from collections.abc import Sequence

from onememory.domain.errors import InvalidInput
from onememory.security.urls import https_parts, taken_apart

MOST = 20  # of one client

_NAME = "A redirect URI"
_LOOPBACK = re.compile(r"http://(127\.0\.0\.1|\[::1\]|localhost)(?::([0-9]{1,5}))?((?:[/?][^#]*)?)")
# Schemes that mean something already: they would run something, or carry the answer elsewhere.
# fmt: off
_TAKEN = frozenset((
    "about", "blob", "chrome", "chrome-extension", "data", "file", "filesystem", "jar", "javascript",
    "livescript", "moz-extension", "resource", "safari-extension", "vbscript", "view-source", "wyciwyg",
    "dav", "dict", "dns", "feed", "ftp", "ftps", "git", "gopher", "imap", "imaps", "irc", "ircs", "jdbc",
    "ldap", "ldaps", "nfs", "news", "nntp", "pop", "pop3", "rmi", "rsync", "rtsp", "rtsps", "scp", "sftp",
    "smb", "smtp", "ssh", "svn", "telnet", "tftp", "udp", "unix", "webcal", "ws", "wss", "xmpp",
    "android-app", "cid", "facetime", "go", "help", "intent", "magnet", "mailto", "market", "mid", "mms",
    "openid", "shell", "sip", "sips", "skype", "sms", "steam", "tel", "tip", "urn",
))
# fmt: on
_TAKEN_BEGINNINGS = ("ms-", "search-", "web+", "x-apple")  # systems' own programs; handlers that any page may register


def checked_redirect_uris(uris: Sequence[str]) -> tuple[str, ...]:
    """The URIs as they will be kept; raises InvalidInput where there are none, too many, or one breaks a rule."""
    if not 1 <= len(uris) <= MOST:
        raise InvalidInput(f"A client has 1 to {MOST} redirect URIs, not {len(uris):,}.")
    for uri in uris:
        check_redirect_uri(uri)
    return tuple(dict.fromkeys(uris))


def check_redirect_uri(uri: str) -> None:
    """Refuse what no answer may be sent to.

    Accepted are https, http on loopback, and schemes of a program's own, such as `cursor://`. Raises InvalidInput.
    """
    scheme = taken_apart(uri, _NAME).scheme
    if "#" in uri:
        raise InvalidInput(f"{_NAME} must not have a fragment (#).")
    if scheme == "https":
        https_parts(uri, _NAME)
    elif scheme == "http":
        if not is_loopback(uri):
            raise InvalidInput(f"{_NAME} must begin with https://; http is for 127.0.0.1, [::1] and localhost alone.")
    elif scheme in _TAKEN or scheme.startswith(_TAKEN_BEGINNINGS):
        raise InvalidInput(f"{_NAME} cannot have the scheme `{scheme}:`; use https or a scheme of the program's own.")
    elif not uri.partition(":")[2].strip("/"):
        raise InvalidInput(f"{_NAME} must name a place behind its scheme, such as {scheme}://callback.")


def is_registered(requested: str, registered: Sequence[str]) -> bool:
    """Whether this is one of the client's redirect URIs: the same string, but for the port of a loopback address."""
    if requested in registered:
        return True
    wanted = _without_port(requested)
    return wanted is not None and wanted in map(_without_port, registered)


def is_loopback(uri: str) -> bool:
    """Whether an answer sent there stays on the person's own computer, by http."""
    return _without_port(uri) is not None


def host_shown(uri: str) -> str:
    """Where an answer goes, for a person: the host, with a port that is not the usual one; else the scheme."""
    parts = taken_apart(uri, _NAME)
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme}:"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    usual = {"https": 443, "http": 80}[parts.scheme]
    return host if parts.port in {None, usual} else f"{host}:{parts.port}"


def _without_port(uri: str) -> tuple[str, str] | None:
    # A person's program takes whichever port is free (RFC 8252, section 7.3).
    found = _LOOPBACK.fullmatch(uri)
    if found is None or not int(found[2] or 0) <= 65_535:
        return None
    return found[1], found[3] or "/"
