import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onememory.domain.errors import InvalidInput
from onememory.formats.imported import ParsedMemories
from onememory.formats.memories import detect
from onememory.formats.own_export import export_file

FORMAT_IDS = [row.id for row in detect.FORMATS]

HOSTILE = {
    "deep arrays": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and open": b'[{"memories":' * 100_000,
    "deep line": b'{"text":"a"}\n{"b":' + b"[" * 100_000,
    "deep export": b'{"format":"onememory","memories":' + b"[" * 100_000 + b"}",
    "open string": b'["' + b'\\"' * 200_000,
    "huge numbers": b'[{"text":1' + b"0" * 100_000 + b'},{"text":"a","date":1e999,"bucket":-1' + b"0" * 9999 + b"}]",
    "not numbers": b'[{"text":"a","date":NaN},{"text":"b","date":-Infinity}]',
    "lone surrogates": b'["\\ud800",{"text":"\\udfff a","bucket":"\\ud800","source":"\\ud800"}]',
    "escaped NUL": b'["a\\u0000b",{"text":"a","tags":["\\u0000"]}]',
    "duplicate keys": b'{"text":"a","text":"b","text":{"text":["c"]}}',
    "wrong types": b'[null,true,1,1.5,[],{},{"text":[]},{"text":{}},{"memories":[[[]]]},{"observations":1,"name":""}]',
    "many columns": b"text," * 10_000 + b"\n" + b"a," * 10_000,
    "quotes": b'text,date\n"' + b'""' * 200_000,
    "one cell too long": b'"' + b"a" * 300_000 + b'"\n"b"\n',
    "backslashes": b"- " + b"\\" * 300_000 + b"\n  " + b"\\" * 300_000,
    "stars": b"- a\n" + b"*" * 300_000 + b"\n" + b"**a" * 100_000,
    "spaces": b"- a\n" + b" " * 300_000 + b"b\n#" + b" " * 300_000,
    "hashes": b"# " + b"#" * 300_000 + b"\n" + b"# " * 100_000,
    "ampersands": b"- " + b"&" * 100_000 + b"&a" * 100_000,
    "brackets": b"- a\n" + b"[2026-01-31]" * 50_000 + b"[" * 100_000,
    "blank lines": b"- a" + b"\n" * 300_000 + b"  b",
    "controls": bytes(set(range(1, 32)) - {10, 13}) * 10,
    "binary": bytes(range(256)) * 100,
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg".encode(),
}


@pytest.mark.parametrize("format_id", [None, *FORMAT_IDS])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_or_read_and_never_breaks_a_reader(name: str, format_id: str | None) -> None:
    found = _read_or_refusal(HOSTILE[name], format_id)
    if isinstance(found, str):
        assert len(found) < 500
    else:
        assert all(_is_storable(memory.text) for memory in found.memories)


@given(
    data=st.binary(max_size=200)
    | st.text("[]{}\",:\\\n -#*'=;ab1\ud800", max_size=80).map(lambda t: t.encode("utf-8", "replace"))
)
@example(data=b'{"a":"\\')
def test_nothing_but_invalid_input_is_raised(data: bytes) -> None:
    for format_id in (None, *FORMAT_IDS):
        try:
            detect.read(data, "a.csv", format_id)
        except InvalidInput:
            continue


@pytest.mark.parametrize("name", ["deep arrays", "deep objects", "deep and open", "deep export"])
def test_deep_nesting_is_named(name: str) -> None:
    data = HOSTILE[name]
    with pytest.raises(InvalidInput, match="levels deep"):
        detect.read(data + b"}" if name == "deep and open" else data)


@pytest.mark.parametrize("name", HOSTILE)
def test_the_export_decoder_survives_it_too(name: str) -> None:
    with pytest.raises(InvalidInput):
        export_file.decode(HOSTILE[name])


def _is_storable(text: str) -> bool:
    return bool(text.strip()) and "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _read_or_refusal(data: bytes, format_id: str | None) -> ParsedMemories | str:
    try:
        return detect.read(data, format_id=format_id)
    except InvalidInput as error:
        return str(error)
