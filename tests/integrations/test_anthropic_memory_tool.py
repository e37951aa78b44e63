"""The Anthropic SDK's own tool classes, with files kept as memories on a real server."""

import ast
import asyncio
import importlib.util
import sys
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from anthropic.lib.tools import ToolError

from people import Person
from servers import Server, serving

pytestmark = pytest.mark.once

ADAPTER = Path(__file__).parents[2] / "integrations" / "anthropic-memory-tool" / "onememory_memory_tool.py"


@pytest.fixture(scope="module")
def adapter() -> ModuleType:
    spec = importlib.util.spec_from_file_location("onememory_memory_tool", ADAPTER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("tool"), embedder="none") as running:
        yield running


@pytest.fixture
def ada(server: Server, request: pytest.FixtureRequest) -> Person:
    return server.person(f"ada-{abs(hash(request.node.nodeid))}")


@pytest.fixture
def tool(adapter: ModuleType, server: Server, ada: Person) -> Any:
    return adapter.OnememoryMemoryTool(server.url, ada.token)


def _run(tool: Any, command: str, **arguments: object) -> str:
    answer = tool.call({"command": command, **arguments})
    assert isinstance(answer, str)
    return answer


def test_the_tool_declares_itself_as_the_models_know_it(tool: Any) -> None:
    assert tool.to_dict() == {"type": "memory_20250818", "name": "memory"}


def test_nothing_but_anthropic_is_needed() -> None:
    tree = ast.parse(ADAPTER.read_text(encoding="utf-8"))
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in imported} - sys.stdlib_module_names == {"anthropic"}


def test_an_empty_memory_is_a_directory(tool: Any) -> None:
    header = "Here're the files and directories up to 2 levels deep in /memories, excluding hidden items:"
    assert _run(tool, "view", path="/memories") == f"{header}\n0B\t/memories"


def test_a_created_file_is_shown_with_numbered_lines(tool: Any) -> None:
    created = _run(tool, "create", path="/memories/tea.md", file_text="green\nblack\n")
    shown = _run(tool, "view", path="/memories/tea.md")

    assert created == "File created successfully at: /memories/tea.md"
    assert shown == "Here's the content of /memories/tea.md with line numbers:\n     1\tgreen\n     2\tblack\n     3\t"
    assert _run(tool, "view", path="/memories/tea.md", view_range=[2, 2]).endswith(":\n     2\tblack")


def test_directories_are_listed_two_levels_deep_without_hidden_files(tool: Any) -> None:
    for path in ("a.md", "b/c.md", "b/d/e.md", ".hidden", "b/.hidden"):
        _run(tool, "create", path=f"/memories/{path}", file_text="12345")

    rows = _run(tool, "view", path="/memories").splitlines()[1:]

    assert rows == [
        "15B\t/memories",
        "5B\t/memories/a.md",
        "10B\t/memories/b/",
        "5B\t/memories/b/c.md",
        "5B\t/memories/b/d/",
    ]
    assert _run(tool, "view", path="/memories/b/d").splitlines()[1:] == ["5B\t/memories/b/d", "5B\t/memories/b/d/e.md"]


def test_one_occurrence_is_replaced_and_shown(tool: Any) -> None:
    _run(tool, "create", path="/memories/tea.md", file_text="one\ntwo\nthree\nfour\nfive")

    edited = _run(tool, "str_replace", path="/memories/tea.md", old_str="three", new_str="3")

    heading = "The memory file has been edited. Here is the snippet showing the change (with line numbers):"
    assert edited == f"{heading}\n     1\tone\n     2\ttwo\n     3\t3\n     4\tfour\n     5\tfive"


def test_lines_are_inserted_after_the_named_one(tool: Any) -> None:
    _run(tool, "create", path="/memories/tea.md", file_text="one\nthree\n")

    assert _run(tool, "insert", path="/memories/tea.md", insert_line=1, insert_text="two\n") == (
        "The file /memories/tea.md has been edited."
    )
    assert _run(tool, "view", path="/memories/tea.md").endswith("     1\tone\n     2\ttwo\n     3\tthree\n     4\t")


