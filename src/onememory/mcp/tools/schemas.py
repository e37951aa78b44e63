"""JSON Schemas of Structs that cost a model few tokens: no titles, no references, no nulls."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

Schema = dict[str, Any]

LARGEST = 2**53  # the greatest integer that every JSON reader keeps exact; a limit that no model needs to be told

_TEMPLATE = "#/$defs/{name}"


def input_schema(shape: type[msgspec.Struct]) -> Schema:
    """What a tool takes; an argument that may be null is one that may be left out."""
    return _inlined(shape)


def output_schema(shape: type[msgspec.Struct]) -> Schema:
    """What a tool answers; defaults are of no use to a reader, nor is it to know what parts always have."""
    schema = _inlined(shape)
    required = {"required": schema["required"]} if "required" in schema else {}
    return _without(schema, {"default", "required"}) | required


def _without(schema: Schema, keys: Collection[str]) -> Schema:
    kept = {key: value for key, value in schema.items() if key not in keys}
    if "properties" in kept:
        kept["properties"] = {name: _without(value, keys) for name, value in kept["properties"].items()}
    if isinstance(kept.get("items"), dict):
        kept["items"] = _without(kept["items"], keys)
    return kept


def _inlined(shape: type[msgspec.Struct]) -> Schema:
    (root,), components = msgspec.json.schema_components([shape], ref_template=_TEMPLATE)
    by_reference = {_TEMPLATE.format(name=name): component for name, component in components.items()}
    schema = _compact(root, by_reference)
    schema.pop("description", None)  # the docstring of the Struct
    return schema


def _compact(schema: Mapping[str, Any], components: Mapping[str, Schema]) -> Schema:
    if "$ref" in schema:
        named = {key: value for key, value in components[schema["$ref"]].items() if key != "description"}
        return _compact(named | {k: v for k, v in schema.items() if k != "$ref"}, components)
    if "anyOf" in schema:
        kinds = [kind for kind in schema["anyOf"] if kind != {"type": "null"}]
        rest = {key: value for key, value in schema.items() if key != "anyOf"}
        if len(kinds) == 1:
            return _compact({**kinds[0], **rest}, components)
        return _tidy(rest) | {"anyOf": [_compact(kind, components) for kind in kinds]}
    compact = _tidy(schema)
    if "properties" in compact:
        compact["properties"] = {n: _compact(p, components) for n, p in compact["properties"].items()}
    if isinstance(compact.get("items"), dict):
        compact["items"] = _compact(compact["items"], components)
    return compact


def _tidy(schema: Mapping[str, Any]) -> Schema:
    kept = {key: value for key, value in schema.items() if key != "title"}
    if kept.get("default", ...) in (None, False, []):
        del kept["default"]
    if kept.get("maximum") == LARGEST:
        del kept["maximum"]
    if not kept.get("required", True):
        del kept["required"]
    return kept
