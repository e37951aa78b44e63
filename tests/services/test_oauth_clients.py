"""Who may ask for access: clients with a document, clients that registered, and nobody else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from databases import DATABASES
from onememory import settings
from onememory.bootstrap import running
from onememory.domain.authorization import OAuthError
from onememory.domain.errors import InvalidInput, OneMemoryError, RateLimited, Unavailable
from onememory.services.programs.oauth_clients import MOST_UNUSED, REGISTRATIONS, UNUSED_FOR, OAuthClients
from servers import MovedClock, installed

pytestmark = pytest.mark.usefixtures("database")

URL = "https://app.example/client.json"
REDIRECT = "https://app.example/callback"
REQUEST = {"client_name": "App", "redirect_uris": [REDIRECT]}
WITH_SECRET = {**REQUEST, "token_endpoint_auth_method": "client_secret_post"}
DOCUMENT = json.dumps({"client_id": URL, "client_name": "App", "redirect_uris": [REDIRECT]}).encode()


class Internet:
    """One document, or why it cannot be had; implements the port Fetcher."""

    def __init__(self, found: bytes | OneMemoryError = DOCUMENT) -> None:
        self.found = found
        self.asked: list[str] = []

    async def fetch_json(self, url: str) -> bytes:
        self.asked.append(url)
        if isinstance(self.found, OneMemoryError):
            raise self.found
        return self.found


class Clients:
    """The use cases over a data directory, with a clock that is moved by hand."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.internet: Internet | None = Internet()
        self.clock = MovedClock()

    def use(self, work: Callable[[OAuthClients], Awaitable[None]]) -> None:
        async def run() -> None:
            async with installed(self._data, clock=self.clock) as installation:
                limiting = installation.services.limiting
                await work(OAuthClients(installation.store, self.internet, limiting, self.clock))

        asyncio.run(run())


@pytest.fixture
def clients(tmp_path: Path) -> Clients:
    return Clients(tmp_path)


