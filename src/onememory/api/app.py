"""The REST door as routes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from onememory import __version__
from onememory.api.gpt_actions import gpt_document
from onememory.api.links import open_link
from onememory.api.openapi import document
from onememory.api.operations import Answer, Call, Operation, Stream
from onememory.api.routes import OPERATIONS
from onememory.asgi.addresses import LINK_PATH
from onememory.asgi.auth import Authentication
from onememory.asgi.bodies import json_of, limited_pieces
from onememory.domain.errors import Unavailable
from onememory.services import Services

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """What the settings say about the REST door."""

    public_url: str
    upload_limit: int  # bytes of a raw body


def api_routes(services: Services, authentication: Authentication, options: ApiOptions) -> list[BaseRoute]:
    """Everything of the REST door."""
    return [*_routes(services, authentication, options), *_open_routes(services, options)]


def _routes(services: Services, authentication: Authentication, options: ApiOptions) -> list[BaseRoute]:
    """One route a path, in the order of the list, so that a 405 can name every method that the path takes."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for operation in OPERATIONS:
        endpoint = _endpoint(operation, services, authentication, options)
        by_path.setdefault(operation.path, {})[operation.method] = endpoint
    return [Route(path, _by_method(endpoints), methods=list(endpoints)) for path, endpoints in by_path.items()]


def _by_method(endpoints: Mapping[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


def _endpoint(
    operation: Operation, services: Services, authentication: Authentication, options: ApiOptions
) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        actor = await authentication.actor(request)
        given = await operation.given(request)
        call = Call(actor, services, options.public_url)
        if operation.takes_file:
            call = Call(actor, services, options.public_url, limited_pieces(request, options.upload_limit))
        return _response(await operation.handler(call, given))

    return endpoint


def _response(answer: object) -> Response:
    if isinstance(answer, Stream):
        disposition = {"content-disposition": f'attachment; filename="{answer.file_name}"'}
        return StreamingResponse(answer.pieces, media_type=answer.media_type, headers=disposition)
    if isinstance(answer, Answer):
        return Response(json_of(answer.body), headers=answer.headers, media_type="application/json")
    return Response(json_of(answer), media_type="application/json")


def _open_routes(services: Services, options: ApiOptions) -> list[BaseRoute]:
    """What answers without a token: nothing of anybody's data, but what a signed link names."""
    published = document([o for o in OPERATIONS if o.is_published], options.public_url, __version__)
    full = document(OPERATIONS, options.public_url, __version__)
    about = {"name": "onememory", "version": __version__, "openapi": "/openapi.json"}

    async def ready(_: Request) -> Response:
        if reasons := await services.status.unready():
            raise Unavailable(" ".join(reasons))
        return _response({"status": "ready"})

    async def linked(request: Request) -> Response:
        return _response(await open_link(services, request.query_params))

    return [
        Route(LINK_PATH, linked, name="linked_conversation"),
        Route("/", _constant(about), name="about"),
        Route("/openapi.json", _constant(published), name="openapi"),
        Route("/openapi-gpt.json", _constant(gpt_document(options.public_url, __version__)), name="openapi_gpt"),
        Route("/openapi-full.json", _constant(full), name="openapi_full"),
        Route("/healthz", _constant({"status": "ok"}), name="healthz"),
        Route("/readyz", ready, name="readyz"),
    ]


def _constant(body: object) -> Endpoint:
    content = json_of(body)

    async def endpoint(_: Request) -> Response:
        return Response(content, media_type="application/json")

    return endpoint
