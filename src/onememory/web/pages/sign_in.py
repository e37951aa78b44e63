"""Signing in and out."""

from urllib.parse import urlencode

from starlette.responses import Response

from onememory.asgi.errors import headers_of, status_of
from onememory.domain.errors import RateLimited, Unauthenticated
from onememory.web.rendering import page, see
from onememory.web.sessions import forget, keep
from onememory.web.visits import Visit, own_path

PATH = "/sign-in"
SIGN_OUT = "/sign-out"
SIGN_OUT_EVERYWHERE = "/sign-out-everywhere"


async def show(visit: Visit) -> Response:
    """The form; whoever is signed in already is sent on."""
    way_on = own_path(visit.request.query_params.get("next", ""))
    return see(way_on) if visit.someone else _form(visit, way_on)


async def enter(visit: Visit) -> Response:
    """Sign in; the session has a secret that nobody knew before."""
    way_on, name = own_path(visit.form.one("next")), visit.form.one("name")
    try:
        secret = await visit.services.sign_in.sign_in(name, visit.form.one("password"), visit.address, visit.agent)
    except (Unauthenticated, RateLimited) as error:
        response = _form(visit, way_on, name, str(error), status_of(error))
        response.headers.update(headers_of(error) if isinstance(error, RateLimited) else {})
        return response
    await visit.services.sign_in.sign_out(visit.secret)
    response = see(way_on)
    keep(response, visit.request, visit.public_url, secret, is_signed_in=True)
    return response


async def leave(visit: Visit) -> Response:
    """Sign out of this browser."""
    await visit.services.sign_in.sign_out(visit.secret)
    return _left(visit)


async def leave_everywhere(visit: Visit) -> Response:
    """Sign out of every browser, this one too."""
    await visit.services.sign_in.sign_out_everywhere(visit.person.actor)
    return _left(visit)


def _left(visit: Visit) -> Response:
    response = see(f"{PATH}?{urlencode({'next': own_path(visit.form.one('next'))})}")
    forget(response, visit.request, visit.public_url)
    return response


def _form(visit: Visit, way_on: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    return page(visit, "sign_in.html", status, way_on=way_on, name=name, problem=problem)
