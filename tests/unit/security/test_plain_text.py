"""Stored text becomes text that nothing draws, links or hides in."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from onememory.security.plain_text import plain, plain_line, visible

DRAWN = {"image", "link_open", "html_inline", "html_block"}
PIECES = [
    *"`[]()<>!|\\:\"' \n#-*_~a",
    "```", "~~~", "](", "]:", "![", "[a]", "<img src=x>", "<http://e.org>", "<!--", "</", "javascript:", "&lt;", "> ",
    "http://e.org/a.png", "https://e.org", "www.e.org", "mailto:a@e.org", "//e.org", "| - |", "[a]: /b", "- ",
    "\u200b", "\u202e",
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada drinks tea; a < b, f(x)[1], 3 * 4 _ok_.", "Ada drinks tea; a < b, f(x)[1], 3 * 4 _ok_."),
        ("![pixel](http://e.org/p.png)", "pixel (`http://e.org/p.png`)"),
        ('[site](https://e.org "title")', "site (`https://e.org`)"),
        ("[![a](http://e.org/1)](http://e.org/2)", "a (`http://e.org/1`) (`http://e.org/2`)"),
        ("[a](javascript:alert)", "a (javascript:alert)"),
        ("see <https://e.org>.", "see `https://e.org`."),
        ("see https://e.org/a_(b), then", "see `https://e.org/a_(b)`, then"),
        ("www.e.org", "`www.e.org`"),
        ('<img src="http://e.org/p.png">', '< img src="`http://e.org/p.png`">'),
        ("[ref]: http://e.org\n![a][ref]", "[ref] : `http://e.org`\n[a][ref]"),
        ("run `curl http://e.org` now", "run `curl http://e.org` now"),
        ("an open ` and http://e.org", "an open ' and `http://e.org`"),
        ("```sh\nls\n```", "~~~sh\nls\n~~~"),
    ],
)
def test_what_markdown_would_draw_stays_text_that_can_be_read(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert plain(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("a\u202eb\u2066c\u200fd", "abcd"),
        ("a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg", "abcdefg"),
        ("hi\U000e0049\U000e0067!", "hi!"),  # letters that are tags
        ("a\ufe01\U000e0101b\u115f\u3164c", "abc"),  # selectors and fillers
        ("tab\tand\nline", "tab\tand\nline"),
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("👨‍👩‍👧 ❤️ 👍🏽 1️⃣", "👨‍👩‍👧 ❤️ 👍🏽 1️⃣"),
        ("日本語 العربية हिन्दी é", "日本語 العربية हिन्दी é"),
    ],
)
def test_what_cannot_be_seen_is_gone_and_what_can_stays(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_title_is_one_line() -> None:
    assert plain_line(" A\n title\u2029of [two](http://e.org) \t parts ") == "A title of two (`http://e.org`) parts"


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_renderer_draws_an_image_a_link_or_html(text: str) -> None:
    for kind in ("commonmark", "js-default"):
        markdown = MarkdownIt(kind, {"html": True, "linkify": False})
        tokens = [token for block in markdown.parse(plain(text)) for token in (block, *(block.children or ()))]
        assert not DRAWN & {token.type for token in tokens}, plain(text)


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_address_stands_outside_of_code(text: str) -> None:
    markdown = MarkdownIt("js-default", {"html": True})
    tokens = [token for block in markdown.parse(plain(text)) for token in (block.children or ())]
    shown = "".join(token.content if token.type == "text" else " " for token in tokens)
    assert not re.search(r"(https?://|www\.)[a-z]", shown), plain(text)


@given(st.text())
def test_any_text_is_rid_of_controls_and_stays_the_same_the_second_time(text: str) -> None:
    shown = plain(text)
    assert plain(shown) == shown
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t"]
