"""The list of conversations, and what is done to the ticked ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from onememory.domain.conversations import PlatformVolume, StoredConversation
from onememory.domain.errors import InvalidInput
from onememory.domain.platforms import platform_name
from onememory.services.finding.conversations import FoundConversation
from onememory.services.finding.recall import TurnHit
from onememory.web.forms.conversation_filters import PATH, ConversationFilters
from onememory.web.forms.numbers import number_of
from onememory.web.rendering import page, see
from onememory.web.visits import Visit, own_path
from onememory.web.wording.counts import counted
from onememory.web.wording.marks import Piece, excerpt
from onememory.web.wording.outcomes import without_place
from onememory.web.wording.sentences import sentence_of

SELECTED = "/history/selected"
SHOWN = 50  # at once; the list goes on
NAMED = 12  # titles, where it is asked about many
DEEPEST = 10_000  # pages

_DONE = {
    "pinned": "Pinned {}.",
    "unpinned": "Unpinned {}.",
    "deleted": "Deleted {} for good.",
    "excluded": "Deleted {} for good, and kept out from now on.",
    "nothing": "Nothing was changed: tick the chats first.",
    "kept": "Nothing was deleted: pinned chats are safe. Unpin them first, or delete one by itself.",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that was said, with the words that were looked for told apart."""

    path: str
    by: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of the list."""

    chat: StoredConversation
    platform: str
    passages: Sequence[Passage] = field(default=())

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"{PATH}/{self.chat.id}"


@dataclass(frozen=True, slots=True)
class Listing:
    """Part of the list as the page shows it."""

    rows: Sequence[Row]
    total: int | None = None  # None: the best matches, however many there are
    more: str | None = None  # where the list goes on
    is_unsure: bool = False  # whether nothing matches well


async def show(visit: Visit) -> Response:
    """The list with its filters."""
    actor, filters = visit.person.actor, ConversationFilters.of(visit.query)
    listing, problem = Listing([]), ""
    try:
        listing = await (_found(visit, filters) if filters.q else _newest(visit, filters))
    except InvalidInput as error:
        problem = sentence_of(error)
    volumes = await visit.services.history.volumes(actor)
    return page(
        visit,
        "history.html",
        400 if problem else 200,
        problem=problem,
        filters=filters,
        listing=listing,
        platforms=[(each.platform, platform_name(each.platform), each.conversations) for each in volumes],
        projects=await visit.services.history.projects(actor),
        messages=_messages(volumes),
        page_number=_number(visit),
        done=done_to_chats(visit),
    )


def _messages(volumes: Sequence[PlatformVolume]) -> int:
    return sum(each.messages for each in volumes)


async def _newest(visit: Visit, filters: ConversationFilters) -> Listing:
    number = _number(visit)
    skip = (number - 1) * SHOWN
    part = await visit.services.history.page(visit.person.actor, filters.query(visit.zone), SHOWN, skip)
    goes_on = skip + len(part.conversations) < part.total and part.conversations
    more = filters.path(page=str(number + 1)) if goes_on else None
    return Listing([Row(chat, platform_name(chat.platform)) for chat in part.conversations], part.total, more)


async def _found(visit: Visit, filters: ConversationFilters) -> Listing:
    query = filters.query(visit.zone)
    answer = await visit.services.conversation_search.find(visit.person.actor, filters.q, query)
    rows = [_row(each, frozenset(answer.terms)) for each in answer.found]
    return Listing(rows, is_unsure=answer.confidence == "none")


def _row(found: FoundConversation, terms: frozenset[str]) -> Row:
    chat = found.conversation
    return Row(chat, platform_name(chat.platform), [_passage(chat, hit, terms) for hit in found.hits])


def _passage(chat: StoredConversation, hit: TurnHit, terms: frozenset[str]) -> Passage:
    return Passage(
        path=f"{PATH}/{chat.id}?at={hit.number}#m-{hit.number}",
        by=speaker_name(hit.message.speaker, hit.message.role, chat.platform),
        pieces=excerpt(hit.message.text, terms),
    )


def speaker_name(speaker: str | None, role: str, platform: str) -> str:
    """Who spoke, as the one whose chat it is would say."""
    if speaker:
        return speaker
    if role == "user":
        return "You"
    return "Assistant" if platform == "custom" else platform_name(platform)


def _number(visit: Visit) -> int:
    return max(1, min(number_of(visit.query.get("page", ""), digits=5) or 1, DEEPEST))


def done_to_chats(visit: Visit) -> str:
    """What the address says was done, in words."""
    words, count = _DONE.get(visit.query.get("done", ""), ""), number_of(visit.query.get("count", ""), digits=5)
    return words.format(counted(1 if count is None else count, "chat"))


async def act(visit: Visit) -> Response:
    """Do what the pressed button says with the ticked ones; what cannot be undone is asked about first."""
    ids, wanted = visit.form.all("id"), visit.form.one("act")
    if not ids:
        return _done(visit, "nothing", 0)
    if wanted in {"pin", "unpin"}:
        missing = await visit.services.history.pin(visit.person.actor, ids, is_pinned=wanted == "pin")
        return _done(visit, f"{wanted}ned", len(ids) - len(missing))
    if wanted != "delete":
        raise InvalidInput("Choose what to do with the ticked chats: pin, unpin or delete them.")
    return await (_remove(visit, ids) if visit.form.one("sure") else _ask(visit, ids))


async def _ask(visit: Visit, ids: Sequence[str]) -> Response:
    chats = await visit.services.history.some(visit.person.actor, ids)
    if not chats:
        return _done(visit, "nothing", 0)
    return page(
        visit,
        "history_delete.html",
        chats=chats,
        named=chats[:NAMED],
        pinned=sum(chat.is_pinned for chat in chats),
        back=_back(visit),
    )


async def _remove(visit: Visit, ids: Sequence[str]) -> Response:
    history, actor = visit.services.history, visit.person.actor
    if visit.form.one("exclude"):
        return _done(visit, "excluded", len(ids) - len(await history.exclude(actor, ids)))
    gone = await history.delete(actor, ids)
    return _done(visit, "deleted" if gone else "kept", len(gone))


def _done(visit: Visit, key: str, count: int) -> Response:
    """Back to where the form was sent from, or to the list where that is gone."""
    path = without_place(_back(visit))
    if key in {"deleted", "excluded"} and path.startswith(f"{PATH}/"):
        path = PATH
    return see(f"{path}{'&' if '?' in path else '?'}done={key}&count={count}")


def _back(visit: Visit) -> str:
    path = own_path(visit.form.one("back"))
    return path if path.startswith(PATH) else PATH
