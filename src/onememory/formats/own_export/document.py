"""What our own export holds once it is read: checked piece by piece, so that one bad memory costs only itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from onememory.domain.buckets import GENERAL, Bucket, checked_description, checked_name, name_key
from onememory.domain.errors import InvalidInput, TooLarge
from onememory.domain.memories import Change, ContentType, Memory, MemoryState, Version, checked_text
from onememory.domain.provenance import Channel, Provenance, Trust
from onememory.formats.imported import Problem
from onememory.formats.own_export.shapes import Id, Moment, Number, Text, converted, in_utc

FORMAT_NAME = "onememory"
VERSION = 1


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
    name: Text


class _Head(msgspec.Struct, rename="camel"):
    exported_at: Moment
    user: _User
    buckets: list[object]
    memories: list[object]
    count: int | None = None


class _Bucket(msgspec.Struct, rename="camel"):
    id: Number
    name: Text
    created_at: Moment
    is_general: bool
    description: Text | None = None


class _Provenance(msgspec.Struct, rename="camel"):
    channel: Channel
    trust: Trust
    source: Text | None = None
    token_id: Text | None = None
    conversation_id: Text | None = None
    message_id: Text | None = None
    parents: tuple[Text, ...] = ()


class _Version(msgspec.Struct, rename="camel"):
    number: Number
    change: Change
    text: Text | None
    bucket_id: Number
    state: MemoryState
    at: Moment
    provenance: _Provenance
    redacted_at: Moment | None = None


class _Memory(msgspec.Struct, rename="camel"):
    id: Id
    bucket_id: Number
    text: Text
    content_type: ContentType
    state: MemoryState
    created_at: Moment
    updated_at: Moment
    version: Number
    provenance: _Provenance
    versions: tuple[_Version, ...]
    about: date | None = None
    supersedes: Id | None = None
    superseded_by: Id | None = None
    merged_into: Id | None = None


def document_of(value: object, text_limit: int) -> ExportDocument:
    """The export in a decoded JSON value.

    Raises InvalidInput where the file as a whole cannot be used; what is wrong with one memory becomes a problem.
    """
    _check_format(value)
    head = converted(value, _Head)
    buckets = _buckets(head.buckets)
    problems: list[Problem] = []
    memories: list[ExportedMemory] = []
    known = _Known({bucket.id for bucket in buckets}, set(), text_limit)
    for position, item in enumerate(head.memories, start=1):
        try:
            memories.append(known.checked(position, converted(item, _Memory)))
        except (InvalidInput, TooLarge) as error:
            problems.append(Problem(position, str(error)))
    if head.count not in {None, len(head.memories)}:
        problems.append(Problem(0, f"The file says it holds {head.count:,} memories and holds {len(head.memories):,}."))
    return ExportDocument(ExportHeader(in_utc(head.exported_at), head.user.name), buckets, memories, problems)


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
            buckets.append(_bucket(converted(item, _Bucket)))
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
    return Bucket(found.id, name, checked_description(found.description), found.is_general, in_utc(found.created_at))


def _memory(found: _Memory) -> Memory:
    return Memory(
        id=found.id,
        bucket_id=found.bucket_id,
        text=found.text,
        content_type=found.content_type,
        state=found.state,
        about=found.about,
        created_at=in_utc(found.created_at),
        updated_at=in_utc(found.updated_at),
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
        at=in_utc(found.at),
        provenance=_provenance(found.provenance),
        redacted_at=in_utc(found.redacted_at) if found.redacted_at else None,
    )


def _provenance(found: _Provenance) -> Provenance:
    return Provenance(**msgspec.structs.asdict(found))
