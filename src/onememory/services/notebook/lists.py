"""Lists of memories over one's own rows and shared buckets, newest first."""

from collections.abc import Sequence

from onememory.domain.errors import NotFound
from onememory.domain.memories import Memory, MemoryState
from onememory.ports import MemoryQuery, Place
from onememory.services.reach import Open, resolved


def newest_in(
    rooms: Sequence[Open], query: MemoryQuery, limit: int, skip: int = 0, older_than: Place | None = None
) -> list[Memory]:
    """The newest of all houses; behind that place, where one is given."""
    asked = _asked(rooms, query)
    if len(asked) == 1:
        return asked[0].tx.memories.newest(query, limit, skip, older_than)
    found = [memory for room in asked for memory in room.tx.memories.newest(query, skip + limit, 0, older_than)]
    found.sort(key=lambda memory: (memory.created_at, memory.id), reverse=True)
    return found[skip : skip + limit]


def count_in(rooms: Sequence[Open], query: MemoryQuery) -> int:
    """How many there are in all houses."""
    return sum(room.tx.memories.count(query) for room in _asked(rooms, query))


def _asked(rooms: Sequence[Open], query: MemoryQuery) -> Sequence[Open]:
    """The houses that may hold some; inbox, trash and what one's own connections wrote are in one's own alone."""
    is_for_all = MemoryState.ACTIVE in query.states and query.token_id is None
    return rooms if is_for_all else rooms[:1]


def found_in(rooms: Sequence[Open], memory_id: str) -> tuple[Open, Memory]:
    """The memory with this id, and its house; raises NotFound where there is none within reach, and Conflict."""
    found = resolved(rooms, [memory_id]).get(memory_id)
    if found is None:
        raise NotFound("There is no memory with this id.")
    return found


def some_in(rooms: Sequence[Open], memory_ids: Sequence[str]) -> dict[str, Memory]:
    """Those of the ids that resolve, whatever their state; raises Conflict where several others have one of them."""
    return {memory_id: memory for memory_id, (_, memory) in resolved(rooms, memory_ids).items()}
