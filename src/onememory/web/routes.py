"""Routes that are for browsers."""

from starlette.datastructures import Headers
from starlette.routing import Match, Route
from starlette.types import Scope


class PageRoute(Route):
    """A route whose answers, failures too, are read by a person."""


class BrowsersRoute(PageRoute):
    """A page at a path that has another meaning for programs."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Like any route, for whoever asks for HTML."""
        return super().matches(scope) if wants_html(scope) else (Match.NONE, {})


def wants_html(scope: Scope) -> bool:
    """Whether the one who asks names HTML among what it takes, as every browser does."""
    return scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
