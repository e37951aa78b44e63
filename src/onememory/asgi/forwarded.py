"""What proxies in front of us say of the client (X-Forwarded-For and -Proto), believed from the right addresses alone.

A module of its own, because the server alone needs it, and commands should not wait for uvicorn to load.
"""

from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from onememory.asgi.proxies import PEER_KEY

LOOPBACK = ("127.0.0.1", "::1")


def behind_proxies(app: ASGIApp, addresses: Sequence[str]) -> ASGIApp:
    """The application, with X-Forwarded-For and -Proto believed from these addresses alone."""
    believing = ProxyHeadersMiddleware(app, list(addresses))  # type: ignore[arg-type]

    async def noting_peer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[PEER_KEY] = scope["client"][0] if scope.get("client") else ""
        await believing(scope, receive, send)  # type: ignore[arg-type]

    return noting_peer
