"""Where settings are: a person's own, and for administrators those of the installation."""

from starlette.responses import Response

from onememory.domain.actors import Action, may
from onememory.web.rendering import page
from onememory.web.visits import Visit

PATH = "/settings"


async def show(visit: Visit) -> Response:
    """The ways to each part."""
    return page(visit, "settings.html", is_admin=may(visit.person.actor, Action.MANAGE_INSTALLATION))
