"""Copies of the whole installation."""

from starlette.responses import Response

from onememory.domain.errors import Conflict, NotFound
from onememory.web.rendering import page, see
from onememory.web.visits import Visit

PATH = "/settings/backups"
DELETE = "/settings/backups/{name}/delete"
DONE = {
    "begun": "The backup is being made.",
    "deleted": "Deleted.",
}


async def show(visit: Visit) -> Response:
    """What there is, and the button for one more."""
    actor, backups = visit.person.actor, visit.services.backups
    return page(
        visit,
        "backups.html",
        backups=await backups.all(actor),
        place=backups.place(actor),
        is_running=backups.is_running,
        problem=backups.problem,
        done=DONE.get(visit.query.get("done", "")),
    )


async def make(visit: Visit) -> Response:
    """Start one; where one is being made already, that is as good."""
    actor, backups = visit.person.actor, visit.services.backups
    try:
        backups.begin(actor)
    except Conflict:
        return see(PATH)
    return see(f"{PATH}?done=begun")


async def ask_to_delete(visit: Visit) -> Response:
    """What deleting means, and the button."""
    wanted = visit.request.path_params["name"]
    found = next((b for b in await visit.services.backups.all(visit.person.actor) if b.name == wanted), None)
    if found is None:
        raise NotFound("There is no backup with this name. It may have been deleted meanwhile.")
    return page(visit, "backup_delete.html", backup=found, list=PATH)


async def delete(visit: Visit) -> Response:
    """Delete one for good."""
    await visit.services.backups.drop(visit.person.actor, visit.request.path_params["name"])
    return see(f"{PATH}?done=deleted")
