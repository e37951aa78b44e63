"""Edits of other tools' settings: one server more or less, and every other character as it was."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onememory.domain.errors import InvalidInput
from onememory.formats.tool_settings import json_edits, toml_edits

ENTRY = {"url": "http://127.0.0.1:8787/mcp", "headers": {"Authorization": "Bearer om_ä"}}
TABLE = {"command": "C:\\python.exe", "args": ["-m", "onememory"], "env": {"A-B": 'say "hi"', "c.d": "é"}}

JSON_TEXTS = {
    "no-section": '{\n  "theme": "dark"\n}\n',
    "others": '{\n  "mcpServers": {\n    "other": {"command": "x"}\n  },\n  "z": 1\n}\n',
    "tabs": '{\n\t"mcpServers": {\n\t\t"other": {}\n\t}\n}',
    "windows-lines": '{\r\n  "mcpServers": {\r\n    "other": {}\r\n  }\r\n}\r\n',
    "compact": '{"a":[1,2],"mcpServers":{"other":{"command":"x"}}}',
    "compact-empty": '{"mcpServers":{}}',
    "comments": '// mine\n{\n  "a": "// no comment", /* b */\n  "mcpServers": {\n    "o": {} // last\n  } // end\n}\n',
    "trailing-commas": '{\n  "mcpServers": {\n    "other": {},\n  },\n}\n',
    "byte-order-mark": '\ufeff{\n  "mcpServers": {\n    "other": {}\n  }\n}\n',
    "odd-numbers": '{\n  "a": 1e5, "b": 1.0, "c": 12345678901234567890,\n  "mcpServers": {\n    "o": {}\n  }\n}\n',
    "brackets-in-texts": '{\n  "a": "},]{",\n  "mcpServers": {\n    "o}": {"k": "\\"}"}\n  }\n}\n',
}


def _json(text: str) -> Any:
    return json_edits.servers(text, "mcpServers")


@pytest.mark.parametrize("text", JSON_TEXTS.values(), ids=JSON_TEXTS)
def test_a_server_that_is_put_in_and_taken_out_leaves_no_trace(text: str) -> None:
    changed = json_edits.with_server(text, "mcpServers", "onememory", ENTRY)
    assert _json(changed) == _json(text) | {"onememory": ENTRY}

    back = json_edits.without_server(changed, "mcpServers", "onememory")
    if not json_edits.has_section(text, "mcpServers"):
        back = json_edits.without_section(back, "mcpServers")

    assert back == text


@pytest.mark.parametrize("text", ["", "  \n", "{}", "{\n}\n"])
def test_an_empty_file_gets_a_section(text: str) -> None:
    assert _json(json_edits.with_server(text, "mcpServers", "onememory", ENTRY)) == {"onememory": ENTRY}


def test_a_new_file_is_laid_out_as_people_do() -> None:
    assert json_edits.with_server("", "s", "n", {"a": 1}) == '{\n  "s": {\n    "n": {\n      "a": 1\n    }\n  }\n}\n'


@pytest.mark.parametrize(
    "text", ["{", "[]", "{,}", '{"mcpServers": []}', '{"mcpServers": null}', '{"a" 1}', "[" * 100_000, "{} {}"]
)
def test_broken_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        json_edits.with_server(text, "mcpServers", "onememory", ENTRY)


def test_a_server_in_the_middle_goes_with_its_comma() -> None:
    text = '{"mcpServers": {\n  "a": 1, // first\n  "onememory": {},\n  "b": 2\n}}'

    assert json_edits.without_server(text, "mcpServers", "onememory") == text.replace('\n  "onememory": {},', "")


documents = st.dictionaries(
    st.text(max_size=5),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(documents, st.sampled_from([None, 1, 4, "\t"]), st.booleans())
def test_any_settings_are_the_same_but_for_the_server(
    settings: dict[str, Any], indent: int | str | None, has_section: bool
) -> None:
    if has_section:
        settings = settings | {"mcpServers": {"other": 1}}
    text = json.dumps(settings, indent=indent)
    changed = json_edits.with_server(text, "mcpServers", "onememory", ENTRY)

    assert json.loads(changed) == settings | {"mcpServers": settings.get("mcpServers", {}) | {"onememory": ENTRY}}
    back = json.loads(json_edits.without_server(changed, "mcpServers", "onememory"))
    assert {"mcpServers": {}} | back == {"mcpServers": {}} | settings


TOML_TEXTS = {
    "empty": "",
    "other-settings": 'model = "gpt"  # mine\n\n[tools]\nweb = true\n',
    "other-server": '[mcp_servers.other]\ncommand = "x"\n\n[mcp_servers.other.env]\nA = "1"\n',
    "windows-lines": "[a]\r\nb = 1\r\n",
    "no-new-line": "a = 1",
}


@pytest.mark.parametrize("text", TOML_TEXTS.values(), ids=TOML_TEXTS)
def test_a_table_that_is_put_in_and_taken_out_leaves_no_trace(text: str) -> None:
    changed = toml_edits.with_server(text, "mcp_servers", "onememory", TABLE)
    assert tomllib.loads(changed)["mcp_servers"]["onememory"] == TABLE
    assert changed.startswith(text)

    assert toml_edits.without_server(changed, "mcp_servers", "onememory").rstrip("\n") == text.rstrip("\n")


def test_tables_that_came_later_stay() -> None:
    changed = toml_edits.with_server("a = 1\n", "mcp_servers", "onememory", TABLE)
    later = changed + "\n[mcp_servers.onememory.tools]\nx = 1\n\n[b]\nc = 2\n"

    assert toml_edits.without_server(later, "mcp_servers", "onememory") == "a = 1\n\n[b]\nc = 2\n"


@pytest.mark.parametrize("text", ["a = ", "mcp_servers = 1", 'mcp_servers = { other = { command = "x" } }'])
def test_toml_that_cannot_be_extended_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        toml_edits.with_server(text, "mcp_servers", "onememory", TABLE)


def test_a_table_written_inline_is_left_to_the_user() -> None:
    with pytest.raises(InvalidInput, match="cannot be edited safely"):
        toml_edits.without_server('mcp_servers = { onememory = { url = "x" } }', "mcp_servers", "onememory")
