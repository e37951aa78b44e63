"""The JSON shapes of the contract, with its quirks; they stay here and reach no other ring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.domain.buckets import Bucket
from onememory.domain.memories import Draft, Memory
from onememory.domain.proposals import Outcome
from onememory.domain.provenance import Trust
from onememory.domain.search import Confidence, Found, Hit
from onememory.domain.sharing import Role
from onememory.services.screening import LEFT_OUT

T = TypeVar("T")

LARGEST = 2**53  # the greatest integer that every JSON reader keeps exact
GPT = "chatgpt"  # the source by which a GPT Action makes itself known
GPT_CHARACTERS = 95_000  # an answer to it stays under 100,000
GPT_BUCKET_CHARACTERS = 14_000  # beside the longest memory, whose text stands in the answer twice

Count = Annotated[int, Meta(ge=0, le=LARGEST)]
BucketId = Annotated[
    int, Meta(ge=-LARGEST, le=LARGEST, description="The id of a bucket, as the list of buckets gives it.")
]
MemoryId = Annotated[str, Meta(description="The id of a memory.")]
# No NUL: it could be stored, but no export that holds one can be read back.
Label = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
Source = Annotated[
    str, Meta(max_length=200, pattern=r"^[^\x00]*$", description="The name of the calling client, such as `chatgpt`.")
]
QueryText = Annotated[
    str, Meta(description="What to look for, in plain words. Dates such as `last March` are understood.")
]
ProposalIds = Annotated[
    list[str] | UnsetType, Meta(description="Changes that were not made but proposed: they wait for the user's review.")
]
Explain = Annotated[bool, Meta(description="Add to each hit every signal's value, weight and contribution.")]


class NewMemory(Struct, rename="camel"):
    """A memory to store; some scripts call the text `content`."""

    text: Annotated[
        str | UnsetType,
        Meta(
            description="The memory to be added. Put the current date in YYYY-MM-DD format in front, in the user's "
            "time zone if you know it, UTC otherwise."
        ),
    ] = UNSET
    content: str | UnsetType = UNSET
    bucket_id: BucketId | None = None
    source: Source | None = None
    supersedes: (
        Annotated[str, Meta(max_length=64, description="The id of the memory that this one replaces.")] | None
    ) = None
    conversation_id: Label | None = None
    message_id: Label | None = None

    def draft(self) -> Draft:
        """The draft that this asks to store; its text is empty where none was sent, which the rules refuse."""
        text = self.text if self.text is not UNSET else self.content
        return Draft(
            text=text if text is not UNSET else "",
            bucket_id=self.bucket_id,
            source=self.source,
            supersedes=self.supersedes,
            conversation_id=self.conversation_id,
            message_id=self.message_id,
        )


Note = Annotated[str | UnsetType, Meta(description="What was left out of the text, where anything was.")]


LinkWarning = Annotated[str | UnsetType, Meta(description="Why others may be unable to open it, where they may.")]


def note_on(given: str | None, kept: str | None) -> str | UnsetType:
    """A word on what was left out of a text."""
    return UNSET if given is None or kept is None or given == kept else LEFT_OUT


class Stored(Struct, rename="camel"):
    """The answer to storing a memory; older clients read `dbId`."""

    done: Literal["ok"]
    memory_id: str
    db_id: str
    note: Note = UNSET


@dataclass(frozen=True, slots=True)
class Names:
    """What stands beside memories: buckets by their id, and authors by the id of what they wrote."""

    buckets: Mapping[int, str]
    authors: Mapping[str, str] = field(default_factory=dict)

    def of_bucket(self, bucket_id: int) -> str:
        """The name of a bucket."""
        return self.buckets.get(bucket_id, "")


class MemoryMetadata(Struct, rename="camel"):
    """The contract's metadata of a memory."""

    text: str
    created_at: datetime
    bucket_id: int
    bucket_name: str


class SignalBody(Struct):
    """One signal's part in a score."""

    name: str
    value: float | None
    weight: float
    contribution: float


class Explanation(Struct):
    """Why a hit was returned."""

    score: float
    signals: list[SignalBody]


class MemoryBody(Struct):
    """A memory as an object, with the client that wrote it and who vouches for it."""

    id: str
    text: str
    content_type: Literal["text", "image"]
    metadata: MemoryMetadata
    source: str | None
    trust: Trust
    explanation: Explanation | UnsetType = UNSET
    author: Annotated[str | UnsetType, Meta(description="Who wrote it, of what several people share.")] = UNSET


class MemoryList(Struct, omit_defaults=True):
    """A list of memory objects; `count` is how many the list has over all pages."""

    data: list[MemoryBody]
    count: int
    confidence: Confidence | UnsetType = UNSET  # only where a query was asked


SharedBy = Annotated[str | UnsetType, Meta(description="Whose bucket it is, where it is somebody else's.")]
OwnRole = Annotated[Role | UnsetType, Meta(description="What the caller may do in somebody else's bucket.")]
MemberCount = Annotated[int | UnsetType, Meta(description="With how many the caller shares it, where with any.")]


