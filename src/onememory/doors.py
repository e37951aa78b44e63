"""The doors as ASGI applications: REST alone for the command line, all of them for a server."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Router
from starlette.types import ASGIApp

from onememory.api.app import ApiOptions, api_routes
from onememory.asgi.auth import Authentication
from onememory.asgi.bases import Bases
from onememory.asgi.boundary import Boundary
from onememory.asgi.metrics import Metrics
from onememory.asgi.origins import open_to
from onememory.asgi.proxies import TrustedHeader
from onememory.mcp.transports.endpoints import McpDoor
from onememory.oauth.routes import oauth_routes
from onememory.security.rate_limits import Limit, Rate
from onememory.services import Services
from onememory.settings import Settings
from onememory.web.app import web_routes
from onememory.web.failures import for_browsers


def rest_alone(services: Services, settings: Settings) -> ASGIApp:
    """The REST door, for commands that call it in their own process."""
    routes = api_routes(services, _authentication(services, settings), _api_options(settings))
    return Boundary(Router(routes, redirect_slashes=False))


@dataclass(frozen=True, slots=True)
class Doors:
    """Every door as one application, and the one among them that must be open while it serves."""

    app: ASGIApp
    mcp: McpDoor
    proxies: Sequence[str] | None  # addresses; None: those of this machine


def make_doors(services: Services, settings: Settings) -> Doors:
    """Every door."""
    authentication = _authentication(services, settings)
    mcp = McpDoor(services, authentication, _bases(settings))
    data = settings.data if "data" in settings.said_by else None
    proxy = TrustedHeader(settings.proxy_header, settings.proxy_addresses or ())
    pages = web_routes(services, _bases(settings), _upload_limit(settings), proxy, data)  # first: `/` is a page
    routes = [
        *pages,
        *api_routes(services, authentication, _api_options(settings)),
        *mcp.routes(),
        *oauth_routes(services, _bases(settings)),
    ]
    metrics = Metrics() if settings.metrics else None
    if metrics:
        routes.append(metrics.route(authentication))
    boundary = Boundary(Router(routes, redirect_slashes=False), (metrics,) if metrics else (), for_browsers)
    return Doors(open_to(boundary, settings.browser_origins or ()), mcp, settings.proxy_addresses)


def _authentication(services: Services, settings: Settings) -> Authentication:
    rate = settings.rate_per_minute
    limit = Limit("requests of a token", Rate(rate), is_exact=False) if rate else None
    return Authentication(services.accounts, services.limiting, limit, _bases(settings))


def _bases(settings: Settings) -> Bases:
    return Bases(settings.base_url, is_public=settings.public_url is not None)


def _api_options(settings: Settings) -> ApiOptions:
    return ApiOptions(public_url=settings.base_url, upload_limit=_upload_limit(settings))


def _upload_limit(settings: Settings) -> int:
    return settings.upload_limit_mb * 1024 * 1024
