"""`onememory connect`: each tool's file gets one server, is put back as it was, and nothing is harmed in between."""

import json
import stat
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from commands import NOBODY, Commands
from onememory.cli.tools import addresses
from onememory.domain.ai_tools import TOOLS, Via
from people import Person
from servers import Server

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.once]

WRITTEN = {name: tool.file for name, tool in TOOLS.items() if tool.file}
GUIDED = [name for name, tool in TOOLS.items() if not tool.file]
WAYS = [(name, via) for name, file in WRITTEN.items() for via in file.ways]

BEFORE_JSON = '{\n\t"theme": "dark",\n\t"SECTION": {\n\t\t"other": {"command": "x"}\n\t}\n}\n'
BEFORE_TOML = 'model = "gpt"  # mine\n\n[SECTION.other]\ncommand = "x"\n'


def _file(tool: str, home: Path) -> Path:
    return WRITTEN[tool].path(home, sys.platform)


def _written_before(tool: str, home: Path) -> Path:
    """The tool's settings with another server in them."""
    file = _file(tool, home)
    file.parent.mkdir(parents=True, exist_ok=True)
    text = BEFORE_TOML if file.suffix == ".toml" else BEFORE_JSON
    file.write_text(text.replace("SECTION", WRITTEN[tool].section))
    return file


def _servers(tool: str, home: Path) -> dict[str, Any]:
    file = _file(tool, home)
    read = tomllib.loads if file.suffix == ".toml" else json.loads
    found: dict[str, Any] = read(file.read_text())[WRITTEN[tool].section]
    return found


def _token_of(entry: dict[str, Any]) -> str:
    headers = entry.get("headers") or entry.get("http_headers")
    return str(headers["Authorization"].removeprefix("Bearer ")) if headers else str(entry["env"]["ONEMEMORY_TOKEN"])


def _tokens(commands: Commands) -> list[dict[str, Any]]:
    tokens: list[dict[str, Any]] = commands.ask("token", "list")
    return tokens


@pytest.mark.parametrize(("tool", "via"), WAYS)
def test_a_tool_is_connected_and_keeps_what_it_had(tool: str, via: Via, kept: Commands, home: Path) -> None:
    _written_before(tool, home)

    answer = kept.ask("connect", tool, "--via", via, "--yes")

    servers = _servers(tool, home)
    assert set(servers) == {"other", "onememory"}
    assert _token_of(servers["onememory"]).startswith("om_")
    token = _tokens(kept)[0]
    assert (token["name"], token["policy"], token["id"]) == (tool, "propose", answer["tokenId"])


@pytest.mark.parametrize("tool", WRITTEN)
def test_a_second_run_changes_nothing(tool: str, kept: Commands, home: Path) -> None:
    kept.ask("connect", tool, "--yes")
    before = _file(tool, home).read_bytes()

    assert kept.ask("connect", tool, "--yes")["status"] == "already connected"
    assert _file(tool, home).read_bytes() == before
    assert len(_tokens(kept)) == 2


@pytest.mark.parametrize("tool", WRITTEN)
def test_undo_restores_every_byte_and_revokes_the_token(tool: str, kept: Commands, home: Path) -> None:
    file = _written_before(tool, home)
    before = {path: path.read_bytes() for path in file.parent.iterdir() if path.is_file()}
    kept.ask("connect", tool, "--yes")

    kept.ask("connect", tool, "--undo", "--yes")

    assert {path: path.read_bytes() for path in file.parent.iterdir() if path.is_file()} == before
    assert _tokens(kept)[0]["revokedAt"]
    assert "not connected" in kept.run("connect", tool, "--undo", "--yes", "--json").error


@pytest.mark.parametrize("tool", WRITTEN)
def test_undo_takes_a_new_file_away(tool: str, kept: Commands, home: Path) -> None:
    kept.ask("connect", tool, "--yes")
    assert stat.S_IMODE(_file(tool, home).stat().st_mode) == 0o600

    kept.ask("connect", tool, "--undo", "--yes")

    assert not _file(tool, home).exists()


@pytest.mark.parametrize("tool", WRITTEN)
def test_undo_leaves_what_was_changed_since(tool: str, kept: Commands, home: Path) -> None:
    file = _written_before(tool, home)
    before = file.read_text()
    kept.ask("connect", tool, "--yes")
    file.write_text(file.read_text().replace("x", "y"))

    kept.ask("connect", tool, "--undo", "--yes")

    assert file.read_text() == before.replace("x", "y")


