"""The kits: every file can be read by the tool it is for, names only what there is, and is no copy that could drift."""

import json
import re
import runpy
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from onememory.embedding.tokens import BundledTokens

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
KITS = ROOT / "integrations"
GENERATED: dict[Path, str] = runpy.run_path(str(ROOT / "scripts" / "kits.py"))["files"]()
SKILL = KITS / "skill" / "onememory" / "SKILL.md"

CONTRACT_TOOLS = {
    "store_memory", "search_memories", "get_memories_and_buckets", "update_or_move_memories", "list_buckets",
    "create_bucket", "list_bucket_categories", "list_category_memories", "recall_chat_history", "chat_history_overview",
    "get_conversation_summary", "get_full_conversation", "export_conversation", "search_uploaded_files",
    "delete_memories", "restore_memories", "search", "fetch", "get_memories", "get_memory_categories",
    "smart_search_memories",
}  # fmt: skip
VERBS = r"store|search|get|update|list|create|recall|chat|export|delete|restore|smart"


def _files(*endings: str) -> list[Path]:
    return sorted(path for path in KITS.rglob("*") if path.suffix in endings)


def _name(path: Path) -> str:
    return str(path.relative_to(KITS))


@pytest.mark.parametrize("path", GENERATED, ids=_name)
def test_what_is_made_by_the_script_is_what_would_be_made_now(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == GENERATED[path], "run scripts/docs"


def test_the_plugin_has_the_whole_skill() -> None:
    copy = KITS / "claude-code" / "skills" / "onememory"

    assert _tree(copy) == _tree(SKILL.parent)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("path", _files(".json", ".toml", ".yaml"), ids=_name)
def test_every_file_of_settings_can_be_read(path: Path) -> None:
    readers: dict[str, Any] = {".json": json.loads, ".toml": tomllib.loads, ".yaml": yaml.safe_load}

    assert isinstance(readers[path.suffix](path.read_text(encoding="utf-8")), dict)


def _front_matter(path: Path) -> tuple[dict[str, Any], str]:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), body


def test_the_skill_keeps_the_rules_of_agent_skills() -> None:
    head, body = _front_matter(SKILL)

    assert set(head) <= {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", head["name"])
    assert (head["name"], len(head["name"]) <= 64) == (SKILL.parent.name, True)
    assert 0 < len(head["description"]) <= 1_024
    assert 0 < len(head["compatibility"]) <= 500
    assert all(isinstance(value, str) for value in head["metadata"].values())
    assert len(body.splitlines()) < 300


def test_the_skill_is_short() -> None:
    words = re.findall(r"\S+", SKILL.read_text(encoding="utf-8"))

    assert sum(BundledTokens().count(words)) < 3_000


def test_the_skill_leads_only_to_what_is_there() -> None:
    for path in SKILL.parent.rglob("*.md"):
        links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))
        assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", _files(".md", ".mdc", ".json"), ids=_name)
def test_kits_name_only_tools_of_the_contract(path: Path) -> None:
    named = set(re.findall(rf"\b(?:{VERBS})_[a-z_]+\b", path.read_text(encoding="utf-8")))

    assert named - CONTRACT_TOOLS == set()


def test_the_contract_lists_these_tools() -> None:
    contract = ROOT.parent / "shared" / "contract" / "mcp.md"
    if not contract.exists():
        pytest.skip("the contract is not beside this checkout")
    text = contract.read_text(encoding="utf-8")

    assert [tool for tool in CONTRACT_TOOLS if f"`{tool}" not in text] == []


def test_the_marketplace_leads_to_the_plugin() -> None:
    listed = json.loads((ROOT / ".claude-plugin" / "marketplace.json").read_text(encoding="utf-8"))["plugins"]
    folder = ROOT / listed[0]["source"]
    plugin = json.loads((folder / ".claude-plugin" / "plugin.json").read_text(encoding="utf-8"))

    assert listed[0]["name"] == plugin["name"]
    assert {"hooks", "skills", ".mcp.json"} <= {path.name for path in folder.iterdir()}


@pytest.mark.parametrize(
    "path", [KITS / "claude-code" / "hooks" / "hooks.json", KITS / "codex" / "hooks.json"], ids=_name
)
def test_hooks_call_the_script_for_events_that_it_knows(path: Path) -> None:
    script = runpy.run_path(str(KITS / "claude-code" / "hooks" / "memory_hook.py"))
    groups = json.loads(path.read_text(encoding="utf-8"))["hooks"]

    assert set(groups) == set(script["EVENTS"])
    commands = [hook["command"] for group in groups.values() for entry in group for hook in entry["hooks"]]
    assert all("/hooks/memory_hook.py" in command for command in commands)


def test_the_typingmind_functions_have_their_own_names() -> None:
    plugin = json.loads((KITS / "typingmind" / "plugin.json").read_text(encoding="utf-8"))

    for function in plugin["pluginFunctions"]:
        name = function["openaiSpec"]["name"]
        assert name in CONTRACT_TOOLS
        assert f"async function {name}(params, userSettings)" in function["code"]
        assert "$ref" not in json.dumps(function)


def test_the_n8n_workflow_is_wired_to_nodes_that_it_has() -> None:
    workflow = json.loads((KITS / "n8n" / "workflow.json").read_text(encoding="utf-8"))
    names = {node["name"] for node in workflow["nodes"]}
    ends = {
        end["node"] for outputs in workflow["connections"].values() for o in outputs.values() for e in o for end in e
    }

    assert set(workflow["connections"]) | ends <= names
    assert len(names) == len(workflow["nodes"])


def test_no_kit_holds_a_token() -> None:
    for path in KITS.rglob("*"):
        if path.is_file():
            assert not re.search(r"\bom_[A-Za-z0-9_-]{8,}", path.read_text(encoding="utf-8")), path
