"""Routes that are for browsers."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from onememory.web.visits import Visit

Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the list of pages: what a path shows, and what a form sent to it does."""

    path: str
    show: Handler | None = None
    act: Handler | None = None
    takes_file: bool = False  # the form is `multipart/form-data`, and `act` reads it
    takes_strangers: bool = False  # the form is for who is not signed in, or not any more

    @property
    def methods(self) -> Sequence[str]:
        """Those that it answers."""
        return [method for method, handler in (("GET", self.show), ("POST", self.act)) if handler]


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
