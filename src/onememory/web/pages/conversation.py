"""One conversation: read part by part, looked through, summed up and shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from onememory.asgi import addresses
from onememory.domain.conversations import Message, StoredConversation
from onememory.domain.platforms import platform_name
from onememory.services.conversations.links import ConversationLink
from onememory.services.conversations.reading import Part, Turn, Wanted, words_in
from onememory.web.forms import conversation_filters
from onememory.web.forms.numbers import number_of
from onememory.web.pages.conversations import done_to_chats, speaker_name
from onememory.web.rendering import page, see
from onememory.web.visits import Visit
from onememory.web.wording.marks import Piece, pieces, spans_of_words
from onememory.web.wording.outcomes import done_of as done_to_memories

LIST = conversation_filters.PATH
PATH = "/history/{conversation_id}"
LINK = "/history/{conversation_id}/link"
SUMMARY = "/history/{conversation_id}/summary"


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the page shows it."""

    number: int
    message: Message
    by: str
    pieces: Sequence[Piece]
    versions: int  # how many could stand here
    version: int  # which of them this is, from 1
    earlier: int | None  # the number of the version before
    later: int | None


@dataclass(frozen=True, slots=True)
class Matches:
    """The messages that hold the words, and where the reader is among them."""

    q: str
    total: int
    place: int  # from 1; 0 where the reader is at none of them
    before: int | None
    behind: int | None


async def show(visit: Visit) -> Response:
    """The part of the conversation that the address names; with words to look for, the first place that holds them."""
    return await _page(visit)


async def make_link(visit: Visit) -> Response:
    """A link that opens the conversation without a sign-in, for a while."""
    link = await visit.services.conversation_links.make(visit.person.actor, conversation_id_of(visit))
    return await _page(visit, link)


async def _page(visit: Visit, link: ConversationLink | None = None) -> Response:
    actor, query = visit.person.actor, visit.query
    wanted = Wanted(_number(query, "at"), _number(query, "way"), query.get("message") or None, query.get("q", ""))
    part = await visit.services.conversation_reading.part(actor, conversation_id_of(visit), wanted)
    if part.found and wanted.at is None:
        return see(_place(part.conversation, {"q": wanted.words}, part.found[0]))
    if wanted.message_id and part.at is not None:
        return see(_place(part.conversation, {}, part.at))
    kept = {"q": wanted.words} if wanted.words else {}
    kept |= {} if wanted.way is None else {"way": str(wanted.way)}
    return page(
        visit,
        "conversation.html",
        chat=part.conversation,
        platform=platform_name(part.conversation.platform),
        part=part,
        way=wanted.way,
        said=[_said(turn, part, words_in(wanted.words)) for turn in part.turns],
        matches=_matches(part, wanted),
        before=_path(part.conversation, kept, part.before) if part.before is not None else None,
        behind=_path(part.conversation, kept, part.behind) if part.behind is not None else None,
        memories=await visit.services.conversation_reading.memories(actor, part.conversation.id),
        link=addresses.exported_conversation(visit.public_url, link) if link else None,
        link_ends=link.expires_at if link else None,
        back=f"{LIST}/{part.conversation.id}" if link else visit.here,
        done=done_to_chats(visit),
        saved=done_to_memories(query),
    )


def _said(turn: Turn, part: Part, words: Sequence[str]) -> Said:
    message, versions = turn.message, turn.versions
    place = versions.index(turn.number) if versions else 0
    return Said(
        number=turn.number,
        message=message,
        by=speaker_name(message.speaker, message.role, part.conversation.platform),
        pieces=pieces(message.text, spans_of_words(message.text, words)),
        versions=len(versions),
        version=place + 1,
        earlier=versions[place - 1] if place else None,
        later=versions[place + 1] if place + 1 < len(versions) else None,
    )


def _matches(part: Part, wanted: Wanted) -> Matches:
    here = -1 if part.at is None else part.at
    return Matches(
        q=wanted.words,
        total=len(part.found),
        place=part.found.index(here) + 1 if here in part.found else 0,
        before=max((number for number in part.found if number < here), default=None),
        behind=min((number for number in part.found if number > here), default=None),
    )


async def sum_up(visit: Visit) -> Response:
    """The most central sentences."""
    chat, text = await visit.services.history.summary(visit.person.actor, conversation_id_of(visit))
    return page(visit, "conversation_summary.html", chat=chat, platform=platform_name(chat.platform), text=text)


def _place(chat: StoredConversation, query: Mapping[str, str], number: int) -> str:
    return f"{_path(chat, query, number)}#m-{number}"


def _path(chat: StoredConversation, query: Mapping[str, str], number: int) -> str:
    return f"{LIST}/{chat.id}?{urlencode({**query, 'at': str(number)})}"


def _number(query: Mapping[str, str], name: str) -> int | None:
    return number_of(query.get(name, ""), digits=7)


def message_numbers(texts: Sequence[str]) -> list[int]:
    """The numbers of messages among what a form or an address says."""
    return [number for text in texts if (number := number_of(text, digits=7)) is not None]


def conversation_id_of(visit: Visit) -> str:
    """The conversation that the address names."""
    conversation_id: str = visit.request.path_params["conversation_id"]
    return conversation_id