def test_a_directory_is_renamed_and_deleted_with_all_in_it(tool: Any) -> None:
    for name in ("a.md", "b/c.md"):
        _run(tool, "create", path=f"/memories/old/{name}", file_text="text")

    renamed = _run(tool, "rename", old_path="/memories/old", new_path="/memories/new")
    listed = _run(tool, "view", path="/memories/new")
    deleted = _run(tool, "delete", path="/memories/new")

    assert renamed == "Successfully renamed /memories/old to /memories/new"
    assert "/memories/new/b/c.md" in listed
    assert deleted == "Successfully deleted /memories/new"
    assert _run(tool, "view", path="/memories").splitlines()[1:] == ["0B\t/memories"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"command": "view", "path": "/memories/none.md"}, "The path /memories/none.md does not exist."),
        ({"command": "view", "path": "/etc/passwd"}, "Path must start with /memories, got: /etc/passwd"),
        ({"command": "view", "path": "/memories/../etc"}, "is not allowed"),
        ({"command": "view", "path": "/memories/%2e%2e/etc"}, "is not allowed"),
        ({"command": "view", "path": "/memories/a\u202eb"}, "is not allowed"),
        ({"command": "create", "path": "/memories/a", "file_text": " "}, "An empty file cannot be kept"),
        ({"command": "create", "path": "/memories/tea.md", "file_text": "x"}, "File /memories/tea.md already exists"),
        ({"command": "create", "path": "/memories/tea.md/x", "file_text": "x"}, "/memories/tea.md is a file"),
        ({"command": "create", "path": "/memories", "file_text": "x"}, "below /memories"),
        ({"command": "create", "path": "/memories/empty.md", "file_text": ""}, "empty"),
        (
            {"command": "str_replace", "path": "/memories/tea.md", "old_str": "red", "new_str": "x"},
            "did not appear verbatim",
        ),
        ({"command": "str_replace", "path": "/memories/tea.md", "old_str": "e", "new_str": "x"}, "in lines: 1, 1, 2"),
        ({"command": "insert", "path": "/memories/tea.md", "insert_line": 9, "insert_text": "x"}, r"[0, 2]"),
        ({"command": "delete", "path": "/memories"}, "below /memories"),
        (
            {"command": "rename", "old_path": "/memories/none", "new_path": "/memories/x"},
            "/memories/none does not exist",
        ),
        (
            {"command": "rename", "old_path": "/memories/tea.md", "new_path": "/memories/b/c"},
            "/memories/b/c already exists",
        ),
        (
            {"command": "rename", "old_path": "/memories/b", "new_path": "/memories/b/d"},
            "lies in what is to be renamed",
        ),
    ],
)
def test_what_cannot_be_done_is_told_to_the_model(tool: Any, arguments: dict[str, object], sentence: str) -> None:
    _run(tool, "create", path="/memories/tea.md", file_text="green\nblue")
    _run(tool, "create", path="/memories/b/c", file_text="text")

    with pytest.raises(ToolError) as told:
        tool.call(arguments)

    assert sentence in str(told.value.content)


def test_a_file_is_a_memory_that_is_found_versioned_and_restored(tool: Any, ada: Person) -> None:
    _run(tool, "create", path="/memories/tea.md", file_text="Ada prefers oolong")
    _run(tool, "str_replace", path="/memories/tea.md", old_str="oolong", new_str="sencha")
    (hit,) = ada.get("/api/v2/memory", query="sencha", includeIds=True)["memories"]
    versions = ada.get(f"/api/memories/{hit['id']}/versions")
    _run(tool, "delete", path="/memories/tea.md")
    ada.post(f"/api/memories/{hit['id']}/restore")

    assert [v["text"] for v in versions["versions"]] == ["Ada prefers sencha", "Ada prefers oolong"]
    assert ada.get(f"/api/memories/{hit['id']}")["provenance"]["trust"] == "assistant"
    assert _run(tool, "view", path="/memories/tea.md").endswith("Ada prefers sencha")


def test_a_new_file_may_take_the_path_of_a_deleted_one(tool: Any, ada: Person) -> None:
    for text in ("first", "second"):
        _run(tool, "create", path="/memories/tea.md", file_text=text)
        shown = _run(tool, "view", path="/memories/tea.md")
        _run(tool, "delete", path="/memories/tea.md")

        assert shown.endswith(text)
    assert len(ada.get("/api/trash")["data"]) == 2


def test_each_bucket_is_a_root_of_its_own(adapter: ModuleType, server: Server, ada: Person, tool: Any) -> None:
    other = adapter.OnememoryMemoryTool(server.url, ada.token, bucket="Other program")
    _run(tool, "create", path="/memories/tea.md", file_text="mine")
    _run(other, "create", path="/memories/tea.md", file_text="theirs")

    assert _run(tool, "view", path="/memories/tea.md").endswith("mine")
    assert _run(other, "view", path="/memories/tea.md").endswith("theirs")


