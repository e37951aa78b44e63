"""The published description of the service."""

from typing import Any

import pytest

from onememory.api.routes import OPERATIONS
from people import Client
from servers import PUBLIC_URL

NAMED = {
    "AddNewMemory": ("post", "/api/memory"),
    "GetMemoriesAndBuckets": ("get", "/api/v2/memory"),
    "DeleteMemory": ("delete", "/api/memories/{memoryId}"),
    "BulkDeleteMemories": ("post", "/api/memories/bulk-delete"),
}


@pytest.fixture
def published(nobody: Client) -> Any:
    return nobody.get("/openapi.json")


def _operations(document: Any) -> list[dict[str, Any]]:
    return [operation for path in document["paths"].values() for operation in path.values()]


@pytest.mark.requirement("rest:openapi:version")
def test_the_description_is_openapi_3_1_and_needs_no_token(published: Any) -> None:
    assert published["openapi"].startswith("3.1.")
    assert published["components"]["securitySchemes"]["bearerAuth"] == {"type": "http", "scheme": "bearer"}
    assert published["security"] == [{"bearerAuth": []}]


@pytest.mark.requirement("rest:openapi:operation-ids")
@pytest.mark.parametrize(("operation_id", "place"), NAMED.items())
def test_the_named_operations_are_there(published: Any, operation_id: str, place: tuple[str, str]) -> None:
    method, path = place

    assert published["paths"][path][method]["operationId"] == operation_id


@pytest.mark.requirement("rest:openapi:consequential")
def test_no_operation_asks_the_user_each_time(published: Any) -> None:
    assert all(operation["x-openai-isConsequential"] is False for operation in _operations(published))


@pytest.mark.requirement("rest:openapi:servers")
def test_the_server_is_the_public_url(published: Any) -> None:
    assert published["servers"] == [{"url": PUBLIC_URL}]


@pytest.mark.requirement("rest:openapi:limits")
def test_the_description_keeps_the_limits_of_gpt_actions(nobody: Client, published: Any) -> None:
    operations = _operations(published)

    assert len(operations) <= 30
    assert len(nobody.send("GET", "/openapi.json").content) < 100_000
    assert all(len(o["summary"]) <= 300 and 0 < len(o["description"]) <= 300 for o in operations)
    assert all(len(text) <= 700 for text in _descriptions(published))
    assert len({o["operationId"] for o in operations}) == len(operations)


def _descriptions(node: Any) -> list[str]:
    if isinstance(node, list):
        return [text for child in node for text in _descriptions(child)]
    if not isinstance(node, dict):
        return []
    own = [node["description"]] if isinstance(node.get("description"), str) else []
    return own + [text for child in node.values() for text in _descriptions(child)]


@pytest.mark.requirement("rest:openapi:limits")
def test_every_reference_in_the_description_leads_somewhere(published: Any) -> None:
    references = {text.rpartition("/")[2] for text in _references(published)}

    assert references == set(published["components"]["schemas"])


def _references(node: Any) -> list[str]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    own = [node["$ref"]] if isinstance(node, dict) and "$ref" in node else []
    return own + [text for child in children for text in _references(child)]


@pytest.mark.requirement("rest:openapi:full")
def test_every_operation_is_in_the_full_description(nobody: Client) -> None:
    described = {operation["operationId"] for operation in _operations(nobody.get("/openapi-full.json"))}

    assert described == {operation.id for operation in OPERATIONS}
