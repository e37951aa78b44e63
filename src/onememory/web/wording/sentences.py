"""What went wrong, in words for a page: fields are called as their forms call them, and commands look like commands."""

import re

from markupsafe import Markup

from onememory.domain.errors import NoBucket, OneMemoryError

_NAMES = {
    "text": "the text",
    "name": "the name",
    "description": "the description",
    "expiresAt": "the last day",
    "query": "the search box",
    "moveTo": "the other bucket",
}
_QUOTED = re.compile(r"(?P<owner>'s )?`(?P<word>[^`]*)`")
_TYPED = re.compile(r"onememory |om_|python |pip ")  # what a person types or reads letter by letter
_NO_BUCKET = "This bucket is not here any more. Choose another one."


def sentence_of(error: OneMemoryError) -> Markup:
    """Why something could not be done."""
    return worded(_NO_BUCKET if isinstance(error, NoBucket) else str(error))


def worded(sentence: str) -> Markup:
    """A sentence that was written for programs too; what is in backticks is a field, a command or a value."""
    said, at = Markup(), 0
    for found in _QUOTED.finditer(sentence):
        said += sentence[at : found.start()]
        said += _told(found, is_first=not sentence[: found.start()].strip() or sentence[: found.start()].endswith(". "))
        at = found.end()
    return said + sentence[at:]


def _told(found: re.Match[str], *, is_first: bool) -> Markup | str:
    owner, word = found["owner"] or "", found["word"]
    if _TYPED.match(word):
        return owner + Markup("<code>{}</code>").format(word)
    name = _NAMES.get(word, word)
    if owner:
        return owner + name.removeprefix("the ")
    return name[:1].upper() + name[1:] if is_first and word in _NAMES else name
