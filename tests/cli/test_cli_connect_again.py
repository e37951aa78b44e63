"""`onememory connect` in the wrong place, a second time, and as it is shown before anything is written."""

import json
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import NOBODY, Commands
from onememory.cli.tools import settings_files
from onememory.domain.ai_tools import TOOLS
from people import Person
from servers import Server

pytestmark = [pytest.mark.usefixtures("home"), pytest.mark.once]

STDIO = ("cursor", "--via", "stdio")


@pytest.fixture
def at_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A server at this machine's usual address."""
    monkeypatch.setenv("ONEMEMORY_PORT", str(server.http.base_url.port))
    return server


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder into which everybody on this machine can look."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _entry(home: Path) -> dict[str, Any]:
    entry: dict[str, Any] = json.loads((home / ".cursor" / "mcp.json").read_text())["mcpServers"]["onememory"]
    return entry


def _live(commands: Commands) -> list[str]:
    return [token["policy"] for token in commands.ask("token", "list") if not token["revokedAt"]]


@pytest.mark.sqlite
@pytest.mark.parametrize("tool", ["cursor", "n8n"])
@pytest.mark.parametrize("is_there", [False, True])
def test_no_data_directory_is_made(tool: str, commands: Commands, data: Path, home: Path, *, is_there: bool) -> None:
    if is_there:
        data.mkdir()

    error = commands.run("connect", tool, "--yes", "--json").error

    assert f"no data directory at {data.resolve()}" in error
    assert ("--data" in error, "--url" in error) == (True, True)
    assert (data.exists() and list(data.iterdir()), list(home.iterdir())) == (is_there and [], [])


@pytest.mark.postgresql
def test_no_server_is_started_that_does_not_know_the_database(kept: Commands, data: Path, home: Path) -> None:
    (data / "settings.toml").unlink()

    error = kept.run("connect", *STDIO, "--yes", "--json").error

    assert f"write database_url into {data.resolve() / 'settings.toml'}" in error
    assert _live(kept) == ["full"]
    assert not (home / ".cursor").exists()
    assert kept.ask("connect", "cursor", "--via", "http", "--yes")["status"] == "connected"


