"""Texts as people type them into forms."""

from collections.abc import Sequence
from dataclasses import dataclass

from onememory.domain.errors import InvalidInput
from onememory.web.visits import Form

# Of the fields that take work to fill.
_LABELS = {"text": "The text", "texts": "The text", "description": "The description"}


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A text that was typed and not kept."""

    label: str
    text: str

    @property
    def rows(self) -> int:
        """The height of its field."""
        return min(max(len(self.text) // 70 + self.text.count("\n") + 2, 3), 18)


def unsaved_of(form: Form) -> Sequence[Unsaved]:
    """What was typed into the long fields of a form; passwords, codes and the like are never among them."""
    return [
        Unsaved(label, as_typed(text)) for name, label in _LABELS.items() for text in form.all(name) if text.strip()
    ]


def as_typed(text: str) -> str:
    """A text of a form with the line ends that were typed; browsers send others."""
    return text.replace("\r\n", "\n")


def written(text: str) -> str:
    """The text; raises InvalidInput where it is none."""
    if not text.strip():
        raise InvalidInput("There is nothing to keep yet: a memory needs a text.")
    return text
