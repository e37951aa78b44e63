"""One connection: made for a tool, looked at, changed, and what it wrote taken away."""

import json
import re
from html import unescape
from typing import Any

import pytest

from dances import Dance, register
from onememory.domain.ai_tools import TOOLS
from people import Client, Json, Person
from servers import PUBLIC_URL, Server
from visitors import Visitor

CHOSEN: dict[str, Any] = {"policy": "propose", "where": "all", "ends": ""}


@pytest.fixture
def made(ada: Person) -> Json:
    """A token of Ada's with its secret."""
    return ada.post("/api/tokens", name="Claude Code", scopes=["read", "write"])


@pytest.fixture
def tool(ada: Person, made: Json) -> Client:
    """Who uses it."""
    return Client(ada.http, made["token"])


def _shown(text: str, field_id: str) -> str:
    """What stands in the text that is there to be copied."""
    found = re.search(rf'<code id="{field_id}">(.*?)</code>', text, re.DOTALL)
    assert found, text
    return unescape(found[1])


def test_every_tool_can_be_chosen(browser: Visitor) -> None:
    page = browser.see("/connections/new").text

    for name, tool in TOOLS.items():
        assert f'href="/connections/new?tool={name}"' in page
        assert f"Connect {tool.title}" in browser.see("/connections/new", tool=name).text


def test_a_tool_gets_its_settings_with_a_token_that_works(browser: Visitor, ada: Person) -> None:
    browser.see("/connections/new", tool="cursor")
    page = browser.send("/connections/new?tool=cursor", name="Cursor", may=["write"], **CHOSEN)

    secret = _shown(page.text, "secret")
    server = json.loads(_shown(page.text, "server"))["mcpServers"]["onememory"]
    assert server["url"] == "https://memory.example.org/mcp"
    assert server["headers"] == {"Authorization": f"Bearer {secret}"}
    assert Client(ada.http, secret).get("/api/memory")
    assert secret not in browser.see("/connections").text
    assert "no-store" in page.headers["cache-control"]


def test_a_form_that_is_sent_twice_makes_one_token(browser: Visitor, ada: Person) -> None:
    browser.see("/connections/new", tool="cursor")
    mark, form = browser.once, {"name": "Cursor", **CHOSEN}
    first, second = (browser.send("/connections/new?tool=cursor", once=mark, **form) for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 409)
    assert "was made already; its secret is shown once" in second.text
    assert _shown(first.text, "secret") not in second.text
    assert [token["name"] for token in ada.get("/api/tokens")].count("Cursor") == 1
    assert browser.send("/connections/new?tool=cursor", **form).status_code == 200, "the form is there to make another"


def test_a_form_with_a_mark_of_somebody_else_makes_nothing(
    browser: Visitor, ada: Person, ben: Person, server: Server
) -> None:
    with Visitor(server).arrive(server, ben) as other:
        other.see("/connections/new", tool="cursor")
        marks = ["", "x", other.once]
    browser.see("/connections/new", tool="cursor")

    for mark in marks:
        assert browser.send("/connections/new?tool=cursor", once=mark, name="Cursor", **CHOSEN).status_code == 400
    assert len(ada.get("/api/tokens")) == 1


def test_the_command_is_offered_before_a_token_is_made_and_finds_the_data(browser: Visitor, server: Server) -> None:
    page = browser.see("/connections/new", tool="cursor").text
    assert _shown(page, "connect") == f"onememory connect cursor --data {server.settings.data}"

    made = browser.send("/connections/new?tool=cursor", name="Cursor", may=["write"], **CHOSEN).text
    assert 'id="connect"' not in made


def test_where_the_data_lies_is_told_to_administrators_alone(server: Server, ben: Person) -> None:
    with Visitor(server) as stranger:
        assert "onememory user password --data FOLDER" in stranger.see("/sign-in").text
    with Visitor(server).arrive(server, ben) as visitor:
        page = visitor.see("/connections/new", tool="cursor").text
    assert _shown(page, "connect") == "onememory connect cursor --data FOLDER"


