"""The registration endpoint."""

import msgspec
from starlette.responses import Response

from onememory.asgi.bodies import limited_body
from onememory.domain.authorization import OAuthError
from onememory.oauth.endpoints import BODY_LIMIT, Call, answered


async def register_client(call: Call) -> Response:
    """Take a client in (RFC 7591, section 3)."""
    try:
        asked = msgspec.json.decode(await limited_body(call.request, BODY_LIMIT), type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise OAuthError(
            "invalid_client_metadata", "The body must be a JSON object that describes a client."
        ) from error
    registered = await call.services.oauth_clients.register(asked)
    return answered(registered.answer, 201)
