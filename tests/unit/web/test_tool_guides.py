"""How each tool is connected, as its page says it."""

import json
import tomllib
from typing import Any

import pytest

from onememory.domain.ai_tools import TOOLS
from onememory.web.wording.tool_guides import Guide, guide_of, guides

URL = "https://memory.example.org"
WITH_FILES = [guide for guide in guides(URL, "om_secret") if guide.settings]


def _parsed(guide: Guide) -> dict[str, Any]:
    text = guide.settings or ""
    return tomllib.loads(text) if (guide.file or "").endswith(".toml") else json.loads(text)


def test_every_tool_of_the_catalogue_has_steps_or_settings() -> None:
    found = guides(URL)

    assert [guide.name for guide in found] == list(TOOLS)
    assert all(bool(guide.settings) != bool(guide.steps) for guide in found)


@pytest.mark.parametrize("guide", WITH_FILES, ids=lambda guide: guide.name)
def test_what_is_to_be_pasted_is_in_the_tools_own_words(guide: Guide) -> None:
    (servers,) = _parsed(guide).values()
    text = json.dumps(servers["onememory"])

    assert (URL in text, "om_secret" in text) == (True, True)
    assert guide.command == f"onememory connect {guide.name}"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("claude-code", "~/.claude.json"),
        ("cursor", "~/.cursor/mcp.json"),
        ("codex", "~/.codex/config.toml"),
        ("windsurf", "~/.codeium/windsurf/mcp_config.json"),
        ("vscode", "Code/User/mcp.json, where the system keeps the data of applications"),
    ],
)
def test_the_place_is_told_as_a_person_finds_it(name: str, place: str) -> None:
    assert guide_of(name, URL).file == place
