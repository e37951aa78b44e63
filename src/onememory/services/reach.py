"""How far somebody reaches: their own rows, and the buckets that others share with them.

What is shared is looked up at each use and never remembered, so whoever is shut out is out at once. The storage looks
again within each transaction of a guest.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from onememory.domain.actors import Action, Actor, Scope, require_on
from onememory.domain.buckets import Bucket, name_key
from onememory.domain.errors import AccessChanged, Conflict, InvalidInput, NoBucket
from onememory.domain.memories import Memory
from onememory.domain.sharing import Share
from onememory.ports import Store, Transaction

T = TypeVar("T")

ATTEMPTS = 3  # at a read over several houses, one of which may close meanwhile


@dataclass(frozen=True, slots=True)
class House:
    """Whose rows somebody acts on: their own, or as a guest those of one shared bucket."""

    actor: Actor
    share: Share | None = None  # None: one's own


Split = list[tuple[House, list[str]]]  # ids by the house they are in


@dataclass(frozen=True, slots=True)
class Open:
    """A house within a transaction."""

    house: House
    tx: Transaction

    def buckets(self) -> list[Bucket]:
        """Every bucket within reach in this house."""
        return buckets_of(self.tx, self.house.share)


class Reach:
    """Finds the houses that somebody may enter; other use cases ask in their first line."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def houses(self, actor: Actor) -> list[House]:
        """One's own first, then one for each shared bucket that the token's limit covers."""
        own = House(actor)
        if actor.guest:
            return [own]
        shares = await self._store.read_directory(lambda d: d.shares.of_member(actor.user_id), brief=True)
        return [own, *(House(actor.as_guest(s), s) for s, _ in shares if actor.covers(s.bucket_id))]

    async def bucket(self, actor: Actor, bucket_id: int | None) -> House:
        """The house of this bucket, else one's own; of None that of the only bucket that the token may reach.

        Raises Conflict where there are several buckets with this id: a guess could show others what is written.
        """
        return (await self.buckets(actor, [bucket_id]))[bucket_id]

    async def buckets(self, actor: Actor, bucket_ids: Iterable[int | None]) -> dict[int | None, House]:
        """As `bucket`, for each of them."""
        only = next(iter(actor.bucket_ids)) if actor.bucket_ids and len(actor.bucket_ids) == 1 else None
        wanted = {bucket_id: only if bucket_id is None else bucket_id for bucket_id in bucket_ids}
        is_at_home = all(bucket_id is None for bucket_id in wanted.values())
        own, *others = [House(actor)] if is_at_home else await self.houses(actor)
        shared = [(house.share, house) for house in others if house.share and house.share.bucket_id in wanted.values()]
        if shared:
            await self._check_numbers(actor, [share for share, _ in shared])
        at = {share.bucket_id: house for share, house in shared}
        return {bucket_id: at.get(meant or 0, own) for bucket_id, meant in wanted.items()}

    async def _check_numbers(self, actor: Actor, shares: Sequence[Share]) -> None:
        owners: dict[int, list[str]] = {}
        for share in shares:
            owners.setdefault(share.bucket_id, []).append(share.owner_name)

        def work(tx: Transaction) -> list[int]:
            return [bucket_id for bucket_id in owners if tx.buckets.get(bucket_id)]

        for bucket_id in await self._store.read(Scope(actor.user_id), work, brief=True):
            owners[bucket_id].insert(0, "yourself")
        for bucket_id, names in owners.items():
            if len(names) > 1:
                raise Conflict(
                    f"There are several buckets with the id {bucket_id} (of {' and '.join(names)}), so nothing is done "
                    "with any of them. Leave those that you do not know."
                )

    async def named(self, actor: Actor, name: str) -> tuple[House, Bucket]:
        """The bucket with this name, one's own before a shared one.

        Raises NoBucket where there is none, and InvalidInput where two shared ones bear it.
        """
        found = await self.together(actor, lambda rooms: _named(rooms, name))
        if not found:
            raise NoBucket(f'There is no bucket named "{name}"; create it first.')
        if found[0][0].share and len(found) > 1:
            choices = ", ".join(f"{bucket.id} (of {h.share.owner_name})" for h, bucket in found if h.share)
            raise InvalidInput(f'Several buckets named "{name}" are shared with you: {choices}. Name one by its id.')
        return found[0]

    async def memory(self, actor: Actor, memory_id: str, action: Action | None = None) -> House:
        """As `memories`, for one."""
        return (await self.memories(actor, [memory_id], action))[0][0]

    async def memories(self, actor: Actor, memory_ids: Sequence[str], action: Action | None = None) -> Split:
        """The houses of these memories, each with its own in the order given; what is nowhere is looked for at home.

        Raises Conflict where several others' memories have one id. Where an action is named, raises Forbidden unless
        it is allowed with each memory of another one's house.
        """
        houses = await self.houses(actor)
        if len(houses) == 1:
            return [(houses[0], list(memory_ids))]
        at = await self.over(houses, lambda rooms: _places(rooms, memory_ids, action))
        own = houses[0]
        split: dict[int, tuple[House, list[str]]] = {}
        for memory_id in memory_ids:
            house = at.get(memory_id, own)
            split.setdefault(id(house), (house, []))[1].append(memory_id)
        return list(split.values())

    async def together(self, actor: Actor, work: Callable[[Sequence[Open]], T], *, brief: bool = False) -> T:
        """Read all houses over one snapshot; `work` may be run again from the start."""
        return await self.over(await self.houses(actor), work, brief=brief)

    async def over(self, houses: Sequence[House], work: Callable[[Sequence[Open]], T], *, brief: bool = False) -> T:
        """As `together`, over what `houses` has just found for somebody."""
        for _ in range(ATTEMPTS - 1):
            try:
                return await self._read(houses, work, brief=brief)
            except AccessChanged:
                houses = await self.houses(houses[0].actor)
        return await self._read(houses, work, brief=brief)

    async def _read(self, houses: Sequence[House], work: Callable[[Sequence[Open]], T], *, brief: bool) -> T:
        def over(txs: Sequence[Transaction]) -> T:
            return work([Open(house, tx) for house, tx in zip(houses, txs, strict=True)])

        return await self._store.read_together([house.actor.scope for house in houses], over, brief=brief)


