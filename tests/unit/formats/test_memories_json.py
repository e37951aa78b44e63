import json
from datetime import UTC, datetime

import pytest

from onememory.domain.errors import InvalidInput
from onememory.formats.content import Content
from onememory.formats.imported import ImportedMemory, ParsedMemories
from onememory.formats.memories.json_files import read

MARCH = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
TEA = "Likes tea."


def reading(value: object) -> ParsedMemories:
    return read(Content(json.dumps(value).encode()))


def texts(value: object) -> list[str]:
    return [memory.text for memory in reading(value).memories]


@pytest.mark.parametrize(
    "value",
    [
        [TEA],
        {"text": TEA},
        [{"content": TEA}],
        [{"memory": TEA, "hash": "1"}],
        [{"fact": TEA}],
        [{"label": "human", "value": TEA}],
        [{"Note": TEA}],
        [{"text": None, "content": TEA}],
        [{"id": "1", "metadata": {"text": TEA}}],
        [{"id": "1", "payload": {"memory": TEA}}],
        {"memories": [TEA]},
        {"data": {"memories": [{"text": TEA}], "count": 1}},
        {"results": [{"id": "1", "memory": TEA, "metadata": None}], "relations": []},
        {"items": [{"text": TEA, "notes": ["not a list of memories"]}]},
        {"Food": [TEA]},
        {"text": TEA, "notes": ["beside it"]},
    ],
)
def test_every_shape_gives_its_text(value: object) -> None:
    found = reading(value)
    assert [memory.text for memory in found.memories] == [TEA]
    assert not found.problems


def test_a_memory_object_of_our_contract_is_read_whole() -> None:
    metadata = {"text": TEA, "createdAt": "2026-03-04T05:06:07.000Z", "bucketId": 12, "bucketName": "Food"}
    found = reading({"memories": [{"id": "m1", "text": TEA, "content_type": "text", "metadata": metadata}]})
    assert found.memories == [ImportedMemory(1, TEA, "Food", MARCH)]


def test_a_dump_of_mem0_is_read_whole() -> None:
    item = {"id": "1", "memory": TEA, "created_at": "2026-03-03T21:06:07-08:00", "categories": ["food", "drink"]}
    assert reading({"results": [item]}).memories == [ImportedMemory(1, TEA, None, MARCH, labels=("food", "drink"))]


@pytest.mark.parametrize("key", ["bucket", "bucketName", "bucket_name", "folder", "category", "Collection"])
def test_a_bucket_is_known_by_many_names(key: str) -> None:
    assert reading([{"text": TEA, key: " Food "}]).memories[0].bucket_name == "Food"


@pytest.mark.parametrize("bucket", ["General", "general", "", None, 12, {"id": 12}, ["Food"]])
def test_general_and_bare_ids_name_no_bucket(bucket: object) -> None:
    found = reading([{"text": TEA, "bucket": bucket}])
    assert found.memories[0].bucket_name is None
    assert not found.problems


@pytest.mark.parametrize("bucket", ["2024", "x" * 201, "a\nb"])
def test_a_memory_outlives_its_bad_bucket(bucket: str) -> None:
    found = reading([{"text": TEA, "bucket": bucket}])
    assert found.memories[0].bucket_name is None
    assert "kept without one" in found.problems[0].reason


@pytest.mark.parametrize("key", ["createdAt", "created_at", "created", "date", "timestamp", "Date Created"])
def test_a_date_is_known_by_many_names(key: str) -> None:
    assert reading([{"text": TEA, key: int(MARCH.timestamp())}]).memories[0].created_at == MARCH


def test_a_memory_outlives_its_bad_date() -> None:
    found = reading([{"text": TEA, "date": "last spring"}])
    assert found.memories[0].created_at is None
    assert "date is not understood" in found.problems[0].reason


def test_an_unknown_date_is_no_problem() -> None:
    assert not reading([{"text": TEA, "date": "unknown"}]).problems


def test_source_and_tags_are_kept() -> None:
    memory = reading([{"text": TEA, "source": "claude", "tags": "food, drink, food"}]).memories[0]
    assert (memory.source, memory.labels) == ("claude", ("food", "drink"))


def test_the_name_of_a_group_becomes_a_label() -> None:
    found = reading({"Identity": ["Is 36."], "Food": [{"text": TEA}]})
    assert [(memory.position, memory.labels) for memory in found.memories] == [(1, ("Identity",)), (2, ("Food",))]


def test_bad_items_become_problems_and_good_ones_stay() -> None:
    items = [
        "\ud800",
        "a\x00b",
        " ",
        "x" * 20_001,
        5,
        None,
        {"id": 1},
        {"text": 5},
        {"text": TEA, "content_type": "image"},
    ]
    found = reading([*items, TEA])
    assert [memory.position for memory in found.memories] == [10]
    assert [problem.position for problem in found.problems] == list(range(1, 10))
    assert all(problem.reason.endswith(".") for problem in found.problems)


def test_a_graph_becomes_sentences() -> None:
    entity = {"name": "Ines", "entityType": "person", "observations": ["Is a nurse", {"content": "Ines has a dog"}]}
    relation = {"from": "Ines", "relationType": "works_at", "to": "the hospital"}
    assert texts({"entities": [entity], "relations": [relation]}) == [
        "Ines: Is a nurse",
        "Ines has a dog",
        "Ines works at the hospital",
    ]


def test_an_entity_without_observations_is_told() -> None:
    found = reading({"entities": [{"name": "Ines", "observations": []}]})
    assert found.problems[0].reason == "It is an entity without observations."


@pytest.mark.parametrize(("text", "words"), [("[1,", "line 1, column 4"), ('[\n"a" "b"]', "line 2, column 5")])
def test_malformed_json_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        read(Content(text.encode()))


def test_brackets_inside_strings_are_no_nesting() -> None:
    assert texts(["[{" * 1_000 + '\\"' + "[" * 1_000])


def test_of_duplicate_keys_the_last_counts() -> None:
    assert read(Content(b'[{"text":"a","text":"b"}]')).memories[0].text == "b"
