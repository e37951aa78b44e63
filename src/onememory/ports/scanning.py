"""What is known outside of the forms of secrets: the keys of single services, and seed phrases."""

from collections.abc import Iterable
from typing import Protocol

from onememory.security.disclosures import Disclosure


class SecretScanner(Protocol):
    """Finds secrets in texts, offline."""

    def is_slow(self, text: str) -> bool:
        """Whether `find` would first load what it knows, which takes up to some seconds."""
        ...

    def find(self, text: str) -> Iterable[Disclosure]:
        """The secrets in a text, in no order; safe to call from several threads."""
        ...
