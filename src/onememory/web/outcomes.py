"""What was done to memories, told on the page that follows, with the way to take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from onememory.domain.ids import is_id
from onememory.web.numbers import number_of
from onememory.web.rendering import counted

UNDO_AT_MOST = 100  # memories named in an address
PLACES = ("older", "done", "undo", "count", "left", "flagged")  # what an address holds beside the choice of a list

_SENTENCES = {
    "added": "Kept {}.",
    "edited": "Saved {}.",
    "moved": "Moved {}.",
    "carried": "Moved {}, as a copy there; what was here is in the trash of whose bucket it was.",
    "trashed": "Put {} into the trash.",
    "restored": "Restored {}.",
    "undone": "Took the last change of {} back.",
    "erased": "Erased {} for good.",
    "redacted": "Removed the text of {} for good.",
    "nothing": "Nothing was changed: tick the memories first.",
    "approved": "Approved {}.",
    "rejected": "Rejected {}.",
    "unchanged": "Nothing was changed: it was done already, or is gone.",
    "settled": "This was decided on already; nothing changed.",
    "too_late": "Nothing was taken back: it has changed again since, or somebody else changed it.",
}
_CAN_BE_UNDONE = {"added", "edited", "moved", "trashed", "restored", "rejected"}
_CHANGES_NOTHING = {"nothing", "unchanged", "settled", "too_late"}
_NOUNS = {"redacted": ("version", "versions"), "approved": ("entry", "entries"), "rejected": ("entry", "entries")}


@dataclass(frozen=True, slots=True)
class Done:
    """A sentence, and the memories whose change can be taken back."""

    sentence: str
    undo: Sequence[str]
    leads_to_trash: bool  # where there were too many to name
    memory_id: str | None  # the one memory that this was about
    has_changed: bool  # whether anything was done at all


def done_of(query: Mapping[str, str]) -> Done | None:
    """What the address says was done."""
    key = query.get("done", "")
    if key not in _SENTENCES:
        return None
    number = number_of(query.get("count", ""), digits=9)
    ids = [each for each in query.get("undo", "").split(".") if is_id(each)][:UNDO_AT_MOST]
    words = counted(1 if number is None else number, *_NOUNS.get(key, ("memory", "memories")))
    return Done(
        sentence=_SENTENCES[key].format(words),
        undo=ids if key in _CAN_BE_UNDONE else [],
        leads_to_trash=key == "trashed" and not ids,
        memory_id=ids[0] if key == "added" and ids else None,
        has_changed=key not in _CHANGES_NOTHING,
    )


def after(path: str, key: str, memory_ids: Sequence[str], count: int | None = None) -> str:
    """The address of a page, saying that this was done to these memories."""
    total = len(memory_ids) if count is None else count
    key = key if total or key in _CHANGES_NOTHING else "unchanged"
    told = {"done": key, "count": str(total)}
    if key in _CAN_BE_UNDONE and len(memory_ids) <= UNDO_AT_MOST:
        told["undo"] = ".".join(memory_ids)
    return f"{urlsplit(path).path}?{urlencode(_kept(path) + list(told.items()))}"


def without_place(path: str) -> str:
    """The address of a list from its start, with what was chosen."""
    kept = urlencode(_kept(path))
    return f"{urlsplit(path).path}?{kept}" if kept else urlsplit(path).path


def _kept(path: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in parse_qsl(urlsplit(path).query) if name not in PLACES]
