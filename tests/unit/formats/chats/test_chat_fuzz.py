"""Whatever is in a file: nothing is raised but InvalidInput, and everything that comes out can be stored."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from export_readings import EXPORTS, Reading, member, reading_of
from hypothesis import given
from hypothesis import strategies as st

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.archives import opened_export
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.detect import CHAT_FORMATS
from onememory.formats.chats.found import Tally
from onememory.formats.chats.local_dates import local_moment, looks_like_date
from onememory.formats.chats.outlines import outline_of

SAMPLES = sorted(
    path for vendor in ("chatgpt", "claude", "deepseek", "grok", "gemini") for path in (EXPORTS / vendor).iterdir()
)
JSON_SAMPLES = [path for path in SAMPLES if path.suffix in (".json", ".txt")]
ODD: list[Any] = [None, True, 0, -1, 1e300, "", "x", "\x00\ud800", [], {}, [None], [[]], {"": None}, [{}], float("nan")]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to everything in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def replaced(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], odd)
    return copy


VALUES = {path.name: json.loads(path.read_text()) for path in JSON_SAMPLES}
PLACES = {name: list(places(value)) for name, value in VALUES.items()}


def is_storable(found: Reading) -> bool:
    text = repr(found.suggestions)
    for chat in found.conversations:
        assert chat.messages
        assert chat.title
        assert chat.platform_id
        text += "".join([chat.title, chat.platform_id, *(message.text + message.id for message in chat.messages)])
    return "\x00" not in text and bool(text.encode() or True)


@given(data=st.data(), name=st.sampled_from(sorted(VALUES)))
def test_a_sample_with_odd_values_anywhere_is_read(data: st.DataObject, name: str) -> None:
    value = VALUES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(PLACES[name]))
        try:
            value = replaced(value, path, data.draw(st.sampled_from(ODD)))
        except (TypeError, KeyError, IndexError):
            continue  # an odd value stands there already
    assert is_storable(reading_of(json.dumps(value).encode()))


@given(data=st.data(), path=st.sampled_from([*JSON_SAMPLES, EXPORTS / "gemini" / "synthetic-MyActivity.html"]))
def test_a_damaged_sample_is_read(data: st.DataObject, path: Any) -> None:
    text = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.sampled_from([0, 1, 5, 500])))
        text[start:end] = data.draw(st.binary(max_size=4) | st.sampled_from([b'"', b"\\", b"}", b"[", b",", b"<br>"]))
    assert is_storable(reading_of(bytes(text)))


@given(data=st.binary(max_size=60) | st.text('[]{}",:\\ amping', max_size=60).map(str.encode))
@pytest.mark.parametrize("row", CHAT_FORMATS, ids=lambda row: row.id)
def test_a_reader_raises_nothing_but_invalid_input(row: ChatFormat, data: bytes) -> None:
    assert row.sniff(data, "a") in (True, False)
    try:
        for _ in row.read(member(data), Tally()):
            pass
    except InvalidInput:
        return


@given(data=st.data(), path=st.sampled_from([path for path in SAMPLES if path.suffix == ".zip"]))
def test_a_damaged_archive_is_read_or_refused(data: st.DataObject, path: Any) -> None:
    packed = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        packed[data.draw(st.integers(4, len(packed) - 1))] = data.draw(st.integers(0, 255))
    try:
        with opened_export("a.zip", lambda: member(bytes(packed)).open()) as export:
            for item in export.members:
                reading_of(b"".join(_read(item)))
    except InvalidInput:
        return


def _read(item: Any) -> Iterator[bytes]:
    with item.open() as stream:
        yield stream.read()


@given(line=st.text(max_size=60))
def test_any_line_can_be_asked_for_a_date(line: str) -> None:
    assert local_moment(line) is None or looks_like_date(line) in (True, False)


@given(head=st.binary(max_size=80) | st.text('[]{}",:\\a1 ', max_size=80).map(str.encode))
def test_any_text_has_an_outline(head: bytes) -> None:
    assert len(outline_of(head).values) <= 80
