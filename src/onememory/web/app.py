"""The pages as routes: makes a visit of each request, and sees to it that forms come from our own pages."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from onememory.asgi.bases import Bases
from onememory.asgi.proxies import TrustedHeader
from onememory.security.secrets import mint_secret
from onememory.services import Services
from onememory.web import static_files
from onememory.web.failures import stale
from onememory.web.pages import PAGES, sign_in
from onememory.web.rendering import see
from onememory.web.routes import BrowsersRoute, Page, PageRoute
from onememory.web.sessions import comes_from_us, is_own_form, keep, visitor_secret
from onememory.web.visits import HOME, Person, SignInNeeded, Visit, form_of


def web_routes(services: Services, bases: Bases, upload_limit: int, proxy: TrustedHeader) -> list[BaseRoute]:
    """Every page; `/` is one for browsers alone. The limit is one of bytes, for forms with files."""
    door = _Door(services, bases, upload_limit, proxy)
    return [
        Route(static_files.PATH, static_files.send, name="static"),
        *(_kind_of(page)(page.path, door.endpoint(page), methods=page.methods, name=page.path) for page in PAGES),
    ]


def _kind_of(page: Page) -> type[PageRoute]:
    return BrowsersRoute if page.path == HOME else PageRoute


class _Door:
    """Makes visits of requests."""

    def __init__(self, services: Services, bases: Bases, upload_limit: int, proxy: TrustedHeader) -> None:
        self._services = services
        self._bases = bases
        self._upload_limit = upload_limit
        self._proxy = proxy

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
        named = self._proxy.person(request)
        present = await (
            self._services.proxy_sign_in.presence(named) if named else self._services.sessions.presence(secret)
        )
        if present is None:
            return Visit(request, self._services, self._bases.of(request), secret, None, self._upload_limit)
        waiting = await self._services.inbox.waiting(present.actor) if request.method == "GET" else 0
        person = Person(present.actor, present.user, present.session_id, waiting)
        return Visit(request, self._services, self._bases.of(request), secret, person, self._upload_limit)


async def _answer(page: Page, visit: Visit) -> Response:
    try:
        if visit.request.method != "POST" or page.act is None:
            return await page.show(visit) if page.show else see(HOME)
        if not comes_from_us(visit.request, visit.public_url):
            return stale(visit)
        if page.takes_file:  # its form is read piece by piece by the one who takes the file
            return await page.act(visit)
        visit = replace(visit, form=await form_of(visit))
        return await page.act(visit) if is_own_form(visit.form, visit.secret) else stale(visit)
    except SignInNeeded:
        return see(f"{sign_in.PATH}?{urlencode({'next': _way_back(page, visit)})}")


def _way_back(page: Page, visit: Visit) -> str:
    return visit.here if page.show else visit.before
