import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.formats.chats.html_text import text_of_html

TEXTS = {
    "plain": ("a b", "a b"),
    "entities": ("a &amp; b &lt;c&gt; &#233;", "a & b <c> é"),
    "paragraphs": ("<p>a</p><p>b</p>", "a\n\nb"),
    "breaks": ("a<br>b<br/>c", "a\nb\nc"),
    "lists": ("<ul><li>a</li><li>b <b>c</b></li></ul>", "- a\n- b c"),
    "headings": ("<h1>a</h1>b", "a\n\nb"),
    "tables": ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
    "runs of blanks": ("a \n\t b", "a b"),
    "scripts": ("a<script>x<1</script><style>y</style>b", "ab"),
    "comments": ("a<!-- <p>x</p> -->b", "ab"),
    "an open comment": ("a<!-- b", "a"),
    "no tags": ("1 < 2 > 0", "1 < 2 > 0"),
    "attributes": ('<a href="x" onclick="y">a</a>', "a"),
    "declaration": ("<!DOCTYPE html><p>a", "a"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize("name", TEXTS)
def test_html_is_read_as_its_words(name: str) -> None:
    html, text = TEXTS[name]
    assert text_of_html(html) == text


@given(html=st.text("<>/!-abp &;\n", max_size=60))
def test_any_text_is_taken(html: str) -> None:
    assert isinstance(text_of_html(html), str)


@pytest.mark.parametrize(
    "html", ["<" * 500_000, "<a" * 500_000, "<" + "a" * 500_000, "<b> " * 200_000, "<!--" * 200_000, "&" * 500_000]
)
def test_long_texts_of_broken_tags_are_no_trouble(html: str) -> None:
    assert len(text_of_html(html)) <= len(html)
