"""People at a browser that is no more than a client of HTTP: it keeps cookies and sends the forms that it was shown."""

import re
from datetime import timedelta
from html import unescape
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlencode

import httpx

from onememory.domain.actors import Actor
from onememory.domain.ids import mint
from onememory.domain.provenance import Channel
from onememory.domain.sessions import LIFETIME, Session
from onememory.security.oauth.rfc7636_pkce import challenge_of
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.users.accounts import EVERYTHING_ALLOWED
from onememory.web.sessions import COOKIE
from people import Person
from servers import PATIENCE, Server

PASSWORD = "correct horse battery"
VERIFIER = "verifier-" * 6
KEPT_OPEN = httpx.Limits()
LOOPBACK = "http://127.0.0.1:4567/callback"


class Reachable(Protocol):
    """A server, or what stands before several."""

    url: str


class Visitor:
    """One browser."""

    def __init__(self, server: Reachable, limits: httpx.Limits = KEPT_OPEN) -> None:
        headers = {"accept": "text/html,*/*;q=0.8"}
        self.http = httpx.Client(base_url=server.url, timeout=PATIENCE, headers=headers, limits=limits, verify=False)
        self.token = ""
        self.once = ""  # the mark of a form that makes one thing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.http.close()

    def arrive(self, server: Server, person: Person) -> Self:
        """Be somebody who has signed in already."""
        self.http.cookies.set(COOKIE, session_of(server, person))
        self.see("/")
        return self

    def see(self, path: str, **query: str) -> httpx.Response:
        """Open a page and follow where it leads."""
        return self._read(self.http.get(path, params=query or None, follow_redirects=True))

    def send(self, path: str, headers: dict[str, str] | None = None, /, **fields: object) -> httpx.Response:
        """Send a form as a browser does; the form's token is the one of the page that was seen last."""
        sent = {"origin": str(self.http.base_url).rstrip("/"), "sec-fetch-site": "same-origin"} | (headers or {})
        given = {"form_token": self.token} | ({"once": self.once} if self.once else {}) | fields
        return self._read(self.http.post(path, data=given, headers={k: v for k, v in sent.items() if v}))

    def sign_in(self, name: str, password: str = PASSWORD, way_on: str = "") -> httpx.Response:
        self.see("/sign-in")
        return self.send("/sign-in", name=name, password=password, next=way_on)

    def _read(self, response: httpx.Response) -> httpx.Response:
        if found := re.search(r'name="form_token" value="([^"]*)"', response.text):
            self.token = found[1]
        if found := re.search(r'name="once" value="([^"]*)"', response.text):
            self.once = found[1]
        return response


def session_of(server: Server, person: Person) -> str:
    """The secret of a new session of this person's."""
    now, secret = server.installation.clock.now(), mint_secret()
    session = Session(mint(now), person.user_id, "a test's browser", now, now + LIFETIME)
    store = server.installation.store
    server.run(store.write_directory(lambda directory: directory.sessions.add(session, hash_secret(secret))))
    return secret


def with_password(server: Server, person: Person, password: str = PASSWORD) -> Person:
    """The same person, who can sign in now."""
    actor = Actor(person.user_id, Channel.CLI, EVERYTHING_ALLOWED)
    server.run(server.services.own_account.set_password(actor, password))
    return person


def forgive_tries(server: Server) -> None:
    """Let the time pass in which tries to sign in are counted."""
    server.installation.clock.advance(timedelta(minutes=16))


def asking(server: Server, redirect_uri: str = LOOPBACK, name: str = "A tool", **changes: str) -> str:
    """The path to which a client that has just registered sends the browser."""
    asked = {"client_name": name, "redirect_uris": [redirect_uri], "token_endpoint_auth_method": "none"}
    uri = changes.pop("client_uri", None)
    told = server.http.post("/oauth/register", json=asked | ({"client_uri": uri} if uri else {}))
    assert told.status_code == 201, told.text
    parameters = {
        "client_id": told.json()["client_id"],
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "code_challenge": challenge_of(VERIFIER),
        "code_challenge_method": "S256",
        "state": "st/ate&=é",
    } | changes
    return f"/oauth/authorize?{urlencode({k: v for k, v in parameters.items() if v})}"


def led_to(response: httpx.Response) -> str:
    """Where the page leads by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', response.text)
    assert found, response.text
    return unescape(found[1])
