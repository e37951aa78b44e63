import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_strategies import NOW, ORIGIN, general, memories_with_versions, memory

from onememory.domain.buckets import Bucket
from onememory.domain.errors import InvalidInput
from onememory.domain.memories import Change, Memory, MemoryState, Version
from onememory.formats.content import Content
from onememory.formats.own_export.document import ExportHeader
from onememory.formats.own_export.export_file import closing, decode, encode, memories_end, memory_entry, opening, read

HEADER = ExportHeader(NOW, "Inês")
BUCKETS = [general(7), Bucket(8, "Food", "What I eat", is_general=False, created_at=NOW)]
VERSION = Version("m1", 1, Change.CREATED, "Likes tea.", 7, MemoryState.ACTIVE, NOW, ORIGIN)


def exported(*items: tuple[Memory, tuple[Version, ...]]) -> bytes:
    return b"".join(encode(HEADER, BUCKETS, items))


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(exported((memory("Likes tea."), (VERSION,)), (memory("Has a dog."), (VERSION,))))
    document["memories"][1]["id"] = "m2"
    change(document)
    return json.dumps(document).encode()


@settings(max_examples=50)
@given(items=st.lists(memories_with_versions(), max_size=3, unique_by=lambda item: item[0].id))
def test_everything_comes_back_as_it_was(items: list[tuple[Memory, tuple[Version, ...]]]) -> None:
    document = decode(exported(*items))
    assert document.problems == []
    assert (document.header, document.buckets) == (HEADER, BUCKETS)
    assert [(found.memory, found.versions) for found in document.memories] == items


@given(items=st.lists(memories_with_versions(), max_size=2))
def test_the_pieces_make_the_same_valid_json(items: list[tuple[Memory, tuple[Version, ...]]]) -> None:
    entries = [memory_entry(*item, is_first=at == 0) for at, item in enumerate(items)]
    pieces = b"".join([opening(HEADER, BUCKETS), *entries, memories_end(len(items)), closing()])
    assert pieces == exported(*items)
    assert json.loads(pieces)["count"] == len(items)


def test_the_document_reads_as_documented() -> None:
    document = json.loads(exported((memory("Likes tea."), (VERSION,))))
    assert list(document) == ["format", "version", "exportedAt", "user", "buckets", "memories", "count"]
    assert (document["exportedAt"], document["user"]) == ("2026-03-04T05:06:07.890Z", {"name": "Inês"})
    assert document["memories"][0]["provenance"]["conversationId"] is None
    assert list(document["memories"][0]["versions"][0])[:4] == ["number", "change", "text", "bucketId"]


def test_the_same_memories_make_the_same_bytes() -> None:
    item = (memory("Likes tea."), (VERSION,))
    assert exported(item) == exported(item)


BAD_MEMORIES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no text": (lambda m: m.pop("text"), "missing required field `text`"),
    "empty text": (lambda m: m.update(text=" "), "`text` is empty"),
    "NUL": (lambda m: m.update(text="a\x00"), "`text`: it has characters that cannot be kept"),
    "lone surrogate": (lambda m: m["provenance"].update(source="\ud800"), "`provenance.source`: it has characters"),
    "too long": (lambda m: m.update(text="x" * 20_001), "20,001 characters"),
    "bad id": (lambda m: m.update(id="../m2"), "`id`: it has characters"),
    "taken id": (lambda m: m.update(id="m1"), "`id`: another memory"),
    "no bucket": (lambda m: m.update(bucketId=9), "`bucketId`: there is no such bucket"),
    "huge bucket": (lambda m: m.update(bucketId=10**30), "`bucketId`: "),
    "unknown trust": (lambda m: m["provenance"].update(trust="blind"), "`provenance.trust`: invalid enum value"),
    "no zone": (lambda m: m.update(createdAt="2026-01-01T00:00:00"), "`createdAt`: "),
    "outside time": (lambda m: m.update(createdAt="0001-01-01T00:00:00+14:00"), "calendar"),
    "wrong version": (lambda m: m.update(version=2), "`versions`: "),
    "no versions": (lambda m: m.update(versions=[]), "`versions`: "),
    "bad version": (lambda m: m["versions"][0].update(number="1"), "number`: expected `int`, got `str`"),
}


@pytest.mark.parametrize("name", BAD_MEMORIES)
def test_one_bad_memory_costs_only_itself(name: str) -> None:
    change, words = BAD_MEMORIES[name]
    document = decode(changed(lambda export: change(export["memories"][1])))
    assert [found.memory.id for found in document.memories] == ["m1"]
    assert [problem.position for problem in document.problems] == [2]
    assert words in document.problems[0].reason


BAD_FILES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "other format": (lambda d: d.update(format="else"), "not a OneMemory export"),
    "newer": (lambda d: d.update(version=2), "version 1; update it"),
    "no buckets": (lambda d: d.pop("buckets"), "missing required field `buckets`"),
    "no General": (lambda d: d["buckets"].pop(0), "exactly one"),
    "bad bucket": (lambda d: d["buckets"][1].update(name=5), "Bucket 2: `name`: expected `str`"),
    "digits": (lambda d: d["buckets"][1].update(name="12"), "Bucket 2: .*digits only"),
    "same name": (lambda d: d["buckets"].append(d["buckets"][1] | {"id": 9, "name": "FOOD"}), "same `name`"),
    "same id": (lambda d: d["buckets"].append(d["buckets"][1] | {"name": "Else"}), "same `id`"),
    "no time": (lambda d: d.update(exportedAt="yesterday"), "`exportedAt`: "),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_cannot_be_used_is_refused_with_the_place(name: str) -> None:
    change, words = BAD_FILES[name]
    with pytest.raises(InvalidInput, match=words):
        decode(changed(change))


def test_a_truncated_export_is_told() -> None:
    with pytest.raises(InvalidInput, match="cut off"):
        decode(exported((memory("Likes tea."), (VERSION,)))[:-20])


def test_a_wrong_count_is_told() -> None:
    problems = decode(changed(lambda export: export.update(count=3))).problems
    assert [(problem.position, problem.reason) for problem in problems] == [
        (0, "The file says it holds 3 memories and holds 2.")
    ]


def test_unknown_keys_are_let_pass() -> None:
    assert not decode(changed(lambda export: export["memories"][0].update(mood="good"))).problems


def test_a_longer_text_is_taken_where_the_limit_allows() -> None:
    data = changed(lambda export: export["memories"][0].update(text="x" * 30_000))
    assert not decode(data, text_limit=30_000).problems


def test_a_preview_shows_what_is_not_in_the_trash() -> None:
    found = read(Content(changed(lambda export: export["memories"][0].update(state="trashed"))))
    assert [(m.position, m.text, m.bucket_name, m.created_at) for m in found.memories] == [(2, "Has a dog.", None, NOW)]
