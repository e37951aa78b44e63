"""What an operation is: a path, what it takes, what it answers, and how a request becomes a call."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from onememory.asgi.arguments import in_words
from onememory.asgi.bodies import limited_body
from onememory.domain.actors import Actor
from onememory.domain.errors import InvalidInput
from onememory.services import Services

JSON_LIMIT = 8 * 1024 * 1024  # bytes of a body; raw bodies have the limit of the settings

Given = Any  # a Struct of the operation's own; the table in routes.py is where both are joined


class Nothing(msgspec.Struct):
    """An operation that takes no arguments."""


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that is sent piece by piece."""

    pieces: AsyncIterator[bytes]
    media_type: str
    file_name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with headers of its own."""

    body: object
    headers: Mapping[str, str]


async def _no_pieces() -> AsyncIterator[bytes]:
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request."""

    actor: Actor
    services: Services
    public_url: str  # under which clients reach this installation
    pieces: AsyncIterator[bytes] = field(default_factory=_no_pieces)  # of the file that the operation takes


Handler = Callable[[Call, Given], Awaitable[object]]


@dataclass(frozen=True)
class Operation:
    """One line of the list of paths; fields of `takes` that stand in the path come from there."""

    method: str
    path: str
    handler: Handler
    id: str  # the operationId
    summary: str
    takes: type[msgspec.Struct] = Nothing
    answers: Any = None
    is_published: bool = False  # in /openapi.json, which GPT Actions import
    body_limit: int = JSON_LIMIT
    deletes_by_body: bool = False  # a DELETE with a JSON body, as the contract has one
    takes_file: bool = False  # the body is a file; the fields of `takes` come from the query

    @cached_property
    def has_json_body(self) -> bool:
        """Whether the fields of `takes` that are not in the path come as JSON."""
        names = {field.encode_name for field in msgspec.structs.fields(self.takes)} - self.path_names
        return (self.method in {"POST", "PUT", "PATCH"} or self.deletes_by_body) and not self.takes_file and bool(names)

    @cached_property
    def path_names(self) -> frozenset[str]:
        """The names of the parameters in the path."""
        return frozenset(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    async def given(self, request: Request) -> Given:
        """The request's arguments; raises InvalidInput in words."""
        # An empty parameter is one that was not filled in.
        values: dict[str, object] = {k: v for k, v in _query(request).items() if v}
        if self.has_json_body:
            if not self.path_names:
                return _decoded(await json_body(request, self.body_limit), self.takes)
            values = _decoded(await json_body(request, self.body_limit), dict[str, Any])
        return _converted(values | request.path_params, self.takes)


def _query(request: Request) -> dict[str, str]:
    text = request.scope["query_string"].decode("latin-1")
    try:
        return dict(parse_qsl(text, errors="strict"))
    except (UnicodeDecodeError, ValueError) as error:
        raise InvalidInput("The query string is not valid UTF-8; send percent-encoded UTF-8.") from error


async def json_body(request: Request, limit: int) -> bytes:
    """The body of a request that must be JSON; raises InvalidInput and TooLarge."""
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json" and not media_type.endswith("+json"):
        raise InvalidInput(f"The body is `{media_type}`; send JSON with `Content-Type: application/json`.")
    return await limited_body(request, limit)


def _decoded(body: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(body or b"{}", type=shape, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(in_words(error, shape)) from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The body is not valid UTF-8 ({error.reason}); send JSON in UTF-8.") from error
    except msgspec.DecodeError as error:
        raise InvalidInput(f"The body is not valid JSON: {error}. Lone surrogates count as invalid.") from error
    except RecursionError as error:
        raise InvalidInput("The body is nested too deeply; send flat JSON.") from error


def _converted(values: Mapping[str, object], shape: Any) -> Any:
    try:
        return msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(in_words(error, shape)) from error
