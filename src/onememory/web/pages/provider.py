"""Signing in at an identity provider: the way there, the way back, and the account there on one's account page."""

from starlette.responses import RedirectResponse, Response

from onememory.asgi.addresses import PROVIDER_RETURN_PATH, provider_return
from onememory.asgi.errors import status_of
from onememory.domain.errors import Conflict, Forbidden, NotFound, RateLimited, Unauthenticated, Unavailable
from onememory.services.signing_in.provider_sign_in import NotUnderWay, Returned, Traveller
from onememory.web.failures import WayOn, failure_page
from onememory.web.pages import account, sign_in
from onememory.web.rendering import HEADERS, page, see
from onememory.web.sessions import browser_of, keep_way, way_kept
from onememory.web.visits import Visit, own_path

LEAVE = sign_in.WITH_PROVIDER
RETURN = PROVIDER_RETURN_PATH
LINK = "/settings/account/provider"
UNLINK = "/settings/account/provider/unlink"
REFUSALS = (Unauthenticated, Forbidden, Conflict, RateLimited, Unavailable, NotFound)


async def leave(visit: Visit) -> Response:
    """Send the browser to the provider."""
    way_on = own_path(visit.query.get("next", ""))
    if visit.someone:
        return see(way_on)
    try:
        url = await visit.services.provider_sign_in.begin(_traveller(visit))
    except REFUSALS as error:
        return await sign_in.form_again(visit, way_on, error)
    response = RedirectResponse(url, 303, HEADERS)
    keep_way(response, visit, way_on)
    return response


async def come_back(visit: Visit) -> Response:
    """Sign in whom the provider names, or link their account."""
    query = visit.query
    returned = Returned(
        state=query.get("state", ""),
        code=query.get("code", ""),
        error=query.get("error", ""),
        description=query.get("error_description", ""),
        issuer=query.get("iss", ""),
    )
    way_on = way_kept(visit)
    try:
        signed_in = await visit.services.provider_sign_in.finish(_traveller(visit), returned)
    except NotUnderWay as error:
        return _signed_in_already(visit, way_on) if visit.someone else await sign_in.form_again(visit, way_on, error)
    except REFUSALS as error:
        if visit.someone:
            return failure_page(status_of(error), str(error), way_on=WayOn(account.PATH, "Go to your account"))
        return await sign_in.form_again(visit, way_on, error)
    if signed_in is None:
        return see(f"{account.PATH}?done=linked")
    await visit.services.sessions.end_by_secret(visit.secret)
    return sign_in.went_on(visit, signed_in, way_on)


async def link(visit: Visit) -> Response:
    """A page that leads to the provider: Chromium holds redirects after a form to `form-action`."""
    provider = visit.services.provider_sign_in
    try:
        url = await provider.begin_link(visit.person.actor, _traveller(visit), visit.form.one("password"))
    except (Forbidden, RateLimited) as error:
        return await account.refused(visit, "provider", error)
    return page(visit, "to_provider.html", url=url, provider=provider.name)


async def unlink(visit: Visit) -> Response:
    """Let an account there sign in here no more."""
    form = visit.form
    try:
        await visit.services.identities.unlink(visit.person.actor, form.one("issuer"), form.one("subject"))
    except Conflict as error:
        return await account.refused(visit, "provider", error)
    return see(f"{account.PATH}?done=unlinked")


def _signed_in_already(visit: Visit, way_on: str) -> Response:
    """Of a sign-in that was begun twice, in two tabs or by a second click, the later answer comes to who is in."""
    sentence = (
        f"You were signed in before this answer of {visit.services.provider_sign_in.name} came, so nothing was "
        "changed. If you wanted to link an account, begin again on your account page."
    )
    return failure_page(409, sentence, title="You are signed in", way_on=WayOn(way_on, "Go on"))


def _traveller(visit: Visit) -> Traveller:
    actor = visit.someone.actor if visit.someone else None
    return Traveller(visit.secret, provider_return(visit.public_url), browser_of(visit), actor)
