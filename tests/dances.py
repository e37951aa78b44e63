"""A program that is let in over OAuth, step by step; a person's click on the page is a call of the service."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.actors import Actor
from onememory.domain.authorization import Decision
from onememory.domain.provenance import Channel
from onememory.security.oauth.rfc7636_pkce import challenge_of
from people import Client, Person
from servers import PUBLIC_URL, Server

REDIRECT = "https://app.example/callback"
VERIFIER = "verifier-" * 6


def register(server: Server, name: str = "App", method: str = "none", **more: object) -> dict[str, Any]:
    """What a client is told when it registers."""
    asked = {"client_name": name, "redirect_uris": [REDIRECT], "token_endpoint_auth_method": method, **more}
    answer = server.http.post("/oauth/register", json=asked)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


class Dance:
    """One client and one person."""

    def __init__(self, server: Server, person: Person, client: dict[str, Any]) -> None:
        self.server = server
        self.person = person
        self.client = client

    def asked(self, **changes: str) -> dict[str, str]:
        """The parameters with which the browser comes."""
        return {
            "client_id": self.client["client_id"],
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
            "state": "s1",
        } | changes

    def approve(self, asked: dict[str, str], base: str, decision: Decision | None = None) -> str:
        """Allow what is asked for, or what is decided; where the browser is sent."""
        authorization = self.server.services.authorization
        person = Actor(self.person.user_id, Channel.WEB, frozenset(Permission))
        request = self.server.run(authorization.begin(asked, base))
        wanted = decision or Decision(request.scopes, WritePolicy.FULL)
        return self.server.run(authorization.approve(person, request, wanted))

    def answer(self, decision: Decision | None = None, **changes: str) -> dict[str, str]:
        """The parameters that come back to the client's redirect URI once the person has allowed it."""
        return answered_at(REDIRECT, self.approve(self.asked(**changes), PUBLIC_URL, decision))

    def code(self, decision: Decision | None = None, **changes: str) -> str:
        return self.answer(decision, **changes)["code"]

    def exchange(self, **form: str) -> httpx.Response:
        """Any call of the token endpoint; the client names itself."""
        return self.server.http.post("/oauth/token", data={"client_id": self.client["client_id"]} | form)

    def redeem(self, code: str, /, **changes: str) -> httpx.Response:
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER, "redirect_uri": REDIRECT}
        return self.exchange(**(form | changes))

    def refresh(self, token: str, /, **changes: str) -> httpx.Response:
        return self.exchange(**({"grant_type": "refresh_token", "refresh_token": token} | changes))

    def tokens(self, decision: Decision | None = None, **changes: str) -> dict[str, Any]:
        """What the client holds at the end."""
        answer = self.redeem(self.code(decision, **changes))
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    def reaches(self, secret: str) -> set[str]:
        """The doors that let this access token in."""
        return {path for path in ("/mcp", "/api/account") if self.status(path, secret) != 401}

    def status(self, path: str, secret: str) -> int:
        return Client(self.server.http, secret).send("GET", path).status_code

    def connections(self) -> list[dict[str, Any]]:
        """The person's connections, newest first."""
        return [token for token in self.person.get("/api/tokens") if token["clientId"]]


def answered_at(redirect_uri: str, url: str) -> dict[str, str]:
    """The parameters of an answer, which must go to this redirect URI."""
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == redirect_uri
    return {name: value for name, [value] in parse_qs(parts.query).items()}


def failed(answer: httpx.Response, status: int, error: str) -> str:
    """The description of a refusal that must be this one, in the shape of RFC 6749."""
    assert (answer.status_code, answer.json().get("error")) == (status, error), answer.text
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.headers["cache-control"] == "no-store"
    description: str = answer.json()["error_description"]
    return description