def test_a_registered_client_is_known_again(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        registered = await oauth.register({**REQUEST, "client_uri": "https://app.example/"})
        assert registered.secret is None
        assert await oauth.get(registered.client.id) == registered.client
        assert registered.answer["client_id"] == registered.client.id
        assert (registered.client.name, registered.client.redirect_uris) == ("App", (REDIRECT,))

    clients.use(work)


def test_what_cannot_be_registered_is_not(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        with pytest.raises(OAuthError) as refused:
            await oauth.register({"redirect_uris": ["javascript:alert(1)"]})
        assert refused.value.error == "invalid_redirect_uri"

    clients.use(work)


@pytest.mark.parametrize("client_id", ["", "unknown", "http://app.example/client.json", "\ud800", "' OR 1=1 --"])
def test_an_unknown_client_is_told_so(clients: Clients, client_id: str) -> None:
    async def work(oauth: OAuthClients) -> None:
        for asking in (oauth.get(client_id), oauth.authenticate(client_id, None)):
            with pytest.raises(OAuthError, match="not known") as refused:
                await asking
            assert (refused.value.error, refused.value.status) == ("invalid_client", 401)

    clients.use(work)


def test_a_secret_is_told_once_and_asked_for_from_then_on(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        registered = await oauth.register(WITH_SECRET)
        assert registered.secret
        assert registered.answer["client_secret"] == registered.secret
        await oauth.authenticate(registered.client.id, registered.secret)
        for wrong in (None, "", "wrong", registered.secret + "x", registered.client.id):
            with pytest.raises(OAuthError, match="missing or wrong"):
                await oauth.authenticate(registered.client.id, wrong)

    clients.use(work)


def test_a_secret_is_kept_as_a_hash_alone(clients: Clients, tmp_path: Path) -> None:
    secrets: list[str] = []

    async def work(oauth: OAuthClients) -> None:
        secrets.append(str((await oauth.register(WITH_SECRET)).secret))

    clients.use(work)
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and secrets[0].encode() in file.read_bytes()]


def test_a_client_without_a_secret_proves_none(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        registered = await oauth.register(REQUEST)
        for client_id in (registered.client.id, URL):
            await oauth.authenticate(client_id, None)
            await oauth.authenticate(client_id, "")
            with pytest.raises(OAuthError, match="no secret"):
                await oauth.authenticate(client_id, "guessed")

    clients.use(work)


def test_a_client_with_a_document_is_whom_the_document_describes(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        client = await oauth.get(URL)
        assert (client.id, client.name, client.redirect_uris) == (URL, "App", (REDIRECT,))
        assert oauth.takes_documents

    clients.use(work)


def test_nothing_is_fetched_for_a_client_at_the_token_endpoint(clients: Clients) -> None:
    clients.internet = Internet(Unavailable("The line is dead."))
    clients.use(lambda oauth: oauth.authenticate(URL, None))

    assert clients.internet.asked == []


@pytest.mark.parametrize("url", ["https://app.example/", "https://app.example/a#b", "https://ada@app.example/a"])
def test_nothing_is_fetched_from_a_url_that_cannot_be_an_id(clients: Clients, url: str) -> None:
    clients.internet = Internet()

    async def work(oauth: OAuthClients) -> None:
        with pytest.raises(OAuthError, match="`client_id`"):
            await oauth.get(url)

    clients.use(work)
    assert clients.internet.asked == []


@pytest.mark.parametrize(
    ("found", "error", "status"),
    [
        (b"{}", "invalid_client", 401),
        (DOCUMENT.replace(b"client.json", b"other.json"), "invalid_client", 401),
        (InvalidInput("Not public."), "invalid_client", 401),
        (Unavailable("The line is dead."), "temporarily_unavailable", 503),
    ],
)
def test_a_document_that_is_wrong_or_missing_is_an_error_of_oauth(
    clients: Clients, found: bytes | OneMemoryError, error: str, status: int
) -> None:
    clients.internet = Internet(found)

    async def work(oauth: OAuthClients) -> None:
        with pytest.raises(OAuthError) as refused:
            await oauth.get(URL)
        assert (refused.value.error, refused.value.status) == (error, status)

    clients.use(work)


def test_where_documents_are_switched_off_a_client_has_to_register(clients: Clients) -> None:
    clients.internet = None

    async def work(oauth: OAuthClients) -> None:
        assert not oauth.takes_documents
        for asking in (oauth.get(URL), oauth.authenticate(URL, None)):
            with pytest.raises(OAuthError, match="register") as refused:
                await asking
            assert refused.value.error == "invalid_client"

    clients.use(work)


@pytest.mark.parametrize(("environment", "takes"), [({}, True), ({"ONEMEMORY_CLIENT_DOCUMENTS": "off"}, False)])
def test_documents_are_taken_unless_the_setting_says_no(
    tmp_path: Path, environment: dict[str, str], takes: bool
) -> None:
    async def run() -> bool:
        async with running(
            settings.load({"embedder": "none", "data": tmp_path, **DATABASES.overrides(tmp_path)}, environment)
        ) as (services, _):
            return services.oauth_clients.takes_documents

    assert asyncio.run(run()) == takes


def test_a_client_that_nobody_gave_access_is_forgotten_after_a_month(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        unused, used = await oauth.register(REQUEST), await oauth.register(REQUEST)
        await oauth.note_use(used.client.id)
        clients.clock.advance(UNUSED_FOR - timedelta(minutes=1))
        await oauth.get(unused.client.id)
        clients.clock.advance(timedelta(minutes=2))
        assert (await oauth.get(used.client.id)).last_used_at is not None
        with pytest.raises(OAuthError, match="register again"):
            await oauth.get(unused.client.id)

    clients.use(work)


def test_the_last_use_is_noted_once_a_day_and_only_of_those_that_registered(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        client_id = (await oauth.register(REQUEST)).client.id
        seen = []
        for hours in (0, 1, 24):
            clients.clock.advance(timedelta(hours=hours))
            await oauth.note_use(client_id)
            seen.append((await oauth.get(client_id)).last_used_at)
        assert seen[0] == seen[1] != seen[2]
        await oauth.note_use(URL)
        await oauth.note_use("unknown")

    clients.use(work)


def test_registration_is_limited_for_everybody_together(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        for _ in range(REGISTRATIONS.rate.requests):
            await oauth.register(REQUEST)
        with pytest.raises(RateLimited) as refused:
            await oauth.register(REQUEST)
        clients.clock.advance(timedelta(seconds=refused.value.retry_after))
        await oauth.register(REQUEST)

    clients.use(work)


def test_strangers_cannot_fill_the_disk_with_clients(clients: Clients) -> None:
    async def work(oauth: OAuthClients) -> None:
        first, used = await oauth.register(REQUEST), await oauth.register(REQUEST)
        await oauth.note_use(used.client.id)
        for _ in range(MOST_UNUSED):
            clients.clock.advance(timedelta(minutes=1))
            last = await oauth.register(REQUEST)
        await oauth.get(used.client.id)
        await oauth.get(last.client.id)
        with pytest.raises(OAuthError, match="register again"):
            await oauth.get(first.client.id)

    clients.use(work)
