"""The doors as ASGI applications: REST alone for the command line, all of them for a server."""

from starlette.routing import Router
from starlette.types import ASGIApp

from onememory.api.app import ApiOptions, api_routes
from onememory.asgi.auth import Authentication
from onememory.asgi.boundary import Boundary
from onememory.asgi.metrics import Metrics
from onememory.security.rate_limits import Rate
from onememory.services import Services
from onememory.settings import Settings


def rest_alone(services: Services, settings: Settings) -> ASGIApp:
    """The REST door, for commands that call it in their own process."""
    routes = api_routes(services, _authentication(services, settings), _api_options(settings))
    return Boundary(Router(routes, redirect_slashes=False))


def make_app(services: Services, settings: Settings) -> ASGIApp:
    """Every door."""
    authentication = _authentication(services, settings)
    routes = api_routes(services, authentication, _api_options(settings))
    if not settings.metrics:
        return Boundary(Router(routes, redirect_slashes=False))
    metrics = Metrics()
    return Boundary(Router([*routes, metrics.route(authentication)], redirect_slashes=False), (metrics,))


def _authentication(services: Services, settings: Settings) -> Authentication:
    rate = Rate(settings.rate_per_minute) if settings.rate_per_minute else None
    return Authentication(services.accounts, rate)


def _api_options(settings: Settings) -> ApiOptions:
    return ApiOptions(public_url=settings.base_url, upload_limit=settings.upload_limit_mb * 1024 * 1024)
