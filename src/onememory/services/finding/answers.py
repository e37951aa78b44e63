"""What an assistant is given to read: cited passages of past chats within a budget; no language model needed."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from onememory.domain.actors import Actor
from onememory.domain.conversations import Message, Role
from onememory.domain.errors import InvalidInput
from onememory.domain.questions import QuestionKind
from onememory.domain.search import QUERY_LIMIT, Confidence, LeftOut, Reason, Trace
from onememory.ports import TokenCounter
from onememory.ports.archive import ArchiveFilters
from onememory.retrieval.confidence import rarities
from onememory.retrieval.passages import Weights, cut_to, is_repeated, words_of
from onememory.services.finding.asked import Answered, Asked, Stopwatch
from onememory.services.finding.recall import Recall, RecallAsk, Recalled, TurnHit, terms_of

DEFAULT_TOKENS = 600
MOST_TOKENS = 2_000
MOST_QUERIES = 16  # those of a list, and one beside it
TOKENS_A_TURN = 30  # so many of the budget for each turn that is looked at
FEWEST, MOST = 12, 40  # turns looked at, of which as many are shown as the budget holds
SMALLEST = 16  # tokens that a passage needs to say anything
BETWEEN = 3  # tokens that an empty line between passages may take
SMALL = 250  # tokens; of such a budget the best passage may take all
SHARE = 0.4  # of the budget that one passage may take, so that there is room for others
TRACED_BEYOND = 10  # turns that the filters keep out, of which a trace tells
NOTHING = "Nothing relevant was found in the chat history."
TOO_FEW = "There is something, but no passage of it fits into so few tokens."


@dataclass(frozen=True, slots=True)
class Budgeted:
    """One question with the tokens that its answer may take."""

    query: str
    max_tokens: int = DEFAULT_TOKENS


@dataclass(frozen=True, slots=True)
class Source:
    """Where a passage comes from."""

    conversation_id: str
    title: str
    message_id: str
    date: str | None  # YYYY-MM-DD
    score: float
    hit: TurnHit


@dataclass(frozen=True, slots=True)
class Answer:
    """Passages as one text, and their sources in the same order."""

    query: str
    content: str
    sources: tuple[Source, ...]
    tokens: int
    confidence: Confidence
    trace: Trace[TurnHit] | None = None  # where it was asked for


@dataclass(frozen=True, slots=True)
class Manner:
    """How questions are answered."""

    is_thorough: bool = False
    traces: bool = False
    is_noted: bool = True  # False where a question is asked again


BRISKLY = Manner()


class Answers:
    """The use case of handing recalled passages to an assistant."""

    def __init__(self, recall: Recall, tokens: TokenCounter, asked: Asked) -> None:
        self._recall = recall
        self._tokens = tokens
        self._asked = asked

    async def give(
        self,
        actor: Actor,
        questions: Sequence[Budgeted],
        filters: ArchiveFilters,
        manner: Manner = BRISKLY,
        source: str | None = None,
    ) -> list[Answer]:
        """An answer for each question, in order; they are asked at the same time."""
        if not 1 <= len(questions) <= MOST_QUERIES:
            raise InvalidInput(f"Send 1 to {MOST_QUERIES} queries; these are {len(questions)}.")
        asked = (self._answer(actor, question, filters, manner, source) for question in questions)
        return list(await asyncio.gather(*asked))

    def together(self, answers: Sequence[Answer]) -> tuple[str, int]:
        """Several answers as one text, each under its question, and its tokens."""
        text = "\n\n".join(f"## {answer.query}\n{answer.content}" for answer in answers)
        return text, self._tokens.count([text])[0]

    async def _answer(
        self, actor: Actor, question: Budgeted, filters: ArchiveFilters, manner: Manner, source: str | None
    ) -> Answer:
        budget = min(question.max_tokens, MOST_TOKENS)
        looked_at = max(FEWEST, min(budget // TOKENS_A_TURN, MOST))
        ask = RecallAsk(
            question.query, filters, looked_at, 1, manner.is_thorough, explain=manner.traces, is_noted=False
        )
        found = await self._recall.find(actor, ask, source)
        watch = Stopwatch()
        composed = await self._composed(found, question.query, budget)
        watch.lap("compose")
        if manner.is_noted:
            took_us = found.took_us + watch.microseconds
            self._asked.note(actor, _answered(ask, budget, composed.answer, took_us, source))
        if not manner.traces:
            return composed.answer
        left_out = [*composed.left_out, *await self._kept_out(actor, ask, found, source)]
        stages = (*found.stages, *watch.stages)
        trace = Trace(found.terms, found.compared, found.periods, found.total, stages, tuple(left_out))
        return replace(composed.answer, trace=trace)

    async def _composed(self, found: Recalled, query: str, budget: int) -> "_Composed":
        if found.confidence == "none" or not found.hits:
            answer = Answer(query, NOTHING, (), self._tokens.count([NOTHING])[0], "none")
            return _Composed(answer, [LeftOut(hit, Reason.UNSURE) for hit in found.hits])
        return await asyncio.to_thread(_Composer(found, self._tokens, budget).composed, query)

    async def _kept_out(
        self, actor: Actor, ask: RecallAsk, found: Recalled, source: str | None
    ) -> list[LeftOut[TurnHit]]:
        """What would be an answer without the filters."""
        if ask.filters == ArchiveFilters():
            return []
        free = await self._recall.find(actor, replace(ask, filters=ArchiveFilters()), source)
        known = {hit.place for hit in found.hits}
        kept_out = [hit for hit in free.near_hits if hit.place not in known]
        return [LeftOut(hit, Reason.FILTER) for hit in kept_out[:TRACED_BEYOND]]


def _answered(ask: RecallAsk, budget: int, answer: Answer, took_us: int, source: str | None) -> Answered:
    terms = replace(terms_of(ask), budget=budget)
    hits = [given.hit.given for given in answer.sources]
    return Answered(QuestionKind.CHATS, ask.query[:QUERY_LIMIT], terms, hits, answer.confidence, took_us, source)


@dataclass(frozen=True, slots=True)
class _Composed:
    """An answer, and the turns that are no part of it."""

    answer: Answer
    left_out: list[LeftOut[TurnHit]]


class _Composer:
    """Fills a budget with passages, the best first."""

    def __init__(self, found: Recalled, tokens: TokenCounter, budget: int) -> None:
        self._found = found
        self._tokens = tokens
        self._budget = budget
        self._weights: Weights = rarities(found.terms, found.frequencies, found.total)
        self._passages: list[str] = []
        self._used = 0  # tokens of the passages, with what stands between them
        self._heading_cost = 0  # the least so far: with less room than that nothing more fits
        self._prefixes: dict[str, int] = {}  # tokens of `Who: `
        self._sources: list[Source] = []
        self._shown: list[frozenset[str]] = []
        self._shown_turns: set[tuple[str, int]] = set()
        self._repeated: set[tuple[str, int]] = set()

    def composed(self, query: str) -> _Composed:
        """The answer, and what had no part in it."""
        answer = self._answer(query)
        left = [hit for hit in self._found.hits if hit.place not in self._shown_turns]
        near = {hit.place for hit in self._found.near_hits}
        return _Composed(answer, [LeftOut(hit, self._reason(hit, near)) for hit in left])

    def _reason(self, hit: TurnHit, near: Collection[tuple[str, int]]) -> Reason:
        if hit.place not in near:
            return Reason.FLOOR
        return Reason.REPEATED if hit.place in self._repeated else Reason.BUDGET

    def _answer(self, query: str) -> Answer:
        """The passages that fit, the best one at whatever cost."""
        if self._found.hits and self._budget < SMALL:
            self._add(self._found.hits[0], self._budget, 1.0)
        self._fill(SHARE)
        if not self._passages:
            self._fill(1.0)
        content = "\n\n".join(self._passages) or TOO_FEW
        sure: Confidence = self._found.confidence if self._passages else "none"
        return Answer(query, content, tuple(self._sources), self._tokens.count([content])[0], sure)

    def _fill(self, share: float) -> None:
        for hit in self._found.near_hits:
            left = self._budget - self._used
            if left < SMALLEST + self._heading_cost:
                break
            if hit.place not in self._shown_turns:
                self._add(hit, left, share)

    def _add(self, hit: TurnHit, left: int, share: float) -> None:
        if is_repeated(hit.message.text, self._shown):
            self._repeated.add(hit.place)
            return
        heading = _heading(hit, is_short=self._budget < SMALL)
        (cost,) = self._tokens.count([heading])
        self._heading_cost = min(cost, self._heading_cost or cost)
        lines = self._lines(hit, min(left, int(share * self._budget)) - cost)
        passage = "\n".join([heading, *(lines[number] for number in sorted(lines))])
        used = self._tokens.count([passage])[0] + BETWEEN if lines else 0
        if not lines or used > left:
            return
        self._passages.append(passage)
        self._used += used
        self._shown.append(words_of(hit.message.text))
        self._shown_turns.update((hit.conversation.id, number) for number in lines)
        self._sources.append(
            Source(hit.conversation.id, hit.conversation.title, hit.message.id, _day(hit), round(hit.score, 4), hit)
        )

    def _lines(self, hit: TurnHit, room: int) -> dict[int, str]:
        """The turn, and as much of the turns beside it as there is room for: a question is half of its answer."""
        own = self._line(hit.message, room)
        if not own:
            return {}
        lines = {hit.number: own}
        left = room - self._tokens.count([own])[0]
        for number, message in hit.context:
            line = self._line(message, left // 2)
            if line and (hit.conversation.id, number) not in self._shown_turns:
                lines[number] = line
                left -= self._tokens.count([line])[0] + 1
        return lines

    def _line(self, message: Message, room: int) -> str:
        speaker = message.speaker or ("User" if message.role is Role.USER else "Assistant")
        if speaker not in self._prefixes:
            (self._prefixes[speaker],) = self._tokens.count([f"{speaker}: "])
        cost = self._prefixes[speaker]
        cut = cut_to(message.text, room - cost - 1, self._weights, self._tokens.count)
        says_something = cut.text and (cut.is_whole or room - cost >= SMALLEST)
        return f"{speaker}: {cut.text}" if says_something else ""


def _heading(hit: TurnHit, *, is_short: bool) -> str:
    parts = [_day(hit) or "undated", f'"{hit.conversation.title}"']
    if not is_short:  # the sources beside the text have both
        parts += [hit.conversation.platform, hit.conversation.id]
    return f"[{' · '.join(parts)}]"


def _day(hit: TurnHit) -> str | None:
    moment = hit.message.created_at or hit.conversation.created_at
    return moment.date().isoformat() if moment else None
