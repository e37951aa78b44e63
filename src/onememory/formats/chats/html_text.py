"""HTML as plain text: paragraphs and list items on lines of their own, without scripts, styles and comments."""

import re
from html import unescape

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)[^<>]*+>|<!--|-->|<[!?][^<>]*+>")
_UNSEEN = frozenset(("script", "style", "head", "template", "noscript"))
_OWN_LINES = frozenset(("p", "div", "ul", "ol", "table", "tr", "blockquote", "pre", "section", "article", "hr"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLANK_LINES = re.compile(r"\n{3,}")
_RUNS = re.compile(r"[ \t\r\n\f\v]+")


def text_of_html(html: str) -> str:
    """The words of an HTML fragment, whatever is wrong with it, in linear time."""
    parts: list[str] = []
    end = 0
    hidden_by = ""  # the tag, or the opening of a comment, whose end is waited for
    for tag in _TAG.finditer(html):
        if not hidden_by:
            parts.append(_RUNS.sub(" ", unescape(html[end : tag.start()])))
        name = (tag[2] or "").lower()
        if hidden_by:
            hidden_by = "" if _is_end(hidden_by, tag[0], tag[1] or "", name) else hidden_by
        elif tag[0] == "<!--" or (name in _UNSEEN and not tag[1]):
            hidden_by = name or tag[0]
        else:
            parts.append(_in_place_of(name, is_end=bool(tag[1])))
        end = tag.end()
    if not hidden_by:
        parts.append(_RUNS.sub(" ", unescape(html[end:])))
    lines = (line.strip() for line in "".join(parts).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_end(hidden_by: str, tag: str, slash: str, name: str) -> bool:
    return tag == "-->" if hidden_by == "<!--" else bool(slash) and name == hidden_by


def _in_place_of(name: str, *, is_end: bool) -> str:
    if name == "br":
        return "\n"
    if name == "li":
        return "" if is_end else "\n- "
    if name in ("td", "th"):
        return " " if is_end else ""
    if name in _HEADINGS or name == "p":
        return "\n\n"
    return "\n" if name in _OWN_LINES else ""
