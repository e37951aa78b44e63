"""The marks that ChatGPT leaves in its texts for its own pages: citations, names of things, writing blocks."""

import re

# U+E200 opens a mark, U+E202 divides it, U+E201 ends it; U+E203 and U+E204 stand around sentences, which stay.
_SIGNS_OR_BRACKET = re.compile("[\ue200-\ue206\u3010]")
_ENTITY = re.compile(
    "(?:\ue200)?entity(?:\ue202)?"
    r'\[\s*"(?:[^"\\\n]|\\.)*+"\s*,\s*"((?:[^"\\\n]|\\.)*+)"[^\]\n]{0,1000}+\]'
    "(?:\ue201)?"
)
_BARE_ENTITY = re.compile(r"(?<!\w)entity\[[^\]\n]{0,1000}+\]")
_MARK = re.compile("[ \t]?\ue200[^\ue200\ue201]*+\ue201")
_OPEN_MARK = re.compile("[ \t]?\ue200[^\ue200\ue201\n]*+\\Z")
_SIGN = re.compile("[\ue200-\ue206]")
_FOOTNOTE = re.compile("[ \t]?\u3010[0-9]+(?::[0-9]+)?\u2020[^\u3010\u3011\n]*+\u3011")
_DIRECTIVE = re.compile(r"^:::[ \t]*+(?:[a-z_]++[ \t]*+(?:\{[^}\n]*+\})?+)?+[ \t]*+(?:\n|\Z)", re.MULTILINE)


def without_marks(text: str) -> str:
    """The text as it was shown: a named thing keeps its name, a writing block what is written in it."""
    has_signs = not text.isascii() and _SIGNS_OR_BRACKET.search(text) is not None
    if not has_signs and "entity[" not in text and ":::" not in text:
        return text
    text = _ENTITY.sub(lambda found: found[1].replace('\\"', '"'), text)
    text = _BARE_ENTITY.sub("", text)
    text = _OPEN_MARK.sub("", _MARK.sub("", text))
    return _DIRECTIVE.sub("", _FOOTNOTE.sub("", _SIGN.sub("", text)))
