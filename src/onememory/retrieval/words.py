"""Text to index terms: what the full-text index holds and what a query asks it for.

A term is made of letters, marks, digits and symbols only: the index joins terms by spaces and quotes them in a query.
Stop words are dropped on both sides; a text or query of nothing else keeps them, so "The Who" is found by its name.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex
import Stemmer

TERM_LIMIT = 64  # characters; a longer "word" is base64 or the like, and its beginning is enough to find it
TOKEN_LIMIT = 2 * TERM_LIMIT  # characters of a word before it is folded
CACHED_WORDS = 1 << 16

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below between both but by
    can could did do does doing down during each few for from further had has have having he her here hers herself him
    himself his how i if in into is it its itself just me more most my myself no nor not of off on once only or other
    our ours ourselves out over own same she should so some such than that the their theirs them themselves then there
    these they this those through to too under until up very was we were what when where which while who whom whose why
    with would you your yours yourself yourselves""".split()  # noqa: SIM905 -- quoting every word would make it unreadable
)
# Characters that carry grammar alone: a lone one is no reason to nominate a memory.
_GRAMMAR_HAN = frozenset(
    "的了是在有和就不都也这那個个们你我他她它吗呢吧啊么什怎哪很到去要会說说上下与及或被把给对從从為为之其"
)
_CONTRACTED = frozenset({"s", "d", "m", "re", "ve", "ll"})

_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_SPACELESS = r"[[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]&&[\p{L}\p{M}\p{N}]]"
_LETTER = r"[[\p{L}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]]"
_WORD = rf"{_LETTER}(?:{_LETTER}|\p{{M}})*"
# U+166D became a symbol after SQLite's tables were made: the index would not keep it.
_TOKEN = regex.compile(rf"(?V1){_SPACELESS}+|{_WORD}(?:'{_WORD})*|[\p{{So}}--\u166d]")
_SPACELESS_RUN = regex.compile(rf"(?V1){_SPACELESS}+")
_HAN = regex.compile(r"\p{Han}")
_CLUSTER = regex.compile(r"\P{M}\p{M}*|\p{M}+")
_INVISIBLE = regex.compile(r"(?V1)[[\p{Cf}\p{Variation_Selector}\u20e3]--\u200b]+")
_DIACRITICS = re.compile("[\u0300-\u036f]+")
_LETTERS_ALIKE = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ħ": "h", "\u0131": "i", "œ": "oe", "æ": "ae"})
_APOSTROPHES = str.maketrans("\u2019\u2018\u02bc", "'''")

_ENGLISH = Stemmer.Stemmer("english", 0)  # 0: no cache of its own, the one below is shared by all stages
_OTHER_SCRIPTS = (
    (regex.compile(r"\p{Cyrillic}+"), Stemmer.Stemmer("russian", 0)),
    (regex.compile(r"\p{Greek}+"), Stemmer.Stemmer("greek", 0)),
    (regex.compile(r"\p{Arabic}+"), Stemmer.Stemmer("arabic", 0)),
)


def index_terms(text: str) -> list[str]:
    """The terms of a text in its order, repetitions kept; a script without spaces gives characters and their pairs."""
    tokens = _tokens(text)
    terms = [term for token in tokens for term in _indexed(token)]
    return terms or [term for token in tokens for term in _kept(token)]


def query_terms(text: str) -> list[str]:
    """The distinct terms to look for, in the order of the query; any of them may nominate a memory."""
    tokens = _tokens(text)
    terms = [term for token in tokens for term in _asked(token)]
    return list(dict.fromkeys(terms or [term for token in tokens for term in _kept(token)]))


def _tokens(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    found: list[str] = _TOKEN.findall(_INVISIBLE.sub("", folded).translate(_APOSTROPHES))
    return found


def _indexed(token: str) -> Sequence[str]:
    return list(_characters_and_pairs(token)) if _is_spaceless(token) else _spelled(token[:TOKEN_LIMIT])


def _asked(token: str) -> Sequence[str]:
    if not _is_spaceless(token):
        return _spelled(token[:TOKEN_LIMIT])
    characters = [_plain(character) for character in _CLUSTER.findall(token)]
    if len(characters) == 1:
        return characters
    # A Han character is often a word ("dog", "wife") that the memory writes beside other neighbours; a syllable is not.
    words = {one for one in characters if _HAN.fullmatch(one) and one not in _GRAMMAR_HAN}
    singles = set(characters) - words
    return [term for term in _characters_and_pairs(token) if term not in singles]


def _kept(token: str) -> Sequence[str]:
    """The terms of a token when there is nothing but stop words."""
    return _indexed(token) or [_term(token.split("'", maxsplit=1)[0])]


@lru_cache(CACHED_WORDS)
def _spelled(token: str) -> tuple[str, ...]:
    parts = token.split("'")
    if len(parts) > 1 and parts[-1] == "t" and parts[-2].endswith("n"):
        return ()  # don't, isn't, won't
    while len(parts) > 1 and parts[-1] in _CONTRACTED:
        parts.pop()
    return tuple(_term(part) for part in parts if part and part not in STOP_WORDS)


def _term(word: str) -> str:
    for script, stemmer in _OTHER_SCRIPTS:
        if script.fullmatch(word):
            return _plain(stemmer.stemWord(word))
    plain = _plain(word)
    if plain.isascii() and plain.isalpha():
        plain = _ENGLISH.stemWord(plain)
    return plain


def _plain(word: str) -> str:
    """The word without diacritics, and no longer than the limit."""
    if not word.isascii():
        bare = _DIACRITICS.sub("", unicodedata.normalize("NFD", word))
        word = unicodedata.normalize("NFC", bare).translate(_LETTERS_ALIKE)
    return word[:TERM_LIMIT]


def _characters_and_pairs(run: str) -> Iterator[str]:
    characters = [_plain(cluster) for cluster in _CLUSTER.findall(run)]
    for here, after in zip(characters, [*characters[1:], ""], strict=True):
        yield here
        if after:
            yield here + after


def _is_spaceless(token: str) -> bool:
    return not token.isascii() and _SPACELESS_RUN.fullmatch(token) is not None
