"""The storage lets a guest in for as long as they are a member, and shows them the bucket alone."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from databases import DATABASES
from factories import NOW, make_general, make_memory, make_user, make_version, scope_of
from onememory.domain.actors import Scope
from onememory.domain.buckets import Bucket
from onememory.domain.errors import AccessChanged
from onememory.domain.memories import Memory
from onememory.domain.sharing import Guest, Membership, MemberState, Role
from onememory.ports import EVERYTHING, Directory, MemoryQuery, Store, Transaction

pytestmark = pytest.mark.usefixtures("database")
ADA, BEN = make_user(), make_user(id="u2", name="ben")
WORK = 9
MEMBER = Membership(BEN.id, BEN.name, Role.EDITOR, MemberState.ACCEPTED, NOW, NOW)
GUEST = Scope(ADA.id, frozenset({WORK}), Guest(BEN.id, Role.EDITOR))
Use = Callable[[Store], Awaitable[None]]


def _furnish(tx: Transaction) -> None:
    tx.buckets.add(Bucket(WORK, "Work", None, is_general=False, created_at=NOW))
    tx.members.add(WORK, MEMBER)
    for memory in (make_memory(text="at home"), make_memory(text="at work", bucket_id=WORK)):
        tx.memories.add([memory], [make_version(memory)])


def _using(data: Path, use: Use) -> None:
    def add_people(directory: Directory) -> None:
        directory.add_user(ADA, None, make_general())
        directory.add_user(BEN, None, make_general(8))

    async def run() -> None:
        store = DATABASES.open(data)
        try:
            await store.write_directory(add_people)
            await store.write(scope_of(ADA), _furnish)
            await use(store)
        finally:
            await store.close()

    asyncio.run(run())


def _texts(tx: Transaction) -> list[str]:
    return [memory.text for memory in tx.memories.newest(MemoryQuery(), EVERYTHING)]


def test_houses_are_read_over_one_snapshot_each_within_its_scope(tmp_path: Path) -> None:
    async def use(store: Store) -> None:
        scopes = [scope_of(BEN), GUEST, scope_of(ADA)]
        seen = await store.read_together(scopes, lambda txs: [_texts(tx) for tx in txs])
        assert [sorted(texts) for texts in seen] == [[], ["at work"], ["at home", "at work"]]

    _using(tmp_path, use)


@pytest.mark.parametrize(
    "changed",
    [replace(MEMBER, role=Role.VIEWER), replace(MEMBER, state=MemberState.INVITED), None],
    ids=["another role", "only invited", "shut out"],
)
def test_a_guest_is_let_in_only_as_what_they_are(tmp_path: Path, changed: Membership | None) -> None:
    def change(tx: Transaction) -> None:
        if changed:
            tx.members.change(WORK, changed)
        else:
            tx.members.remove(WORK, BEN.id)

    async def use(store: Store) -> None:
        assert await store.write(GUEST, _texts) == ["at work"]
        await store.write(scope_of(ADA), change)
        for run in (store.read(GUEST, _texts), store.write(GUEST, _texts)):
            with pytest.raises(AccessChanged):
                await run
        with pytest.raises(AccessChanged):
            await store.read_together([scope_of(BEN), GUEST], lambda txs: [_texts(tx) for tx in txs])

    _using(tmp_path, use)


@pytest.mark.parametrize(
    "scope",
    [Scope(ADA.id, None, GUEST.guest), Scope(ADA.id, frozenset({7}), GUEST.guest), Scope(BEN.id, frozenset({9}))],
    ids=["no bucket", "another bucket", "no guest at all"],
)
def test_a_membership_opens_its_bucket_alone(tmp_path: Path, scope: Scope) -> None:
    async def use(store: Store) -> None:
        try:
            assert await store.read(scope, _texts) == []
        except AccessChanged:
            assert scope.guest

    _using(tmp_path, use)


def test_a_deactivated_owners_guests_are_shut_out_until_they_are_back(tmp_path: Path) -> None:
    async def use(store: Store) -> None:
        for disabled_at, shares in ((NOW, 0), (None, 1)):
            await store.write_directory(lambda d, at=disabled_at: d.set_disabled(ADA.id, at))  # type: ignore[misc]
            assert len(await store.read_directory(lambda d: d.shares.of_member(BEN.id))) == shares
        await store.write_directory(lambda d: d.set_disabled(ADA.id, NOW))
        with pytest.raises(AccessChanged):
            await store.read(GUEST, _texts)

    _using(tmp_path, use)


def test_whoever_is_shut_out_while_they_write_has_written_before(tmp_path: Path) -> None:
    """The owner's writes and the guests' take turns, so nothing of theirs comes behind."""
    entered, released = threading.Event(), threading.Event()
    order: list[str] = []

    def slow(tx: Transaction) -> None:
        entered.set()
        assert released.wait(30)
        memory = make_memory(text="Ben's", bucket_id=WORK)
        tx.memories.add([memory], [make_version(memory)])
        order.append("written")

    def shut_out(tx: Transaction) -> None:
        order.append("shut out")
        tx.members.remove(WORK, BEN.id)

    async def use(store: Store) -> None:
        writing = asyncio.ensure_future(store.write(GUEST, slow))
        await asyncio.to_thread(entered.wait, 30)
        shutting = asyncio.ensure_future(store.write(scope_of(ADA), shut_out))
        released.set()
        await asyncio.gather(writing, shutting)
        assert order == ["written", "shut out"]

    _using(tmp_path, use)


@pytest.mark.parametrize("who", [ADA, BEN])
def test_memberships_end_with_either_person(tmp_path: Path, who: object) -> None:
    async def use(store: Store) -> None:
        await store.write_directory(lambda d: d.erase_user(who.id))  # type: ignore[attr-defined]
        assert await store.read_directory(lambda d: d.shares.of_member(BEN.id)) == []
        left = await store.read(scope_of(ADA), lambda tx: tx.members.of_bucket(WORK))
        assert left == []

    _using(tmp_path, use)


def test_a_guests_change_keeps_what_they_are_not_told(tmp_path: Path) -> None:
    hidden = make_memory(text="newer, elsewhere")
    shared = make_memory(text="older", bucket_id=WORK, superseded_by=hidden.id, supersedes=hidden.id)

    def edit(tx: Transaction) -> Memory:
        seen = tx.memories.get([shared.id])[shared.id]
        tx.memories.change([replace(seen, text="edited", version=2)], [])
        return seen

    async def use(store: Store) -> None:
        await store.write(scope_of(ADA), lambda tx: tx.memories.add([hidden, shared], []))
        seen = await store.write(GUEST, edit)
        kept = (await store.read(scope_of(ADA), lambda tx: tx.memories.get([shared.id])))[shared.id]
        assert (seen.superseded_by, seen.supersedes) == (None, None)
        assert (kept.text, kept.superseded_by, kept.supersedes) == ("edited", hidden.id, hidden.id)

    _using(tmp_path, use)
