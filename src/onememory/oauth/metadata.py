"""What a client can learn without a token: who guards which part of this installation, and how."""

from starlette.responses import Response

from onememory.oauth.endpoints import Call, Handler, answered
from onememory.security.oauth.rfc8414_metadata import server_metadata
from onememory.security.oauth.rfc9728_metadata import resource_metadata


def describe_resource(path: str) -> Handler:
    """The metadata of the resource at this path."""

    async def handler(call: Call) -> Response:
        return answered(resource_metadata(call.base, path))

    return handler


async def describe_server(call: Call) -> Response:
    """The metadata of the authorisation server."""
    return answered(server_metadata(call.base, takes_documents=call.services.oauth_clients.takes_documents))
