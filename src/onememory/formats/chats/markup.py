"""Elements like `<think>…</think>` that programs write into a text, cut out of it in one pass."""

import re
from dataclasses import dataclass
from functools import cached_property

_ANY = ""


@dataclass(frozen=True)
class Elements:
    """Which elements are cut: by name, and by what their attributes hold (both patterns).

    With `to_the_end`, an element that is never closed reaches to the end of the text; else it is plain text.
    """

    names: str
    attributes: str = _ANY
    to_the_end: bool = False

    def cut_from(self, text: str) -> tuple[str, int]:
        """The text without them, and how many there were; elements of one name may be nested."""
        kept, start, depth, name, count = list[str](), 0, 0, "", 0
        for tag in self._tags.finditer(text) if "<" in text else ():
            if not depth:
                if tag[1] or not re.search(self.attributes, tag[3]):
                    continue
                kept.append(text[start : tag.start()])
                start, depth, name = tag.start(), 1, tag[2]
            elif tag[2] == name:
                depth += -1 if tag[1] else 1
                if not depth:
                    start, count = tag.end(), count + 1
        if depth and self.to_the_end:
            return "".join(kept), count + 1
        return "".join([*kept, text[start:]]), count

    @cached_property
    def _tags(self) -> re.Pattern[str]:
        return re.compile(rf"<(/?)({self.names})(?![\w-])([^<>]*)>")


THOUGHTS = Elements("think|thinking", to_the_end=True)
