"""What moves with an account beside its rows: files that wait, shares with others, programs that it has connected."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from itertools import count

from onememory.domain.actors import Scope
from onememory.ports import EVERYTHING, Clock, Directory, Transaction
from onememory.ports.imports import Uploads
from onememory.ports.moving import MemberRow, MovableStore, UserRows
from onememory.services.transfers.handed_files import PIECE


@dataclass(frozen=True, slots=True)
class End:
    """One of the two ends of a move."""

    name: str  # as a person knows it
    store: MovableStore
    uploads: Uploads  # the same object at both ends where they share a folder


class Belongings:
    """Brings them from one end to the other; each can be brought again and is there once."""

    def __init__(self, source: End, target: End, clock: Clock) -> None:
        self._from = source
        self._to = target
        self._clock = clock

    async def files(self, user_id: str) -> int:
        """Copy what was handed in and waits to be imported; how many files.

        A file lies on the disk, where processes share a database in rows, and there often in both.
        """
        in_rows = await self._from.store.read_rows(user_id, lambda rows: rows.uploads.all())
        here = {*self._from.uploads.all(), *in_rows}
        waiting = [each for each in await self.import_ids(user_id) if each in here]
        for import_id in waiting:
            pieces = self._pieces(user_id, import_id)
            if self._to.store.is_shared:
                await self._keep_in_rows(user_id, import_id, pieces)
            elif not self._to.uploads.holds(import_id):
                await self._to.uploads.receive(import_id, pieces)
        return len(waiting)

    async def _pieces(self, user_id: str, import_id: str) -> AsyncIterator[bytes]:
        if self._from.uploads.holds(import_id):
            with self._from.uploads.opener(import_id)() as stream:
                while piece := await asyncio.to_thread(stream.read, PIECE):
                    yield piece
            return
        for number in count():
            kept = await self._from.store.read_rows(user_id, partial(_piece, import_id, number))
            if kept is None:
                return
            yield kept

    async def _keep_in_rows(self, user_id: str, import_id: str, pieces: AsyncIterator[bytes]) -> None:
        await self._to.store.write_rows(user_id, lambda rows: rows.uploads.remove(import_id))  # what came only in part
        number = 0
        async for piece in pieces:
            await self._to.store.write_rows(user_id, partial(_add_piece, import_id, number, piece))
            number += 1

    async def import_ids(self, user_id: str) -> list[str]:
        """The imports of the user, of which some may have a file."""
        imports = await self._from.store.read(Scope(user_id), lambda tx: tx.imports.newest(EVERYTHING))
        return [record.id for record in imports]

    async def clients(self, user_id: str) -> None:
        """Make the programs known that the user has connected and that registered themselves."""
        ids = await self._from.store.read(Scope(user_id), _client_ids)
        known = await self._from.store.read_directory(lambda d: [found for i in ids if (found := d.clients.get(i))])

        def add(directory: Directory) -> None:
            for client, secret_hash in known:
                if directory.clients.get(client.id) is None:
                    directory.clients.add(client, secret_hash)

        await self._to.store.write_directory(add)

    async def memberships(self, user_id: str) -> None:
        """Let in there who is let in here, where both are there; of two who both move, the second brings it."""
        of_both, _ = await self.memberships_of(user_id)
        await self._to.store.write_rows(user_id, lambda rows: rows.add_memberships(of_both))

    async def memberships_of(self, user_id: str) -> tuple[list[MemberRow], list[MemberRow]]:
        """Those with people who have come there from here, and those with others.

        Whoever is there by another way is not let in, nor lets anybody in, by what a source says that others prepared.
        """
        rows = await self._from.store.read_rows(user_id, lambda rows: rows.memberships())
        others = ({row.member_id for row in rows} | {row.owner_id for row in rows}) - {user_id}
        there = {user_id} | {other for other in others if await self._has_come(other)}
        of_both = [row for row in rows if {row.member_id, row.owner_id} <= there]
        return of_both, [row for row in rows if row not in of_both]

    async def _has_come(self, user_id: str) -> bool:
        """Whether a move that was proven has brought somebody from here to there."""
        ends = (self._from, self._to)
        here, there = [await end.store.read_rows(user_id, lambda rows: rows.passage()) for end in ends]
        return here is not None and here == there

    async def choices(self) -> None:
        """Let what administrators have chosen count there, too, where nobody has chosen otherwise."""
        chosen = await self._from.store.read_directory(lambda directory: directory.installation.all())

        def choose(directory: Directory) -> None:
            present = directory.installation.all()
            missing = {name: choice.value for name, choice in chosen.items() if name not in present}
            directory.installation.choose(missing, self._clock.now())

        await self._to.store.write_directory(choose)


def _client_ids(tx: Transaction) -> list[str]:
    return sorted({token.client_id for token in tx.tokens.all() if token.client_id})


def _piece(import_id: str, number: int, rows: UserRows) -> bytes | None:
    return rows.uploads.piece(import_id, number)


def _add_piece(import_id: str, number: int, data: bytes, rows: UserRows) -> None:
    rows.uploads.add(import_id, number, data)
