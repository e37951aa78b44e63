import io
import json
from typing import Any

import pytest
from export_readings import member
from hypothesis import given
from hypothesis import strategies as st

from onememory.domain.errors import InvalidInput
from onememory.formats.chats.found import Tally
from onememory.formats.chats.json_splitter import DEPTH_LIMIT, ITEM_LIMIT, VALUE_LIMIT, ItemSplitter
from onememory.formats.chats.json_stream import decoded, json_document, json_items, json_lines, json_records
from onememory.formats.chats.members import Member

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False)
    | st.text('ab"\\[]{},:é🌿', max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text('ab"\\[]', max_size=3), inner, max_size=4),
    max_leaves=20,
)


def items(data: bytes, *path: str) -> tuple[list[object], str]:
    """The items, and what was reported or how it ended."""
    tally = Tally()
    found: list[object] = []
    try:
        found.extend(json_items(member(data), tally, *path))
    except InvalidInput as error:
        return found, str(error)
    return found, " | ".join(f"{item.where}: {item.reason}" for item in tally.take_skipped())


@given(values=st.lists(JSON, max_size=6), indent=st.sampled_from([None, 1]), size=st.integers(1, 40))
def test_items_are_those_of_the_parser_however_the_blocks_fall(
    values: list[Any], indent: int | None, size: int
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=size % 2 == 0).encode()
    splitter = ItemSplitter(())
    blocks = [text[start : start + size] for start in range(0, len(text), size)]
    assert [json.loads(piece.text) for block in blocks for piece in splitter.pieces(block)] == values
    splitter.close()


@given(values=st.lists(JSON, max_size=4), other=JSON, key=st.text('ab"\\', max_size=3))
def test_the_array_at_a_path_is_found_among_others(values: list[Any], other: object, key: str) -> None:
    text = json.dumps({"x": other, key: {"list": other, "chats": values}, "y": [[], {key: [1]}]}).encode()
    assert items(text, key, "chats") == (values if key not in ("x", "y") else items(text, key, "chats")[0], "")


def test_a_path_that_is_not_there_gives_nothing() -> None:
    assert items(b'{"a": [1]}', "b") == ([], "")


BROKEN = {
    "truncated in an item": (b'[{"a":1},{"b', [{"a": 1}], "breaks off"),
    "truncated after an item": (b'[{"a":1},', [{"a": 1}], "breaks off"),
    "truncated in a string": (b'[1,"a]', [1], "breaks off"),
    "no JSON": (b"hello", [], "not valid JSON"),
    "nothing": (b"", [], "not valid JSON"),
    "text in front": (b"x[1]", [], "not valid JSON"),
    "text behind": (b"[1]x", [1], "not valid JSON"),
    "another array behind": (b"[1][2]", [1], "not valid JSON"),
    "crossed brackets": (b"[1}", [1], "not valid JSON"),
    "too many closed": (b"[1]]", [1], "not valid JSON"),
    "UTF-16": ("[1]".encode("utf-16"), [], "UTF-16"),
    "a broken item": (b'[{"a":},{"b":2}]', [{"b": 2}], "item 1: This is not valid JSON"),
    "an empty place": (b"[1,,2]", [1, 2], "item 2: This is not valid JSON"),
    "an item not in UTF-8": (b'["\xff\xfe","a"]', ["a"], "item 1: It is not valid UTF-8"),
    "an item too deep": (b"[" + b"[" * 200 + b"]" * 200 + b",1]", [1], "item 1: It is nested more than 200"),
    "an open item too deep": (b"[1," + b"[" * 100_000, [1], "breaks off"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_complete_items_are_kept_and_the_rest_is_reported(name: str) -> None:
    data, kept, reason = BROKEN[name]
    found, report = items(data)
    assert found == kept
    assert reason in report


TOLERATED = {
    "a byte order mark": (b"\xef\xbb\xbf[1]", [1]),
    "blanks": (b" \n[ 1 ,\t2 ]\n ", [1, 2]),
    "half a surrogate": (b'["\\ud800"]', ["\ud800"]),
    "NUL": (b'["\\u0000"]', ["\x00"]),
    "a line break in a string": (b'["a\nb"]', ["a\nb"]),
    "duplicate keys": (b'[{"a":1,"a":2}]', [{"a": 2}]),
    "huge integer": (b"[1" + b"0" * 100_000 + b"]", [float("inf")]),
    "huge float": (b"[1e999]", [float("inf")]),
    "brackets in strings": (b'["[{\\"]", 1]', ['[{"]', 1]),
    "the deepest": (b"[" * DEPTH_LIMIT + b"]" * DEPTH_LIMIT, [json.loads(b"[" * 199 + b"]" * 199)]),
    "no items": (b"[ ]", []),
}


@pytest.mark.parametrize("name", TOLERATED)
def test_strange_but_readable_items_are_read(name: str) -> None:
    data, kept = TOLERATED[name]
    assert items(data) == (kept, "")


class Endless(io.RawIOBase):
    """A stream that repeats one text that many times after an opening."""

    def __init__(self, opening: bytes, text: bytes, times: int, ending: bytes) -> None:
        super().__init__()
        self._parts = iter([opening, *([text] * times), ending])

    def read(self, _size: int = -1) -> bytes:
        return next(self._parts, b"")


HUGE = {
    "bytes": (b'["', b"a" * 1_000_000, ITEM_LIMIT // 1_000_000 + 1, b'",1]', "larger than 64 MB"),
    "values": (b"[[", b"0," * 100_000, VALUE_LIMIT // 100_000 + 1, b"0],1]", "more than 2,000,000 values"),
}


@pytest.mark.parametrize("name", HUGE)
def test_an_item_beyond_the_limits_is_skipped_alone(name: str) -> None:
    *parts, reason = HUGE[name]
    tally = Tally()
    found = list(json_items(Member("a", lambda: Endless(*parts)), tally))  # type: ignore[arg-type, return-value]
    assert found == [1]
    assert reason in tally.take_skipped()[0].reason


def test_lines_are_read_and_broken_ones_reported_together() -> None:
    tally = Tally()
    data = b'\xef\xbb\xbf{"a":1}\r\n\n{"b":\nnope\n"\xff"\n' + b"[" * 300 + b"]" * 300 + b'\n{"c":3}'
    assert list(json_lines(member(data), tally)) == [{"a": 1}, {"c": 3}]
    assert [(item.where, item.count) for item in tally.take_skipped()] == [
        ("a, line 3", 2),
        ("a, line 5", 1),
        ("a, line 6", 1),
    ]


@pytest.mark.parametrize("data", [b'{"a":1}', b'[{"a":1},2,[],null]', b' \n{"a":1}'])
def test_records_are_the_objects_of_a_list_or_the_one_object(data: bytes) -> None:
    assert list(json_records(member(data), Tally())) == [{"a": 1}]


@pytest.mark.parametrize("data", [b"[" * 201 + b"]" * 201, b'{"a":', b"\xff", b'{"a":' * 500 + b"1" + b"}" * 500])
def test_a_document_that_cannot_be_read_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        json_document(member(data))


def test_many_brackets_that_are_not_nested_are_read() -> None:
    assert decoded(b"[" + b"[]," * 1_000 + b'"[[[["]') == [[]] * 1_000 + ["[[[["]
