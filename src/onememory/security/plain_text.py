"""Stored text made safe to show: nothing invisible in it, nothing that Markdown would draw or link.

Whoever wrote it may have been hostile: an image that a client draws carries what stands in its address to the host that
it names, and invisible characters carry orders that no reader sees.
"""

import regex

_PICTOGRAPH = r"\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F)?"
_EMOJI = rf"{_PICTOGRAPH}(?:\u200D{_PICTOGRAPH})*|[0-9#*]\uFE0F\u20E3"
_HIDDEN = r"[[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\u2800]--[\n\t]]"
_INVISIBLE = regex.compile(rf"(?P<emoji>{_EMOJI})|{_HIDDEN}", regex.VERSION1)
_LINE_END = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")

# Code within a line is left as it is; every other backtick becomes an apostrophe. So all backticks come in pairs within
# a line and, as none of them holds a `|`, within a cell of a table: no reader can pair them otherwise.
_CODE = regex.compile(r"(?<![`\\])(`[^`|]+`)(?!`)")
_FENCE = regex.compile(r"(?P<before>[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*)(?P<fence>`{3,})(?P<after>[^`]*)")
_LINK = regex.compile(
    r"!?\[(?P<label>[^\[\]]*)\]\([ \t]*<?(?P<url>[^\s()<>]*)>?(?:[ \t]+(?:\"[^\"]*\"|'[^']*'))?[ \t]*\)"
)
_AUTOLINK = regex.compile(r"<((?:https?|ftp)://[^\s<>]*)>", regex.IGNORECASE)
_TAG = regex.compile(r"<(?=[A-Za-z/!?])")
_URL = regex.compile(r"(?P<escape>\\?)(?P<url>(?:(?:https?|ftp)://|www\.)[^\s`<>|]+)", regex.IGNORECASE)
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_NESTED = 3  # links within the text of links that are written out; deeper ones are only defused


def plain(text: str) -> str:
    """The text without what is invisible, and with images, links and HTML in a form that stays text.

    An address can still be read: `[site](http://x)` becomes ``site (`http://x`)``.
    """
    return "\n".join(_line(line) for line in visible(text).split("\n"))


def plain_line(text: str) -> str:
    """The same on one line, for titles and names."""
    return plain(" ".join(visible(text).split()))


def visible(text: str) -> str:
    """The text without control, bidi, zero-width and other invisible characters; emoji keep their joiners."""
    return _INVISIBLE.sub(lambda found: found["emoji"] or "", _LINE_END.sub("\n", text))


def _line(line: str) -> str:
    if fence := _FENCE.fullmatch(line):
        return fence["before"] + "~" * len(fence["fence"]) + _defused(fence["after"])
    pieces = _CODE.split(line)
    # Odd ones are code. A link's definition is read before code is, so what looks like one is not left as it is.
    safe = [piece if i % 2 and "]:" not in piece else _defused(piece) for i, piece in enumerate(pieces)]
    return "".join(safe).replace("``", "` `")


def _defused(text: str) -> str:
    text = _TAG.sub("< ", _AUTOLINK.sub(r"\1", text.replace("`", "'")))
    for _ in range(_NESTED):
        text = _LINK.sub(_written_out, text)
    text = text.replace("![", "[").replace("](", "] (").replace("]:", "] :")
    return _URL.sub(_as_code, text)


def _written_out(found: regex.Match[str]) -> str:
    return f"{found['label']} ({found['url']})"


def _as_code(found: regex.Match[str]) -> str:
    url = found["url"]
    while url[-1] in ".,;:!?'\"*_~" or (url[-1] in _CLOSERS and url.count(url[-1]) > url.count(_CLOSERS[url[-1]])):
        url = url[:-1]
    escape = f"{found['escape']} " if found["escape"] else ""  # or it would escape the backtick
    return f"{escape}`{url}`{found['url'][len(url) :]}"
