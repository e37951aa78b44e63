"""What lies outside the machine of rows: the time, and models that turn texts into vectors."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from onememory.domain.models import ModelIdentity
from onememory.retrieval.vectors import Vectors


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """The present in UTC, cut to milliseconds, which is what storage keeps."""
        ...

    def today(self) -> date:
        """The present day where the user is."""
        ...


class Embedder(Protocol):
    """Texts to unit vectors; two adapters with one identity give the same vectors."""

    @property
    def identity(self) -> ModelIdentity:
        """Name, revision and dimension; dimension 0 means that there is no meaning, only words."""
        ...

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length per text, in order, shape (texts, dimension); raises Unavailable."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when texts cannot be embedded now."""
        ...

    async def close(self) -> None:
        """Give back what it holds."""
        ...


class Embedders(Protocol):
    """The embedder in force, and earlier ones while their vectors still answer."""

    @property
    def current(self) -> Embedder:
        """The one that the settings name."""
        ...

    def choose(self, name: str) -> None:
        """Put the one with this name in force; blocks while it is loaded. Raises InvalidInput and Unavailable."""
        ...

    def stamped(self, key: str) -> Embedder | None:
        """The one that made vectors with this stamp, where it can still be built."""
        ...


class TokenCounter(Protocol):
    """Counts what a text costs a chat model."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has."""
        ...
