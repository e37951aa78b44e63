"""The token endpoint."""

from starlette.responses import Response

from onememory.oauth.endpoints import Call, answered, form_of
from onememory.security.oauth.rfc6749_tokens import credentials_of, tokens_body


async def give_tokens(call: Call) -> Response:
    """Tokens for a code or a refresh token (RFC 6749, sections 4.1.3 and 6)."""
    form = await form_of(call.request)
    credentials = credentials_of(form, call.request.headers.get("authorization"))
    return answered(tokens_body(await call.services.connections.exchange(form, credentials, call.base)))
