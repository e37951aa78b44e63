"""What strangers publish on the internet, fetched within limits that they cannot stretch."""

from collections.abc import Mapping
from typing import Protocol

from onememory.domain.errors import InvalidInput


class NotPublic(InvalidInput):
    """The URL's host has no address that may be spoken to."""


class Fetcher(Protocol):
    """Fetches small JSON documents, only over https and only from the public internet."""

    async def fetch_json(self, url: str) -> bytes:
        """The document, perhaps as it was a while ago; its content is not looked at.

        Raises InvalidInput where the URL or the answer cannot be accepted, NotPublic where its host cannot, and
        Unavailable where there is no answer now.
        """
        ...


class ProviderFetcher(Fetcher, Protocol):
    """Speaks to the one server that the settings name, under the same guard."""

    def forget(self, url: str) -> None:
        """Ask for this document again the next time."""
        ...

    async def fetch_with(self, url: str, access_token: str) -> bytes:
        """The JSON that is shown to whoever has this access token, never kept; raises as `fetch_json` does."""
        ...

    async def post_form(self, url: str, fields: Mapping[str, str], authorization: str | None) -> bytes:
        """The JSON that answers a form, never kept; also one that says what is wrong with it (status 400 or 401).

        Raises as `fetch_json` does.
        """
        ...
