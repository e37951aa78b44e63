"""The list of promises and the tests that name them agree, in both directions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from requirements import REQUIREMENTS

HERE = Path(__file__).resolve()
CONTRACTS = HERE.parents[3] / "shared/contract"
KINDS = ("rest", "mcp")


def _tests(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Name and named requirements of each test in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name, [_argument(d) for d in node.decorator_list if _is_mark(d)]


def _is_mark(decorator: ast.expr) -> bool:
    return ast.unparse(decorator).startswith("pytest.mark.requirement(")


def _argument(decorator: ast.expr) -> str:
    assert isinstance(decorator, ast.Call)
    return str(ast.literal_eval(decorator.args[0]))


def _named() -> dict[str, list[str]]:
    """The tests of each requirement."""
    named: dict[str, list[str]] = {}
    for path in HERE.parents[1].rglob("test_*.py"):
        for test, ids in _tests(path):
            for requirement_id in ids:
                named.setdefault(requirement_id, []).append(test)
    return named


def test_every_promise_has_a_test() -> None:
    assert not {r.id for r in REQUIREMENTS} - set(_named())


def test_every_named_requirement_is_in_the_list() -> None:
    assert not set(_named()) - {r.id for r in REQUIREMENTS}


def test_every_compatibility_test_names_a_requirement() -> None:
    files = [path for path in HERE.parent.glob("test_*.py") if path != HERE]

    assert files
    assert not [test for path in files for test, ids in _tests(path) if not ids]


def test_ids_are_unique() -> None:
    assert len({r.id for r in REQUIREMENTS}) == len(REQUIREMENTS)


@pytest.mark.skipif(not CONTRACTS.exists(), reason="the contract is not beside the checkout")
def test_every_promise_quotes_the_contract() -> None:
    contracts = {kind: " ".join((CONTRACTS / f"{kind}.md").read_text(encoding="utf-8").split()) for kind in KINDS}

    assert not [r.id for r in REQUIREMENTS if " ".join(r.source.split()) not in contracts[r.id.partition(":")[0]]]
