"""Fetches what a stranger's URL names without becoming the stranger's tool (OWASP: server-side request forgery)."""

import asyncio
import logging
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode

import httpcore

from onememory import __version__
from onememory.domain.errors import InvalidInput, OneMemoryError, Unavailable
from onememory.fetching.dialling import CheckedDialler, IsAllowed, Resolve, SystemResolver
from onememory.fetching.keeping import Answer, KeptAnswers, lifetime_of
from onememory.ports import Clock
from onememory.security.addresses import is_public
from onememory.security.rate_limits import Rate, admit
from onememory.security.urls import https_parts

logger = logging.getLogger(__name__)

_HEADERS = (
    ("accept", "application/json"),
    ("accept-encoding", "identity"),
    ("user-agent", f"onememory/{__version__}"),
)
_ANSWERS_TO_FORMS = (HTTPStatus.OK, HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\s*(?:;.*)?", re.IGNORECASE)
_NO_ANSWER = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a stranger's server may cost us, and we it."""

    seconds: float = 5.0  # from the name's resolution to the last byte
    size: int = 64 * 1024  # bytes of the document
    rate: Rate = field(default=Rate(60))  # requests to anybody; what is kept costs none


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request, all but its URL."""

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = _HEADERS
    content: bytes = field(default=b"", repr=False)
    statuses: tuple[int, ...] = (HTTPStatus.OK,)  # with which the document may come


class GuardedFetcher:
    """Implements Fetcher and ProviderFetcher: https only, checked addresses, no redirects, no proxy, not compressed."""

    def __init__(
        self,
        clock: Clock,
        resolve: Resolve | None = None,
        is_allowed: IsAllowed = is_public,
        trust: ssl.SSLContext | None = None,  # None: the system's certificate authorities, and certifi's
        limits: Limits = Limits(),
    ) -> None:
        self._clock = clock
        self._system = SystemResolver()
        self._dialler = CheckedDialler(resolve or self._system, is_allowed)
        self._trust = trust
        self._limits = limits
        self._kept = KeptAnswers()
        self._spent = 0.0

    async def fetch_json(self, url: str) -> bytes:
        """The document, perhaps as it was a while ago; failures are kept too, for half a minute."""
        https_parts(url, "The URL")
        answer = self._kept.get(url, self._clock.now())
        if answer is None:
            self._admit()
            answer = await self._answer(url, _Asked())
            self._kept.put(url, answer, self._clock.now())
        return _content(answer)

    def forget(self, url: str) -> None:
        """Ask for this document again the next time."""
        self._kept.drop(url)

    async def fetch_with(self, url: str, access_token: str) -> bytes:
        """The JSON that is shown to whoever has this access token, never kept."""
        https_parts(url, "The URL")
        self._admit()
        headers = (*_HEADERS, ("authorization", f"Bearer {access_token}"))
        return _content(await self._answer(url, _Asked(headers=headers)))

    async def post_form(self, url: str, fields: Mapping[str, str], authorization: str | None) -> bytes:
        """The JSON that answers a form, never kept; also one that says what is wrong with it (RFC 6749, 5.2)."""
        https_parts(url, "The URL")
        self._admit()
        headers = [*_HEADERS, ("content-type", "application/x-www-form-urlencoded")]
        if authorization:
            headers.append(("authorization", authorization))
        asked = _Asked("POST", tuple(headers), urlencode(fields).encode(), _ANSWERS_TO_FORMS)
        return _content(await self._answer(url, asked))

    def close(self) -> None:
        """Give back what it holds."""
        self._system.close()

    def _admit(self) -> None:
        verdict = admit(self._limits.rate, self._spent, self._clock.now().timestamp())
        self._spent = verdict.state
        if not verdict.passes:
            raise Unavailable(f"Too many documents are asked for at once; try again in {verdict.retry_after} s.")

    async def _answer(self, url: str, asked: _Asked) -> Answer:
        host = https_parts(url, "The URL").hostname
        try:
            async with asyncio.timeout(self._limits.seconds):
                answer = await self._exchange(url, asked)
        except OneMemoryError as error:
            logger.warning("a fetch was refused", extra={"host": host, "reason": str(error)})
            return Answer(error=error)
        except _NO_ANSWER as error:
            logger.warning("a fetch failed", extra={"host": host, "reason": f"{type(error).__name__}: {error}"})
            return Answer(error=Unavailable(f"{host} cannot be reached over https, or takes too long to answer."))
        logger.info("a document was fetched", extra={"host": host, "bytes": len(answer.content)})
        return answer

    async def _exchange(self, url: str, asked: _Asked) -> Answer:
        async with (
            httpcore.AsyncConnectionPool(self._trust, max_connections=1, network_backend=self._dialler) as pool,
            pool.stream(asked.method, url, headers=asked.headers, content=asked.content) as response,
        ):
            _check(response, asked.statuses)
            content = bytearray()
            async for part in response.aiter_stream():
                content += part
                if len(content) > self._limits.size:
                    raise InvalidInput(f"The document is larger than {self._limits.size:,} bytes.")
            return Answer(bytes(content), lifetime_of(_values(response, b"cache-control")))


def _content(answer: Answer) -> bytes:
    if answer.error:
        raise type(answer.error)(*answer.error.args)
    return answer.content


def _check(response: httpcore.Response, statuses: Sequence[int]) -> None:
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise Unavailable(f"The document's server is out of order (status {response.status}).")
    is_json = any(_JSON.fullmatch(value) for value in _values(response, b"content-type"))
    if response.status != HTTPStatus.OK and not (is_json and response.status in statuses):
        followed = " (redirects are not followed)" if 300 <= response.status < 400 else ""
        raise InvalidInput(f"The document is answered with status {response.status}{followed}, not 200.")
    if any(value.lower() != "identity" for value in _values(response, b"content-encoding")):
        raise InvalidInput("The document is sent compressed, which was not asked for.")
    if not is_json:
        raise InvalidInput("The document is not sent as JSON (Content-Type: application/json).")


def _values(response: httpcore.Response, name: bytes) -> list[str]:
    return [value.decode("latin-1").strip() for key, value in response.headers if key.lower() == name]
