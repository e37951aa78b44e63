"""What a person reads when something went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import Scope

from onememory.web.forms.typed_texts import Unsaved, unsaved_of
from onememory.web.rendering import bare_page, on_one_line
from onememory.web.routes import PageRoute, wants_html
from onememory.web.visits import HOME, Visit
from onememory.web.wording.sentences import worded

TITLES = {
    400: "That could not be done",
    401: "The sign-in did not work",
    403: "Not allowed",
    404: "There is nothing here",
    405: "Not like this",
    409: "Something has changed meanwhile",
    413: "Too much at once",
    429: "Too many tries",
    500: "Something went wrong here",
    503: "Not available at the moment",
}


@dataclass(frozen=True, slots=True)
class WayOn:
    """Where a page leads that could not do what it was asked for."""

    path: str = HOME
    words: str = "Go to the start page"
    sentence: str = ""  # of what is not there, where programs are told other words


_START = WayOn()
# By the beginning of the path of what was not found.
_LISTS = {
    "/buckets/{": WayOn(
        "/buckets", "Go to your buckets", "This bucket is not here. It may have been deleted meanwhile."
    ),
    "/import/{": WayOn("/import", "Go to your imports", "This import is not here. It may be gone by now."),
    "/settings/backups/{": WayOn(
        "/settings/backups", "Go to the backups", "This backup is not here. It may have been deleted meanwhile."
    ),
    "/memories/{": WayOn("/memories", "Go to your memories"),
    "/history/{": WayOn("/history", "Go to your chats"),
    "/inbox/{": WayOn("/inbox", "Go to your inbox"),
    "/connections/{": WayOn("/connections", "Go to your connections"),
    "/search/asked/{": WayOn("/search/asked", "Go to what was asked"),
}


def for_browsers(scope: Scope, status: int, sentence: str) -> Response | None:
    """The page that says what went wrong, where a browser asked for a page; None leaves the answer to others."""
    route = scope.get("route")
    if not wants_html(scope) or not (route is None or isinstance(route, PageRoute)):
        return None
    if route is None and status == 404:
        sentence = "No page has this address. It may have been mistyped, or what it showed is gone."
    way_on = _way_back(route.path) if route and status == 404 else _START
    return failure_page(status, way_on.sentence or sentence, way_on=way_on)


def _way_back(path: str) -> WayOn:
    return next((way_on for begin, way_on in _LISTS.items() if path.startswith(begin)), _START)


def stale(visit: Visit) -> Response:
    """What a form gets that was not sent from a page of this visitor's; what was typed is shown."""
    sentence = "This form is out of date, or another site sent it, so nothing was done. Open the page again to go on."
    way_on = WayOn(visit.before, "Open the page again")
    in_place = "This page is of an earlier sign-in. Save again."
    return failure_page(403, sentence, way_on=way_on, unsaved=unsaved_of(visit.form), in_place=in_place)


def signed_out(visit: Visit, sentence: str, sign_in: str) -> Response:
    """What a form gets that somebody sent who is not signed in; what was typed is shown. `sign_in` is a path."""
    way_on = WayOn(sign_in, "Sign in")
    return failure_page(
        401,
        sentence,
        title="You are signed out",
        way_on=way_on,
        unsaved=unsaved_of(visit.form),
        in_place="You were signed out. Sign in in another tab, then save again.",
    )


def failure_page(
    status: int,
    sentence: str,
    *,
    title: str | None = None,
    way_on: WayOn = _START,
    unsaved: Sequence[Unsaved] = (),
    in_place: str = "",
) -> Response:
    """A page with a sentence that a person can act on, and a way on.

    `in_place` are the words for where a script has sent the form: it is still open, and nothing of it is lost.
    """
    return bare_page(
        "failure.html",
        status,
        title=title or TITLES.get(status, TITLES[500]),
        sentence=worded(on_one_line(sentence)),
        way_on=way_on,
        unsaved=unsaved,
        in_place=in_place,
    )
