"""One error body, and one table: what went wrong to which status."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.domain.errors import (
    Conflict,
    DiskFull,
    Forbidden,
    InvalidInput,
    NotFound,
    OneMemoryError,
    RateLimited,
    StorageFailed,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnknownIds,
)

RETRY_SECONDS = 5  # after which a part that was out of order may be back


class Challenged(Unauthenticated):
    """No good token came with a request; `challenge` is the `WWW-Authenticate` that tells how to get one."""

    def __init__(self, message: str, challenge: str) -> None:
        super().__init__(message)
        self.challenge = challenge


STATUS: dict[type[OneMemoryError], int] = {
    InvalidInput: 400,
    UnknownIds: 404,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    TooLarge: 413,
    RateLimited: 429,
    StorageFailed: 500,
    DiskFull: 503,
    Unavailable: 503,
}


class ErrorBody(Struct, omit_defaults=True):
    """What every failure answers."""

    error: Annotated[str, Meta(description="What was wrong and what would be right.")]
    text: str | UnsetType = UNSET
    score: float | UnsetType = UNSET
    rejectedIds: list[str] | UnsetType = UNSET  # noqa: N815 - the contract's name


def status_of(error: OneMemoryError) -> int:
    """The status of the nearest class in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def body_of(error: OneMemoryError) -> ErrorBody:
    """The contract's error body."""
    if isinstance(error, UnknownIds):
        return ErrorBody(str(error), rejectedIds=error.rejected_ids)
    return ErrorBody(str(error))


def headers_of(error: OneMemoryError) -> dict[str, str]:
    """What a client needs to know beside the body."""
    if isinstance(error, RateLimited):
        return {"retry-after": str(error.retry_after)}
    if isinstance(error, Unavailable):
        return {"retry-after": str(RETRY_SECONDS)}
    if isinstance(error, Challenged):
        return {"www-authenticate": error.challenge}
    if isinstance(error, Unauthenticated):
        return {"www-authenticate": 'Bearer realm="onememory"'}
    return {}
