"""What tools asked and what they got; one question, then and now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from starlette.responses import Response

from onememory.domain.accounts import Token
from onememory.domain.buckets import Bucket
from onememory.domain.memories import Memory, Version
from onememory.domain.platforms import platform_name
from onememory.domain.questions import AskedQuestion, GivenHit, QuestionKind, QuestionQuery
from onememory.services.finding.questions import Given, Replayed
from onememory.web.forms.address_fields import AddressFields
from onememory.web.pages import search_lab
from onememory.web.rendering import page, see
from onememory.web.sharing import bucket_names, written_by
from onememory.web.visits import Visit
from onememory.web.wording.counts import counted
from onememory.web.wording.found import (
    SURE,
    Outcome,
    outcome_of_chats,
    outcome_of_memories,
    outcome_of_messages,
    period_in_words,
)
from onememory.web.wording.marks import Piece, passage
from onememory.web.wording.origins import CHANNELS

PATH = "/search/asked"
ONE = "/search/asked/{question_id}"
FORGET_ALL = "/search/asked/forget"
FORGET = "/search/asked/{question_id}/forget"
SHOWN = 50  # at once; the list goes on
DONE = {"forgotten": "This question is forgotten.", "all": "Everything that was asked is forgotten."}
EMPTY_HANDED = "1"


@dataclass(frozen=True, slots=True)
class AskedFilters(AddressFields):
    """The fields of the form; what is empty narrows nothing."""

    page_path: ClassVar[str] = PATH

    token: str = ""
    kind: str = ""
    empty: str = ""

    def query(self, before: str | None) -> QuestionQuery:
        """Which questions to list: those that came before one, or the newest."""
        return QuestionQuery(
            kind=QuestionKind(self.kind) if self.kind in set(QuestionKind) else None,
            token_id=self.token or None,
            is_empty_handed=self.empty == EMPTY_HANDED,
            before=before,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One question as a person reads it."""

    question: AskedQuestion
    token: Token | None

    @property
    def path(self) -> str:
        """Its page."""
        return ONE.replace("{question_id}", self.question.id)

    @property
    def is_of_memories(self) -> bool:
        """Whether memories were asked, and not past chats."""
        return self.question.kind is QuestionKind.MEMORIES

    @property
    def got(self) -> str:
        """How much it got."""
        count = len(self.question.hits)
        return counted(count, "memory", "memories") if self.is_of_memories else counted(count, "message")

    @property
    def how(self) -> str:
        """Through which door."""
        return CHANNELS[self.question.channel]

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return self.question.took_us / 1_000


@dataclass(frozen=True, slots=True)
class Place:
    """One thing that was handed out then, would be now, or both."""

    text: str | None  # None: it is gone for good
    path: str | None
    then: int | None  # its place, from 1
    now: int | None

    @property
    def change(self) -> str:
        """What is different, in words."""
        if self.text is None:
            return "erased since"
        if self.then is None:
            return "new"
        if self.now is None:
            return "no longer"
        return "the same" if self.then == self.now else ("higher" if self.now < self.then else "lower")


async def show(visit: Visit) -> Response:
    """The list, newest first."""
    filters, actor = AskedFilters.of(visit.query), visit.person.actor
    query = filters.query(visit.query.get("before") or None)
    questions = await visit.services.questions.newest(actor, query, SHOWN + 1)
    tokens = {token.id: token for token in await visit.services.accounts.tokens(actor)}
    return page(
        visit,
        "asked.html",
        rows=[_row(question, tokens) for question in questions[:SHOWN]],
        tokens=tokens.values(),
        query=query,
        is_narrowed=query != QuestionQuery(before=query.before),
        more=filters.path(before=questions[SHOWN - 1].id) if len(questions) > SHOWN else None,
        done=DONE.get(visit.query.get("done", "")),
    )


async def show_one(visit: Visit) -> Response:
    """One question and what it got; asked again where the address says so."""
    actor, services = visit.person.actor, visit.services
    question = await services.questions.one(actor, visit.request.path_params["question_id"])
    given = await services.questions.given(actor, question)
    replayed = await services.questions.replay(actor, question.id) if visit.query.get("again") else None
    tokens = {token.id: token for token in await services.accounts.tokens(actor)}
    buckets, outcome = await services.buckets.all(actor), _outcome(replayed) if replayed else None
    return page(
        visit,
        "asked_one.html",
        row=_row(question, tokens),
        terms=_terms(question, buckets),
        sure=SURE[question.confidence],
        things=[_thing(hit, question, given) for hit in question.hits],
        places=_places(question, given, replayed) if replayed else [],
        replayed=replayed,
        outcome=outcome,
        lab=_lab(question),
        bucket_names=bucket_names(buckets),
        written_by=await written_by(visit, outcome.memories if outcome else [], buckets),
    )


