"""Two server processes with one PostgreSQL and a data directory each, behind a balancer: together they are one."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from balancers import IN_TURN, Balancer, balancing
from processes import PATIENCE, TOKEN, Process, process
from pyotp import TOTP

from chats import chat, chatgpt_export, ingest, sent, upload
from databases import DATABASES
from onememory.services.users.accounts import FIRST_USER
from people import Client, refused
from visitors import PASSWORD, Reachable, Visitor

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("database")]


class Pair:
    """Two processes and what stands before them; requests of `both` go to them in turn."""

    def __init__(self, first: Process, second: Process, balancer: Balancer) -> None:
        self.processes = (first, second)
        self.first = Client(first.client(), TOKEN)
        self.second = Client(second.client(), TOKEN)
        self.balancer = balancer
        self.both = balancer.client(TOKEN)


@contextlib.contextmanager
def paired(data: Path, **settings: str) -> Iterator[Pair]:
    """Two processes while the block runs."""
    settings["DATABASE_URL"] = DATABASES.url_for(data / "shared")
    with (
        process(data / "one", None, **settings) as first,
        process(data / "two", None, **settings) as second,
        balancing(first.address, second.address) as balancer,
    ):
        together = Pair(first, second, balancer)
        yield together
        for client in (together.first, together.second, together.both):
            client.http.close()


@pytest.fixture(scope="module")
def pair(data_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with paired(data_factory.mktemp("pair")) as running:
        yield running


def test_what_one_has_stored_the_other_finds(pair: Pair) -> None:
    pair.first.store("Ada repairs bicycles")

    assert pair.second.found("bicycles") == ["Ada repairs bicycles"]


def test_a_token_that_is_revoked_at_one_is_refused_by_the_other_at_once(pair: Pair) -> None:
    elsewhere = Client(pair.second.http, pair.first.with_token("lost").token)
    assert elsewhere.get("/api/buckets")

    pair.first.delete(f"/api/tokens/{pair.first.token_id('lost')}")

    assert "revoked" in refused(elsewhere.send("GET", "/api/buckets"), 401)


def test_requests_of_a_token_are_counted_together(tmp_path: Path) -> None:
    began, passed = time.monotonic(), 0
    with paired(tmp_path, RATE_PER_MINUTE="120") as pair:
        while pair.both.send("GET", "/api/buckets").status_code == 200:
            passed += 1
        returned = 2 * (time.monotonic() - began)

        in_advance = 2 * 120 / 20
        assert 120 - in_advance <= passed <= 120 + in_advance + returned


def _guess(at: Reachable, name: str) -> int:
    with Visitor(at) as visitor:
        return visitor.sign_in(name, "a wrong password").status_code


def test_guessed_passwords_are_counted_together(pair: Pair) -> None:
    pair.first.post("/api/users", name="Grace", password=PASSWORD)

    guesses = [_guess(pair.processes[number % 2], "Grace") for number in range(12)]

    assert guesses == [401] * 10 + [429] * 2


def test_a_sign_in_with_a_code_begins_at_one_and_is_finished_at_the_other(pair: Pair) -> None:
    pair.both.put("/api/account/password", password=PASSWORD)
    key = pair.both.post("/api/account/second-factor")["key"]
    code = TOTP(key).now()
    codes = pair.both.put("/api/account/second-factor", key=key, code=code, password=PASSWORD)["recoveryCodes"]
    with Visitor(pair.balancer, IN_TURN) as visitor:
        first = visitor.sign_in(FIRST_USER)
        assert first.headers["location"].startswith("/sign-in/code")
        visitor.see("/sign-in/code")

        assert visitor.send("/sign-in/code", code=codes[0]).status_code == 303
        assert {visitor.see("/memories").url.path for _ in range(2)} == {"/memories"}


def test_a_link_that_one_has_signed_is_good_at_the_other(pair: Pair) -> None:
    kept = ingest(pair.first, sent("c1", "Where does the zebrafish sleep?"))
    link = pair.first.post(f"/api/chat-history/conversations/{kept}/export")["url"]

    for at in (pair.first, pair.second):
        assert "zebrafish" in at.http.get(httpx.URL(link).raw_path.decode()).text


def test_an_import_that_one_was_handed_is_done_by_whichever_comes_first(pair: Pair) -> None:
    taken = [upload(pair.both, chatgpt_export(chat(f"c{n}", f"fish number{n}")))["importId"] for n in range(4)]

    deadline = time.monotonic() + PATIENCE
    while states := {pair.both.get(f"/api/imports/{each}")["state"] for each in taken} - {"done"}:
        assert states <= {"queued", "running"}
        assert time.monotonic() < deadline, states
    assert len(pair.both.get("/api/chat-history/conversations", query="fish")["results"]) == len(taken)


def test_a_message_for_a_session_of_another_process_is_told_what_to_do(pair: Pair) -> None:
    with pair.first.http.stream("GET", "/api/mcp/sse") as stream:
        lines = stream.iter_lines()  # held, for the stream ends with it
        endpoint = next(line.removeprefix("data: ") for line in lines if line.startswith("data: "))
        hello = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

        sentence = refused(pair.second.send("POST", endpoint, json=hello), 404)
        taken = pair.first.send("POST", endpoint, json=hello)

    assert "connect to /mcp" in sentence
    assert taken.status_code == 202
