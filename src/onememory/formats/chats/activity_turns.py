"""Google's activity: one record a turn, newest first, put together to conversations again."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from onememory.domain.conversations import Conversation, Message, Role

PLATFORM = "gemini"

_GAP = timedelta(minutes=30)  # a longer silence begins another conversation
_CHAT = re.compile(r"gemini\.google\.com/(?:u/\d+/)?(?:app|gem/[\w-]+)/([0-9a-zA-Z_-]{4,64})")
_KNOWN_VERB = re.compile(
    r"(?:Prompted|Asked)\s+|(?=[^:\n]{0,40}prompt)(?:[^\s:]++ ){0,3}[^\s:]++\s?[:\uff1a]\s*", re.IGNORECASE
)
_SAMPLE = 500  # titles from which the words around the prompts are learned
_MOST = 40  # characters of such words
_ENOUGH = 5  # titles that are needed to learn from
_COMMON = 0.7  # of the titles have the words
_ENDS = " \u00a0:\uff1a\u300c\u00ab\"'\u201c\u201d\u201e\u300d\u00bb"


@dataclass(frozen=True, slots=True)
class Activity:
    """One record: its title with a verb in any language, the answer as text, and the id of its chat if it has one."""

    title: str
    answer: str
    time: datetime | None
    chat: str = ""
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around the prompt in the titles of one language, as `Prompted `; empty where none are known."""

    before: str = ""
    after: str = ""

    def prompt(self, activity: Activity) -> str | None:
        """What the user wrote, or None where the record is no prompt: used, created, rated."""
        title = activity.title.strip()
        if known := _KNOWN_VERB.match(title):
            return title[known.end() :]
        if self.before or self.after:
            is_framed = title.startswith(self.before) and title.endswith(self.after)
            return title[len(self.before) : len(title) - len(self.after)] if is_framed else None
        return title if activity.answer and "canvas" not in title.lower() else None


def chat_in(urls: Iterable[str]) -> str:
    """The id of the chat that one of the addresses leads to; empty without one."""
    return next((found[1] for url in urls if (found := _CHAT.search(url[:500]))), "")


def learned_frame(activities: Iterable[Activity]) -> Frame:
    """The words that most titles of answered records share at their beginning or end."""
    answered = (activity.title.strip() for activity in activities if activity.answer)
    titles = list(dict.fromkeys(islice(answered, _SAMPLE)))
    if len(titles) < _ENOUGH or sum(bool(_KNOWN_VERB.match(title)) for title in titles) > len(titles) / 2:
        return Frame()
    before = _shared(titles)
    after = _shared([title[::-1] for title in titles])[::-1]
    return Frame(before, after)


def _shared(titles: list[str]) -> str:
    """The longest beginning of most titles that ends where a word ends."""
    best = ""
    for length in range(1, _MOST):
        starts = Counter(title[:length] for title in titles if len(title) > length).most_common(1)
        if not starts or starts[0][1] < _COMMON * len(titles):
            break
        if starts[0][0][-1] in _ENDS:
            best = starts[0][0]
    return best


class Grouping:
    """Turns gathered to conversations: by the id of their chat, without one by the silence between them.

    `expected` says how many records each chat has, so that a chat is given when its last one has come.
    """

    def __init__(self, expected: Counter[str]) -> None:
        self._expected = expected
        self._chats: dict[str, list[tuple[str, Activity]]] = {}
        self._loose: list[tuple[str, Activity]] = []

    def add(self, prompt: str | None, activity: Activity) -> Iterator[Conversation]:
        """The conversations that are complete with this record; a prompt of None only counts."""
        turns = self._chats.setdefault(activity.chat, []) if activity.chat else self._loose
        if prompt is not None:
            if not activity.chat and self._is_apart(activity):
                yield from self._given("", turns)
                turns.clear()
            turns.append((prompt, activity))
        if activity.chat:
            self._expected[activity.chat] -= 1
            if self._expected[activity.chat] <= 0:
                yield from self._given(activity.chat, self._chats.pop(activity.chat))

    def rest(self) -> Iterator[Conversation]:
        """The conversations that are still open at the end."""
        for chat, turns in (*self._chats.items(), ("", self._loose)):
            yield from self._given(chat, turns)

    def _is_apart(self, activity: Activity) -> bool:
        if not self._loose:
            return False
        before = self._loose[-1][1].time
        return before is None or activity.time is None or abs(before - activity.time) > _GAP

    def _given(self, chat: str, turns: list[tuple[str, Activity]]) -> Iterator[Conversation]:
        if turns:
            ordered = turns[::-1] if _is_newest_first(turns) else turns
            messages = tuple(message for turn in ordered for message in _messages(*turn))
            yield Conversation(PLATFORM, chat, "", None, None, messages)


def _is_newest_first(turns: list[tuple[str, Activity]]) -> bool:
    times = [activity.time for _, activity in turns if activity.time]
    return len(times) < 2 or times[0] >= times[-1]


def _messages(prompt: str, activity: Activity) -> Iterator[Message]:
    yield Message("", Role.USER, prompt, activity.time, attachments=activity.attachments)
    yield Message("", Role.ASSISTANT, activity.answer, activity.time)
