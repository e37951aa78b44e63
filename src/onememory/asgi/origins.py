"""Which web pages may call us from a browser (CORS, fetch.spec.whatwg.org, section 3.2)."""

from collections.abc import Sequence

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

_HOUR = 3_600  # seconds for which a browser need not ask again


def open_to(app: ASGIApp, origins: Sequence[str]) -> ASGIApp:
    """An application that pages of these origins may call with a token; cookies are none of theirs."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=("GET", "POST", "PUT", "PATCH", "DELETE"),
        allow_headers=("authorization", "content-type"),
        expose_headers=("x-request-id", "x-onememory-confidence", "retry-after"),
        max_age=_HOUR,
    )
