"""OpenAPI 3.1 documents out of the list of paths: the published one for GPT Actions, and one with everything."""

from collections.abc import Sequence
from typing import Any

from msgspec.json import schema_components

from onememory.api.operations import Operation
from onememory.asgi.errors import ErrorBody

_REF = "#/components/schemas/{name}"
_PROBLEMS = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    429: "Too many requests",
    500: "Internal error",
    503: "Unavailable",
}


def document(operations: Sequence[Operation], public_url: str, version: str) -> dict[str, Any]:
    """The OpenAPI document of these operations."""
    shapes: list[Any] = [ErrorBody]
    for operation in operations:
        shapes.append(operation.takes)
        if operation.answers is not None:
            shapes.append(operation.answers)
    schemas, components = schema_components(shapes, ref_template=_REF)
    by_shape = {id(shape): schema for shape, schema in zip(shapes, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _Described(operation, components, by_shape)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described.document()
    used = referenced(paths, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "onememory", "version": version, "description": "One memory for every AI you use."},
        "servers": [{"url": public_url}],
        "security": [{"bearerAuth": []}],
        "paths": paths,
        "components": {
            "schemas": {name: components[name] for name in sorted(used)},
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Described:
    """One operation in the document."""

    def __init__(self, operation: Operation, components: dict[str, Any], by_shape: dict[int, Any]) -> None:
        self._operation = operation
        self._by_shape = by_shape
        self._given = components.get(operation.takes.__name__, {"properties": {}})

    def document(self) -> dict[str, Any]:
        """The operation object (OpenAPI 3.1, 4.8.10)."""
        operation = self._operation
        described: dict[str, Any] = {
            "operationId": operation.id,
            "summary": operation.summary,
            "description": (operation.handler.__doc__ or operation.summary).strip(),
            "x-openai-isConsequential": False,
            "parameters": self._parameters(),
            "responses": self._responses(),
        }
        if operation.takes_file:
            described["requestBody"] = {
                "required": True,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        elif operation.has_json_body:
            described["requestBody"] = {"required": True, "content": _json(self._body_schema())}
        return described

    def _body_schema(self) -> dict[str, Any]:
        if not self._operation.path_names:
            schema: dict[str, Any] = self._by_shape[id(self._operation.takes)]
            return schema
        names = self._operation.path_names
        kept = {name: schema for name, schema in self._given["properties"].items() if name not in names}
        required = [name for name in self._given.get("required", []) if name not in names]
        return {"type": "object", "properties": kept, "required": required}

    def _parameters(self) -> list[dict[str, Any]]:
        in_path = self._operation.path_names
        parameters = []
        for name, given in self._given["properties"].items():
            if name not in in_path and self._operation.has_json_body:
                continue
            schema = dict(given)
            parameter = {"name": name, "in": "path" if name in in_path else "query", "schema": schema}
            if text := schema.pop("description", ""):
                parameter["description"] = text
            if name in in_path or name in self._given.get("required", []):
                parameter["required"] = True
            parameters.append(parameter)
        return parameters

    def _responses(self) -> dict[str, Any]:
        answers = self._operation.answers
        if answers is None:
            content: dict[str, Any] = {
                media_type: {"schema": {"type": "string"}} for media_type in ("text/markdown", "text/csv")
            } | {"application/json": {"schema": {}}}
        else:
            content = _json(self._by_shape[id(answers)])
        responses: dict[str, Any] = {"200": {"description": "Done", "content": content}}
        error = {"$ref": _REF.format(name=ErrorBody.__name__)}
        for status, meaning in _PROBLEMS.items():
            responses[str(status)] = {"description": meaning, "content": _json(error)}
        return responses


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def without_null(shape: dict[str, Any]) -> dict[str, Any]:
    """The schema of a field without the null that stands for one that is not sent."""
    kinds = [kind for kind in shape.get("anyOf", ()) if kind.get("type") != "null"]
    rest = {key: value for key, value in shape.items() if key != "anyOf" and (key, value) != ("default", None)}
    return rest | kinds[0] if len(kinds) == 1 else dict(shape)


def referenced(node: Any, components: dict[str, Any]) -> set[str]:
    """The names of the components that a part of the document refers to, through others too."""
    used: set[str] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            name = str(here.get("$ref", "")).rpartition("/")[2]
            if name and name not in used:
                used.add(name)
                waiting.append(components[name])
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here
    return used