def buckets_in(rooms: Sequence[Open]) -> list[Bucket]:
    """Every bucket within reach: one's own, General first, then those that others share, by name."""
    own, *others = [room.buckets() for room in rooms]
    return own + sorted((bucket for shared in others for bucket in shared), key=lambda b: (name_key(b.name), b.id))


def by_house(rooms: Sequence[Open], memories: Sequence[Memory]) -> Split:
    """In which houses these memories are, by their ids."""
    shared = {room.house.share.bucket_id: room.house for room in rooms if room.house.share}
    split: dict[int | None, list[str]] = {None: []} | {bucket_id: [] for bucket_id in shared}
    for memory in memories:
        split[memory.bucket_id if memory.bucket_id in shared else None].append(memory.id)
    return [(rooms[0].house if bucket_id is None else shared[bucket_id], ids) for bucket_id, ids in split.items()]


def check_buckets(rooms: Sequence[Open], bucket_ids: Iterable[int] | None) -> None:
    """Raises NoBucket where one of the buckets is within reach in none of the houses."""
    for bucket_id in bucket_ids or ():
        if not any(room.tx.buckets.get(bucket_id) for room in rooms):
            raise NoBucket(f"There is no bucket {bucket_id}; list the buckets to see their ids.")


def buckets_of(tx: Transaction, share: Share | None) -> list[Bucket]:
    """Every bucket within reach of a transaction, with whose it is or with how many it is shared."""
    buckets = tx.buckets.all()
    if share:
        return [replace(bucket, share=share) for bucket in buckets]
    counts = tx.members.counts()
    return [replace(bucket, members=counts.get(bucket.id, 0)) for bucket in buckets] if counts else buckets


def _named(rooms: Sequence[Open], name: str) -> list[tuple[House, Bucket]]:
    found = [(room, room.tx.buckets.named(name)) for room in rooms]
    return [(room.house, replace(bucket, share=room.house.share)) for room, bucket in found if bucket]


def holders(rooms: Sequence[Open], memory_ids: Sequence[str]) -> dict[str, list[tuple[Open, Memory]]]:
    """Who has memories with these ids: oneself, else everybody else; ids that do not resolve are left out.

    Whoever once saw a memory of somebody else's can restore it as theirs, under its id.
    """
    found: dict[str, list[tuple[Open, Memory]]] = {}
    for room in rooms:
        for memory_id, memory in room.tx.memories.get(memory_ids).items():
            held = found.setdefault(memory_id, [])
            if not held or held[0][0].house.share:
                held.append((room, memory))
    return found


def resolved(rooms: Sequence[Open], memory_ids: Sequence[str]) -> dict[str, tuple[Open, Memory]]:
    """Those of the ids that resolve, each with its house; raises Conflict where several others have one of them."""
    held = holders(rooms, memory_ids)
    for memory_id, each in held.items():
        if len(each) > 1:
            owners = " and ".join(room.house.share.owner_name for room, _ in each if room.house.share)
            raise Conflict(
                f"Several memories have this id: {memory_id}, in buckets of {owners}. "
                "Nothing is done with any of them; leave the bucket that you do not know."
            )
    return {memory_id: each[0] for memory_id, each in held.items()}


def _places(rooms: Sequence[Open], memory_ids: Sequence[str], action: Action | None) -> dict[str, House]:
    """Where each memory is; raises Conflict, and Forbidden where the action is not allowed there."""
    found = resolved(rooms, memory_ids)
    for room, memory in found.values():
        if action and room.house.share:
            require_on(room.house.actor, memory, action)
    return {memory_id: room.house for memory_id, (room, _) in found.items()}
