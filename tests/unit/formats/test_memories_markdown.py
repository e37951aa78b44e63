import re
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from memory_strategies import memory, storable

from onememory.formats.content import Content
from onememory.formats.memories.markdown_list import heading, item, normal_lines
from onememory.formats.memories.pasted_list import read
from onememory.formats.moments import leading_day

BREAKERS = ["#", "-", "*", "+", ">", "=", "~", "`", "|", "_", "[", "]", ":", ".", ")", "<", "&", ";", "\\", "/", "!"]
PIECES = [
    *BREAKERS,
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "1",
    "a",
    "[2026-01-31] - ",
    "2026-01-31 ",
    "```",
    "<b>",
    "&amp;",
    "\x0b",
]
tricky = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


@given(text=(tricky | st.text(storable, max_size=60)).map(normal_lines).filter(bool))
@example("2026-01-31 2026-02-28 Likes tea")
@example("Likes tea\n\n\n  # and coffee\n- [unknown] - x\n===\n1. one")
def test_a_text_comes_back_as_it_was_with_its_day_in_front(text: str) -> None:
    found = read(Content(item(memory(text)) + item(memory("Another."))))
    expected = text if leading_day(text)[0] else f"2026-03-04 {text}"
    if any(not c.isspace() and c.isprintable() for c in text):
        assert [m.text for m in found.memories] == [expected, "2026-03-04 Another."]


def test_the_layout_is_the_one_that_other_assistants_import() -> None:
    document = heading("Food", is_first=True) + item(memory("Likes tea.")) + item(memory("2024-05-01 Nurse."))
    document += heading("Work", is_first=False)
    assert document.decode() == ("## Food\n\n- [2026-03-04] - Likes tea.\n- [2024-05-01] - Nurse.\n\n## Work\n\n")


def test_lines_are_indented_under_their_item() -> None:
    assert item(memory("a\r\n\r\nb\n")).decode() == "- [2026-03-04] - a\n\n  b\n"


@pytest.mark.parametrize(
    ("line", "escaped"),
    [
        ("# b", r"\# b"),
        ("- b", r"\- b"),
        ("> b", r"\> b"),
        ("===", r"\==="),
        ("```", r"\```"),
        ("12. b", r"12\. b"),
        ("  * b", r"  \* b"),
        ("[a]: b", r"\[a]: b"),
        ("<script>", r"\<script>"),
        ("x <!-- b", r"x \<!-- b"),
        ("a &lt; b", r"a \&lt; b"),
        (r"\<b>", r"\\\<b>"),
        ("a < b & c", "a < b & c"),
        (r"C:\new\_x", r"C:\new\_x"),
    ],
)
def test_nothing_breaks_out_of_its_item(line: str, escaped: str) -> None:
    assert item(memory(f"a\n{line}")).decode() == f"- [2026-03-04] - a\n  {escaped}\n"


@given(text=tricky.filter(str.strip))
def test_a_markdown_parser_sees_one_item_and_no_markup(text: str) -> None:
    document = heading("Food", is_first=True) + item(memory(text)) + item(memory("Another."))
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(document.decode())
    kinds = [token.type for token in tokens] + [part.type for token in tokens for part in token.children or ()]
    assert kinds.count("list_item_open") == 2
    assert kinds.count("heading_open") == 1
    assert not {"html_block", "html_inline", "blockquote_open", "fence", "hr", "table_open"}.intersection(kinds)


@given(text=tricky.filter(str.strip))
def test_every_line_after_the_first_is_blank_or_indented_text(text: str) -> None:
    _, *others = item(memory(text)).decode().removesuffix("\n").split("\n")
    assert all(re.fullmatch(r"|  \s*(?![#>*+=~`|_\[-])(?![0-9]+[.)]).*", line, re.DOTALL) for line in others)


@given(
    name=(tricky | st.text(storable)).map(lambda name: " ".join(name.split())).filter(lambda name: 0 < len(name) < 99)
)
def test_a_bucket_name_comes_back_as_the_label(name: str) -> None:
    document = heading(name, is_first=True) + item(memory("a"))
    if name.isprintable():
        assert read(Content(document)).memories[0].labels == (name,)


def test_the_day_is_that_of_utc() -> None:
    moment = datetime.fromisoformat("2026-01-01T00:30:00+02:00")
    assert item(memory("a", created_at=moment)).startswith(b"- [2025-12-31] - ")