class BucketBody(Struct, rename="camel"):
    """A bucket; ids are strings here and integers in the list beside memories."""

    id: str
    name: str
    memory_count: int
    description: str | UnsetType = UNSET
    shared_by: SharedBy = UNSET
    role: OwnRole = UNSET
    member_count: MemberCount = UNSET
    owner_id: Annotated[str | UnsetType, Meta(description="The id of whose bucket it is, if not the caller's.")] = UNSET


class NumberedBucket(Struct, rename="camel"):
    """A bucket as it stands beside memories."""

    id: int
    name: str
    memory_count: int
    description: str | UnsetType = UNSET
    shared_by: SharedBy = UNSET
    role: OwnRole = UNSET
    member_count: MemberCount = UNSET


AnyBucket = TypeVar("AnyBucket", BucketBody, NumberedBucket)


class MemoriesAndBuckets(Struct, omit_defaults=True):
    """Memories, as bare strings or as objects, and every bucket."""

    memories: list[str | MemoryBody]
    buckets: list[NumberedBucket]
    confidence: Confidence | UnsetType = UNSET  # only where a query was asked


class Message(Struct):
    """Something was done."""

    message: str


class Requested(Message, rename="camel", kw_only=True):
    """Something was done, or waits for the user's review."""

    proposal_ids: ProposalIds = UNSET


class Shifted(Struct, rename="camel"):
    """How many were changed, and the ids that were not there."""

    changed: int
    missing: list[str]


def bucket_names(buckets: Sequence[Bucket]) -> dict[int, str]:
    """Names by id."""
    return {bucket.id: bucket.name for bucket in buckets}


def bucket_body(bucket: Bucket) -> BucketBody:
    """A bucket with its id as a string."""
    owner_id = bucket.share.owner_id if bucket.share else UNSET
    description = bucket.description or UNSET
    return BucketBody(str(bucket.id), bucket.name, bucket.memory_count, description, *_sharing(bucket), owner_id)


def numbered_bucket(bucket: Bucket) -> NumberedBucket:
    """A bucket with its id as an integer."""
    return NumberedBucket(bucket.id, bucket.name, bucket.memory_count, bucket.description or UNSET, *_sharing(bucket))


def _sharing(bucket: Bucket) -> tuple[str | UnsetType, Role | UnsetType, int | UnsetType]:
    share = bucket.share
    return (share.owner_name, share.role, UNSET) if share else (UNSET, UNSET, bucket.members or UNSET)


def memory_body(memory: Memory, names: Names, explanation: Explanation | UnsetType = UNSET) -> MemoryBody:
    """A memory as an object."""
    metadata = MemoryMetadata(memory.text, memory.created_at, memory.bucket_id, names.of_bucket(memory.bucket_id))
    origin = memory.provenance
    return MemoryBody(
        memory.id,
        memory.text,
        memory.content_type.value,
        metadata,
        origin.source,
        origin.trust,
        explanation,
        names.authors.get(memory.id, UNSET),
    )


def hit_body(hit: Hit, names: Names, *, explain: bool) -> MemoryBody:
    """A hit as an object, with the reasons where they were asked for."""
    return memory_body(hit.memory, names, explanation(hit) if explain else UNSET)


def explanation(hit: Hit) -> Explanation:
    """Why a hit was returned, the most telling signal first."""
    signals = [SignalBody(s.name, s.value, s.weight, s.contribution) for s in hit.signals]
    return Explanation(hit.score, signals)


def proposal_ids(outcome: Outcome) -> list[str] | UnsetType:
    """What waits for review, where anything does."""
    return [proposal.id for proposal in outcome.proposed] or UNSET


def told(done: str, outcome: Outcome) -> str:
    """What became of a request in words: what is done, or how much waits for review."""
    number = len(outcome.proposed)
    if outcome.note:
        done = f"{done}. {outcome.note}"
    if not number:
        return done
    waits = "1 change was proposed and waits" if number == 1 else f"{number} changes were proposed and wait"
    return f"{done}; {waits} for the user's review" if outcome.changed else f"{waits} for the user's review"


def shifted(ids: Sequence[str], missing: list[str]) -> Shifted:
    """What became of these ids."""
    return Shifted(len(set(ids)) - len(missing), missing)


def confidence_headers(found: Found) -> dict[str, str]:
    """The confidence for answers whose shape has no place for it."""
    return {"x-onememory-confidence": found.confidence}


def fitting(items: Iterable[T], source: str | None, beside: object = None) -> list[T]:
    """As many items as a GPT Action can take with what stands beside them; all of them for every other client."""
    if source != GPT:
        return list(items)
    taken: list[T] = []
    size = _characters(beside)
    for item in items:
        size += _characters(item) + 1
        if size > GPT_CHARACTERS:
            break
        taken.append(item)
    return taken


def fitting_buckets(buckets: Sequence[AnyBucket], source: str | None) -> list[AnyBucket]:
    """The buckets; a GPT Action gets them without descriptions where these would take the room of the memories."""
    if source == GPT and _characters(buckets) > GPT_BUCKET_CHARACTERS:
        return fitting((msgspec.structs.replace(b, description=UNSET) for b in buckets), source)
    return list(buckets)


def _characters(body: object) -> int:
    return len(msgspec.json.encode(body).decode())
