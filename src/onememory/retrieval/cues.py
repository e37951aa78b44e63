"""Cues to the kind of an answer: what a question asks for, and whether a text holds something of that kind.

Computed once when a text is indexed and packed into a small integer, so that ranking never reads the text again.
"""

import re
from dataclasses import dataclass

import regex

NAMES_COUNTED = 3
CHARACTERS_READ = 4_000  # far beyond the length from which cues are neutral
SHORT_QUESTION_WORDS = 25
TIME_BIT = 1
NUMBER_BIT = 2
QUESTION_BIT = 4
NAMES_SHIFT = 3

_TIME_WORDS = frozenset(
    """january february march april june july august september october november december jan feb apr aug sept oct nov
    dec monday tuesday wednesday thursday friday saturday sunday yesterday today tonight tomorrow ago noon midnight
    morning evening day days week weeks weekend weekends month months year years decade decades spring summer autumn
    winter""".split()  # noqa: SIM905 -- quoting every word would make it unreadable
)
_TIME_FORM = re.compile(
    r"\b(?:19|20)\d\d\b|\d:\d\d|\d ?[ap]m\b|\bin may\b|\bmay \d|\d(?:st|nd|rd|th)?(?: of)? may\b"
    r"|\d[年년月월]|昨[日天]|今[日天]|明[日天]|去年|来年|先[週月]|어제|오늘|내일|작년",
    re.IGNORECASE,
)
_NUMBER_WORDS = frozenset(
    """one two three four five six seven eight nine ten eleven twelve dozen dozens twenty thirty forty fifty sixty
    seventy eighty ninety hundred hundreds thousand thousands million millions once twice several couple half first
    second third""".split()  # noqa: SIM905 -- as above
)
_NUMBER_FORM = re.compile(r"\d|[一二三四五六七八九十百千万]")
_WORD = re.compile(r"\w+")
_OPENING = regex.compile(r"(?:^|[.!?…:\n])\P{L}{0,9}\p{L}+")  # the first word of each sentence
_CAPITALISED = regex.compile(r"\b\p{Lu}\p{L}+")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CHARACTERS_A_WORD = 2  # about, in scripts without spaces

_WHEN = re.compile(
    r"\b(?:when|since when|how long ago|(?:what|which) (?:day|date|month|year|time|season|weekday))\b"
    r"|いつ|何[時日月年]|什么时候|什麼時候|几号|哪[天年]|언제",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow (?:many|much|old|long|often|far|tall|big|large|heavy|high|deep|fast)\b"
    r"|\bwhat (?:number|amount|price|age|percentage)\b|何[人個回歳本枚]|いくつ|いくら|多少|几[个次岁]|몇|얼마",
    re.IGNORECASE,
)
_WHO_WHERE = re.compile(
    r"\b(?:who|whom|whose|where|named|called)\b"
    r"|\b(?:what|which) (?:city|town|country|state|place|restaurant|book|movie|film|band|song|game|company|school"
    r"|university|name|person|brand)\b|誰|だれ|どこ|谁|哪[里儿]|누구|어디",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TextCues:
    """What a text holds that a question may ask for."""

    has_time: bool
    has_number: bool
    is_short_question: bool
    names: int  # capitalised words that do not open a sentence, counted up to three
    words: int

    def pack(self) -> int:
        """All but the length as an integer below 64; layout: time, number, question, two bits of names."""
        bits = self.has_time * TIME_BIT | self.has_number * NUMBER_BIT | self.is_short_question * QUESTION_BIT
        return bits | self.names << NAMES_SHIFT

    @classmethod
    def unpack(cls, packed: int, words: int) -> "TextCues":
        """The cues that `pack` made into an integer."""
        return cls(
            has_time=bool(packed & TIME_BIT),
            has_number=bool(packed & NUMBER_BIT),
            is_short_question=bool(packed & QUESTION_BIT),
            names=packed >> NAMES_SHIFT & NAMES_COUNTED,
            words=words,
        )


@dataclass(frozen=True, slots=True)
class QueryCues:
    """What kind of answer a question asks for."""

    when: bool = False
    how_many: bool = False
    who_where: bool = False


def text_cues(text: str) -> TextCues:
    """The cues of a text's body, from its beginning where it is very long."""
    text = text[:CHARACTERS_READ]
    used = set(_WORD.findall(text.lower()))
    words = len(text.split()) + (0 if text.isascii() else len(_SPACELESS.findall(text)) // _CHARACTERS_A_WORD)
    return TextCues(
        has_time=not used.isdisjoint(_TIME_WORDS) or _TIME_FORM.search(text) is not None,
        has_number=not used.isdisjoint(_NUMBER_WORDS) or _NUMBER_FORM.search(text) is not None,
        is_short_question=words <= SHORT_QUESTION_WORDS and text.rstrip().endswith(("?", "\uff1f")),
        names=min(NAMES_COUNTED, len(_CAPITALISED.findall(_OPENING.sub(" ", text)))),
        words=words,
    )


def query_cues(query: str) -> QueryCues:
    """The cues of a query."""
    return QueryCues(
        when=_WHEN.search(query) is not None,
        how_many=_HOW_MANY.search(query) is not None,
        who_where=_WHO_WHERE.search(query) is not None,
    )
