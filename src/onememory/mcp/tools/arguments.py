"""Arguments as agents send them: numbers as text, lists as text, names in snake case."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from onememory.asgi.arguments import in_words
from onememory.domain.conversations import is_storable
from onememory.domain.errors import InvalidInput
from onememory.mcp.tools.schemas import Schema, input_schema

# Older clients send these with every call; they say nothing that a tool needs.
PASSED_OVER = frozenset({"source", "client", "v", "includeids", "explain"})


def given_of(arguments: Mapping[str, Any], shape: type[msgspec.Struct]) -> Any:
    """The Struct that these arguments mean; raises InvalidInput in words."""
    kinds = _kinds(shape)
    values = _named(arguments, kinds)
    if unknown := [name for name in values if name not in kinds and _spelling(name) not in PASSED_OVER]:
        raise InvalidInput(_unknown(unknown[0], list(kinds)))
    if not _is_text(values):
        raise InvalidInput("The arguments hold half of a surrogate pair, which is no Unicode text; send valid UTF-8.")
    try:
        return msgspec.convert(values, shape, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidInput(in_words(error, shape)) from error


@cache
def _kinds(shape: type[msgspec.Struct]) -> Schema:
    properties: Schema = input_schema(shape).get("properties", {})
    return properties


def _named(values: Mapping[str, Any], kinds: Schema) -> dict[str, Any]:
    """The values under the names and in the forms that are meant; those that say nothing are left out."""
    names = {_spelling(name): name for name in kinds}
    right = {names.get(_spelling(written), written): value for written, value in values.items()}
    return {
        name: _fitted(value, kinds.get(name, {})) for name, value in right.items() if value is not None and value != ""
    }


def _spelling(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _unknown(written: str, names: list[str]) -> str:
    takes = ", ".join(f"`{name}`" for name in names)
    return f"Unknown argument {written[:100]!r}; this tool takes {takes or 'no arguments'}."


def _fitted(value: Any, kind: Schema) -> Any:
    """The value in the form that the schema has, where it is plain which one is meant."""
    if kind.get("type") == "string" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if kind.get("type") == "array":
        return [_fitted(item, kind["items"]) for item in _listed(value)]
    if kind.get("type") == "object" and isinstance(value, str):
        value = {kind["required"][0]: value}
    if kind.get("type") == "object" and isinstance(value, Mapping):
        return _named(value, kind["properties"])
    return value


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError as error:
            raise InvalidInput(f"A list was sent as text that is not valid JSON: {error}.") from error
    return value if isinstance(value, list) else [value]


def _is_text(value: Any) -> bool:
    if isinstance(value, str):
        return is_storable(value.replace("\x00", ""))
    if isinstance(value, Mapping):
        return all(_is_text(key) and _is_text(item) for key, item in value.items())
    return all(_is_text(item) for item in value) if isinstance(value, list) else True
