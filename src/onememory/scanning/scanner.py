"""All scanners as one."""

from collections.abc import Iterator

from onememory.scanning import seed_phrases, service_keys
from onememory.security.disclosures import Disclosure


class LibraryScanner:
    """Keys of services and seed phrases; implements the port SecretScanner."""

    def is_slow(self, text: str) -> bool:
        """Whether the rules of the services are wanted and not yet loaded."""
        return not service_keys.is_loaded() and service_keys.may_be_in(text.split())

    def find(self, text: str) -> Iterator[Disclosure]:
        """The keys and the seed phrases in a text."""
        words = text.split()
        if service_keys.may_be_in(words):
            yield from service_keys.service_keys(text)
        if seed_phrases.may_be_in(words):
            yield from seed_phrases.seed_phrases(text)
