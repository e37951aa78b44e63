"""Generated requests to every operation that is described: no 5xx, and answers as described."""

from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from onememory.api.openapi import document
from onememory.api.routes import OPERATIONS
from people import Person

EXAMPLES = 15  # of each operation
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def _operations(*, published_only: bool) -> list[Any]:
    chosen = [operation for operation in OPERATIONS if operation.is_published or not published_only]
    schema = schemathesis.openapi.from_dict(document(chosen, "http://127.0.0.1", "1"))
    return [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]


@pytest.mark.parametrize("operation", _operations(published_only=False), ids=lambda operation: operation.label)
@pytest.mark.parametrize("mode", GenerationMode)
def test_every_operation_answers_as_described(ada: Person, operation: Any, mode: GenerationMode) -> None:
    _try(ada, operation, mode)


@pytest.mark.parametrize("operation", _operations(published_only=True), ids=lambda operation: operation.label)
def test_the_published_description_is_true_too(ada: Person, operation: Any) -> None:
    _try(ada, operation, GenerationMode.POSITIVE)


def _try(ada: Person, operation: Any, mode: GenerationMode) -> None:
    ada.store("2024-01-01 Ada drinks tea")
    headers = {"Authorization": f"Bearer {ada.token}"}
    for case in _generated(operation, mode):
        case.call_and_validate(base_url=str(ada.http.base_url), headers=headers, checks=CHECKS)


@cache
def _generated(operation: Any, mode: GenerationMode) -> list[Any]:
    """The same for each database: to generate them takes longer than to try them."""
    cases: list[Any] = []

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def generate(case: Any) -> None:
        cases.append(case)

    generate()
    return cases
