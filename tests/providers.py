"""A real OpenID provider on a free local port, over https: it signs everybody in whom its test names."""

import asyncio
import base64
import contextlib
import hashlib
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote_plus, urlencode

import httpx
import trustme
import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, Router

from onememory.fetching.guarded import GuardedFetcher, Limits
from onememory.identity.provider import OpenIdProvider, Registration
from onememory.security.addresses import is_public_or_inside
from servers import PATIENCE, MovedClock

CLIENT_ID, CLIENT_SECRET = "onememory", "a secret & more"


@dataclass
class Provider:
    """What the provider is like, and whom it signs in next; a test may change all of it."""

    issuer: str = ""
    person: dict[str, object] = field(default_factory=lambda: {"sub": "42", "preferred_username": "dora"})
    claims: dict[str, object] = field(default_factory=dict)  # to be said in place of the right ones
    metadata: dict[str, object] = field(default_factory=dict)  # likewise
    answer: dict[str, str] = field(default_factory=dict)  # likewise, of the way back
    algorithm: str = "ES256"
    asks: bool = False  # whether it shows a page with a button first
    tells_names_apart: bool = False  # at the userinfo endpoint alone, as OpenID Connect Core 5.4 has it
    keys: list[ECKey] = field(default_factory=lambda: [_key()])
    strange_keys: list[dict[str, str]] = field(default_factory=list)  # that it publishes besides
    signer: ECKey | OctKey | None = None  # None: the newest of its keys
    authorities: Path = Path()  # a file with the one that vouches for it
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    access_tokens: set[str] = field(default_factory=set)
    userinfo_status: int = 200
    userinfo: dict[str, object] = field(default_factory=dict)  # to be said there in place of the right
    requests: list[str] = field(default_factory=list)

    def connected(self, secret: str | None = CLIENT_SECRET, issuer: str | None = None) -> OpenIdProvider:
        """What onememory speaks to it with."""
        clock = MovedClock()
        fetcher = GuardedFetcher(clock, is_allowed=is_public_or_inside, trust=self.trust, limits=Limits(PATIENCE))
        return OpenIdProvider(Registration(issuer or self.issuer, CLIENT_ID, secret, "Example Login"), fetcher, clock)

    def new_key(self) -> None:
        """Sign with a new key from now on."""
        self.keys = [_key()]

    def way_back(self, url: str) -> str:
        """Where it sends a browser that comes to this address of its."""
        with httpx.Client(verify=self.trust) as browser:
            return str(browser.get(url).headers["location"])

    def id_token(self, nonce: str) -> str:
        key = self.signer or self.keys[-1]
        now = int(MovedClock().now().timestamp())
        right = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        person = {"sub": self.person["sub"]} if self.tells_names_apart else self.person
        said = {name: value for name, value in (right | person | self.claims).items() if value is not None}
        return jwt.encode({"alg": self.algorithm, "kid": key.kid}, said, key, [self.algorithm])


def _key() -> ECKey:
    return ECKey.generate_key("P-256", {"use": "sig", "kid": secrets.token_hex(4)})


class _App:
    """The provider's doors."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self.routes = [
            Route("/.well-known/openid-configuration", self.metadata),
            Route("/keys", self.keys),
            Route("/authorize", self.authorize),
            Route("/token", self.token, methods=["POST"]),
            Route("/userinfo", self.userinfo),
        ]

    async def metadata(self, _: Request) -> Response:
        issuer = self._provider.issuer
        right = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/keys",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        }
        return JSONResponse(right | self._provider.metadata, headers={"cache-control": "no-store"})

    async def keys(self, _: Request) -> Response:
        self._provider.requests.append("keys")
        published = KeySet(list(self._provider.keys)).as_dict(private=False)["keys"]
        return JSONResponse({"keys": [*self._provider.strange_keys, *published]})

    async def authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        if self._provider.asks and "allowed" not in asked:
            return HTMLResponse(f'<a href="?{urlencode(asked | {"allowed": "yes"})}">Continue as dora</a>')
        code = secrets.token_urlsafe(16)
        self._provider.codes[code] = asked
        told = {"code": code, "state": asked["state"], "iss": self._provider.issuer} | self._provider.answer
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(told)}", 302)

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        if not _is_client(request, form):
            wrong = {"error": "invalid_client", "error_description": "client authentication failed"}
            return JSONResponse(wrong, 401, {"www-authenticate": "Basic"})
        asked = self._provider.codes.pop(form.get("code", ""), None)
        if asked is None or not _is_same(form, asked):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access_token = secrets.token_urlsafe(16)
        self._provider.access_tokens.add(access_token)
        token = self._provider.id_token(asked["nonce"])
        return JSONResponse({"id_token": token, "access_token": access_token, "token_type": "Bearer"})

    async def userinfo(self, request: Request) -> Response:
        self._provider.requests.append("userinfo")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self._provider.access_tokens:
            return JSONResponse({"error": "invalid_token"}, 401, {"www-authenticate": "Bearer"})
        return JSONResponse(self._provider.person | self._provider.userinfo, self._provider.userinfo_status)


def _is_client(request: Request, form: dict[str, str]) -> bool:
    if authorization := request.headers.get("authorization"):
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        return [unquote_plus(part) for part in pair] == [CLIENT_ID, CLIENT_SECRET]
    return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)


def _is_same(form: dict[str, str], asked: dict[str, str]) -> bool:
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (challenge, "S256") == (asked["code_challenge"], asked["code_challenge_method"]) and (
        form["redirect_uri"] == asked["redirect_uri"]
    )


@contextlib.contextmanager
def identity_provider(folder: Path) -> Iterator[Provider]:
    """A running provider; ends with the block."""
    provider, authority = Provider(), trustme.CA()
    authority.configure_trust(provider.trust)
    pem, provider.authorities = folder / "provider.pem", folder / "authority.pem"
    authority.cert_pem.write_to_path(provider.authorities)
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(pem)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        provider.issuer = f"https://localhost:{listening.getsockname()[1]}"
        app = Router(_App(provider).routes)
        config = uvicorn.Config(app, ssl_certfile=pem, log_config=None, lifespan="off", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
        thread.start()
        yield provider
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the provider did not stop"
