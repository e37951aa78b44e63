"""Who is meant by a question, and the question as that person would have put it."""

from collections.abc import Collection
from dataclasses import dataclass

import regex

from onememory.retrieval.words import query_terms

USER, ASSISTANT = "user", "assistant"

_FIRST_PERSON = regex.compile(r"\b(?:(?i:I(?!\.e)|me|my|mine|myself|we|our|ours)|us)\b|我|私|僕|俺|나|저")
_OF_ASSISTANT = regex.compile(
    r"\b(?:(?:did|have|had|were|would) you|you (?:\w+ )?(?:said|say|told|recommend(?:ed)?|suggest(?:ed)?|mention(?:ed)?"
    r"|explain(?:ed)?|gave|give|wrote|write|list(?:ed)?|advis(?:ed?)|propos(?:ed?)|provid(?:ed?))"
    r"|your (?:answer|advice|recommendation|suggestion|explanation|list|reply))\b",
    regex.IGNORECASE,
)
_HELPING = {"does": "do", "has": "have", "is": "am", "was": "was"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart: whom it means, and what to look for by words and by meaning."""

    speaker: str | None  # a name, or `user` or `assistant`; None where nobody in particular is meant
    terms: tuple[str, ...]
    vector_text: str


def asked(query: str, names: Collection[str]) -> Asked:
    """The question among people with these names; in chats with an assistant there are none.

    People speak of themselves as I, so a question about one of them is asked in the first person: "What did Caroline
    paint?" becomes "What did I paint?". A name that all turns of a speaker share tells no turn from another, so it
    is no word to look for either.
    """
    named = [name for name in names if _name(name).search(query)]
    if len(named) != 1:
        return Asked(_role(query) if not named else None, tuple(query_terms(query)), query)
    pattern = _name(named[0])
    terms = query_terms(pattern.sub(" ", query)) or query_terms(query)
    return Asked(named[0], tuple(terms), _in_first_person(query, pattern))


def _name(name: str) -> "regex.Pattern[str]":
    return regex.compile(rf"\b{regex.escape(name)}(?P<possessive>['\u2019]s)?\b", regex.IGNORECASE)


def _role(query: str) -> str | None:
    if _OF_ASSISTANT.search(query):
        return ASSISTANT
    return USER if _FIRST_PERSON.search(query) else None


def _in_first_person(query: str, name: "regex.Pattern[str]") -> str:
    text = name.sub(lambda match: "my" if match["possessive"] else "I", query)
    return regex.sub(
        r"\b(does|has|is) I\b", lambda match: f"{_HELPING[match[1].lower()]} I", text, flags=regex.IGNORECASE
    )
