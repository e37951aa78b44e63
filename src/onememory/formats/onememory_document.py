"""What our own export holds once it is read: checked piece by piece, so that one bad memory costs only itself."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, TypeVar

import msgspec

from onememory.domain.buckets import GENERAL, Bucket, checked_description, checked_name, name_key
from onememory.domain.errors import InvalidInput, TooLarge
from onememory.domain.memories import Change, ContentType, Memory, MemoryState, Version, checked_text
from onememory.domain.provenance import Channel, Provenance, Trust
from onememory.formats.imported import Problem

FORMAT_NAME = "onememory"
VERSION = 1

_PLACE = re.compile(r"(.*) - at `\$\.?(.*)`", re.DOTALL)

_Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
_Id = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,64}\Z")]
_Text = Annotated[str, msgspec.Meta(pattern=r"\A[^\x00\ud800-\udfff]*\Z")]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ExportHeader:
    """Whose export it is, and of when."""

    exported_at: datetime
    user_name: str


@dataclass(frozen=True, slots=True)
class ExportedMemory:
    """One memory with its versions, oldest first; `position` is its index in the file, from 1."""

    position: int
    memory: Memory
    versions: tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class ExportDocument:
    """A whole export. A problem's position is the index of the memory from 1, or 0 for the file as a whole."""

    header: ExportHeader
    buckets: list[Bucket]
    memories: list[ExportedMemory]
    problems: list[Problem]


class _User(msgspec.Struct):
    name: _Text


class _Head(msgspec.Struct, rename="camel"):
    exported_at: _Moment
    user: _User
    buckets: list[object]
    memories: list[object]
    count: int | None = None


class _Bucket(msgspec.Struct, rename="camel"):
    id: _Number
    name: _Text
    created_at: _Moment
    is_general: bool
    description: _Text | None = None


class _Provenance(msgspec.Struct, rename="camel"):
    channel: Channel
    trust: Trust
    source: _Text | None = None
    token_id: _Text | None = None
    conversation_id: _Text | None = None
    message_id: _Text | None = None
    parents: tuple[_Text, ...] = ()


class _Version(msgspec.Struct, rename="camel"):
    number: _Number
    change: Change
    text: _Text | None
    bucket_id: _Number
    state: MemoryState
    at: _Moment
    provenance: _Provenance
    redacted_at: _Moment | None = None


class _Memory(msgspec.Struct, rename="camel"):
    id: _Id
    bucket_id: _Number
    text: _Text
    content_type: ContentType
    state: MemoryState
    created_at: _Moment
    updated_at: _Moment
    version: _Number
    provenance: _Provenance
    versions: tuple[_Version, ...]
    about: date | None = None
    supersedes: _Id | None = None
    superseded_by: _Id | None = None
    merged_into: _Id | None = None


def document_of(value: object, text_limit: int) -> ExportDocument:
    """The export in a decoded JSON value.

    Raises InvalidInput where the file as a whole cannot be used; what is wrong with one memory becomes a problem.
    """
    _check_format(value)
    head = _converted(value, _Head)
    buckets = _buckets(head.buckets)
    problems: list[Problem] = []
    memories: list[ExportedMemory] = []
    known = _Known({bucket.id for bucket in buckets}, set(), text_limit)
    for position, item in enumerate(head.memories, start=1):
        try:
            memories.append(known.checked(position, _converted(item, _Memory)))
        except (InvalidInput, TooLarge) as error:
            problems.append(Problem(position, str(error)))
    if head.count not in {None, len(head.memories)}:
        problems.append(Problem(0, f"The file says it holds {head.count:,} memories and holds {len(head.memories):,}."))
    return ExportDocument(ExportHeader(_utc(head.exported_at), head.user.name), buckets, memories, problems)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the memories of one file are checked against."""

    bucket_ids: set[int]
    memory_ids: set[str]
    text_limit: int

    def checked(self, position: int, found: _Memory) -> ExportedMemory:
        if found.bucket_id not in self.bucket_ids:
            raise InvalidInput("`bucketId`: there is no such bucket in the export.")
        if found.content_type is ContentType.TEXT:
            checked_text(found.text, self.text_limit)
        numbers = [version.number for version in found.versions]
        if not numbers or numbers[-1] != found.version or numbers != sorted(set(numbers)):
            raise InvalidInput("`versions`: they do not lead up to the memory's own `version`.")
        memory, versions = _memory(found), tuple(_version(found.id, version) for version in found.versions)
        if found.id in self.memory_ids:
            raise InvalidInput("`id`: another memory of the export has it already.")
        self.memory_ids.add(found.id)
        return ExportedMemory(position, memory, versions)


def _check_format(value: object) -> None:
    if not isinstance(value, dict) or value.get("format") != FORMAT_NAME:
        raise InvalidInput("This is not a OneMemory export: `format` is not `onememory`.")
    version = value.get("version")
    if version != VERSION or isinstance(version, bool):
        raise InvalidInput(f"`version`: this server reads exports of version {VERSION}; update it, or export again.")


def _buckets(items: Sequence[object]) -> list[Bucket]:
    buckets = []
    for position, item in enumerate(items, start=1):
        try:
            buckets.append(_bucket(_converted(item, _Bucket)))
        except InvalidInput as error:
            raise InvalidInput(f"Bucket {position:,}: {error}") from error
    if sum(bucket.is_general for bucket in buckets) != 1:
        raise InvalidInput("`buckets`: exactly one of them must be General.")
    _check_unique("id", (bucket.id for bucket in buckets))
    _check_unique("name", (name_key(bucket.name) for bucket in buckets))
    return buckets


def _check_unique(name: str, values: Iterable[object]) -> None:
    values = list(values)
    if len(set(values)) != len(values):
        raise InvalidInput(f"`buckets`: two of them have the same `{name}`.")


def _bucket(found: _Bucket) -> Bucket:
    name = GENERAL if found.is_general else checked_name(found.name)
    return Bucket(found.id, name, checked_description(found.description), found.is_general, _utc(found.created_at))


def _memory(found: _Memory) -> Memory:
    return Memory(
        id=found.id,
        bucket_id=found.bucket_id,
        text=found.text,
        content_type=found.content_type,
        state=found.state,
        about=found.about,
        created_at=_utc(found.created_at),
        updated_at=_utc(found.updated_at),
        version=found.version,
        provenance=_provenance(found.provenance),
        supersedes=found.supersedes,
        superseded_by=found.superseded_by,
        merged_into=found.merged_into,
    )


def _version(memory_id: str, found: _Version) -> Version:
    return Version(
        memory_id=memory_id,
        number=found.number,
        change=found.change,
        text=found.text,
        bucket_id=found.bucket_id,
        state=found.state,
        at=_utc(found.at),
        provenance=_provenance(found.provenance),
        redacted_at=_utc(found.redacted_at) if found.redacted_at else None,
    )


def _provenance(found: _Provenance) -> Provenance:
    return Provenance(**msgspec.structs.asdict(found))


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput("A time is outside the calendar.") from error


def _converted(value: object, shape: type[_T]) -> _T:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise InvalidInput(_in_words(str(error))) from error


def _in_words(message: str) -> str:
    found = _PLACE.fullmatch(message)
    complaint, place = (found[1], found[2]) if found else (message, "")
    if "matching regex" in complaint:
        complaint = "It has characters that cannot be kept there"
    return f"`{place}`: {complaint[0].lower()}{complaint[1:]}." if place else f"{complaint}."
