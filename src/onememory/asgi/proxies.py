"""People whom a proxy in front of us has signed in: it is believed, and nobody else who says so is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from onememory.domain.errors import Forbidden

PEER_KEY = "onememory.peer"  # in the ASGI scope: the address at the other end of the connection itself


@dataclass(frozen=True, slots=True)
class TrustedHeader:
    """The header in which a proxy names the person whom it has signed in."""

    name: str | None = None  # None: nobody is believed
    addresses: Sequence[str] = field(default=())  # of the proxy; single ones and networks

    def person(self, request: HTTPConnection) -> str | None:
        """Whom the proxy names; raises Forbidden where somebody else sends the header."""
        named = request.headers.getlist(self.name) if self.name else []
        if not named:
            return None
        if not _is_among(request.scope.get(PEER_KEY, ""), self.addresses):
            raise Forbidden(f"The header {self.name} is for the sign-in proxy alone, and this did not come from it.")
        if len(named) > 1:
            raise Forbidden(f"The header {self.name} came more than once; the proxy must replace what clients send.")
        return named[0].encode("latin-1").decode("utf-8", "replace").strip(" \t") or None


def _is_among(peer: str, addresses: Sequence[str]) -> bool:
    try:
        found = ip_address(peer)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)  # how a socket of both versions names a client of version 4
    return any((mapped or found) in ip_network(address, strict=False) for address in addresses)