async def forget(visit: Visit) -> Response:
    """Forget one question."""
    await visit.services.questions.forget(visit.person.actor, visit.request.path_params["question_id"])
    return see(f"{PATH}?done=forgotten")


async def ask_to_forget_all(visit: Visit) -> Response:
    """What forgetting means, and the button."""
    visit.person  # noqa: B018 - only for who is signed in
    return page(visit, "asked_forget.html")


async def forget_all(visit: Visit) -> Response:
    """Forget every question."""
    await visit.services.questions.forget_all(visit.person.actor)
    return see(f"{PATH}?done=all")


def _row(question: AskedQuestion, tokens: Mapping[str, Token]) -> Row:
    return Row(question, tokens.get(question.token_id or ""))


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that was handed out, as it was then."""

    pieces: Sequence[Piece]  # none where it is gone for good
    path: str
    about: str
    gone: str = "It was erased since."


def _thing(hit: GivenHit, question: AskedQuestion, given: Given) -> Thing:
    text, path = _text(hit, given), _path(hit)
    if question.kind is QuestionKind.MEMORIES:
        return _memory_then(given.memories.get(hit.id), given.versions.get(hit.id), path)
    conversation = given.conversations.get(hit.id)
    about = f"{conversation.title} · {platform_name(conversation.platform)}" if conversation else ""
    return Thing(passage(text or "", ()), path, about)


def _memory_then(memory: Memory | None, version: Version | None, path: str) -> Thing:
    if memory is None:
        return Thing((), path, "")
    text = version.text if version else memory.text
    state = {"trashed": "in the trash now", "inbox": "waits for review"}.get(memory.state, "")
    if text is None:
        return Thing((), path, state, "What it said then was removed for good.")
    notes = ["changed since" if text != memory.text else "", state]
    return Thing(passage(text, ()), path, ", ".join(note for note in notes if note))


def _text(hit: GivenHit, given: Given) -> str | None:
    if hit.message_id is None:
        memory = given.memories.get(hit.id)
        return memory.text if memory else None
    message = given.messages.get((hit.id, hit.number if hit.number is not None else -1))
    return message.text if message and message.id == hit.message_id else None


def _path(hit: GivenHit) -> str:
    if hit.message_id is None:
        return f"/memories/{hit.id}"
    return f"/history/{hit.id}?at={hit.number}#m-{hit.number}"


def _places(question: AskedQuestion, given: Given, replayed: Replayed) -> list[Place]:
    """What is there now in its order, then what is no longer."""
    then = {hit.key: number for number, hit in enumerate(question.hits, 1)}
    now = {hit.key for hit in replayed.hits}
    present = [
        Place(text, _path(hit), then.get(hit.key), number)
        for number, (hit, text) in enumerate(zip(replayed.hits, _texts(replayed), strict=True), 1)
    ]
    gone = [hit for hit in question.hits if hit.key not in now]
    return present + [Place(_text(hit, given), _path(hit), then[hit.key], None) for hit in gone]


def _texts(replayed: Replayed) -> list[str]:
    if replayed.found:
        return [hit.memory.text for hit in replayed.found.hits]
    return [turn.message.text for turn in replayed.turns]


def _outcome(replayed: Replayed) -> Outcome | None:
    if replayed.found:
        return outcome_of_memories(replayed.found)
    if replayed.answer:
        return outcome_of_chats(replayed.answer)
    return outcome_of_messages(replayed.recalled) if replayed.recalled else None


def _terms(question: AskedQuestion, buckets: Sequence[Bucket]) -> list[tuple[str, str]]:
    """What was asked beside the words, in words."""
    terms = question.terms
    names = bucket_names(buckets)
    said = [
        ("In", ", ".join(names.get(each, "a bucket that is gone") for each in sorted(terms.bucket_ids or ()))),
        ("About, from", period_in_words(terms.after, terms.after) if terms.after else ""),
        ("About, until", period_in_words(terms.before, terms.before) if terms.before else ""),
        ("Written by", ", ".join(sorted(terms.sources or ()))),
        ("Trust", ", ".join(sorted(terms.trusts or ()))),
        ("Chats of", ", ".join(platform_name(each) for each in sorted(terms.platforms or ()))),
        ("Room", counted(terms.budget, "token") if terms.budget else f"{counted(terms.limit, 'hit')} at most"),
    ]
    return [(name, value) for name, value in said if value]


def _lab(question: AskedQuestion) -> str:
    """Where the same can be tried out."""
    terms, buckets = question.terms, question.terms.bucket_ids or ()
    asked = {
        "q": question.text,
        "kind": search_lab.CHATS if question.kind is QuestionKind.CHATS else "",
        "about_from": str(terms.after or ""),
        "about_to": str(terms.before or ""),
        "bucket": str(next(iter(buckets))) if len(buckets) == 1 else "",
    }
    return f"{search_lab.PATH}?{urlencode({name: value for name, value in asked.items() if value})}"
