"""What the JSON endpoints share: limits, errors in OAuth's shape, and pages of any site as callers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from onememory.asgi.bases import Bases
from onememory.asgi.bodies import json_of, limited_body
from onememory.domain.authorization import OAuthError
from onememory.domain.errors import RateLimited, TooLarge
from onememory.security.oauth.rfc6749_parameters import single_values
from onememory.security.oauth.rfc6749_tokens import error_body
from onememory.security.rate_limits import Limit
from onememory.services import Services
from onememory.services.limits import Limiting

BODY_LIMIT = 16 * 1024  # bytes
MOST_FIELDS = 50
# MCP clients run in browsers too. These endpoints know no cookies, so a page learns nothing here that a program could
# not; credentials of the browser are not allowed with `*` (Fetch standard, section 3.2).
OPEN_TO_PAGES = {"access-control-allow-origin": "*", "access-control-expose-headers": "www-authenticate, retry-after"}
_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "*, authorization",
    "access-control-max-age": "86400",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One request, and what answers it."""

    request: Request
    services: Services
    base: str  # the URL of this installation as it was called


Handler = Callable[[Call], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(handler: Handler, services: Services, bases: Bases, limit: Limit | None = None) -> Endpoint:
    """The handler as a route's endpoint; with a limit, each address may call it so often."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=OPEN_TO_PAGES | _PREFLIGHT)
        try:
            if limit:
                await _admit(services.limiting, limit, request)
            return await handler(Call(request, services, bases.of(request)))
        except OAuthError as error:
            return _refused(error, used_header="authorization" in request.headers)
        except TooLarge as error:
            return _refused(OAuthError("invalid_request", str(error), 413))
        except RateLimited as error:
            return _too_often(error)

    return answer


def answered(body: object, status: int = 200) -> Response:
    """A JSON answer that nobody keeps (RFC 6749, section 5.1)."""
    headers = OPEN_TO_PAGES | {"cache-control": "no-store", "pragma": "no-cache"}
    return Response(json_of(body), status, headers, media_type="application/json")


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; raises OAuthError `invalid_request` where it is none or names a field twice."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send the parameters as `application/x-www-form-urlencoded`.")
    body = await limited_body(request, BODY_LIMIT)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # of which UnicodeDecodeError is one
        raise OAuthError("invalid_request", "The form is not percent-encoded UTF-8, or has too many fields.") from error
    return single_values(pairs)


def _refused(error: OAuthError, *, used_header: bool = False) -> Response:
    # RFC 6749, section 5.2: who tried the header learns that it is one of the ways.
    response = answered(error_body(error), error.status)
    if error.status == 401 and used_header:
        response.headers["www-authenticate"] = 'Basic realm="onememory"'
    return response


def _too_often(error: RateLimited) -> Response:
    response = _refused(OAuthError("temporarily_unavailable", str(error), 429))
    response.headers["retry-after"] = str(error.retry_after)
    return response


async def _admit(limiting: Limiting, limit: Limit, request: Request) -> None:
    verdict = await limiting.admit(limit, request.client.host if request.client else "")
    if not verdict.passes:
        wait = verdict.retry_after
        raise RateLimited(f"Too many requests from this address; try again in {wait} s.", wait)
