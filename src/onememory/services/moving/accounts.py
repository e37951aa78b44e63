"""Moves accounts from one database to another: closed here, copied, compared, and only then opened there."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from onememory.domain.accounts import User, checked_user_name
from onememory.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from onememory.domain.ids import mint
from onememory.domain.moving import Moving, Passage
from onememory.ports import Clock, Directory
from onememory.ports.moving import MovableStore, UserRows
from onememory.security.database_urls import is_database_url
from onememory.services.everyone import everyone
from onememory.services.moving.belongings import Belongings, End
from onememory.services.moving.copying import Copying, Proof
from onememory.services.moving.unused_accounts import is_unused
from onememory.services.users.administrators import check_that_one_remains

logger = logging.getLogger(__name__)

OnProgress = Callable[[str, int, int], None]  # told whose account it is, how much is done, and of how much

_FIRST = ("users", "search_state")


@dataclass(frozen=True, slots=True)
class Order:
    """Who is to be moved, and how."""

    name: str | None = None  # or the id; None: everybody
    new_name: str | None = None
    removes: bool = False  # from where they were, once all of them have moved


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one account."""

    user: User
    proofs: dict[str, Proof] = field(default_factory=dict)  # by table; empty where it had moved before
    files: int = 0  # of imports that wait
    parted: int = 0  # shares with people who are not there
    is_removed: bool = False  # from where it was
    is_among_others: bool = False  # where it is now
    has_made_room: bool = False  # there: the user of the same name whom a first start had made


