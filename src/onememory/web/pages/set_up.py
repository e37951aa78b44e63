"""The first page of a new installation: who has its first token names themselves and sets a password."""

from starlette.responses import Response

from onememory.asgi.errors import status_of
from onememory.domain.errors import Conflict, InvalidInput, OneMemoryError, RateLimited, Unauthenticated
from onememory.services.signing_in.set_up import FirstSignIn
from onememory.web.arrivals import entered, told
from onememory.web.forms.passwords import new_password
from onememory.web.rendering import page, see
from onememory.web.sessions import browser_of
from onememory.web.visits import HOME, Visit, own_path
from onememory.web.wording.sentences import sentence_of

PATH = "/set-up"


async def show(visit: Visit) -> Response:
    """The form, while nobody has a password."""
    if not await visit.services.set_up.is_needed():
        return see(HOME)
    name = await visit.services.set_up.suggested_name()
    return _form(visit, FirstSignIn("", name, ""), own_path(visit.query.get("next", "")))


async def finish(visit: Visit) -> Response:
    """Set name and password, and sign in."""
    form, way_on = visit.form, own_path(visit.form.one("next"))
    wanted = FirstSignIn(form.one("code"), form.one("name"), form.one("password"))
    try:
        new_password(form)
        signed_in = await visit.services.set_up.finish(wanted, browser_of(visit))
    except (Unauthenticated, InvalidInput, Conflict, RateLimited) as error:
        return told(_form(visit, wanted, way_on, error), error)
    return entered(visit, signed_in, way_on)


def _form(visit: Visit, typed: FirstSignIn, way_on: str, error: OneMemoryError | None = None) -> Response:
    return page(
        visit,
        "set_up.html",
        status_of(error) if error else 200,
        typed=typed,
        way_on=way_on,
        problem=sentence_of(error) if error else "",
        is_code_wrong=isinstance(error, Unauthenticated),
    )
