"""Forms with files: read part by part as they come, so that a file of any size needs the memory of one piece."""

import contextlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from onememory.asgi.bodies import counted_pieces
from onememory.domain.errors import InvalidInput, TooLarge

MULTIPART = b"multipart/form-data"
NAME_LIMIT = 200  # characters of a file's name; longer ones lose their beginning

_BROKEN = "The form did not arrive whole. Send it again."


@dataclass(frozen=True, slots=True)
class _Begin:
    name: str
    file_name: str | None


class _End:
    """Where a part ends."""


_Event = _Begin | bytes | _End


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the form; its pieces are read before the next part comes, or are passed over."""

    name: str
    file_name: str | None  # None: a field without a file
    pieces: AsyncIterator[bytes]

    async def text(self, limit: int) -> str:
        """The whole of a field, which is UTF-8; raises InvalidInput."""
        content = bytearray()
        async for piece in self.pieces:
            content += piece
            if len(content) > limit:
                raise InvalidInput(f"This field takes {limit // 1024:,} KiB at most; send the rest as a file.")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise InvalidInput(_BROKEN) from error


async def parts_of(request: Request, limit: int) -> AsyncIterator[Part]:
    """The fields in the order of the page; raises InvalidInput, and TooLarge once more bytes than the limit have come.

    What was typed before a file that is too large is thus not lost.
    """
    events = _Events(request, limit)
    while isinstance(event := await events.next(), _Begin | bytes | _End):
        if isinstance(event, _Begin):
            yield Part(event.name, event.file_name, _pieces(events))


async def fields_of(request: Request, limit: int) -> dict[str, list[str]]:
    """The fields without files, as far as they come within this many bytes; of what is no form, none."""
    fields: dict[str, list[str]] = {}
    with contextlib.suppress(InvalidInput, TooLarge):
        async for part in parts_of(request, limit):
            if part.file_name is None:
                fields.setdefault(part.name, []).append(await part.text(limit))
    return fields


async def _pieces(events: "_Events") -> AsyncIterator[bytes]:
    while isinstance(event := await events.next(), bytes):
        yield event


class _Events:
    """What the parser finds, one after another."""

    def __init__(self, request: Request, limit: int) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != MULTIPART or not boundary:
            raise InvalidInput(f"A form with files is sent as `{MULTIPART.decode()}`.")
        self._body = counted_pieces(request, limit)
        self._found: deque[_Event] = deque()
        self._header, self._value = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._has_ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._headers.clear,
                    "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin,
                    "on_part_data": lambda data, start, end: self._found.append(bytes(data[start:end])),
                    "on_part_end": lambda: self._found.append(_End()),
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise InvalidInput(_BROKEN) from error

    async def next(self) -> _Event | None:
        """The next one; None at the end."""
        while not self._found:
            piece = await anext(self._body, None)
            if piece is None:
                if not self._has_ended:
                    raise InvalidInput(_BROKEN)
                return None
            try:
                self._parser.write(piece)
            except FormParserError as error:
                raise InvalidInput(_BROKEN) from error
        return self._found.popleft()

    def _end(self) -> None:
        self._has_ended = True

    def _end_header(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _begin(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        file_name = options.get(b"filename")
        name = options.get(b"name", b"").decode(errors="replace")
        self._found.append(_Begin(name, None if file_name is None else _base_name(file_name)))


def _base_name(name: bytes) -> str:
    """The name without the folders that some browsers send with it."""
    return name.decode(errors="replace").replace("\\", "/").rpartition("/")[2].strip()[-NAME_LIMIT:]
