"""The MCP SDK's own client finds its way in: discovery, registration, PKCE, tokens, refresh."""

import asyncio
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata, OAuthToken
from pydantic import AnyUrl

from dances import Dance, answered_at
from people import Person
from servers import Server, serving

REDIRECT = "http://127.0.0.1:49152/callback"


class Kept:
    """What the client remembers; implements the SDK's TokenStorage."""

    def __init__(self) -> None:
        self.tokens: OAuthToken | None = None
        self.client: OAuthClientInformationFull | None = None

    async def get_tokens(self) -> OAuthToken | None:
        return self.tokens

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self.tokens = tokens

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        return self.client

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self.client = client_info


class Program:
    """An MCP client of one person, who allows whatever it asks for."""

    def __init__(self, server: Server, person: Person, path: str = "/mcp") -> None:
        metadata = OAuthClientMetadata(redirect_uris=[AnyUrl(REDIRECT)], client_name="SDK client")
        self.url = server.url + path
        self.kept = Kept()
        self.provider = OAuthClientProvider(self.url, metadata, self.kept, self._open, self._come_back)
        self.sent_to: list[str] = []
        self._dance = Dance(server, person, {"client_id": ""})
        self._server = server
        self._answer: dict[str, str] = {}

    def call(self) -> int:
        """The status of a call, after whatever it takes to be let in."""
        return asyncio.run(self._call())

    async def _call(self) -> int:
        async with httpx2.AsyncClient(auth=self.provider) as http:
            return (await http.get(self.url)).status_code

    async def _open(self, url: str) -> None:
        self.sent_to.append(url)
        asked = dict(parse_qsl(urlsplit(url).query))
        back = await asyncio.to_thread(self._dance.approve, asked, self._server.url)
        self._answer = answered_at(REDIRECT, back)

    async def _come_back(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult(**{name: self._answer[name] for name in ("code", "state", "iss")})


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One that is called by its address."""
    with serving(data_factory.mktemp("sdk"), public_url=None) as running:
        yield running


LET_IN = 405  # these endpoints take no GET, which they say to those with a token alone


@pytest.mark.parametrize("path", ["/mcp", "/api/mcp/mcp"])
def test_the_sdks_client_is_let_in(server: Server, ada: Person, path: str) -> None:
    program = Program(server, ada, path)

    assert program.call() == LET_IN
    [sent_to] = program.sent_to
    assert sent_to.startswith(f"{server.url}/oauth/authorize?")
    assert dict(parse_qsl(urlsplit(sent_to).query))["resource"] == program.url
    assert [token["name"] for token in ada.get("/api/tokens") if token["clientId"]] == ["SDK client"]


def test_the_sdks_client_refreshes_by_itself(server: Server, ada: Person) -> None:
    program = Program(server, ada)
    program.call()
    before = program.kept.tokens

    program.provider.context.token_expiry_time = 1
    assert program.call() == LET_IN

    assert len(program.sent_to) == 1
    assert program.kept.tokens != before
