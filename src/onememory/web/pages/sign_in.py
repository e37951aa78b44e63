"""Signing in and out: name and password, then a code where the person wants that."""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from onememory.asgi.errors import status_of
from onememory.domain.errors import OneMemoryError, RateLimited, Unauthenticated
from onememory.services.signing_in.sign_in import SignedIn
from onememory.web.arrivals import entered, told, with_next
from onememory.web.pages import set_up
from onememory.web.pages.consent import asker_of
from onememory.web.rendering import page, see
from onememory.web.sessions import browser_of, forget, keep
from onememory.web.visits import Visit, own_path
from onememory.web.wording.sentences import sentence_of

PATH = "/sign-in"
CODE = "/sign-in/code"
WITH_PROVIDER = "/sign-in/with-provider"  # the page that leads there
SIGN_OUT = "/sign-out"
SIGN_OUT_EVERYWHERE = "/sign-out-everywhere"
DONE = {
    "out": "You are signed out.",
    "everywhere": "You are signed out, here and in every other browser.",
    "password": "Your password is set. Sign in with it.",
    "erased": "Your account and all that was in it are gone. Backups that were made before still hold it.",
}
LEFT = ("out", "everywhere")  # of these, where the browser may go on being known elsewhere


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed before, and why it did not do."""

    name: str = ""
    problem: str = ""
    status: int = 200


async def show(visit: Visit) -> Response:
    """The form; whoever is signed in already is sent on."""
    way_on = own_path(visit.query.get("next", ""))
    if visit.someone:
        return see(way_on)
    if not visit.services.provider_sign_in.name and await visit.services.set_up.is_needed():
        return see(with_next(set_up.PATH, way_on))
    return await _form(visit, way_on)


async def enter(visit: Visit) -> Response:
    """Sign in; the session has a secret that nobody knew before."""
    way_on, name = own_path(visit.form.one("next")), visit.form.one("name")
    try:
        signed_in = await visit.services.sign_in.sign_in(name, visit.form.one("password"), browser_of(visit))
    except (Unauthenticated, RateLimited) as error:
        return told(await _form(visit, way_on, Typed(name, sentence_of(error), status_of(error))), error)
    await visit.services.sessions.end_by_secret(visit.secret)
    return went_on(visit, signed_in, way_on)


def went_on(visit: Visit, signed_in: SignedIn, way_on: str) -> Response:
    """Send who has proved who they are on their way, or to the page that asks for a code."""
    if signed_in.awaits_code:
        response = see(with_next(CODE, way_on))
        keep(response, visit.request, visit.public_url, signed_in.secret, is_signed_in=False)
        return response
    return entered(visit, signed_in, way_on)


async def ask_for_code(visit: Visit) -> Response:
    """The second step; without the first one the sign-in begins anew."""
    way_on = own_path(visit.query.get("next", ""))
    if not await visit.services.sign_in.awaits_code(visit.secret):
        return see(with_next(PATH, way_on))
    return page(visit, "sign_in_code.html", way_on=way_on, problem="")


async def enter_with_code(visit: Visit) -> Response:
    """Sign in with the code."""
    way_on = own_path(visit.form.one("next"))
    try:
        signed_in = await visit.services.sign_in.finish(visit.secret, visit.form.one("code"), browser_of(visit))
    except (Unauthenticated, RateLimited) as error:
        if not await visit.services.sign_in.awaits_code(visit.secret):
            return await _form(visit, way_on, Typed(problem=sentence_of(error), status=status_of(error)))
        shown = page(visit, "sign_in_code.html", status_of(error), way_on=way_on, problem=sentence_of(error))
        return told(shown, error)
    return entered(visit, signed_in, way_on)


async def leave(visit: Visit) -> Response:
    """Sign out of this browser."""
    await visit.services.sessions.end_by_secret(visit.secret)
    return left(visit, "out")


async def leave_everywhere(visit: Visit) -> Response:
    """Sign out of every browser, this one too."""
    await visit.services.sessions.end_all(visit.person.actor)
    return left(visit, "everywhere")


def left(visit: Visit, done: str) -> Response:
    """Send who is signed in no more to the sign-in page, which says what was done."""
    response = see(f"{PATH}?{urlencode({'next': own_path(visit.form.one('next')), 'done': done})}")
    forget(response, visit.request, visit.public_url)
    return response


async def form_again(visit: Visit, way_on: str, error: OneMemoryError) -> Response:
    """The form for another try, saying why the last one did not do."""
    return told(await _form(visit, way_on, Typed(problem=str(error), status=status_of(error))), error)


async def _form(visit: Visit, way_on: str, typed: Typed | None = None) -> Response:
    typed = typed or Typed()
    return page(
        visit,
        "sign_in.html",
        typed.status,
        way_on=way_on,
        name=typed.name,
        problem=typed.problem,
        asker=await asker_of(visit, way_on),
        provider=visit.services.provider_sign_in.name,
        with_provider=with_next(WITH_PROVIDER, way_on),
        is_new=await visit.services.set_up.is_needed(),
        done="" if typed.problem else DONE.get(visit.query.get("done", ""), ""),
        is_left=visit.query.get("done") in LEFT and not typed.problem,
    )