def test_a_stranger_sees_no_file(adapter: ModuleType, server: Server, tool: Any) -> None:
    stranger = adapter.OnememoryMemoryTool(server.url, server.person("Ben").token)
    _run(tool, "create", path="/memories/tea.md", file_text="mine")

    with pytest.raises(ToolError):
        stranger.call({"command": "view", "path": "/memories/tea.md"})


@pytest.mark.parametrize(
    ("policy", "may_write"), [("full", True), ("propose", True), ("inbox", False), ("read", False)]
)
def test_the_policy_of_the_token_holds_for_files(
    adapter: ModuleType, server: Server, ada: Person, policy: str, may_write: bool
) -> None:
    limited = adapter.OnememoryMemoryTool(server.url, ada.with_token(policy=policy).token)

    if may_write:
        assert _run(limited, "create", path="/memories/tea.md", file_text="x") != ""
    else:
        with pytest.raises(ToolError, match="policy"):
            limited.call({"command": "create", "path": "/memories/tea.md", "file_text": "x"})


def test_a_server_that_is_away_is_told_as_such(adapter: ModuleType) -> None:
    away = adapter.OnememoryMemoryTool("http://127.0.0.1:1", "om_none")
    with pytest.raises(ToolError, match="out of reach"):
        away.call({"command": "view", "path": "/memories"})


def _refusal(tool: Any) -> BaseException:
    with pytest.raises(ToolError) as told:
        tool.call({"command": "view", "path": "/memories"})
    return told.value


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://127.0.0.1:port", "http://127.0.0.1:1/\x7f"])
def test_no_failure_shows_the_token(adapter: ModuleType, url: str) -> None:
    refusal = _refusal(adapter.OnememoryMemoryTool(url, "om_hidden\n"))

    assert "hidden" not in "".join(traceback.format_exception(refusal))
    assert "out of reach" in str(refusal)


@pytest.mark.parametrize("token", ["om_hidden\nx", "om_hidden\u6f22", "om_hidden\x7f", " \n"])
def test_what_is_no_token_is_refused_without_being_shown(adapter: ModuleType, token: str) -> None:
    with pytest.raises(ValueError, match="token") as refused:
        adapter.AsyncOnememoryMemoryTool("http://127.0.0.1:1", token)

    assert "hidden" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "memory.example.org", "http://[::1"])
def test_what_is_no_address_of_a_server_is_refused(adapter: ModuleType, url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        adapter.OnememoryMemoryTool(url, "om_none")


def test_a_token_that_ends_in_a_line_feed_is_taken(adapter: ModuleType, server: Server, ada: Person) -> None:
    assert _run(adapter.OnememoryMemoryTool(server.url, f"{ada.token}\n"), "view", path="/memories")


def test_a_wrong_token_is_told_in_the_words_of_the_server(adapter: ModuleType, server: Server) -> None:
    assert "token" in str(_refusal(adapter.OnememoryMemoryTool(server.url, "om_wrong")))


class _Redirecting(BaseHTTPRequestHandler):
    """Sends everybody on to another path."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(302)
        self.send_header("location", "/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_the_token_is_not_carried_on_by_a_redirect(adapter: ModuleType) -> None:
    with HTTPServer(("127.0.0.1", 0), _Redirecting) as redirecting:
        thread = threading.Thread(target=redirecting.serve_forever)
        thread.start()
        refusal = _refusal(adapter.OnememoryMemoryTool(f"http://127.0.0.1:{redirecting.server_port}", "om_none"))
        redirecting.shutdown()
        thread.join()

    assert "answered 302 and no JSON" in str(refusal)


async def _asynchronously(adapter: ModuleType, server: Server, ada: Person) -> str:
    tool = adapter.AsyncOnememoryMemoryTool(server.url, ada.token)
    await tool.call({"command": "create", "path": "/memories/tea.md", "file_text": "green"})
    shown = await tool.call({"command": "view", "path": "/memories/tea.md"})
    return str(shown)


def test_the_asynchronous_tool_does_the_same(adapter: ModuleType, server: Server, ada: Person) -> None:
    assert asyncio.run(_asynchronously(adapter, server, ada)).endswith("     1\tgreen")
