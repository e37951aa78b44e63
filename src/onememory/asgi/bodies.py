"""Bodies of requests and answers: read within a limit, written as JSON."""

from collections.abc import AsyncIterator

import msgspec
from starlette.requests import Request

from onememory.domain.errors import TooLarge


class BodyTooLarge(TooLarge):
    """More bytes come at once than a request may have."""


async def limited_body(request: Request, limit: int) -> bytes:
    """The whole body; raises TooLarge as soon as it is known to be over the limit."""
    return b"".join([piece async for piece in limited_pieces(request, limit)])


async def limited_pieces(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as it comes; raises TooLarge as soon as it is known to be over the limit."""
    check_declared(request, limit)
    async for piece in counted_pieces(request, limit):
        yield piece


async def counted_pieces(request: Request, limit: int) -> AsyncIterator[bytes]:
    """The body as far as it lies within the limit, whatever its sender says of its size; then raises TooLarge."""
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        yield piece


def check_declared(request: Request, limit: int) -> None:
    """Pass, or raise TooLarge for a body of which its sender says that it is over the limit."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(f"The body is over the limit of {limit // 1024:,} KiB; send less at once.")


def json_of(body: object) -> bytes:
    """A body as JSON; dataclasses and Structs alike."""
    return msgspec.json.encode(body)