def test_the_data_directory_is_named_as_a_whole(kept: Commands, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(data.parent)

    assert f"the data directory {data}" in kept.run("connect", "cursor", "--yes", "--data", data.name).out


@pytest.mark.parametrize("tool", ["cursor", "n8n"])
def test_a_server_of_other_data_is_noticed(at_server: Server, tool: str, kept: Commands, home: Path) -> None:
    error = kept.run("connect", tool, "--yes", "--json").error

    assert f"The server at {at_server.url} does not know this data directory" in error
    assert _live(kept) == ["full"]
    assert kept.ask("connect")[0]["connected"] is False
    assert not (home / ".cursor").exists()


def test_a_server_that_changed_its_data_is_noticed_later(
    server: Server, kept: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = f"http://127.0.0.1:{server.http.base_url.port}"
    monkeypatch.setenv("ONEMEMORY_PUBLIC_URL", NOBODY)
    kept.ask("connect", "cursor", "--yes")
    file = Path.home() / ".cursor" / "mcp.json"
    file.write_text(file.read_text().replace(NOBODY, public))
    monkeypatch.setenv("ONEMEMORY_PUBLIC_URL", public)

    assert "does not know this data directory" in kept.run("connect", "cursor", "--yes", "--json").error


def test_a_server_of_these_data_is_not_warned_of(at_server: Server, ada: Person, commands: Commands) -> None:
    answer = commands.ask("connect", "cursor", "--yes", "--data", at_server.settings.data, "--user", ada.name)

    assert (answer["status"], answer["warning"]) == ("connected", None)


def test_another_port_is_written(kept: Commands, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.ask("connect", "cursor", "--yes")
    monkeypatch.setenv("ONEMEMORY_PORT", "2")

    answer = kept.ask("connect", "cursor", "--yes")

    assert (answer["status"], answer["because"]) == ("connected anew", ["its entry was out of date"])
    assert _entry(home)["url"] == "http://127.0.0.1:2/mcp"
    assert _live(kept) == ["propose", "full"]


def test_a_revoked_token_is_replaced(kept: Commands, home: Path) -> None:
    kept.ask("token", "revoke", kept.ask("connect", "cursor", "--yes")["tokenId"])
    before = _entry(home)

    assert "had expired or was revoked" in kept.run("connect", "cursor", "--yes").out
    assert _entry(home) != before
    assert _live(kept) == ["propose", "full"]


def test_a_policy_stays_until_another_is_given(kept: Commands) -> None:
    kept.ask("connect", "cursor", "--yes", "--policy", "read")
    assert kept.ask("connect", "cursor", "--yes")["status"] == "already connected"

    assert kept.ask("connect", "cursor", "--yes", "--policy", "inbox")["because"] == ["its policy was `read`"]
    assert _live(kept) == ["inbox", "full"]


def test_a_way_stays_until_another_is_given(kept: Commands, home: Path) -> None:
    kept.ask("connect", *STDIO, "--yes")
    assert kept.ask("connect", "cursor", "--yes")["status"] == "already connected"

    assert kept.ask("connect", "cursor", "--via", "http", "--yes")["status"] == "connected anew"
    assert set(_entry(home)) == {"url", "headers"}


def test_what_a_tool_adds_to_its_entry_stays(kept: Commands, home: Path) -> None:
    kept.ask("connect", "cursor", "--yes")
    file = home / ".cursor" / "mcp.json"
    file.write_text(file.read_text().replace('"url"', '"alwaysAllow": ["search"], "url"'))
    assert kept.ask("connect", "cursor", "--yes")["status"] == "already connected"

    kept.ask("connect", *STDIO, "--yes")

    assert set(_entry(home)) == {"alwaysAllow", "command", "args", "env"}


@pytest.mark.parametrize("before", [None, '{\n\t"theme": "dark"\n}\n', '{"mcpServers": {"other": {"command": "x"}}}'])
def test_what_was_connected_anew_is_undone_as_a_whole(before: str | None, kept: Commands, home: Path) -> None:
    file = home / ".cursor" / "mcp.json"
    file.parent.mkdir()
    if before:
        file.write_text(before)
    kept.ask("connect", "cursor", "--yes")
    kept.ask("connect", *STDIO, "--yes")

    kept.ask("connect", "cursor", "--undo", "--yes")

    assert [path.read_text() for path in file.parent.iterdir()] == ([before] if before else [])
    assert _live(kept) == ["full"]


def test_what_others_wrote_meanwhile_stays(kept: Commands, home: Path) -> None:
    kept.ask("connect", "cursor", "--yes")
    file = home / ".cursor" / "mcp.json"
    file.write_text(file.read_text().replace('"onememory"', '"other": {"command": "x"}, "onememory"'))
    kept.ask("connect", *STDIO, "--yes")

    kept.ask("connect", "cursor", "--undo", "--yes")

    assert json.loads(file.read_text()) == {"mcpServers": {"other": {"command": "x"}}}


def test_a_token_for_one_server_is_not_shown_to_another(server: Server, ada: Person, kept: Commands) -> None:
    kept.ask("connect", "cursor", "--yes", "--url", server.url, "--token", ada.token)

    answer = kept.ask("connect", "cursor", "--yes")

    assert f"token is not revoked: run `onememory token revoke {ada.get('/api/tokens')[0]['id']}`" in answer["warning"]
    assert server.url in answer["warning"]
    assert not ada.get("/api/tokens")[0]["revokedAt"]


def test_a_tool_set_up_by_hand_gets_a_token_for_a_dead_one(kept: Commands) -> None:
    kept.ask("connect", "n8n", "--yes")
    kept.ask("token", "revoke", kept.ask("token", "list")[0]["id"])

    assert "om_" in kept.ask("connect", "n8n", "--yes")["steps"]
    assert _live(kept) == ["propose", "full"]


@pytest.mark.parametrize("tool", [name for name, tool in TOOLS.items() if tool.file])
def test_what_is_shown_is_what_would_stand_in_an_empty_file(tool: str, kept: Commands, home: Path) -> None:
    file = TOOLS[tool].file
    assert file

    answer = kept.ask("connect", tool, "--print")
    kept.ask("connect", tool, "--yes")

    path = file.path(home, sys.platform)
    read = tomllib.loads if path.suffix == ".toml" else json.loads
    shown, written = read(answer["text"]), read(path.read_text())
    assert list(shown) == [file.section]
    assert shown[file.section]["onememory"].keys() == written[file.section]["onememory"].keys()
    assert "TOKEN" in answer["text"].replace("ONEMEMORY_TOKEN", "")


@pytest.mark.parametrize("arguments", [("--print",), ()])
def test_people_see_lines_to_paste(arguments: tuple[str, ...], kept: Commands) -> None:
    out = kept.run("connect", "codex", *arguments, piped="n\n").out

    assert '[mcp_servers.onememory]\nurl = "http://127.0.0.1:1/mcp"\n' in out
    assert 'http_headers = { Authorization = "Bearer TOKEN" }\n' in out


@pytest.mark.parametrize(
    ("variables", "written"),
    [
        ({}, None),
        ({"PORT": "18801"}, "http://127.0.0.1:18801"),
        ({"HOST": "0.0.0.0"}, None),
        ({"PUBLIC_URL": "https://memory.example.org"}, "https://memory.example.org"),
    ],
)
def test_a_server_that_the_tool_starts_knows_where_links_lead(
    variables: dict[str, str], written: str | None, kept: Commands, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONEMEMORY_PORT")
    for name, value in variables.items():
        monkeypatch.setenv(f"ONEMEMORY_{name}", value)

    kept.ask("connect", *STDIO, "--yes")

    assert _entry(home)["env"].get("ONEMEMORY_PUBLIC_URL") == written


@pytest.mark.parametrize("door", ["/mcp", "/mcp/", "/api/mcp/mcp", "/api/mcp/sse", "/"])
def test_the_url_of_a_door_stands_for_its_server(
    door: str, server: Server, ada: Person, commands: Commands, home: Path
) -> None:
    there = ("--url", server.url + door, "--token", ada.token)

    answer = commands.run("connect", "cursor", "--yes", *there)

    assert _entry(home)["url"] == f"{server.url}/mcp"
    assert "onememory connect cursor --undo --token TOKEN" in answer.out


def test_others_who_can_read_the_file_are_told_of(public_folder: Path, kept: Commands) -> None:
    file = public_folder / "mcp.json"
    file.write_text("{}")
    file.chmod(0o644)
    link = Path.home() / ".cursor" / "mcp.json"
    link.parent.mkdir()
    link.symlink_to(file)

    assert f"chmod 600 {file.resolve()}" in kept.ask("connect", "cursor", "--yes")["warning"]


@pytest.mark.parametrize(
    ("folder", "file", "is_open"), [(0o755, 0o644, True), (0o700, 0o644, False), (0o755, 0o640, False)]
)
def test_a_closed_folder_closes_its_files(public_folder: Path, folder: int, file: int, *, is_open: bool) -> None:
    path = public_folder / "settings.json"
    path.write_text("{}")
    path.chmod(file)
    public_folder.chmod(folder)

    assert settings_files.is_open_to_others(path) is is_open