def test_a_token_is_as_the_form_says(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    browser.see("/connections/new", tool="other")
    form: dict[str, Any] = {"name": "Script", "may": ["delete"], "policy": "inbox", "where": "some", "bucket": [work]}
    browser.send("/connections/new?tool=other", **form, ends="2099-01-31")

    token = ada.get("/api/tokens")[0]
    assert (token["name"], token["scopes"], token["policy"]) == ("Script", ["delete", "read"], "inbox")
    assert (token["bucketIds"], token["expiresAt"]) == ([work], "2099-01-31T23:59:59.999000Z")


def test_a_tool_that_signs_in_needs_no_token(browser: Visitor) -> None:
    page = browser.see("/connections/new", tool="chatgpt").text

    assert _shown(page, "address") == "https://memory.example.org/mcp"
    assert "Make the token" not in page


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": " "}, "printable characters"),
        ({"policy": ""}, "Choose what becomes of what it writes"),
        ({"where": "some"}, "Tick at least one bucket"),
        ({"where": "some", "bucket": "999"}, "This bucket is not here any more"),
        ({"ends": "31.1.2099"}, "a date such as"),
        ({"ends": "2001-01-01"}, "lies in the past"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    browser: Visitor, ada: Person, fields: dict[str, Any], problem: str
) -> None:
    browser.see("/connections/new", tool="cursor")

    answer = browser.send("/connections/new?tool=cursor", **{"name": "My Cursor", **CHOSEN, **fields})

    assert answer.status_code == 400
    assert problem in answer.text
    assert len(ada.get("/api/tokens")) == 1
    assert 'name="may" value="write"' in answer.text
    assert f'value="{fields.get("name", "My Cursor").strip()}"' in answer.text


def test_an_unknown_tool_is_a_page_that_says_so(browser: Visitor) -> None:
    assert browser.see("/connections/new", tool="../x").status_code == 404


def test_the_page_tells_what_it_read_and_wrote(browser: Visitor, made: Json, tool: Client, server: Server) -> None:
    tool.store("Likes tea")
    tool.get("/api/search", query="tea")
    tool.get("/api/search", query="coffee")
    server.settle()

    page = browser.see(f"/connections/{made['id']}").text

    assert "2 reads and 1 write on 1 day" in page
    assert "1 of your memories comes from it" in page
    assert "searched your memories" in page.split("Lately it")[1]
    assert f"/memories?token={made['id']}" in page


def test_a_connection_that_did_nothing_says_so(browser: Visitor, made: Json) -> None:
    page = browser.see(f"/connections/{made['id']}").text

    assert "It has read nothing and written nothing." in page
    assert "None of your memories comes from it." in page


def test_a_change_on_the_page_counts_at_once(browser: Visitor, made: Json, tool: Client) -> None:
    page = browser.see(f"/connections/{made['id']}").text
    assert 'value="write" aria-describedby="about-write" checked' in page

    answer = browser.send(f"/connections/{made['id']}/change", name="Reader", policy="read", where="all", ends="")

    assert "Saved" in browser.see(answer.headers["location"]).text
    assert tool.send("POST", "/api/memory", json={"text": "x"}).status_code == 403
    assert "Reader" in browser.see("/connections").text


def test_a_bad_change_keeps_what_was_typed(browser: Visitor, made: Json) -> None:
    browser.see(f"/connections/{made['id']}")
    answer = browser.send(f"/connections/{made['id']}/change", name="Typed", policy="read", where="some", ends="")

    assert (answer.status_code, "Tick at least one bucket" in answer.text) == (400, True)
    assert 'value="Typed"' in answer.text


def test_a_program_that_signed_in_is_narrowed_too(browser: Visitor, ada: Person, server: Server) -> None:
    dance = Dance(server, ada, register(server))
    access = dance.tokens(resource=PUBLIC_URL)["access_token"]
    path = f"/connections/{ada.get('/api/tokens')[0]['id']}"
    page = browser.see(path).text
    assert ("Signed in" in page, 'name="ends"' in page) == (True, False)

    browser.send(f"{path}/change", name="Narrow", policy="read", where="all")

    program = Client(ada.http, access)
    assert program.get("/api/memory")
    assert program.send("POST", "/api/memory", json={"text": "x"}).status_code == 403


def test_an_ended_connection_shows_its_use_and_no_form(browser: Visitor, ada: Person, made: Json) -> None:
    ada.delete(f"/api/tokens/{made['id']}")
    page = browser.see(f"/connections/{made['id']}").text

    assert "Ended" in page
    assert "Change what it may do" not in page
    answer = browser.send(f"/connections/{made['id']}/change", name="x", **CHOSEN)
    assert (answer.status_code, "has ended" in answer.text) == (400, True)


def test_what_it_wrote_is_shown_before_it_goes_into_the_trash_and_comes_back(
    browser: Visitor, ada: Person, made: Json, tool: Client
) -> None:
    tool.store("Likes tea")
    ada.store("Ada's own")
    page = browser.see(f"/connections/{made['id']}/purge").text
    assert ("Likes tea" in page, "Ada&#39;s own" in page) == (True, False)

    answer = browser.send(f"/connections/{made['id']}/purge", act="trash")

    page = browser.see(answer.headers["location"]).text
    assert "Put 1 memory into the trash." in page
    assert ada.texts() == ["Ada's own"]
    ids = re.findall(r'name="ids" value="([^"]*)"', page)
    browser.send("/memories/undo", ids=ids[0], back=f"/connections/{made['id']}")
    assert set(ada.texts()) == {"Ada's own", "Likes tea"}


def test_what_it_wrote_is_erased_for_good_with_what_is_in_the_trash(
    browser: Visitor, ada: Person, made: Json, tool: Client
) -> None:
    tool.store("Likes tea")
    ada.delete(f"/api/memories/{tool.store('in the trash')}")
    browser.see(f"/connections/{made['id']}/purge")

    answer = browser.send(f"/connections/{made['id']}/purge", act="erase")

    assert "Erased 2 memories for good." in browser.see(answer.headers["location"]).text
    assert (ada.texts(), ada.get("/api/trash")["data"]) == ([], [])
    assert "It wrote nothing" in browser.see(f"/connections/{made['id']}/purge").text


def test_what_lies_in_the_trash_is_counted_and_can_still_be_erased(
    browser: Visitor, ada: Person, made: Json, tool: Client
) -> None:
    tool.store("Likes tea")
    tool.store("Likes milk")
    path = f"/connections/{made['id']}"
    browser.see(f"{path}/purge")
    browser.send(f"{path}/purge", act="trash")

    assert "2 of its memories lie in the trash." in browser.see(path).text
    page = browser.see(f"{path}/purge").text
    assert ("It wrote nothing" in page, "Erase 2 memories for good" in page) == (False, True)
    browser.send(f"{path}/purge", act="erase")
    assert ada.get("/api/trash")["data"] == []


@pytest.mark.parametrize("act", ["", "/purge", "/change", "/disconnect"])
def test_somebody_elses_connection_is_no_page(browser: Visitor, ben: Person, act: str) -> None:
    path = f"/connections/{ben.get('/api/tokens')[0]['id']}{act}"
    browser.see("/connections")

    assert browser.see(path).status_code in ({405} if act == "/change" else {404})
    assert browser.send(path, name="x", act="erase", **CHOSEN).status_code in ({405} if act == "" else {404})
    assert len(ben.get("/api/tokens")) == 1
