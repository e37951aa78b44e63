"""The URL of this installation as a client called it; issuer, metadata and audiences are made of it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from starlette.requests import HTTPConnection

_HOST = re.compile(r"(?:(localhost)|([0-9.]+)|\[([0-9a-f:.]+)\])(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Bases:
    """Knows the base of each request: without a slash at the end.

    A public URL that is set is the only base, because a proxy in front of us may send any Host header. Without one,
    people call a server by whatever reaches it (localhost, or its address in their network), and RFC 9728 (section 3.3)
    and RFC 8414 (section 3.3) want to read in the metadata what was called. So the base follows the Host header then,
    but only to addresses and localhost: a name could be another site's (DNS rebinding).
    """

    base_url: str  # of the settings
    is_public: bool  # whether a person set it

    def of(self, request: HTTPConnection) -> str:
        """The base of this request."""
        if self.is_public:
            return self.base_url
        host = request.headers.get("host", "").lower()
        return f"{request.scope['scheme']}://{host}" if _is_address(host) else self.base_url


@lru_cache(maxsize=256)
def _is_address(host: str) -> bool:
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    if found[1]:
        return True
    try:
        ip_address(found[2] or found[3])
    except ValueError:
        return False
    return True
