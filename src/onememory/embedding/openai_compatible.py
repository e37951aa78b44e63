"""A model behind an OpenAI-compatible `/v1/embeddings`, in the cloud or on another port of this machine."""

from asyncio import sleep
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
import numpy as np

from onememory.domain.errors import InvalidInput, Unavailable
from onememory.domain.models import ModelIdentity
from onememory.embedding.options import DIMENSION, EMBEDDER, KEY, URL, EmbedderOptions
from onememory.embedding.revisions import revision_of_text
from onememory.embedding.units import unit_rows
from onememory.ports import Vectors

OPENAI = "https://api.openai.com/v1"
NATIVE: Mapping[str, int] = {
    "text-embedding-3-small": 1536,
    "text-embedding-3-large": 3072,
    "text-embedding-ada-002": 1536,
}
BATCH = 128  # texts in one request
_CHARACTERS = 24_000  # of a text; servers refuse those beyond their model's tokens, mostly 8,192
_LONGEST_WAIT = 30.0  # seconds that a server's Retry-After is honoured
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}  # worth another try, as are all 5xx


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, and how often to ask again."""

    timeout: float = 30.0  # seconds
    attempts: int = 4
    pause: float = 0.5  # seconds before the second attempt, doubled before each further one


class OpenAiCompatibleEmbedder:
    """Implements the port Embedder by requests; texts are never logged."""

    def __init__(self, model: str, options: EmbedderOptions, patience: Patience = Patience()) -> None:
        self._model = model
        self._url = (options.url or OPENAI).rstrip("/") + "/embeddings"
        self._patience = patience
        native = NATIVE.get(model)
        dimension = options.dimension or native
        if dimension is None:
            raise InvalidInput(f"How many dimensions the vectors of `{model}` have is not known: set {DIMENSION}.")
        self._asked = {"dimensions": dimension} if native and native != dimension else {}
        revision = revision_of_text(f"{self._url}\n{model}\n{dimension}")
        self.identity = ModelIdentity(f"openai:{model}", revision, dimension)
        headers = {"authorization": f"Bearer {options.key}"} if options.key else {}
        self._client = httpx.AsyncClient(headers=headers, timeout=patience.timeout)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (texts, dimension); an empty text gives a zero row and is not sent."""
        vectors = np.zeros((len(texts), self.identity.dimension), np.float32)
        filled = [i for i, text in enumerate(texts) if text.strip()]
        for start in range(0, len(filled), BATCH):
            batch = filled[start : start + BATCH]
            vectors[batch] = await self._ask([texts[i][:_CHARACTERS] for i in batch])
        return unit_rows(vectors)

    async def ping(self) -> None:
        """Embed one word."""
        await self.embed(["ready"])

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _ask(self, texts: list[str]) -> Vectors:
        body = {"model": self._model, "input": texts, "encoding_format": "float", **self._asked}
        pause = self._patience.pause
        for attempt in range(1, self._patience.attempts + 1):
            is_last = attempt == self._patience.attempts
            try:
                response = await self._client.post(self._url, json=body)
            except httpx.TransportError as error:
                if is_last:
                    raise Unavailable(
                        f"{self._where} cannot be reached ({type(error).__name__}): see {URL}."
                    ) from error
            except httpx.InvalidURL as error:
                raise Unavailable(f"{self._url} is no address: see {URL}.") from error
            else:
                if is_last or not _is_passing(response.status_code):
                    return self._read(response, len(texts))
                pause = max(pause, _retry_after(response))
            await sleep(min(pause, _LONGEST_WAIT))
            pause *= 2
        raise Unavailable(f"{self._where} was not asked: allow at least one attempt.")

    def _read(self, response: httpx.Response, count: int) -> Vectors:
        status = response.status_code
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise Unavailable(f"{self._where} refuses the key (status {status}): see {KEY}.")
        if status == HTTPStatus.NOT_FOUND:
            raise Unavailable(f"{self._where} knows no such model or address (status 404): see {EMBEDDER} and {URL}.")
        if not response.is_success:
            raise Unavailable(
                f"{self._where} fails with status {status}: try again later, or see {EMBEDDER} and {URL}."
            )
        try:
            rows = [item["embedding"] for item in sorted(response.json()["data"], key=_index)]
            vectors = np.array(rows, np.float32).reshape(len(rows), -1 if rows else 0)
        except (ValueError, KeyError, TypeError) as error:
            raise Unavailable(
                f"{self._where} does not answer in the form of OpenAI's embeddings: see {URL}."
            ) from error
        if len(vectors) != count:
            raise Unavailable(f"{self._where} gave {len(vectors)} vectors for {count} texts: see {URL}.")
        if vectors.shape[1] != self.identity.dimension:
            raise Unavailable(
                f"{self._where} gave vectors of {vectors.shape[1]} dimensions and not {self.identity.dimension}:"
                f" set {DIMENSION} to {vectors.shape[1]}."
            )
        if not np.isfinite(vectors).all():
            raise Unavailable(f"{self._where} gave numbers that are not finite: see {EMBEDDER}.")
        return vectors

    @property
    def _where(self) -> str:
        return f"The embedding server {httpx.URL(self._url).copy_with(userinfo=b'')} with `{self._model}`"


def build(argument: str, options: EmbedderOptions) -> OpenAiCompatibleEmbedder:
    """The model that the setting names after `openai:`; nothing is asked of the server yet."""
    if not argument:
        raise InvalidInput(f"{EMBEDDER}=openai: names no model; write openai:MODEL.")
    return OpenAiCompatibleEmbedder(argument, options)


def _is_passing(status: int) -> bool:
    return status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _retry_after(response: httpx.Response) -> float:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else 0.0


def _index(item: dict[str, Any]) -> int:
    return int(item["index"])
