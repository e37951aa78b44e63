"""What strangers publish on the internet, fetched within limits that they cannot stretch."""

from typing import Protocol


class Fetcher(Protocol):
    """Fetches small JSON documents, only over https and only from the public internet."""

    async def fetch_json(self, url: str) -> bytes:
        """The document, perhaps as it was a while ago; its content is not looked at.

        Raises InvalidInput where the URL, its host or the answer cannot be accepted, and Unavailable where there is no
        answer now.
        """
        ...