class AccountMoves:
    """The use cases of moving accounts; for who holds both databases."""

    def __init__(self, source: End, target: End, clock: Clock) -> None:
        self._from = source
        self._to = target
        self._clock = clock
        self._belongings = Belongings(source, target, clock)
        self._copying = Copying(source.store, target.store)

    async def run(self, order: Order, on_progress: OnProgress) -> list[Moved]:
        """Move people; what was begun and broken off goes on with the next run.

        Raises NotFound, InvalidInput, and Conflict or Unavailable where it cannot be done.
        """
        people = await self._people(order)
        are_all = len(people) == len(await self._some_users(self._from, len(people) + 1))
        await self._check_places(people[0].id)
        there = await self._some_users(self._to, len(people) + 1)
        if order.new_name is not None:
            people = [replace(people[0], name=checked_user_name(order.new_name))]
        for user in people:
            await self._check(user, is_alone=not are_all)
        if order.new_name is not None:
            await self._rename(people[0])
        vacated = [await self._vacate(user) for user in people]
        is_among_others = not {user.id for user in there} <= {user.id for user in people} | {*vacated}
        moved = [await self._move(user, on_progress) for user in people]
        parted = [len((await self._belongings.memberships_of(user.id))[1]) for user in people]
        if are_all:
            await self._belongings.choices()
        if order.removes:
            for user in people:
                await self._remove(user)
        return [
            replace(
                each,
                parted=count,
                is_removed=order.removes,
                is_among_others=is_among_others,
                has_made_room=room is not None,
            )
            for each, count, room in zip(moved, parted, vacated, strict=True)
        ]

    async def _people(self, order: Order) -> list[User]:
        if order.name is not None:
            return [await self._named(order.name, order.new_name)]
        people = [user async for user in everyone(self._from.store)]
        if not people:
            raise NotFound(f"There is nobody in {self._from.name}.")
        if order.new_name is not None and len(people) > 1:
            raise InvalidInput("A new name is for one user: give --user NAME.")
        return people

    async def _named(self, name: str, new_name: str | None) -> User:
        try:
            return await named(self._from.store, name)
        except NotFound:
            if new_name is None:
                raise
        return await named(self._from.store, new_name)  # a run that was broken off may have renamed them

    async def _some_users(self, end: End, count: int) -> list[User]:
        return await end.store.read_directory(lambda directory: directory.users_after("", count))

    async def _rename(self, user: User) -> None:
        """Let the new name count here, too: what is copied is what is compared."""
        if user.moving is None:
            await self._from.store.write_directory(lambda directory: directory.rename_user(user.id, user.name))

    async def _check_places(self, user_id: str) -> None:
        if await self._from.store.place() == await self._to.store.place():
            raise Conflict(
                f"{self._to.name} is where the accounts are. Name another place to move them to, "
                "or with --from the one in which they are now."
            )
        ends = (self._from, self._to)
        here, there = [await end.store.read_rows(user_id, lambda rows: rows.columns()) for end in ends]
        if here != there:
            raise Unavailable("The two databases have different tables; start the newest onememory on both once.")

    async def _check(self, user: User, *, is_alone: bool) -> None:
        """Everything that can be known to stand in the way, before anything is done."""
        if user.moving is Moving.ARRIVING:
            raise Conflict(
                f"{user.name} is only half here: a move to {self._from.name} was broken off. Finish that one first."
            )
        there, namesake = await self._to.store.read_directory(lambda d: (d.user(user.id), d.user_named(user.name)))
        if there is None and namesake is not None and not await self._may_make_room(namesake, user):
            raise Conflict(
                f'There is another user named "{namesake.name}" in {self._to.name}, who is not new. Move to a new, '
                f"empty database, or {user.name} alone under another name, with --user {user.name} --as NAME. "
                "Nothing was moved."
            )
        if user.moving is Moving.LEFT:
            await self._check_passage(user)
        elif there is not None and there.moving in {None, Moving.LEAVING}:
            raise Conflict(
                f"{user.name} is in {self._to.name}, too, and in use there. Move to a new, empty database; or, where "
                f"the one there is not wanted, erase it first: {_erasing(user.name, self._to)}. Nothing was moved."
            )
        if is_alone:
            await self._from.store.read_directory(lambda directory: check_that_one_remains(directory, user.id))

    async def _may_make_room(self, namesake: User, user: User) -> bool:
        """Whether the one there is alone, was made by a first start and never used, and will not be missed."""
        is_alone = await self._some_users(self._to, 2) == [namesake]
        return is_alone and user.is_admin and await self._to.store.read_rows(namesake.id, is_unused)

    async def _vacate(self, user: User) -> str | None:
        """Erase the one there who makes room, closed first so that nothing is lost; their id."""
        there, namesake = await self._to.store.read_directory(lambda d: (d.user(user.id), d.user_named(user.name)))
        if there is not None or namesake is None:
            return None
        await self._to.store.write_rows(namesake.id, _close)
        await self._to.store.write_directory(lambda directory: directory.erase_user(namesake.id))
        logger.info("an unused account made room", extra={"user": namesake.id})
        return namesake.id

    async def _check_passage(self, user: User) -> None:
        """Pass where the one who has left here has come there by the very move that was proven; raises Conflict."""
        ends = (self._from, self._to)
        here, there = [await end.store.read_rows(user.id, lambda rows: rows.passage()) for end in ends]
        mark = await self._to.store.read_rows(user.id, lambda rows: rows.mark())
        if here is None or here != there or mark in {Moving.LEAVING, Moving.LEFT}:
            place = here.place if here else "another place"
            raise Conflict(
                f"{user.name} has left {self._from.name} for {place}, and is not in {self._to.name} by that move. "
                "Name the place to which they moved; to let them in again where they were: "
                f"`onememory move --reopen --user {user.name}`. Nothing was moved or removed."
            )

    async def _move(self, user: User, on_progress: OnProgress) -> Moved:
        user_id, store = user.id, self._to.store
        if user.moving is Moving.LEFT and await store.read_rows(user_id, lambda rows: rows.mark()) is None:
            return Moved(user)
        if user.moving is None:
            await self._from.store.write_rows(user_id, lambda rows: rows.set_mark(Moving.LEAVING))
            logger.info("an account is leaving", extra={"user": user_id})
        is_new = await self._begin(user_id)
        proofs = await self._bring(user, on_progress, is_new=is_new)
        files = await self._belongings.files(user_id)
        await self._belongings.clients(user_id)
        await self._belongings.memberships(user_id)
        passage = Passage(mint(self._clock.now()), self._to.name)
        await store.write_rows(user_id, lambda rows: rows.note_passage(passage))
        await self._from.store.write_rows(user_id, lambda rows: _leave(rows, passage))
        await store.write_rows(user_id, lambda rows: rows.set_mark(None))
        logger.info("an account has moved", extra={"user": user_id})
        return Moved(user, proofs, files)

    async def _begin(self, user_id: str) -> bool:
        """See to it that the user is there, arriving; whether nothing had been copied before."""
        mark = await self._to.store.read_rows(user_id, lambda rows: rows.mark())
        if mark is Moving.ARRIVING:
            return False
        if mark is Moving.LEFT:  # what stayed there when they came from there, all of which has come back with them
            await self._to.store.write_directory(lambda directory: directory.erase_user(user_id))
        first = await self._from.store.read_rows(user_id, _first)
        await self._to.store.write_rows(user_id, lambda rows: rows.begin(first))
        return True

    async def _bring(self, user: User, on_progress: OnProgress, *, is_new: bool) -> dict[str, Proof]:
        """Copy and compare; from the start again where what an earlier run had copied is of another state."""
        total = 2 * await self._from.store.read_rows(user.id, lambda rows: rows.count())
        done = 0

        def advance(rows: int) -> None:
            nonlocal done
            done += rows
            on_progress(user.name, min(done, total), total)

        try:
            await self._copying.copy(user.id, advance)
            return await self._copying.compare(user.id, advance)
        except Conflict:
            if is_new:
                raise
            logger.info("an account is copied from the start again", extra={"user": user.id})
        await self._to.store.write_directory(lambda directory: directory.erase_user(user.id))
        await self._begin(user.id)
        return await self._bring(user, on_progress, is_new=True)

    async def _remove(self, user: User) -> None:
        """Erase a user who has left, which was marked once everything had been compared."""
        imports = await self._belongings.import_ids(user.id)

        def erase(directory: Directory) -> None:
            present = directory.user(user.id)
            if present is None or present.moving is not Moving.LEFT:
                raise Conflict(f"{user.name} has not left {self._from.name}; nothing was removed there.")
            directory.erase_user(user.id)

        await self._from.store.write_directory(erase)
        if self._from.uploads is not self._to.uploads:
            for import_id in imports:
                self._from.uploads.drop(import_id)
        logger.info("an account was removed from where it was", extra={"user": user.id})


