"""The list of memories, and writing one."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.buckets import Bucket
from onememory.domain.errors import Forbidden, InvalidInput, NoBucket, NotFound, TooLarge
from onememory.domain.memories import Draft, Memory, MemoryState
from onememory.services.finding.search import Ask
from onememory.web.forms.memory_filters import PATH, MemoryFilters
from onememory.web.forms.numbers import number_of
from onememory.web.forms.typed_texts import as_typed, written
from onememory.web.rendering import page, see
from onememory.web.sharing import bucket_names, open_to, written_by
from onememory.web.visits import Visit
from onememory.web.wording.origins import TRUSTS
from onememory.web.wording.outcomes import after, done_of
from onememory.web.wording.sentences import sentence_of

NEW = "/memories/new"
SHOWN = 50  # at once; the list goes on
FOUND = 20  # hits at once
DEEPEST = 1_000  # hits of a search
STATES = {
    "": "Kept memories",
    MemoryState.INBOX: "Waiting for review",
    MemoryState.TRASHED: "Trash",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """Part of the list as the page shows it."""

    memories: Sequence[Memory]
    buckets: Sequence[Bucket]
    more: str | None  # where the list goes on
    total: int | None = None  # of a list; hits of a search are not counted
    is_unsure: bool = False  # whether nothing matches well


async def show(visit: Visit) -> Response:
    """The list with its filters."""
    filters = MemoryFilters.of(visit.query)
    problem = ""
    try:
        listing = await (_found(visit, filters) if filters.q else _newest(visit, filters))
    except (InvalidInput, NoBucket) as error:
        problem = sentence_of(error)
        listing = Listing([], await visit.services.buckets.all(visit.person.actor), None)
    return page(
        visit,
        "memories.html",
        400 if problem else 200,
        problem=problem,
        filters=filters,
        listing=listing,
        state=MemoryState.ACTIVE if filters.q or filters.state not in set(MemoryState) else filters.state,
        names=bucket_names(listing.buckets),
        targets=open_to(visit, listing.buckets),
        written_by=await written_by(visit, listing.memories, listing.buckets),
        sources=await visit.services.browsing.sources(visit.person.actor),
        trusts=TRUSTS,
        states=STATES,
        connection=await _connection(visit, filters.token),
        begins_later=bool(visit.query.get("older") or visit.query.get("skip")),
        done=done_of(visit.query, listing.buckets),
    )


async def _newest(visit: Visit, filters: MemoryFilters) -> Listing:
    query = filters.query(visit.zone)
    cursor = visit.query.get("older") or None
    part = await visit.services.browsing.part(visit.person.actor, query, SHOWN, cursor)
    more = filters.path(older=part.next) if part.next else None
    return Listing(part.memories, part.buckets, more, part.total)


async def _found(visit: Visit, filters: MemoryFilters) -> Listing:
    actor, skip = visit.person.actor, min(number_of(visit.query.get("skip", ""), digits=5) or 0, DEEPEST)
    found = await visit.services.search.find(actor, Ask(filters.q, filters.filters(), FOUND, skip))
    memories = [hit.memory for hit in found.hits]
    goes_on = len(memories) == FOUND and skip + FOUND < DEEPEST
    return Listing(
        memories=memories,
        buckets=await visit.services.buckets.all(actor),
        more=filters.path(skip=str(skip + FOUND)) if goes_on else None,
        is_unsure=found.confidence == "none",
    )


async def _connection(visit: Visit, token_id: str) -> str | None:
    if not token_id:
        return None
    tokens = await visit.services.accounts.tokens(visit.person.actor)
    return next((token.name for token in tokens if token.id == token_id), "a connection that is unknown here")


async def ask_for_new(visit: Visit) -> Response:
    """An empty form; the address may name the bucket."""
    return await _new(visit, "", visit.query.get("bucket", ""))


async def add(visit: Visit) -> Response:
    """Keep what was written; the list begins with it."""
    text, bucket = as_typed(visit.form.one("text")), visit.form.one("bucket")
    try:
        draft = Draft(written(text), number_of(bucket))
        memory = await visit.services.memories.store(visit.person.actor, draft)
    except (InvalidInput, TooLarge, NotFound, Forbidden) as error:
        return await _new(visit, text, bucket, sentence_of(error))
    return see(after(PATH, "added", [memory.id]))


async def _new(visit: Visit, text: str, bucket: str, problem: str = "") -> Response:
    buckets = open_to(visit, await visit.services.buckets.all(visit.person.actor))
    status = 400 if problem else 200
    return page(visit, "memory_new.html", status, text=text, bucket=bucket, buckets=buckets, problem=problem)
