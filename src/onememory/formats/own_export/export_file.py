"""Our own export, lossless: buckets, memories with versions and origins, conversations; written in pieces.

    {"format":"onememory","version":1,"exportedAt":"…","user":{"name":"…"},"buckets":[…],"memories":[
    {"id":"…","bucketId":1,"text":"…",…,"versions":[…]},
    {"id":"…","bucketId":1,"text":"…",…,"versions":[…]}
    ],"count":2,"conversations":[
    {"id":"…","platform":"claude",…,"messages":[…]}
    ]}

One memory or conversation a line, keys always in the same order, absent values null, times in UTC with milliseconds.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from onememory.domain.buckets import Bucket
from onememory.domain.errors import InvalidInput
from onememory.domain.memories import DEFAULT_TEXT_LIMIT, ContentType, Memory, MemoryState, Version
from onememory.domain.provenance import Provenance
from onememory.formats.content import Content, decoded
from onememory.formats.imported import FoundItem, ParsedMemories
from onememory.formats.json_text import decode_json
from onememory.formats.moments import utc_text
from onememory.formats.own_export.document import FORMAT_NAME, VERSION, ExportDocument, ExportHeader, document_of

FORMAT = "onememory-json"

_OPENING = re.compile(r'\s*\{\s*"format"\s*:\s*"onememory"')


def encode(
    header: ExportHeader, buckets: Sequence[Bucket], memories: Iterable[tuple[Memory, Sequence[Version]]]
) -> Iterator[bytes]:
    """The whole document, piece by piece."""
    count = 0
    yield opening(header, buckets)
    for count, (memory, versions) in enumerate(memories, start=1):
        yield memory_entry(memory, versions, is_first=count == 1)
    yield memories_end(count) + closing()


def opening(header: ExportHeader, buckets: Sequence[Bucket]) -> bytes:
    """Everything before the first memory."""
    head = {
        "format": FORMAT_NAME,
        "version": VERSION,
        "exportedAt": utc_text(header.exported_at),
        "user": {"name": header.user_name},
        "buckets": [_bucket(bucket) for bucket in buckets],
    }
    return msgspec.json.encode(head).removesuffix(b"}") + b',"memories":['


def memory_entry(memory: Memory, versions: Sequence[Version], *, is_first: bool) -> bytes:
    """One memory with its versions, oldest first."""
    entry = {
        "id": memory.id,
        "bucketId": memory.bucket_id,
        "text": memory.text,
        "contentType": memory.content_type.value,
        "state": memory.state.value,
        "about": memory.about.isoformat() if memory.about else None,
        "createdAt": utc_text(memory.created_at),
        "updatedAt": utc_text(memory.updated_at),
        "version": memory.version,
        "provenance": _provenance(memory.provenance),
        "supersedes": memory.supersedes,
        "supersededBy": memory.superseded_by,
        "mergedInto": memory.merged_into,
        "versions": [_version(version) for version in versions],
    }
    return (b"\n" if is_first else b",\n") + msgspec.json.encode(entry)


def memories_end(count: int) -> bytes:
    """What stands after the last memory; `count` of them were written."""
    return b'\n],"count":%d' % count


def closing() -> bytes:
    """The end of the document."""
    return b"}\n"


def decode(data: bytes, text_limit: int = DEFAULT_TEXT_LIMIT) -> ExportDocument:
    """The export in a file.

    Raises InvalidInput where the file as a whole cannot be used; what is wrong with one memory becomes a problem.
    """
    return _decoded(decoded(data), text_limit)


def begins_like(head: bytes) -> bool:
    """Whether a file that begins like this is one of ours, as it was written."""
    return _OPENING.match(head.removeprefix(codecs.BOM_UTF8).decode(errors="replace")) is not None


def looks_like(content: Content) -> bool:
    """Whether it is an object whose `format` is `onememory`, first key or not."""
    if _OPENING.match(content.text):
        return True
    if f'"{FORMAT_NAME}"' not in content.text or not content.text.lstrip().startswith("{"):
        return False
    try:
        value = decode_json(content.text)
    except InvalidInput:
        return False
    return isinstance(value, dict) and value.get("format") == FORMAT_NAME


def read(content: Content) -> ParsedMemories:
    """The texts of the memories that are not in the trash, for a preview or for taking them over as new ones.

    Raises InvalidInput as `decode` does.
    """
    document = _decoded(content.text, DEFAULT_TEXT_LIMIT)
    names = {bucket.id: bucket.name for bucket in document.buckets}
    found = ParsedMemories(FORMAT, problems=list(document.problems))
    for exported in document.memories:
        memory = exported.memory
        if memory.state is not MemoryState.TRASHED and memory.content_type is ContentType.TEXT:
            item = FoundItem(memory.text, names[memory.bucket_id], memory.created_at, memory.provenance.source)
            found.add(exported.position, item)
    return found


def _decoded(text: str, text_limit: int) -> ExportDocument:
    if not text.rstrip().endswith("}"):
        raise InvalidInput("The export is cut off: it ends in the middle. Download it again.")
    return document_of(decode_json(text), text_limit)


def _bucket(bucket: Bucket) -> dict[str, object]:
    return {
        "id": bucket.id,
        "name": bucket.name,
        "description": bucket.description,
        "createdAt": utc_text(bucket.created_at),
        "isGeneral": bucket.is_general,
    }


def _version(version: Version) -> dict[str, object]:
    return {
        "number": version.number,
        "change": version.change.value,
        "text": version.text,
        "bucketId": version.bucket_id,
        "state": version.state.value,
        "at": utc_text(version.at),
        "provenance": _provenance(version.provenance),
        "redactedAt": _time(version.redacted_at),
    }


def _provenance(provenance: Provenance) -> dict[str, object]:
    return {
        "channel": provenance.channel.value,
        "trust": provenance.trust.value,
        "source": provenance.source,
        "tokenId": provenance.token_id,
        "conversationId": provenance.conversation_id,
        "messageId": provenance.message_id,
        "parents": provenance.parents,
    }


def _time(moment: datetime | None) -> str | None:
    return utc_text(moment) if moment else None
