"""The contents that the conformance suite wants to be given, as its scenarios describe them."""

import base64
import struct
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import mcp_types as types

Result = dict[str, Any]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


_PIXEL = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(b"\x00\xff\x00\x00")),
        _chunk(b"IEND", b""),
    )
)
_SILENCE = (
    b"RIFF"
    + struct.pack("<I", 36)
    + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    + b"data\0\0\0\0"
)

_TEXT: Result = {"type": "text", "text": "This is a simple text response for testing."}
_IMAGE: Result = {"type": "image", "data": base64.b64encode(_PIXEL).decode(), "mimeType": "image/png"}
_AUDIO: Result = {"type": "audio", "data": base64.b64encode(_SILENCE).decode(), "mimeType": "audio/wav"}


def _embedded(uri: str, mime_type: str, text: str) -> Result:
    return {"type": "resource", "resource": {"uri": uri, "mimeType": mime_type, "text": text}}


CONTENTS: dict[str, Result] = {
    "test_simple_text": {"content": [_TEXT]},
    "test_image_content": {"content": [_IMAGE]},
    "test_audio_content": {"content": [_AUDIO]},
    "test_embedded_resource": {
        "content": [_embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")]
    },
    "test_multiple_content_types": {
        "content": [
            {"type": "text", "text": "Multiple content types test:"},
            _IMAGE,
            _embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
        ]
    },
    "test_error_handling": {
        "isError": True,
        "content": [{"type": "text", "text": "This tool intentionally returns an error for testing"}],
    },
}

RESOURCE_CONTENTS: dict[str, Result] = {
    "test://static-text": {
        "uri": "test://static-text",
        "mimeType": "text/plain",
        "text": "This is the content of the static text resource.",
    },
    "test://static-binary": {
        "uri": "test://static-binary",
        "mimeType": "image/png",
        "blob": base64.b64encode(_PIXEL).decode(),
    },
    "test://watched-resource": {"uri": "test://watched-resource", "mimeType": "text/plain", "text": "Watched."},
}
TEMPLATE = types.ResourceTemplate(uri_template="test://template/{id}/data", name="template", description="By id")


def _said(content: Result) -> Result:
    return {"role": "user", "content": content}


def _words(text: str) -> Result:
    return _said({"type": "text", "text": text})


PROMPT_MESSAGES: dict[str, Callable[[Mapping[str, str]], list[Result]]] = {
    "test_simple_prompt": lambda _: [_words("This is a simple prompt for testing.")],
    "test_prompt_with_arguments": lambda given: [
        _words(f"Prompt with arguments: arg1='{given['arg1']}', arg2='{given['arg2']}'")
    ],
    "test_prompt_with_embedded_resource": lambda given: [
        _said(_embedded(given["resourceUri"], "text/plain", "Embedded resource content for testing.")),
        _words("Please process the embedded resource above."),
    ],
    "test_prompt_with_image": lambda _: [_said(_IMAGE), _words("Please analyze the image above.")],
}

INPUT_SCHEMAS: dict[str, Result] = {
    "json_schema_2020_12_tool": {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
            }
        },
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"},
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": False,
    }
}