async def reopen(store: MovableStore, name: str | None) -> list[User]:
    """Let a user in again who was leaving or has left, or everybody who was; raises NotFound and Conflict."""
    if name is not None:
        users = [await named(store, name)]
    else:
        users = [user async for user in everyone(store) if user.moving in {Moving.LEAVING, Moving.LEFT}]
        if not users:
            raise Conflict("Nobody is on the move from here.")
    for user in users:
        await _reopen(store, user)
    return users


async def _reopen(store: MovableStore, user: User) -> None:
    if user.moving is Moving.ARRIVING:
        raise Conflict(f"{user.name} is only half here. Finish the move, or give it up where they came from.")
    if user.moving is None:
        raise Conflict(f"{user.name} is not on the move.")
    await store.write_rows(user.id, lambda rows: rows.set_mark(None))


async def named(store: MovableStore, name: str) -> User:
    """The user with this name or id; raises NotFound."""
    user = await store.read_directory(lambda directory: directory.user(name.strip()) or directory.user_named(name))
    if user is None:
        raise NotFound(f'There is no user named "{name}"; `onememory user list` shows who there is.')
    return user


def _erasing(name: str, end: End) -> str:
    """The command that erases a user of this place."""
    if is_database_url(end.name):
        return f"`onememory user erase {name}` with ONEMEMORY_DATABASE_URL set to that database"
    return f"`onememory user erase {name} --data {end.name}`"


def _close(rows: UserRows) -> None:
    if not is_unused(rows):
        raise Conflict("The user there has come into use just now; run the same command again. Nothing was moved.")
    rows.set_mark(Moving.LEAVING)


def _leave(rows: UserRows, passage: Passage) -> None:
    rows.note_passage(passage)
    rows.set_mark(Moving.LEFT)


def _first(rows: UserRows) -> dict[str, tuple[object, ...]]:
    return {table: rows.page(table, None)[0] for table in _FIRST}
