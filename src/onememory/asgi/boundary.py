"""The outermost boundary of HTTP: request ids, one error body, the request log, and headers of every answer."""

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from onememory.asgi.bodies import json_of
from onememory.asgi.errors import ErrorBody, body_of, headers_of, status_of
from onememory.domain.errors import OneMemoryError
from onememory.domain.ids import mint_request_id

logger = logging.getLogger("onememory.requests")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True, slots=True)
class Finished:
    """What can be said of a request without saying what was in it."""

    method: str
    route: str  # the path with names in place of ids
    status: int
    seconds: float


Observer = Callable[[Finished], None]
ErrorPage = Callable[[Scope, int, str], Response | None]  # status and sentence as a page, where a browser asked for one


def no_page(scope: Scope, status: int, sentence: str) -> None:
    """Nobody here reads pages."""


class Boundary:
    """Wraps the routes; nothing that they raise gets past it in another shape than the contract's."""

    def __init__(self, app: ASGIApp, observers: tuple[Observer, ...] = (), error_page: ErrorPage = no_page) -> None:
        self._app = app
        self._observers = observers
        self._error_page = error_page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._error_page)
        scope["app"] = self._app  # tells the router to raise what it cannot route
        try:
            await self._app(scope, receive, exchange.send)
        except OneMemoryError as error:
            exchange.note(error)
            await exchange.fail(status_of(error), body_of(error), headers_of(error))
        except HTTPException as error:
            await exchange.fail(error.status_code, ErrorBody(_sentence(error)), dict(error.headers or {}))
        except ClientDisconnect:
            exchange.status = 499  # the client went away; there is nobody to answer
        except Exception:
            logger.exception("a request failed", extra={"request_id": exchange.request_id})
            apology = f"Something went wrong here; the log has more under the request id {exchange.request_id}."
            await exchange.fail(500, ErrorBody(apology), {})
        finally:
            self._finish(exchange)

    def _finish(self, exchange: "_Exchange") -> None:
        finished = exchange.finished()
        for observe in self._observers:
            observe(finished)
        logger.info("request", extra={"request_id": exchange.request_id, **_loggable(finished), **exchange.notes})


class _Exchange:
    """One request and what has been answered to it so far."""

    def __init__(self, scope: Scope, send: Send, error_page: ErrorPage) -> None:
        self._scope = scope
        self._send = send
        self._error_page = error_page
        self._began = time.perf_counter()
        self.status = 0
        self.notes: dict[str, object] = {}  # for the log alone
        given = Headers(scope=scope).get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else mint_request_id()

    async def send(self, message: Message) -> None:
        """Pass a message on; the first one gets the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-request-id"] = self.request_id
            headers["x-content-type-options"] = "nosniff"
            headers.setdefault("cache-control", "no-store")
        await self._send(message)

    def note(self, error: OneMemoryError) -> None:
        """Keep for the log what the caller is not told."""
        if error.detail != str(error):
            self.notes["reason"] = error.detail

    async def fail(self, status: int, body: ErrorBody, headers: dict[str, str]) -> None:
        """Answer with an error, unless an answer is already under way."""
        if self.status:
            return
        response = self._error_page(self._scope, status, body.error)
        if response is None:
            response = Response(json_of(body), status, media_type="application/json")
        response.headers.update(headers)
        await response(self._scope, _nothing, self.send)

    def finished(self) -> Finished:
        """What can be said of the request."""
        route = self._scope.get("route")
        path = getattr(route, "path", "(no route)")
        return Finished(self._scope["method"], path, self.status, time.perf_counter() - self._began)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _sentence(error: HTTPException) -> str:
    if error.status_code == 404:
        return "There is nothing at this path; /openapi-full.json lists all there is."
    if error.status_code == 405:
        return "This path does not take this method; /openapi-full.json lists those it takes."
    return f"{error.detail}."


def _loggable(finished: Finished) -> dict[str, object]:
    return {
        "method": finished.method,
        "route": finished.route,
        "status": finished.status,
        "ms": round(finished.seconds * 1000, 2),
    }
