"""Bodies of requests and answers: read within a limit, written as JSON."""

from collections.abc import AsyncIterator

import msgspec
from starlette.requests import Request

from onememory.domain.errors import TooLarge


async def limited_body(request: Request, limit: int) -> bytes:
    """The whole body; raises TooLarge as soon as it is known to be over the limit."""
    return b"".join([piece async for piece in limited_pieces(request, limit)])


async def limited_pieces(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes; raises TooLarge as soon as it is known to be over the limit."""
    problem = f"The body is over the limit of {limit // 1024:,} KiB; send less at once."
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge(problem)
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise TooLarge(problem)
        yield piece


def json_of(body: object) -> bytes:
    """A body as JSON; dataclasses and Structs alike."""
    return msgspec.json.encode(body)
