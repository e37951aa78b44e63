"""The document that a custom GPT imports: within the limits of GPTs, and of the same paths as all others."""

import json
from pathlib import Path
from typing import Any

import pytest

from onememory.api.gpt_actions import OFFERED
from people import Client, Person
from servers import PUBLIC_URL

pytestmark = pytest.mark.once

COMMITTED = Path(__file__).resolve().parents[2] / "integrations" / "gpt-actions" / "openapi.json"
READERS = {"SearchMemories", "GetMemoriesAndBuckets", "ListBuckets", "ChatHistoryInject", "GetConversation"}


@pytest.fixture
def served(nobody: Client) -> Any:
    return nobody.get("/openapi-gpt.json")


def _operations(document: Any) -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        entry["operationId"]: (method, path, entry)
        for path, methods in document["paths"].items()
        for method, entry in methods.items()
    }


def test_the_committed_document_is_the_served_one_with_another_address(served: Any) -> None:
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))

    assert served["servers"] == [{"url": PUBLIC_URL}]
    assert committed == served | {"servers": [{"url": "https://memory.example.org"}]}


def test_every_operation_is_one_of_the_full_document(served: Any, nobody: Client) -> None:
    full = _operations(nobody.get("/openapi-full.json"))

    assert set(_operations(served)) == set(OFFERED)
    for name, (method, path, _) in _operations(served).items():
        assert full[name][:2] == (method, path)


def test_the_limits_of_gpts_are_kept(served: Any, nobody: Client) -> None:
    operations = _operations(served).values()

    assert len(nobody.send("GET", "/openapi-gpt.json").content) < 100_000
    assert all(0 < len(entry[key]) <= 300 for _, _, entry in operations for key in ("summary", "description"))
    assert all(len(text) <= 700 for text in _found(served, "description"))


def test_the_user_confirms_what_changes_or_deletes(served: Any) -> None:
    asked = {name for name, (_, _, entry) in _operations(served).items() if entry["x-openai-isConsequential"]}

    assert asked == {"UpdateMemory", "DeleteMemory"}
    assert not asked & READERS


def test_every_reference_leads_somewhere(served: Any) -> None:
    assert {text.rpartition("/")[2] for text in _found(served, "$ref")} == set(served["components"]["schemas"])


def test_a_gpt_always_says_who_it_is(served: Any) -> None:
    for _, _, entry in _operations(served).values():
        for parameter in entry["parameters"]:
            if parameter["name"] == "source":
                assert (parameter["required"], parameter["schema"]["enum"]) == (True, ["chatgpt"])


def test_no_field_is_null(served: Any) -> None:
    assert '"null"' not in json.dumps([entry["parameters"] for _, _, entry in _operations(served).values()])
    assert '"null"' not in json.dumps(served["components"]["schemas"]["Inject"])


def test_a_conversation_with_a_gpt_works_by_the_document(served: Any, ada: Person) -> None:
    paths = {name: path for name, (_, path, _) in _operations(served).items()}

    stored = ada.post(paths["AddNewMemory"], text="2026-11-23 Likes tea.", source="chatgpt")
    found = ada.get(paths["SearchMemories"], query="what tea", source="chatgpt")["hits"]
    listed = ada.get(paths["GetMemoriesAndBuckets"], includeIds=True, source="chatgpt")["memories"]

    assert [hit["id"] for hit in found] == [memory["id"] for memory in listed] == [stored["memoryId"]]
    ada.delete(paths["DeleteMemory"].replace("{memoryId}", stored["memoryId"]))
    assert ada.get(paths["SearchMemories"], query="what tea")["hits"] == []


def _found(node: Any, key: str) -> list[str]:
    if isinstance(node, list):
        return [text for child in node for text in _found(child, key)]
    if not isinstance(node, dict):
        return []
    own = [node[key]] if isinstance(node.get(key), str) else []
    return own + [text for child in node.values() for text in _found(child, key)]
