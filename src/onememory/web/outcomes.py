"""What was done to memories, told on the page that follows, with the way to take it back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from onememory.domain.ids import is_id
from onememory.web.rendering import counted

UNDO_AT_MOST = 100  # memories named in an address
PLACES = ("older", "done", "undo", "count", "left", "flagged")  # what an address holds beside the choice of a list

_SENTENCES = {
    "added": "Kept {}.",
    "edited": "Saved {}.",
    "moved": "Moved {}.",
    "trashed": "Put {} into the trash.",
    "restored": "Restored {}.",
    "undone": "Took the last change of {} back.",
    "erased": "Erased {} for good.",
    "redacted": "Removed the text of {} for good.",
    "nothing": "Nothing was changed: tick the memories first.",
    "approved": "Approved {}.",
    "rejected": "Rejected {}.",
    "too_late": "Nothing was taken back: it has changed again since, or somebody else changed it.",
}
_CAN_BE_UNDONE = {"added", "edited", "moved", "trashed", "restored", "rejected"}
_NOUNS = {"redacted": ("version", "versions"), "approved": ("entry", "entries"), "rejected": ("entry", "entries")}


@dataclass(frozen=True, slots=True)
class Done:
    """A sentence, and the memories whose change can be taken back."""

    sentence: str
    undo: Sequence[str]
    leads_to_trash: bool  # where there were too many to name
    memory_id: str | None  # the one memory that this was about


def done_of(query: Mapping[str, str]) -> Done | None:
    """What the address says was done."""
    key = query.get("done", "")
    if key not in _SENTENCES:
        return None
    number = int(found[0]) if (found := re.fullmatch(r"\d{1,9}", query.get("count", ""))) else 1
    ids = [each for each in query.get("undo", "").split(".") if is_id(each)][:UNDO_AT_MOST]
    words = counted(number, *_NOUNS.get(key, ("memory", "memories")))
    return Done(
        sentence=_SENTENCES[key].format(words),
        undo=ids if key in _CAN_BE_UNDONE else [],
        leads_to_trash=key == "trashed" and not ids,
        memory_id=ids[0] if key == "added" and ids else None,
    )


def after(path: str, key: str, memory_ids: Sequence[str], count: int | None = None) -> str:
    """The address of a page, saying that this was done to these memories."""
    told = {"done": key, "count": str(len(memory_ids) if count is None else count)}
    if key in _CAN_BE_UNDONE and len(memory_ids) <= UNDO_AT_MOST:
        told["undo"] = ".".join(memory_ids)
    return f"{urlsplit(path).path}?{urlencode(_kept(path) + list(told.items()))}"


def without_place(path: str) -> str:
    """The address of a list from its start, with what was chosen."""
    kept = urlencode(_kept(path))
    return f"{urlsplit(path).path}?{kept}" if kept else urlsplit(path).path


def _kept(path: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in parse_qsl(urlsplit(path).query) if name not in PLACES]
