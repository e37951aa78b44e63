"""Look at what was asked through tools, forget it, and ask it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.conversations import Message, StoredConversation
from onememory.domain.errors import NotFound
from onememory.domain.memories import Memory, Version
from onememory.domain.questions import AskedQuestion, GivenHit, QuestionKind, QuestionQuery, Terms
from onememory.domain.search import Confidence, Filters, Found
from onememory.ports import Store, Transaction
from onememory.ports.archive import ArchiveFilters
from onememory.services.finding.answers import Answer, Answers, Budgeted, Manner
from onememory.services.finding.asked import Asked
from onememory.services.finding.recall import Recall, RecallAsk, Recalled, TurnHit
from onememory.services.finding.search import Ask, Search
from onememory.services.reach import Open, Reach, buckets_in, holders

GONE = "This question is not kept any more. It may have been forgotten, or its time was over."


@dataclass(frozen=True, slots=True)
class Given:
    """What was handed out, as it is now, and for memories as it was; what has been erased since is missing."""

    memories: Mapping[str, Memory]
    conversations: Mapping[str, StoredConversation]
    messages: Mapping[tuple[str, int], Message]  # by conversation and number
    versions: Mapping[str, Version]  # by memory, what it said when it was handed out


@dataclass(frozen=True, slots=True)
class Replayed:
    """A question asked again; one of the three is there, by what it asks for."""

    question: AskedQuestion
    found: Found | None = None  # memories
    answer: Answer | None = None  # passages of chats within a budget
    recalled: Recalled | None = None  # messages of chats

    @property
    def hits(self) -> tuple[GivenHit, ...]:
        """What would be handed out now, best first."""
        if self.found:
            return tuple(GivenHit(hit.memory.id, hit.score) for hit in self.found.hits)
        return tuple(turn.given for turn in self.turns)

    @property
    def turns(self) -> tuple[TurnHit, ...]:
        """The messages that would be handed out now, best first."""
        if self.answer:
            return tuple(source.hit for source in self.answer.sources)
        return self.recalled.hits if self.recalled else ()

    @property
    def confidence(self) -> Confidence:
        """How sure the answer is now."""
        answers = [each for each in (self.found, self.answer, self.recalled) if each]
        return answers[0].confidence


class Questions:
    """The use cases of what was asked; for the owner of the account, not for each tool."""

    def __init__(
        self, store: Store, reach: Reach, search: Search, recall: Recall, answers: Answers, asked: Asked
    ) -> None:
        self._store = store
        self._reach = reach
        self._search = search
        self._recall = recall
        self._answers = answers
        self._asked = asked

    async def newest(self, actor: Actor, query: QuestionQuery, limit: int) -> list[AskedQuestion]:
        """What was asked, newest first."""
        _require_owner(actor)
        return await self._store.read(actor.scope, lambda tx: tx.questions.newest(query, limit))

    async def one(self, actor: Actor, question_id: str) -> AskedQuestion:
        """One question; raises NotFound."""
        _require_owner(actor)
        return await self._store.read(actor.scope, lambda tx: _question(tx, question_id), brief=True)

    async def given(self, actor: Actor, question: AskedQuestion) -> Given:
        """What was handed out for a question, then and now."""
        _require_owner(actor)
        return await self._reach.together(actor, lambda rooms: _given(rooms, question))

    async def forget(self, actor: Actor, question_id: str) -> None:
        """Forget one question for good; raises NotFound."""
        _require_owner(actor)
        require(actor, Action.DELETE)
        if not await self._store.write(actor.scope, lambda tx: tx.questions.remove(question_id)):
            raise NotFound(GONE)

    async def forget_all(self, actor: Actor) -> int:
        """Forget every question for good; how many there were."""
        _require_owner(actor)
        require(actor, Action.DELETE)
        await self._asked.flush()
        return await self._store.write(actor.scope, lambda tx: tx.questions.clear())

    async def replay(self, actor: Actor, question_id: str) -> Replayed:
        """Ask it again, of the same buckets and with the same filters; this is not noted. Raises NotFound."""
        question = await self.one(actor, question_id)
        if question.kind is QuestionKind.MEMORIES:
            return Replayed(question, found=await self._found(actor, question))
        filters, terms = _archive_filters(question.terms), question.terms
        if terms.budget:
            budgeted = Budgeted(question.text, terms.budget)
            manner = Manner(terms.is_thorough, traces=True, is_noted=False)
            return Replayed(question, answer=(await self._answers.give(actor, [budgeted], filters, manner))[0])
        ask = RecallAsk(question.text, filters, terms.limit, 1, terms.is_thorough, explain=True, is_noted=False)
        return Replayed(question, recalled=await self._recall.find(actor, ask))

    async def _found(self, actor: Actor, question: AskedQuestion) -> Found:
        terms = question.terms
        buckets = await self._reach.together(actor, buckets_in)
        filters = Filters(
            # A bucket that was deleted since holds nothing; the others of the question are still asked.
            bucket_ids=None if terms.bucket_ids is None else terms.bucket_ids & {bucket.id for bucket in buckets},
            after=terms.after,
            before=terms.before,
            sources=terms.sources,
            trusts=terms.trusts,
            content_type=terms.content_type,
        )
        ask = Ask(question.text, filters, terms.limit, terms.skip, explain=True, floor=terms.floor)
        return await self._search.find(actor, replace(ask, traces=True, is_noted=False))


def _require_owner(actor: Actor) -> None:
    require(actor, Action.READ)
    require(actor, Action.MANAGE_TOKENS)  # what one tool asks is none of another tool's business


def _question(tx: Transaction, question_id: str) -> AskedQuestion:
    question = tx.questions.get(question_id)
    if question is None:
        raise NotFound(GONE)
    return question


def _given(rooms: Sequence[Open], question: AskedQuestion) -> Given:
    ids, tx = [hit.id for hit in question.hits], rooms[0].tx
    if question.kind is QuestionKind.MEMORIES:
        found = {i: held[0] for i, held in holders(rooms, ids).items() if len(held) == 1}
        then: dict[str, Version] = {}
        for room in rooms:
            then |= _versions_then(room.tx, question, [i for i, (where, _) in found.items() if where is room])
        return Given({i: memory for i, (_, memory) in found.items()}, {}, {}, then)
    numbers: dict[str, list[int]] = {}
    for hit in question.hits:
        numbers.setdefault(hit.id, []).extend([] if hit.number is None else [hit.number])
    return Given({}, tx.conversations.get(list(numbers)), tx.conversations.some_messages(numbers), {})


def _versions_then(tx: Transaction, question: AskedQuestion, memory_ids: Sequence[str]) -> Mapping[str, Version]:
    versions = tx.memories.versions(memory_ids).values()
    return {each.memory_id: each for of_one in versions for each in of_one if each.at <= question.at}


def _archive_filters(terms: Terms) -> ArchiveFilters:
    return ArchiveFilters(terms.platforms, terms.after, terms.before)
