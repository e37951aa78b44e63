"""Figures for Prometheus: requests by route and status, and how long they took."""

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from onememory.asgi.auth import Authentication
from onememory.asgi.boundary import Finished

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counts finished requests; an observer of the boundary."""

    media_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self._requests = Counter("onememory_requests", "Requests answered", labels, registry=self._registry)
        self._seconds = Histogram(
            "onememory_request_seconds", "Time to answer", ("route",), buckets=_BUCKETS, registry=self._registry
        )

    def __call__(self, finished: Finished) -> None:
        """Count one request."""
        self._requests.labels(finished.method, finished.route, str(finished.status)).inc()
        self._seconds.labels(finished.route).observe(finished.seconds)

    def route(self, authentication: Authentication) -> Route:
        """/metrics, for whoever has a token."""

        async def endpoint(request: Request) -> Response:
            await authentication.actor(request)
            return Response(generate_latest(self._registry), media_type=self.media_type)

        return Route("/metrics", endpoint, name="metrics")
