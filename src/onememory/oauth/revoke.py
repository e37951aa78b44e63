"""The revocation endpoint."""

from starlette.responses import Response

from onememory.oauth.endpoints import Call, answered, form_of
from onememory.security.oauth.rfc6749_tokens import credentials_of


async def revoke_token(call: Call) -> Response:
    """End the connection of a token; a token that is unknown has ended already (RFC 7009, section 2.2)."""
    form = await form_of(call.request)
    credentials = credentials_of(form, call.request.headers.get("authorization"))
    await call.services.connections.revoke(form, credentials)
    return answered({})
