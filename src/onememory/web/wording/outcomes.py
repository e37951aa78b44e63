"""What was done to memories, told on the page that follows, with the way to take it back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from onememory.domain.buckets import Bucket
from onememory.domain.ids import is_id
from onememory.domain.proposals import Outcome
from onememory.domain.sharing import in_trash_of
from onememory.web.forms.numbers import number_of
from onememory.web.wording.counts import counted

UNDO_AT_MOST = 100  # memories named in an address
PLACES = (
    "older",
    "done",
    "undo",
    "before",
    "abroad",
    "count",
    "left",
    "flagged",
)  # what an address holds beside the choice of a list

_SENTENCES = {
    "added": "Kept {}.",
    "edited": "Saved {}.",
    "moved": "Moved {}.",
    "carried": "Moved {}, as a copy with another id; what was there before is in the trash.",
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
_CAN_BE_UNDONE = {"added", "edited", "moved", "carried", "trashed", "restored", "rejected"}
_CHANGES_NOTHING = {"nothing", "unchanged", "settled", "too_late"}
_NOUNS = {"redacted": ("version", "versions"), "approved": ("entry", "entries"), "rejected": ("entry", "entries")}


@dataclass(frozen=True, slots=True)
class Done:
    """A sentence, and the memories whose change can be taken back."""

    sentence: str
    undo: Sequence[str]
    before: Sequence[str]  # where those are copies, what each was made of
    leads_to_trash: bool  # where there were too many to name
    memory_id: str | None  # the one memory that this was about
    has_changed: bool  # whether anything was done at all


def done_of(query: Mapping[str, str], buckets: Sequence[Bucket] = ()) -> Done | None:
    """What the address says was done; `buckets` are within the person's reach."""
    key = query.get("done", "")
    if key not in _SENTENCES:
        return None
    number = number_of(query.get("count", ""), digits=9)
    ids, before = (_ids(query.get(name, "")) for name in ("undo", "before"))
    words = counted(1 if number is None else number, *_NOUNS.get(key, ("memory", "memories")))
    return Done(
        sentence=" ".join([_SENTENCES[key].format(words), *_abroad(query.get("abroad", ""), buckets)]),
        undo=ids if key in _CAN_BE_UNDONE else [],
        before=before,
        leads_to_trash=key == "trashed" and "undo" not in query,
        memory_id=ids[0] if key == "added" and ids else None,
        has_changed=key not in _CHANGES_NOTHING,
    )


def after(path: str, key: str, memory_ids: Sequence[str], count: int | None = None, **more: Iterable[str | int]) -> str:
    """The address of a page, saying that this was done to these memories."""
    total = len(memory_ids) if count is None else count
    key = key if total or key in _CHANGES_NOTHING else "unchanged"
    told = {"done": key, "count": str(total)}
    if key in _CAN_BE_UNDONE and len(memory_ids) <= UNDO_AT_MOST:
        told["undo"] = ".".join(memory_ids)
    told |= {name: ".".join(map(str, values)) for name, values in more.items() if values}
    return f"{urlsplit(path).path}?{urlencode(_kept(path) + list(told.items()))}"


def after_trash(path: str, outcome: Outcome, buckets: Sequence[Bucket]) -> str:
    """As `after`, of memories that were put into the trash; what was in the bucket of another is in theirs."""
    buckets_of = {memory.id: memory.bucket_id for memory in outcome.changed}
    page = urlsplit(path).path.rpartition("/")
    if page[2] in outcome.in_trash_of:  # which is not to be seen any more
        path = f"{page[0]}?bucket={buckets_of[page[2]]}"
    own = [memory_id for memory_id in buckets_of if memory_id not in outcome.in_trash_of]
    return after(path, "trashed", own, len(buckets_of), abroad=_numbers(outcome, buckets))


def after_move(path: str, outcome: Outcome, buckets: Sequence[Bucket]) -> str:
    """As `after`, of memories that were moved; a copy can be taken back where the one before is in one's own trash."""
    ids = [memory.id for memory in outcome.changed]
    if not outcome.copied:
        return after(path, "moved", ids)
    copies = {copy: before for before, copy in outcome.copied.items()}
    abroad, can_undo = _numbers(outcome, buckets), copies.keys() == set(ids) and len(ids) <= UNDO_AT_MOST
    if abroad or not can_undo:
        return after(path, "carried", [], len(ids), abroad=abroad)
    return after(path, "carried", ids, before=[copies[memory_id] for memory_id in ids])


def after_undo(path: str, outcome: Outcome, buckets: Sequence[Bucket], before: Mapping[str, str]) -> str:
    """As `after`, of changes that were taken back; copies went into the trash of another, `before` says what of."""
    page = urlsplit(path).path.rpartition("/")
    if page[2] in before and outcome.changed:
        path = f"{page[0]}/{before[page[2]]}"
    ids = [memory.id for memory in outcome.changed]
    return after(path, "undone" if ids else "too_late", ids, abroad=_numbers(outcome, buckets))


def without_place(path: str) -> str:
    """The address of a list from its start, with what was chosen."""
    kept = urlencode(_kept(path))
    return f"{urlsplit(path).path}?{kept}" if kept else urlsplit(path).path


def _abroad(numbers: str, buckets: Sequence[Bucket]) -> list[str]:
    """Where that lies which was deleted in buckets of others."""
    ids = numbers.split(".")
    owners = sorted({bucket.share.owner_name for bucket in buckets if bucket.share and str(bucket.id) in ids})
    return [f"What was in a bucket of {owner} is {in_trash_of([owner])}." for owner in owners]


def _numbers(outcome: Outcome, buckets: Sequence[Bucket]) -> list[int]:
    """Buckets of those in whose trash something went."""
    owners = set(outcome.in_trash_of.values())
    return sorted(bucket.id for bucket in buckets if bucket.share and bucket.share.owner_name in owners)


def _ids(text: str) -> list[str]:
    return [each for each in text.split(".") if is_id(each)][:UNDO_AT_MOST]


def _kept(path: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in parse_qsl(urlsplit(path).query) if name not in PLACES]
