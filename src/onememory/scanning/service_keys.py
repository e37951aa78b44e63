"""Keys and tokens of some 400 services, by the rules that Kingfisher brings; its validation of keys is never used.

The rules take 40 MB and, from Kingfisher's cache in the user's cache directory, a quarter of a second to load (three
seconds where there is no cache yet). So they are loaded when a text first has a word that could be a key.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from threading import Lock
from typing import TYPE_CHECKING

from onememory.security.disclosures import Disclosure

if TYPE_CHECKING:
    from kingfisher_sdk import Finding, Scanner

_SHORTEST = 16  # signs without a space; no rule takes less, with what must stand before it
_NO_LETTER = re.compile(r"[0-9_=+/:-]")  # one of these is in every key
_FOUND_ALONE = frozenset({"betterleaks.aws-secret-access-key"})  # a part of a pair to Kingfisher, a secret to us
_LEFT_OUT = frozenset({"betterleaks.generic-credential-uri"})  # takes "user:pass" for a password; we look ourselves
_CATALOGUE = "betterleaks."  # its ids are told in words; the other catalogues have names that can be told as they are
_SPELLED = {
    "api": "API",
    "aws": "AWS",
    "gcp": "Google Cloud",
    "url": "URL",
    "jwt": "login token (JWT)",
    "oauth": "OAuth",
    "pat": "personal access token",
    "personnal": "personal",
    "private": "private",
    "github": "GitHub",
    "gitlab": "GitLab",
    "huggingface": "Hugging Face",
    "npm": "npm",
    "openai": "OpenAI",
    "pypi": "PyPI",
    "sendgrid": "SendGrid",
    "xai": "xAI",
}
_lock = Lock()


def may_be_in(words: Sequence[str]) -> bool:
    """Whether one of the words of a text could be a key; in most prose none could."""
    if max(map(len, words), default=0) < _SHORTEST:
        return False
    return any(len(word) >= _SHORTEST and _NO_LETTER.search(word) for word in words)


def is_loaded() -> bool:
    """Whether the rules are in memory."""
    return _loaded.cache_info().currsize > 0


def service_keys(text: str) -> Iterator[Disclosure]:
    """Each key and token in the text."""
    for finding in _scanner().scan(text):
        if _counts(finding):
            begin, end = finding.location["start_offset"], finding.location["end_offset"]
            yield Disclosure(_kind(finding), *_characters(text, begin, end))


def _scanner() -> "Scanner":
    with _lock:  # so that two threads do not load it twice
        return _loaded()


@cache
def _loaded() -> "Scanner":
    # By name, for an import that no start should wait for.
    kingfisher = import_module("kingfisher_sdk")
    scanner: Scanner = kingfisher.Scanner(kingfisher.Rules(confidence="medium"))
    return scanner


def _counts(finding: "Finding") -> bool:
    return finding.rule_id in _FOUND_ALONE or (finding.visible and finding.rule_id not in _LEFT_OUT)


def _characters(text: str, begin: int, end: int) -> tuple[int, int]:
    """Offsets in characters for those in UTF-8."""
    if text.isascii():
        return begin, end
    encoded = text.encode()
    start = len(encoded[:begin].decode(errors="ignore"))
    return start, start + len(encoded[begin:end].decode(errors="ignore"))


def _kind(finding: "Finding") -> str:
    if not finding.rule_id.startswith(_CATALOGUE):
        return finding.rule_name
    words = finding.rule_id.removeprefix(_CATALOGUE).partition(".")[0].split("-")
    first = words[0] if words[0] in _SPELLED else words[0].capitalize()
    return " ".join(_SPELLED.get(word, word) for word in [first, *words[1:]])
