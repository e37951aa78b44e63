"""Fetching for strangers: from the public internet alone, what was asked for alone, and not much of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address

import pytest
from document_hosts import JSON, DocumentHost, Reply, document_host

from onememory.domain.errors import InvalidInput, Unavailable
from onememory.fetching.dialling import SystemResolver
from onememory.fetching.guarded import GuardedFetcher, Limits
from onememory.security.addresses import Address, is_public
from onememory.security.rate_limits import Rate
from servers import MovedClock

LOOPBACK = ip_address("127.0.0.1")


@dataclass
class Names:
    """Every name leads here; implements Resolve."""

    addresses: Sequence[Address] = (LOOPBACK,)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str, port: int) -> Sequence[Address]:
        assert port
        self.asked.append(host)
        return self.addresses


@dataclass
class Fetching:
    """A fetcher in front of a host, for which loopback is the internet."""

    host: DocumentHost
    names: Names = field(default_factory=Names)
    clock: MovedClock = field(default_factory=MovedClock)
    limits: Limits = field(default_factory=Limits)
    is_allowed: Callable[[Address], bool] = LOOPBACK.__eq__

    def use(self, work: Callable[[GuardedFetcher], Awaitable[bytes]]) -> bytes:
        async def run() -> bytes:
            fetcher = GuardedFetcher(self.clock, self.names, self.is_allowed, self.host.trust, self.limits)
            try:
                return await work(fetcher)
            finally:
                fetcher.close()

        return asyncio.run(run())

    def get(self, url: str | None = None) -> bytes:
        return self.use(lambda fetcher: fetcher.fetch_json(url or self.host.url()))


@pytest.fixture
def host() -> Iterator[DocumentHost]:
    with document_host("app.example") as running:
        yield running


@pytest.fixture
def fetching(host: DocumentHost) -> Fetching:
    return Fetching(host)


def test_a_document_is_fetched_as_what_was_asked_for(fetching: Fetching) -> None:
    fetching.host.reply = Reply(b'{"a": 1}', {"content-type": "application/json; charset=utf-8"})

    assert fetching.get() == b'{"a": 1}'
    assert fetching.host.paths == ["/client.json"]
    assert fetching.host.headers[0]["host"] == f"app.example:{fetching.host.port}"
    assert fetching.host.headers[0]["accept-encoding"] == "identity"
    assert not fetching.host.headers[0].keys() & {"authorization", "cookie", "referer"}


def test_the_certificate_is_asked_for_and_checked_by_the_name_though_an_address_is_dialled(fetching: Fetching) -> None:
    fetching.get()
    with pytest.raises(Unavailable, match=r"other\.example cannot be reached"):
        fetching.get(fetching.host.url(host="other.example"))

    assert fetching.host.names == ["app.example", "other.example"]
    assert fetching.host.paths == ["/client.json"]


def test_a_certificate_of_an_unknown_authority_is_refused(fetching: Fetching) -> None:
    with document_host("app.example") as stranger:
        fetching.host.trust, url = stranger.trust, fetching.host.url()
        with pytest.raises(Unavailable, match="cannot be reached"):
            fetching.get(url)


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"], ["1.1.1.1", "127.0.0.1"], []],
)
def test_nothing_is_dialled_where_any_address_of_the_name_is_not_public(
    host: DocumentHost, addresses: list[str]
) -> None:
    fetching = Fetching(host, Names([ip_address(address) for address in addresses]), is_allowed=is_public)

    with pytest.raises(InvalidInput, match="no public address"):
        fetching.get()
    assert host.names == []


def test_a_name_is_resolved_once_so_that_it_cannot_change_between_check_and_connection(host: DocumentHost) -> None:
    fetching = Fetching(host)

    fetching.get()

    assert fetching.names.asked == ["app.example"]


def test_another_address_is_tried_where_one_does_not_answer(host: DocumentHost) -> None:
    deaf = ip_address("127.0.0.2")  # nothing listens there
    fetching = Fetching(host, Names([deaf, LOOPBACK]), is_allowed=lambda address: address.is_loopback)

    assert fetching.get() == b"{}"


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "[::1]", "0x7f.1", "127.1", "2130706433", "no-such.invalid"]
)
def test_the_system_names_of_this_machine_lead_nowhere(host: DocumentHost, name: str) -> None:
    async def fetch() -> None:
        fetcher = GuardedFetcher(MovedClock(), trust=host.trust)
        try:
            await fetcher.fetch_json(host.url(host=name))
        finally:
            fetcher.close()

    with pytest.raises(InvalidInput, match="no public address"):
        asyncio.run(fetch())
    assert host.names == []


def test_the_system_resolves_a_name_to_each_of_its_addresses_once() -> None:
    resolver = SystemResolver()
    addresses = asyncio.run(resolver("localhost", 443))
    resolver.close()

    assert LOOPBACK in addresses
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize(
    "url", ["http://app.example/a", "ftp://app.example/a", "https://ada@app.example/a", "https://", ""]
)
def test_only_https_is_fetched(fetching: Fetching, url: str) -> None:
    with pytest.raises(InvalidInput, match="The URL"):
        fetching.use(lambda fetcher: fetcher.fetch_json(url))
    assert fetching.names.asked == []


BIG = b'"' + b"x" * 64 * 1024 + b'"'
REFUSED = {
    "a redirect": (Reply(b"", {**JSON, "location": "https://app.example/other"}, 302), "redirects are not followed"),
    "a permanent redirect": (Reply(b"", {**JSON, "location": "/other.json"}, 308), "redirects are not followed"),
    "nothing there": (Reply(b"{}", JSON, 404), "status 404"),
    "another kind of success": (Reply(b"", JSON, 204), "status 204"),
    "a page": (Reply(b"<html>", {"content-type": "text/html"}), "not sent as JSON"),
    "no kind": (Reply(b"{}", {}), "not sent as JSON"),
    "a kind that only begins like JSON": (Reply(b"{}", {"content-type": "application/jsonp"}), "not sent as JSON"),
    "something compressed": (Reply(b"\x1f\x8b", {**JSON, "content-encoding": "gzip"}), "compressed"),
    "something long": (Reply(BIG, {**JSON, "content-length": str(len(BIG))}), "larger than 65,536 bytes"),
    "something long of unknown length": (Reply(BIG * 100, JSON), "larger than 65,536 bytes"),
}


@pytest.mark.parametrize(("reply", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_an_answer_that_cannot_be_accepted_is_refused_in_words(fetching: Fetching, reply: Reply, told: str) -> None:
    fetching.host.reply = reply

    with pytest.raises(InvalidInput, match=told):
        fetching.get()
    assert fetching.host.paths == ["/client.json"]


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON;charset=utf-8", "application/oauth-client+json"]
)
def test_json_has_several_names(fetching: Fetching, kind: str) -> None:
    fetching.host.reply = Reply(BIG[: 64 * 1024], {"content-type": kind})

    assert len(fetching.get()) == 64 * 1024


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_out_of_order_may_be_asked_later(fetching: Fetching, status: int) -> None:
    fetching.host.reply = Reply(b"", JSON, status)

    with pytest.raises(Unavailable, match=f"status {status}"):
        fetching.get()


def test_a_server_that_says_nothing_is_left_after_a_while(host: DocumentHost) -> None:
    host.reply = Reply(status=None)

    with pytest.raises(Unavailable, match="takes too long"):
        Fetching(host, limits=Limits(seconds=0.2)).get()


def test_a_server_that_does_not_listen_is_unavailable(fetching: Fetching) -> None:
    fetching.host.port = 1

    with pytest.raises(Unavailable, match="cannot be reached"):
        fetching.get()


def test_a_proxy_of_the_environment_is_not_used(fetching: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    assert fetching.get() == b"{}"


def _counts(fetching: Fetching, pauses: Sequence[float], path: str = "/client.json") -> list[int]:
    """How many requests had been made after each pause in seconds."""
    counts = []

    async def work(fetcher: GuardedFetcher) -> bytes:
        for pause in pauses:
            fetching.clock.advance(timedelta(seconds=pause))
            await asyncio.gather(fetcher.fetch_json(fetching.host.url(path)), return_exceptions=True)
            counts.append(len(fetching.host.paths))
        return b""

    fetching.use(work)
    return counts


@pytest.mark.parametrize(
    ("control", "kept"),
    [
        ("max-age=300", 300),
        ("public, MAX-AGE=300, must-revalidate", 300),
        ("max-age=0", 60),
        ("no-store", 60),
        ("max-age=9000, no-cache", 60),
        ("max-age=99999999", 24 * 3600),
        ("private", 3600),
    ],
)
def test_a_document_is_kept_for_as_long_as_its_server_says_within_bounds(
    fetching: Fetching, control: str, kept: int
) -> None:
    fetching.host.reply = Reply(b"{}", {**JSON, "cache-control": control})

    assert _counts(fetching, [0, kept - 30, 60]) == [1, 1, 2]


@pytest.mark.parametrize("reply", [Reply(b"", JSON, 404), Reply(b"", JSON, 500)])
def test_a_failure_is_kept_for_half_a_minute(fetching: Fetching, reply: Reply) -> None:
    fetching.host.reply = reply

    assert _counts(fetching, [0, 1, 30]) == [1, 1, 2]


def test_a_kept_failure_says_the_same_again(fetching: Fetching) -> None:
    fetching.host.reply = Reply(b"", JSON, 404)

    async def work(fetcher: GuardedFetcher) -> bytes:
        said = await asyncio.gather(*[fetcher.fetch_json(fetching.host.url())], return_exceptions=True)
        again = await asyncio.gather(*[fetcher.fetch_json(fetching.host.url())], return_exceptions=True)
        assert (type(said[0]), str(said[0])) == (type(again[0]), str(again[0]))
        return b""

    fetching.use(work)
    assert len(fetching.host.paths) == 1


def test_beyond_a_number_the_document_kept_first_is_fetched_again(fetching: Fetching) -> None:
    async def work(fetcher: GuardedFetcher) -> bytes:
        for number in [*range(257), 256, 1, 0]:
            await fetcher.fetch_json(fetching.host.url(f"/{number}"))
        return b""

    fetching.limits = Limits(rate=Rate(1_000))
    fetching.use(work)
    assert fetching.host.paths[257:] == ["/0"]


def test_strangers_cannot_make_us_ask_more_often_than_the_rate(fetching: Fetching) -> None:
    fetching.limits = Limits(rate=Rate(2))

    async def work(fetcher: GuardedFetcher) -> bytes:
        for path in ("/1", "/2", "/1", "/2"):
            await fetcher.fetch_json(fetching.host.url(path))
        return await fetcher.fetch_json(fetching.host.url("/3"))

    with pytest.raises(Unavailable, match="try again in"):
        fetching.use(work)
    assert fetching.host.paths == ["/1", "/2"]


def test_a_refusal_is_logged_with_its_host(host: DocumentHost, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "onememory.fetching"), pytest.raises(InvalidInput):
        Fetching(host, is_allowed=is_public).get(host.url("/a?secret=1"))

    (record,) = caplog.records
    assert (record.levelname, vars(record)["host"]) == ("WARNING", "app.example")
    assert "secret" not in str(vars(record))