@pytest.mark.parametrize("tool", WRITTEN)
def test_a_broken_file_is_refused_and_left_alone(tool: str, kept: Commands, home: Path) -> None:
    file = _written_before(tool, home)
    file.write_text("{ broken = ")

    assert "left as it is" in kept.run("connect", tool, "--yes", "--json").error
    assert [path.name for path in file.parent.iterdir() if path.is_file()] == [file.name]
    assert file.read_text() == "{ broken = "
    assert len(_tokens(kept)) == 1, "a token was made"


def test_the_mode_and_a_link_to_the_file_stay(kept: Commands, home: Path, tmp_path: Path) -> None:
    link = _file("cursor", home)
    link.parent.mkdir()
    link.symlink_to(tmp_path / "dotfile.json")
    (tmp_path / "dotfile.json").write_text("{}")
    (tmp_path / "dotfile.json").chmod(0o640)

    kept.ask("connect", "cursor", "--yes")

    assert link.is_symlink()
    assert stat.S_IMODE((tmp_path / "dotfile.json").stat().st_mode) == 0o640
    assert _servers("cursor", home)


def test_a_person_is_asked_first(kept: Commands, home: Path) -> None:
    refused = kept.run("connect", "cursor", piped="n\n")
    assert (refused.code, _file("cursor", home).exists()) == (1, False)
    assert '"url": "http://127.0.0.1:1/mcp"' in refused.out

    agreed = kept.run("connect", "cursor", piped="y\n")
    assert (agreed.code, set(_servers("cursor", home))) == (0, {"onememory"})
    assert _token_of(_servers("cursor", home)["onememory"]) not in agreed.out


def test_printing_changes_nothing(commands: Commands, home: Path) -> None:
    answer = commands.ask("connect", "vscode", "--print")

    assert answer["entry"]["headers"] == {"Authorization": "Bearer TOKEN"}
    assert list(home.iterdir()) == []


def test_a_server_of_the_same_name_is_not_ours_to_replace(kept: Commands, home: Path) -> None:
    file = _written_before("cursor", home)
    file.write_text(file.read_text().replace('"other"', '"onememory"'))

    assert "did not write" in kept.run("connect", "cursor", "--yes", "--json").error


def test_an_entry_removed_by_hand_is_made_anew(kept: Commands, home: Path) -> None:
    kept.ask("connect", "cursor", "--yes")
    _file("cursor", home).write_text("{}")

    assert kept.ask("connect", "cursor", "--yes")["status"] == "connected"
    assert [bool(token["revokedAt"]) for token in _tokens(kept)] == [False, True, False]


def test_the_state_keeps_no_secret(kept: Commands, home: Path) -> None:
    kept.ask("connect", "cursor", "--yes")

    state = (home / ".onememory" / "connected.json").read_text()
    assert _token_of(_servers("cursor", home)["onememory"]) not in state


def test_a_tool_speaks_to_the_server_it_was_given(server: Server, ada: Person, commands: Commands, home: Path) -> None:
    there = ("--url", server.url, "--token", ada.token)
    commands.ask("connect", "gemini-cli", "--yes", *there)

    entry = _servers("gemini-cli", home)["onememory"]
    assert entry["httpUrl"] == f"{server.url}/mcp"
    headers = {"authorization": f"Bearer {_token_of(entry)}"}
    assert server.http.get("/api/buckets", headers=headers).status_code == 200
    commands.ask("connect", "gemini-cli", "--undo", "--yes", *there)
    assert server.http.get("/api/buckets", headers=headers).status_code == 401


