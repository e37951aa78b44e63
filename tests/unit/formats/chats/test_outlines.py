import json

import pytest

from onememory.formats.chats.outlines import outline_of

TEXT = json.dumps([{"id": "1", "mapping": {"a.b": {"message": {"author": {"role": "user"}}}}, "n": 3}, {"late": None}])


@pytest.mark.parametrize(
    "path", ["[]", "[]/id", "[]/mapping/a.b/message", "[]/mapping/*/message/author/role", "[]/late"]
)
def test_paths_of_keys_are_seen(path: str) -> None:
    assert outline_of(TEXT.encode()).has(path)


@pytest.mark.parametrize("path", ["", "id", "[]/role", "[]/*/role", "[]/mapping/author"])
def test_other_paths_are_not(path: str) -> None:
    assert not outline_of(TEXT.encode()).has(path)


@pytest.mark.parametrize(("path", "value"), [("[]/id", "1"), ("[]/n", "3"), ("[]/mapping", ""), ("[]/x", None)])
def test_the_first_plain_value_is_kept(path: str, value: str | None) -> None:
    assert outline_of(TEXT.encode()).value(path) == value


@pytest.mark.parametrize("length", range(1, len(TEXT), 7))
def test_a_text_may_break_off_anywhere(length: int) -> None:
    assert set(outline_of(TEXT[:length].encode()).values) <= set(outline_of(TEXT.encode()).values)


def test_lines_are_seen_as_several_values() -> None:
    outline = outline_of(b'\xef\xbb\xbf{"type":"a"}\n{"type":"b","x":1}')
    assert (outline.top_values, outline.value("type"), outline.has("x")) == (2, "a", True)


@pytest.mark.parametrize("head", [b"", b"abc", b"\xff\xfe[", b"]", b'"a"'])
def test_what_is_no_json_has_no_outline(head: bytes) -> None:
    assert not outline_of(head).values


@pytest.mark.parametrize("head", [b"[" * 65_536, b'["' + b'\\"' * 32_000, b'{"a":' * 13_000, b'["",' * 16_000])
def test_hostile_beginnings_are_no_trouble(head: bytes) -> None:
    assert len(outline_of(head).values) <= 5_000
