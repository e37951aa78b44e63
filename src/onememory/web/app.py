"""The pages as routes: makes a visit of each request, and sees to it that forms come from our own pages."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from onememory.asgi.bases import Bases
from onememory.asgi.proxies import TrustedHeader
from onememory.domain.errors import TooLarge
from onememory.security.secrets import mint_secret
from onememory.services import Services
from onememory.web import static_files
from onememory.web.arrivals import with_next
from onememory.web.failures import signed_out, stale
from onememory.web.forms.files import fields_of
from onememory.web.pages import PAGES, sign_in
from onememory.web.rendering import see
from onememory.web.routes import BrowsersRoute, Page, PageRoute
from onememory.web.sessions import comes_from_us, is_own_form, keep, sets_secret, visitor_secret
from onememory.web.visits import FORM_LIMIT, HOME, Form, Person, SignInNeeded, Visit, form_of

_ENDED = "You were signed out before this was sent, so nothing was saved. Sign in, then send it again."
_NOBODY = "Nobody is signed in here any more, so nothing was saved. Sign in, then send it again."
_ENDED_AT_LENGTH = (
    "You were signed out before this was sent, so nothing was saved. Sign in in another tab; your browser's way back "
    "leads to what you typed."
)


def web_routes(
    services: Services, bases: Bases, upload_limit: int, proxy: TrustedHeader, data: Path | None
) -> list[BaseRoute]:
    """Every page; `/` is one for browsers alone. The limit is one of bytes, for forms with files.

    `data` is the data directory where commands must be told it.
    """
    door = _Door(services, bases, upload_limit, proxy, data)
    return [
        Route(static_files.PATH, static_files.send, name="static"),
        *(_kind_of(page)(page.path, door.endpoint(page), methods=page.methods, name=page.path) for page in PAGES),
    ]


def _kind_of(page: Page) -> type[PageRoute]:
    return BrowsersRoute if page.path == HOME else PageRoute


class _Door:
    """Makes visits of requests."""

    def __init__(
        self, services: Services, bases: Bases, upload_limit: int, proxy: TrustedHeader, data: Path | None
    ) -> None:
        self._services = services
        self._bases = bases
        self._upload_limit = upload_limit
        self._proxy = proxy
        self._data = data

    def endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """What a route calls."""

        async def endpoint(request: Request) -> Response:
            public_url = self._bases.of(request)
            known = visitor_secret(request, public_url)
            visit = await self._visit(request, known or mint_secret())
            response = await _answer(page, visit)
            if known is None and not sets_secret(response):
                keep(response, request, public_url, visit.secret, is_signed_in=False)
            return response

        return endpoint

    async def _visit(self, request: Request, secret: str) -> Visit:
        named = self._proxy.person(request)
        present = await (
            self._services.proxy_sign_in.presence(named) if named else self._services.sessions.presence(secret)
        )
        nobody = Visit(
            request, self._services, self._bases.of(request), secret, None, self._upload_limit, data=self._data
        )
        if present is None:
            return nobody
        waiting = await self._services.inbox.waiting(present.actor) if request.method == "GET" else 0
        person = Person(present.actor, present.user, present.session_id, waiting)
        return replace(nobody, someone=person)


async def _answer(page: Page, visit: Visit) -> Response:
    try:
        if visit.request.method != "POST" or page.act is None:
            return await page.show(visit) if page.show else see(HOME)
        if not comes_from_us(visit.request, visit.public_url):
            return stale(visit)
        if visit.someone is None and not page.takes_strangers:
            return await _too_late(page, visit)
        if page.takes_file:  # its form is read piece by piece by the one who takes the file
            return await page.act(visit)
        visit = replace(visit, form=await form_of(visit))
        return await page.act(visit) if is_own_form(visit.form, visit.secret) else stale(visit)
    except SignInNeeded:
        return see(with_next(sign_in.PATH, _way_back(page, visit)))


async def _too_late(page: Page, visit: Visit) -> Response:
    """What a form of a person's gets where nobody is signed in: nothing is done, and what was typed is not lost."""
    try:
        form = Form(await fields_of(visit.request, FORM_LIMIT)) if page.takes_file else await form_of(visit)
        sentence = _ENDED if is_own_form(form, visit.secret) else _NOBODY
    except TooLarge:
        form, sentence = visit.form, _ENDED_AT_LENGTH
    path = with_next(sign_in.PATH, _way_back(page, visit))
    return signed_out(replace(visit, form=form), sentence, path)


def _way_back(page: Page, visit: Visit) -> str:
    """The page of the form."""
    has_own_page = page.show and urlsplit(visit.before).path != visit.request.url.path
    return visit.here if has_own_page else visit.before
