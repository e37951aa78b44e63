"""The pages as routes; the only list of their paths."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from onememory.asgi.bases import Bases
from onememory.security.secrets import mint_secret
from onememory.services import Services
from onememory.web import static_files
from onememory.web.failures import failure_page
from onememory.web.pages import connections, consent, sign_in
from onememory.web.rendering import see
from onememory.web.routes import BrowsersRoute, PageRoute
from onememory.web.sessions import comes_from_us, is_own_form, keep, visitor_secret
from onememory.web.visits import HOME, Person, SignInNeeded, Visit, form_of

Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the list: what a path shows, and what the forms sent to it do."""

    path: str
    show: Handler
    act: Handler | None = None


async def _home(_: Visit) -> Response:
    return see(HOME)


PAGES = (
    Page(sign_in.PATH, sign_in.show, sign_in.enter),
    Page(sign_in.SIGN_OUT, _home, sign_in.leave),
    Page(sign_in.SIGN_OUT_EVERYWHERE, _home, sign_in.leave_everywhere),
    Page(consent.PATH, consent.ask, consent.decide),
    Page(connections.PATH, connections.show),
    Page(connections.REVOKE, connections.ask_to_revoke, connections.revoke),
)


def web_routes(services: Services, bases: Bases) -> list[BaseRoute]:
    """Every page, and `/` for browsers."""
    door = _Door(services, bases)
    return [
        Route(static_files.PATH, static_files.send, name="static"),
        BrowsersRoute("/", door.endpoint(Page("/", _home)), name="home"),
        *(PageRoute(page.path, door.endpoint(page), methods=_methods(page), name=page.path) for page in PAGES),
    ]


def _methods(page: Page) -> Sequence[str]:
    return ["GET", "POST"] if page.act else ["GET"]


class _Door:
    """Makes visits of requests."""

    def __init__(self, services: Services, bases: Bases) -> None:
        self._services = services
        self._bases = bases

    def endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """What a route calls."""

        async def endpoint(request: Request) -> Response:
            public_url = self._bases.of(request)
            known = visitor_secret(request, public_url)
            visit = await self._visit(request, known or mint_secret())
            response = await _answer(page, visit)
            if known is None and "set-cookie" not in response.headers:
                keep(response, request, public_url, visit.secret, is_signed_in=False)
            return response

        return endpoint

    async def _visit(self, request: Request, secret: str) -> Visit:
        actor = await self._services.sign_in.actor(secret)
        someone = Person(actor, await self._services.accounts.user(actor)) if actor else None
        return Visit(request, self._services, self._bases.of(request), secret, someone, await form_of(request))


async def _answer(page: Page, visit: Visit) -> Response:
    try:
        if visit.request.method != "POST" or page.act is None:
            return await page.show(visit)
        if not comes_from_us(visit.request, visit.public_url) or not is_own_form(visit.form, visit.secret):
            return _stale(visit)
        return await page.act(visit)
    except SignInNeeded:
        return see(f"{sign_in.PATH}?{urlencode({'next': visit.here})}")


def _stale(visit: Visit) -> Response:
    sentence = "This form is out of date, or another site sent it, so nothing was done. Open the page again to go on."
    return failure_page(403, sentence, way_on=visit.here, way_on_words="Open the page again")
