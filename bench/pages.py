"""Pages of the dashboard over 100,000 memories and 1,000 chats, beside one request of the REST interface."""

import re
from collections.abc import Iterator
from itertools import islice

import httpx
import msgspec

from bench.clients import Target
from bench.measures import Measure, Report, median
from bench.servers import BATCH, service, wait_for_vectors
from bench.texts import memories, queries

STORED = 100_000
BUCKETS = 12
CHATS, MESSAGES = 1_000, 20
LONG_CHAT = 5_000  # messages
WHOLE = 40  # characters of a message, so that the long chat is within what may be sent at once
WARM, ROUNDS, ASKED = 5, 5, 40  # visits of each page: before, and in each round
SHARE = "<= 50"  # milliseconds
PASSWORD = "bench password of the owner"


def measure() -> Report:
    """Each page in turn, round after round, as a browser with a session asks for it."""
    with service() as (running, _):
        target = running.target
        made = _fill(target)
        cookie = _signed_in(target)
        found = queries((ROUNDS + 1) * ASKED)
        reference = _p95(target, [target.get("/api/memory", latest="true", count=50)] * ASKED)
        measures = [
            _measured(target, name, [_visit(target, each, cookie) for each in paths], reference)
            for name, paths in _pages(made, found).items()
        ]
    return Report(
        measures,
        [f"{STORED:,} memories in {BUCKETS} buckets, {CHATS:,} chats of {MESSAGES} messages and one of {LONG_CHAT:,}"],
        "the time that a browser takes to draw the page; the first visit after a change, when a picture is made anew.",
    )


def _pages(made: dict[str, str], found: list[str]) -> dict[str, list[str]]:
    """By name, the paths that are visited in turn."""
    return {
        "home": ["/"],
        "memories": ["/memories"],
        "memories of a bucket": [f"/memories?bucket={made['bucket']}"],
        "memories by trust and date": ["/memories?trust=stated&after=2025-01-01"],
        "memories, found": [f"/memories?q={query.replace(' ', '+')}" for query in found],
        "one memory": [f"/memories/{made['memory']}"],
        "inbox": ["/inbox"],
        "buckets": ["/buckets"],
        "history": ["/history"],
        "one chat": [f"/history/{made['chat']}"],
        f"one chat of {LONG_CHAT:,} messages": [f"/history/{made['long']}"],
        "search lab": [f"/search?q={query.replace(' ', '+')}" for query in found],
        "what was asked": ["/search/asked"],
        "map": ["/map"],
        "connections": ["/connections"],
        "activity": ["/activity"],
        "settings": ["/settings"],
    }


def _measured(target: Target, name: str, requests: list[bytes], reference: float) -> Measure:
    visits = iter(requests * (WARM + ROUNDS * ASKED))
    target.send(islice(visits, WARM))
    value, spread = median([_p95(target, list(islice(visits, ASKED))) for _ in range(ROUNDS)])
    protocol = f"p95 of {ASKED} visits one after the other, median of {ROUNDS} rounds"
    return Measure(name, value, "ms", protocol, spread, SHARE, "GET /api/memory?latest, 50", reference)


def _p95(target: Target, requests: list[bytes]) -> float:
    return target.send(requests).percentile(95)


def _fill(target: Target) -> dict[str, str]:
    buckets = [target.ask(target.post("/api/buckets", {"name": f"Bucket {n}"}))["id"] for n in range(BUCKETS)]
    target.send(_stored(target, buckets))
    target.send(target.post("/api/chat-history/ingest/custom-online", _chat(n, MESSAGES)) for n in range(CHATS))
    long = target.ask(target.post("/api/chat-history/ingest/custom-online", _chat(CHATS, LONG_CHAT)))
    wait_for_vectors(target)
    listed = target.ask(target.get("/api/memory", latest="true", count=1))["data"]
    chats = target.ask(target.get("/api/chat-history/chats", pageSize=2))["items"]
    return {
        "bucket": str(buckets[0]),
        "memory": listed[0]["id"],
        "chat": next(chat["id"] for chat in chats if chat["id"] != long["conversationId"]),
        "long": long["conversationId"],
    }


def _stored(target: Target, buckets: list[int]) -> Iterator[bytes]:
    texts = memories(STORED)
    for number in range(STORED // BATCH):
        bucket = buckets[number % len(buckets)]
        batch = [{"text": text, "bucketId": bucket} for text in islice(texts, BATCH)]
        yield target.post("/api/memories/bulk", {"memories": batch})


def _chat(number: int, length: int) -> dict[str, object]:
    texts = (text[:WHOLE] for text in memories(length, seed=100 + number))
    said = [{"id": f"m{n}", "role": "assistant" if n % 2 else "human", "content": text} for n, text in enumerate(texts)]
    created = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T09:00:00Z"
    return {"conversation": {"id": f"c{number}", "title": f"Chat {number}", "createdAt": created, "messages": said}}


def _signed_in(target: Target) -> str:
    """The cookie of a session of the owner's."""
    headers = {"authorization": f"Bearer {target.token}"}
    with httpx.Client(base_url=target.url, headers={"accept": "text/html"}) as browser:
        body = msgspec.json.encode({"password": PASSWORD})
        browser.put("/api/account/password", content=body, headers=headers).raise_for_status()
        form = browser.get("/sign-in").text
        token = re.search(r'name="form_token" value="([^"]*)"', form)
        if token is None:
            raise RuntimeError("the sign-in page has no form")
        fields = {"form_token": token[1], "name": "owner", "password": PASSWORD}
        answer = browser.post("/sign-in", data=fields, headers={"sec-fetch-site": "same-origin"})
        if answer.status_code != 303:
            raise RuntimeError(f"the sign-in was answered with {answer.status_code}")
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def _visit(target: Target, path: str, cookie: str) -> bytes:
    plain = target.get(path)
    head = plain.removesuffix(b"\r\n\r\n").split(b"\r\n")
    without_token = [line for line in head if not line.startswith(b"Authorization")]
    return b"\r\n".join([*without_token, b"Accept: text/html", f"Cookie: {cookie}".encode(), b"", b""])
