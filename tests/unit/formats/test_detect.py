import io
import zipfile
from pathlib import Path

import pytest

from onememory.domain.errors import InvalidInput
from onememory.formats.memories import detect

PASTED = Path(__file__).parents[2] / "data" / "exports" / "pasted"

CASES = [
    ('{"format":"onememory","version":1,"memories":[]}', "onememory-json"),
    ('{\n  "buckets": [],\n  "format": "onememory"\n}', "onememory-json"),
    ('["Likes tea."]', "memories-json"),
    ('[{"text":"onememory"}]', "memories-json"),
    ('{"results":[{"memory":"Likes tea."}]}', "memories-json"),
    ('{"text":"Likes \\"onememory\\"."}', "memories-json"),
    ('{"type":"entity","name":"Ines","observations":["Nurse"]}\n{"type":"relation"}', "memories-jsonl"),
    ('{\n"text":"Likes tea."\n}', "memories-json"),
    ("text,date\nLikes tea,2026-01-01", "memories-csv"),
    ("Created At;Memory\n2026-01-01;Likes tea", "memories-csv"),
    ("memory\nLikes tea, and coffee", "memories-csv"),
    ('"Likes tea,\nand coffee"\n"Has a dog"', "memories-csv"),
    ("## Identity\nName is Ines.", "pasted-list"),
    ("[2026-01-31] - Likes tea.\n[unknown] - Has a dog.", "pasted-list"),
    ("Here is what I know:\n- Likes tea.\n- Has a dog.", "pasted-list"),
    ("1. Likes tea.\n2. Has a dog.", "pasted-list"),
    ("Likes tea, coffee.\nHas a dog, a cat.", "plain-lines"),
    ('"Carpe diem" is her motto.\nLikes tea.', "plain-lines"),
    ("Likes tea.\n- not a list", "plain-lines"),
]

REFUSED = [
    (b"", "empty"),
    (b" \n\t", "empty"),
    (b"\xef\xbb\xbf", "empty"),
    (b"PK\x03\x04rest", "ZIP"),
    (b"\x1f\x8b\x08rest", "gzip"),
    (b"%PDF-1.7", "PDF"),
    (b"SQLite format 3\x00rest", "SQLite"),
    (b"text\x00more", "character 5 is a NUL"),
    (b"caf\xe9", "byte 3 "),
    (b"\xef\xbb\xbfcaf\xe9", "byte 6 "),
    (b"\xff\xfe\x00\xd8", "byte 2 "),
    (b"\xff\xfe\x00\x00a\x00\x00\x00", "NUL"),
    (b"<!DOCTYPE html><p>", "web page"),
    (b"{\\rtf1 text}", "Rich Text"),
    (bytes(range(256)), "NUL|UTF-8"),
]


@pytest.mark.parametrize(("text", "format_id"), CASES)
def test_the_content_tells_the_format(text: str, format_id: str) -> None:
    assert detect.detect(text.encode()) == format_id


@pytest.mark.parametrize(("text", "format_id"), CASES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_changes_nothing(text: str, format_id: str, encoding: str) -> None:
    assert detect.detect(text.encode(encoding)) == format_id


@pytest.mark.parametrize(("data", "words"), REFUSED)
def test_what_cannot_be_memories_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        detect.detect(data)


def test_a_name_never_outweighs_the_content() -> None:
    assert detect.detect(b'["Likes tea."]', "memories.csv") == "memories-json"
    assert detect.detect(b"Likes tea.", "memories.json") == "plain-lines"


def test_a_csv_name_decides_where_the_content_leaves_it_open() -> None:
    assert detect.detect(b"Likes tea.", "memories.CSV") == "memories-csv"


@pytest.mark.parametrize(("text", "format_id"), [case for case in CASES if case[1] != "onememory-json"])
def test_each_format_is_read_by_its_reader(text: str, format_id: str) -> None:
    found = detect.read(text.encode())
    assert found.format == format_id
    assert found.memories


def test_a_real_zip_is_refused() -> None:
    with zipfile.ZipFile(archive := io.BytesIO(), "w") as writer:
        writer.writestr("memories.json", "[]")
    with pytest.raises(InvalidInput, match="unpack it"):
        detect.detect(archive.getvalue(), "memories.json")


def test_the_user_may_overrule_the_format() -> None:
    assert [m.text for m in detect.read(b"- Likes tea.", format_id="plain-lines").memories] == ["- Likes tea."]


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match="pasted-list, plain-lines"):
        detect.read(b"Likes tea.", format_id="docx")


@pytest.mark.parametrize(
    ("name", "format_id"),
    [("synthetic-memory-dump.md", "pasted-list"), ("synthetic-chatgpt-saved-memories.txt", "plain-lines")],
)
def test_the_sample_lists_are_known(name: str, format_id: str) -> None:
    assert detect.detect((PASTED / name).read_bytes(), name) == format_id
