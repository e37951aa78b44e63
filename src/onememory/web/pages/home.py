"""The start page."""

from starlette.responses import Response

from onememory.web.rendering import page
from onememory.web.visits import HOME, Visit

PATH = HOME


async def show(visit: Visit) -> Response:
    """What was added and recalled lately."""
    return page(visit, "home.html", name=visit.person.user.name)
