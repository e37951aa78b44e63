"""Forms with files: the same fields in whatever pieces they come, and words for what is no form."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.types import Message

from onememory.domain.errors import InvalidInput, TooLarge
from onememory.web.forms.files import parts_of

Field = tuple[str, str | None, bytes]

FIELDS: list[Field] = [
    ("form_token", None, b"abc"),
    ("text", None, b"- tea\r\n--the edg\r\n"),
    ("file", "Ünïcode, and more.zip", bytes(range(256)) * 3),
    ("file", "", b""),
]


def _body(fields: Sequence[Field]) -> bytes:
    parts = []
    for name, file_name, content in fields:
        file = "" if file_name is None else f'; filename="{file_name}"\r\nContent-Type: application/octet-stream'
        parts.append(
            f'--the-edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"
        )
    return b"".join(parts) + b"--the-edge--\r\n"


def _read(
    pieces: Sequence[bytes], content_type: str = "multipart/form-data; boundary=the-edge", limit: int = 10_000
) -> list[Field]:
    messages = iter([{"type": "http.request", "body": p, "more_body": True} for p in pieces])

    async def receive() -> Message:
        return next(messages, {"type": "http.request", "body": b"", "more_body": False})

    async def read() -> list[Field]:
        scope = {"type": "http", "headers": [(b"content-type", content_type.encode())]}
        request = Request(scope, receive)
        return [
            (part.name, part.file_name, b"".join([piece async for piece in part.pieces]))
            async for part in parts_of(request, limit)
        ]

    return asyncio.run(read())


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100_000])
def test_the_fields_are_the_same_in_whatever_pieces_they_come(size: int) -> None:
    body = _body(FIELDS)

    assert _read([body[i : i + size] for i in range(0, len(body), size)]) == FIELDS


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\fakepath\\chat.zip", "chat.zip"),
        ("../../etc/passwd", "passwd"),
        ("a/b.json", "b.json"),
        ("n" * 300, "n" * 200),
    ],
)
def test_a_file_has_a_name_without_folders(sent: str, kept: str) -> None:
    ((_, name, _),) = _read([_body([("file", sent, b"x")])])

    assert name == kept


def test_fields_that_are_passed_over_do_not_hold_up_the_next() -> None:
    async def names() -> list[str]:
        body = _body(FIELDS)

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = {"type": "http", "headers": [(b"content-type", b"multipart/form-data; boundary=the-edge")]}
        return [part.name async for part in parts_of(Request(scope, receive), 10_000)]

    assert asyncio.run(names()) == [name for name, _, _ in FIELDS]


@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data", "multipart/mixed; boundary=the-edge", ""]
)
def test_another_content_type_is_refused(content_type: str) -> None:
    with pytest.raises(InvalidInput, match="multipart/form-data"):
        _read([_body(FIELDS)], content_type)


@pytest.mark.parametrize("cut", [30, 100, 400])
def test_what_breaks_off_is_refused(cut: int) -> None:
    with pytest.raises(InvalidInput, match="whole"):
        _read([_body(FIELDS)[:cut]])


def test_more_than_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        _read([_body(FIELDS)], limit=500)
