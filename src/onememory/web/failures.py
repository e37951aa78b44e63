"""What a person reads when something went wrong."""

from starlette.responses import Response
from starlette.types import Scope

from onememory.web.rendering import bare_page
from onememory.web.routes import PageRoute, wants_html
from onememory.web.visits import HOME, Visit

TITLES = {
    400: "That could not be done",
    403: "Not allowed",
    404: "There is nothing here",
    405: "Not like this",
    409: "Something has changed meanwhile",
    413: "Too much at once",
    429: "Too many tries",
    500: "Something went wrong here",
    503: "Not available at the moment",
}


def for_browsers(scope: Scope, status: int, sentence: str) -> Response | None:
    """The page that says what went wrong, where a browser asked for a page; None leaves the answer to others."""
    route = scope.get("route")
    if not wants_html(scope) or not (route is None or isinstance(route, PageRoute)):
        return None
    if route is None and status == 404:
        sentence = "No page has this address. It may have been mistyped, or what it showed is gone."
    return failure_page(status, sentence)


def stale(visit: Visit) -> Response:
    """What a form gets that was not sent from a page of this visitor's."""
    sentence = "This form is out of date, or another site sent it, so nothing was done. Open the page again to go on."
    return failure_page(403, sentence, way_on=visit.before, way_on_words="Open the page again")


def failure_page(
    status: int,
    sentence: str,
    *,
    title: str | None = None,
    way_on: str = HOME,
    way_on_words: str = "Go to the start page",
) -> Response:
    """A page with a sentence that a person can act on, and a way on."""
    title = title or TITLES.get(status, TITLES[500])
    return bare_page("failure.html", status, title=title, sentence=sentence, way_on=way_on, way_on_words=way_on_words)
