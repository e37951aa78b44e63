"""The page behind a one-time link: whoever got it from an administrator chooses a password."""

from starlette.responses import Response

from onememory.asgi.addresses import PASSWORD_PATH
from onememory.asgi.errors import status_of
from onememory.domain.errors import InvalidInput
from onememory.web.forms.passwords import new_password
from onememory.web.pages import sign_in
from onememory.web.rendering import page, see
from onememory.web.sessions import browser_of
from onememory.web.visits import Visit

PATH = f"{PASSWORD_PATH}/{{secret}}"


async def show(visit: Visit) -> Response:
    """The form; to look at it uses nothing up."""
    return await _form(visit)


async def choose(visit: Visit) -> Response:
    """Set the password; then the person signs in with it."""
    try:
        password = new_password(visit.form)
        await visit.services.password_links.choose(_secret(visit), password, browser_of(visit))
    except InvalidInput as error:
        return await _form(visit, error)
    await visit.services.sessions.end_by_secret(visit.secret)
    return see(f"{sign_in.PATH}?done=password")


async def _form(visit: Visit, error: InvalidInput | None = None) -> Response:
    user = await visit.services.password_links.holder(_secret(visit), browser_of(visit))
    return page(
        visit,
        "password_link.html",
        status_of(error) if error else 200,
        user=user,
        path=visit.request.url.path,
        problem=str(error) if error else "",
    )


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["secret"])
