import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from memory_strategies import memory, storable

from onememory.formats.content import Content
from onememory.formats.imported import ImportedMemory
from onememory.formats.memories.csv_files import COLUMNS, header, read, row

FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\rx", "'=1", "''@x"]
visible = (st.text(st.sampled_from("'=+-@\t\r\n\",;|ab "), max_size=20) | st.text(storable, max_size=40)).map(
    lambda text: text + "x"
)


def texts(text: str) -> list[str]:
    return [memory.text for memory in read(Content(text.encode(), "a.csv")).memories]


@given(text=visible)
@example("\u2028\x85\x0b\x1cx")
def test_a_text_comes_back_exactly(text: str) -> None:
    found = read(Content(header() + row(memory(text), "Food") + row(memory("Another."), "General")))
    assert [m.text for m in found.memories] == [text, "Another."]


def test_a_row_holds_what_the_header_names() -> None:
    written = row(memory("Likes tea.", about=date(2026, 1, 31), source="claude"), "Food").decode()
    assert next(csv.reader(io.StringIO(written, newline=""))) == (
        [
            "m1",
            "2026-03-04T05:06:07.890Z",
            "2026-03-04T05:06:07.890Z",
            "2026-01-31",
            "Food",
            "claude",
            "stated",
            "Likes tea.",
        ]
    )
    assert header() == ",".join(COLUMNS).encode() + b"\r\n"


def test_our_own_rows_keep_bucket_date_and_source() -> None:
    found = read(Content(header() + row(memory("Likes tea.", source="claude"), "-Food")))
    moment = datetime(2026, 3, 4, 5, 6, 7, 890_000, tzinfo=UTC)
    assert found.memories == [ImportedMemory(2, "Likes tea.", "-Food", moment, "claude")]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text: str) -> None:
    written = row(memory(text, source=text), text).decode()
    cells = next(csv.reader(io.StringIO(written, newline="")))
    assert [cells[4], cells[5], cells[7]] == [f"'{text}"] * 3


@pytest.mark.parametrize("text", ["'quoted'", "'tis", "x=1", " =1"])
def test_an_apostrophe_of_the_text_stays(text: str) -> None:
    assert row(memory(text), "Food").decode().endswith(f"{text}\r\n")
    assert texts(f"text\n{text}\n") == [text]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str) -> None:
    table = [["Folder", "Created At", "Memory"], ["Food", "2026-03-04", "Likes tea, coffee; not mate"]]
    written = "\n".join(delimiter.join(f'"{cell}"' for cell in cells) for cells in table)
    found = read(Content(written.encode()))
    moment = datetime(2026, 3, 4, tzinfo=UTC)
    assert found.memories == [ImportedMemory(2, "Likes tea, coffee; not mate", "Food", moment)]


def test_quoted_line_ends_stay_and_positions_are_lines() -> None:
    found = read(Content(b'text,tags\r\n"a\r\nb",x\r\n\r\nc,y'))
    assert [(m.position, m.text, m.labels) for m in found.memories] == [(2, "a\r\nb", ("x",)), (5, "c", ("y",))]


def test_a_single_column_needs_no_header_and_no_quotes() -> None:
    assert texts('Likes tea, coffee\n"Has ""a"" dog,\nand a cat"\nIs 36') == [
        "Likes tea, coffee",
        'Has "a" dog,\nand a cat',
        "Is 36",
    ]


def test_prose_with_commas_is_not_taken_for_columns() -> None:
    assert texts("Likes tea, coffee\nLikes dogs, cats") == ["Likes tea, coffee", "Likes dogs, cats"]


def test_without_header_a_column_of_dates_makes_columns() -> None:
    found = read(Content(b"2026-03-04,7,Likes tea\n2026-03-05,8,Has a dog", "a.csv"))
    assert [(m.text, m.created_at and m.created_at.day) for m in found.memories] == [("Likes tea", 4), ("Has a dog", 5)]


def test_unquoted_commas_in_a_last_column_of_text_are_mended() -> None:
    assert texts("date,text\n2026-03-04,Likes tea, coffee, mate") == ["Likes tea, coffee, mate"]


def test_rows_that_do_not_fit_become_problems() -> None:
    found = read(Content(b"text,date\nLikes tea, coffee,2026-03-04\n,2026-03-04\nHas a dog"))
    assert [m.text for m in found.memories] == ["Has a dog"]
    assert [(p.position, p.reason.split(";")[0]) for p in found.problems] == [
        (2, "It has 3 cells and its header 2"),
        (3, "It has no text."),
    ]


def test_ten_thousand_columns_are_read() -> None:
    columns = ",".join(f"c{number}" for number in range(10_000))
    assert texts(f"{columns},text\n{',' * 10_000}Likes tea") == ["Likes tea"]
