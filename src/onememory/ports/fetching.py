"""What strangers publish on the internet, fetched within limits that they cannot stretch."""

from collections.abc import Mapping
from typing import Protocol


class Fetcher(Protocol):
    """Fetches small JSON documents, only over https and only from the public internet."""

    async def fetch_json(self, url: str) -> bytes:
        """The document, perhaps as it was a while ago; its content is not looked at.

        Raises InvalidInput where the URL, its host or the answer cannot be accepted, and Unavailable where there is no
        answer now.
        """
        ...


class ProviderFetcher(Fetcher, Protocol):
    """Speaks to the one server that the settings name, under the same guard."""

    def forget(self, url: str) -> None:
        """Ask for this document again the next time."""
        ...

    async def post_form(self, url: str, fields: Mapping[str, str], authorization: str | None) -> bytes:
        """The JSON that answers a form, never kept; raises as `fetch_json` does."""
        ...