def test_a_token_that_cannot_be_revoked_now_is_not_forgotten(
    server: Server, ada: Person, commands: Commands, home: Path
) -> None:
    there = ("--url", server.url, "--token", ada.token)
    commands.ask("connect", "cursor", "--yes", *there)
    token = _token_of(_servers("cursor", home)["onememory"])

    wrong = ("--url", server.url, "--token", "no-such-token")
    assert "not revoked yet" in commands.run("connect", "cursor", "--undo", "--yes", "--json", *wrong).error
    assert not _file("cursor", home).exists()
    commands.ask("connect", "cursor", "--undo", "--yes", *there)
    assert server.http.get("/api/buckets", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_server_that_the_tool_starts_is_told_where_the_memories_are(kept: Commands, data: Path, home: Path) -> None:
    kept.ask("connect", "claude-desktop", "--yes")

    entry = _servers("claude-desktop", home)["onememory"]
    words = ["-m", "onememory", "mcp", "--data", str(data.resolve())]
    assert (entry["command"], entry["args"]) == (sys.executable, words)


@pytest.mark.parametrize("tool", GUIDED)
def test_steps_name_the_server(tool: str, commands: Commands) -> None:
    answer = commands.ask("connect", tool, "--print")

    assert NOBODY in answer["steps"]
    assert "{" not in answer["steps"]
    assert "127.0.0.1" in answer["warning"]


@pytest.mark.parametrize("tool", ["librechat", "open-webui", "typingmind", "n8n"])
def test_a_token_is_made_once_for_a_tool_that_is_set_up_by_hand(tool: str, kept: Commands) -> None:
    assert "om_" in kept.ask("connect", tool, "--yes")["steps"]
    assert "has a token already" in kept.run("connect", tool, "--yes", "--json").error

    kept.ask("connect", tool, "--undo", "--yes")
    assert _tokens(kept)[0]["revokedAt"]


@pytest.mark.parametrize("tool", ["chatgpt", "claude"])
def test_a_tool_that_asks_for_leave_in_the_browser_gets_no_token(tool: str, commands: Commands) -> None:
    commands.ask("token", "create", "first")

    commands.ask("connect", tool, "--yes")

    assert [token["name"] for token in _tokens(commands)] == ["first"]


def test_all_tools_are_listed(kept: Commands, home: Path) -> None:
    (home / ".cursor").mkdir()
    kept.ask("connect", "codex", "--yes")

    listed = {row["tool"]: row for row in kept.ask("connect")}
    assert list(listed) == list(TOOLS)
    assert [name for name, row in listed.items() if row["found"]] == ["codex", "cursor"]
    assert [name for name, row in listed.items() if row["connected"]] == ["codex"]
    assert "cursor\tCursor\tfound here" in kept.run("connect").out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nothing",), "none of the tools"),
        (("claude-desktop", "--via", "http", "--yes"), "--via stdio"),
        (("cursor",), "--yes or --print"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], sentence: str, commands: Commands) -> None:
    ran = commands.run("connect", *arguments, "--json")

    assert (ran.code, sentence in ran.error) == (2, True)


@pytest.mark.parametrize(
    ("tool", "system", "path"),
    [
        ("claude-code", "linux", ".claude.json"),
        ("claude-desktop", "linux", ".config/Claude/claude_desktop_config.json"),
        ("claude-desktop", "darwin", "Library/Application Support/Claude/claude_desktop_config.json"),
        ("claude-desktop", "win32", "AppData/Roaming/Claude/claude_desktop_config.json"),
        ("vscode", "linux", ".config/Code/User/mcp.json"),
        ("vscode", "darwin", "Library/Application Support/Code/User/mcp.json"),
        ("vscode", "win32", "AppData/Roaming/Code/User/mcp.json"),
        ("codex", "darwin", ".codex/config.toml"),
        ("cursor", "win32", ".cursor/mcp.json"),
        ("gemini-cli", "linux", ".gemini/settings.json"),
        ("windsurf", "linux", ".codeium/windsurf/mcp_config.json"),
    ],
)
def test_each_system_has_its_places(tool: str, system: str, path: str, home: Path) -> None:
    assert WRITTEN[tool].path(home, system) == home / path


@pytest.mark.parametrize(
    ("url", "is_public"),
    [
        ("https://memory.example.org", True),
        ("https://8.8.8.8/x", True),
        ("https://localhost:8787", False),
        ("http://127.0.0.1:8787", False),
        ("https://[::1]:8787", False),
        ("https://192.168.1.4", False),
        ("https://169.254.1.1", False),
        ("https://nas", False),
        ("https://nas.local.", False),
    ],
)
def test_an_address_of_the_internet_is_known_by_its_looks(url: str, is_public: bool) -> None:
    assert addresses.is_public(url) is is_public


@pytest.mark.parametrize(("url", "is_right"), [("https://m.example.org", True), ("http://m.example.org", False)])
def test_tools_on_the_internet_want_https(url: str, is_right: bool) -> None:
    assert (addresses.warning(TOOLS["chatgpt"], url) is None) is is_right
