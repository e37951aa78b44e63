"""What was done to memories, told on the page that follows, with the way to take it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from onememory.domain.buckets import Bucket
from onememory.domain.ids import is_id
from onememory.domain.memories import Memory
from onememory.web.forms.numbers import number_of
from onememory.web.wording.counts import counted

UNDO_AT_MOST = 100  # memories named in an address
PLACES = (
    "older",
    "done",
    "undo",
    "abroad",
    "count",
    "left",
    "flagged",
)  # what an address holds beside the choice of a list

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


def done_of(query: Mapping[str, str], buckets: Sequence[Bucket] = ()) -> Done | None:
    """What the address says was done; `buckets` are within the person's reach."""
    key = query.get("done", "")
    if key not in _SENTENCES:
        return None
    number = number_of(query.get("count", ""), digits=9)
    ids = [each for each in query.get("undo", "").split(".") if is_id(each)][:UNDO_AT_MOST]
    words = counted(1 if number is None else number, *_NOUNS.get(key, ("memory", "memories")))
    return Done(
        sentence=" ".join([_SENTENCES[key].format(words), *_abroad(query.get("abroad", ""), buckets)]),
        undo=ids if key in _CAN_BE_UNDONE else [],
        leads_to_trash=key == "trashed" and "undo" not in query,
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


def after_trash(path: str, memories: Sequence[Memory], buckets: Sequence[Bucket]) -> str:
    """As `after`, of memories that were put into the trash; what was in the bucket of another is in theirs."""
    shared = {bucket.id for bucket in buckets if bucket.share}
    abroad = {memory.id: memory.bucket_id for memory in memories if memory.bucket_id in shared}
    page = urlsplit(path).path.rpartition("/")
    if page[2] in abroad:  # which is not to be seen any more
        path = f"{page[0]}?bucket={abroad[page[2]]}"
    own = [memory.id for memory in memories if memory.id not in abroad]
    told = after(path, "trashed", own, len(memories))
    return f"{told}&abroad={'.'.join(map(str, sorted(set(abroad.values()))))}" if abroad else told


def without_place(path: str) -> str:
    """The address of a list from its start, with what was chosen."""
    kept = urlencode(_kept(path))
    return f"{urlsplit(path).path}?{kept}" if kept else urlsplit(path).path


def _abroad(numbers: str, buckets: Sequence[Bucket]) -> list[str]:
    """Where that lies which was deleted in buckets of others."""
    ids = numbers.split(".")
    owners = sorted({bucket.share.owner_name for bucket in buckets if bucket.share and str(bucket.id) in ids})
    return [f"What was in a bucket of {owner} is in the trash of {owner}, who can restore it." for owner in owners]


def _kept(path: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in parse_qsl(urlsplit(path).query) if name not in PLACES]
