"""Accounts that move from database to database, whole; what people do wrong; what is told."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyotp import TOTP

from chats import sample, upload
from databases import DATABASES, SQLITE
from furnishing import furnish
from housemates import share
from movers import Place, answers, file_place, move, reopen, server_place, users
from onememory.domain.accounts import User
from onememory.domain.buckets import GENERAL, Bucket
from onememory.domain.errors import Conflict, InvalidInput, NotFound, Unavailable
from onememory.services.moving.copying import INDEX
from onememory.storage.portable import COPIED
from people import Client, Person
from servers import Server
from visitors import PASSWORD, with_password

TABLES = [table.name for table in COPIED]
KEPT = ("tokens", "buckets", "memories", "memory_versions", "audit", "questions", "jobs", "proposals", "conversations")


@pytest.fixture(autouse=True)
def both() -> Iterator[None]:
    """Each test has both databases, whichever the others store in."""
    with DATABASES.choosing(SQLITE):
        yield


@pytest.fixture
def places(tmp_path: Path) -> tuple[Place, Place, Place]:
    """A file, a server and another file."""
    return file_place(tmp_path / "a"), server_place(tmp_path / "b"), file_place(tmp_path / "c")


def test_there_and_back_everything_is_as_it_was(places: tuple[Place, Place, Place]) -> None:
    first, *others = places
    with first.serving() as server:
        ada = server.person("Ada", is_admin=True)
        furnish(server, ada, size=4)
        expected = answers(ada)
        server.settle()
    rows = first.all_of(ada.user_id, TABLES)
    assert all(rows[table] for table in KEPT)
    for source, target in zip(places, others, strict=False):
        moved = next(each for each in move(source, target) if each.user.id == ada.user_id)
        counted = {table: proof.rows for table, proof in moved.proofs.items() if table != INDEX}
        assert counted == {table: len(of_table) for table, of_table in rows.items()}
        assert target.all_of(ada.user_id, TABLES) == rows
        with target.serving() as server:
            assert answers(Client(server.http, ada.token)) == expected
            assert server.run(server.installation.store.check()) == []
            server.settle()
        rows = target.all_of(ada.user_id, TABLES)  # with what looking has left in the log


@pytest.fixture(params=["file to server", "server to file"])
def route(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Place, Place]:
    """Both directions."""
    ends = (file_place(tmp_path / "file"), server_place(tmp_path / "server"))
    return ends if request.param == "file to server" else (ends[1], ends[0])


def _with(place: Place, use: Callable[[Server], Any]) -> Any:
    with place.serving() as server:
        return use(server)


def _ada(server: Server) -> Person:
    ada = server.person("Ada")
    ada.store("Ada likes tea")
    return ada


def test_who_has_left_is_let_in_there_and_no_more_here(route: tuple[Place, Place]) -> None:
    source, target = route
    ada = _with(source, _ada)
    move(source, target)
    with source.serving() as server:
        refused = Client(server.http, ada.token).send("GET", "/api/memory")
        assert (refused.status_code, "has moved" in refused.json()["error"]) == (401, True)
    with target.serving() as server:
        assert Client(server.http, ada.token).texts() == ["Ada likes tea"]
    assert users(source) == [("Ada", "left")]
    assert users(target) == [("Ada", None)]


def test_a_server_that_runs_at_either_end_sees_the_move_at_once(route: tuple[Place, Place]) -> None:
    source, target = route
    with source.serving() as here, target.serving() as there:
        ada = _ada(here)
        assert ada.found("tea") == ["Ada likes tea"]
        move(source, target)
        assert ada.send("POST", "/api/memory", json={"text": "lost?"}).status_code == 401
        moved = Client(there.http, ada.token)
        assert moved.found("tea") == ["Ada likes tea"]
        moved.store("Ada likes coffee")
        move(target, source)
        assert sorted(ada.found("likes")) == ["Ada likes coffee", "Ada likes tea"]
        ada.store("Ada likes milk")
        assert len(ada.found("likes")) == 3


def test_what_proves_who_one_is_moves_too(route: tuple[Place, Place]) -> None:
    source, target = route
    with source.serving() as server:
        ada = _ada(server)
        with_password(server, ada)
        key = ada.post("/api/account/second-factor")["key"]
        ada.put("/api/account/second-factor", key=key, code=TOTP(key).now(), password=PASSWORD)
    move(source, target)
    user = "password_hash, totp_secret, totp_step, recovery_hashes"
    assert source.rows(f"SELECT {user} FROM users") == target.rows(f"SELECT {user} FROM users")
    assert source.rows("SELECT * FROM token_owners") == target.rows("SELECT * FROM token_owners")


def test_removing_leaves_nothing_where_they_were(route: tuple[Place, Place]) -> None:
    source, target = route
    ada = _with(source, _ada)
    assert move(source, target, removes=True)[0].is_removed
    assert users(source) == []
    assert not any(source.all_of(ada.user_id, TABLES).values())
    assert users(target) == [("Ada", None)]


def test_removing_later_is_the_same(route: tuple[Place, Place]) -> None:
    source, target = route
    _with(source, _ada)
    move(source, target)
    (again,) = move(source, target, removes=True)
    assert (again.proofs, again.is_removed, users(source)) == ({}, True, [])


def test_people_who_share_are_together_again(route: tuple[Place, Place]) -> None:
    source, target = route
    with source.serving() as server:
        ada, ben = server.person("Ada"), server.person("Ben")
        house = ada.bucket("House")
        share(server, ada, house, ben)
        ada.store("The boiler is new", bucketId=house)
    assert [moved.parted for moved in move(source, target)] == [0, 0]
    with target.serving() as server:
        assert Client(server.http, ben.token).found("boiler") == ["The boiler is new"]


def test_who_moves_alone_is_told_what_stays_behind(route: tuple[Place, Place]) -> None:
    source, target = route
    with source.serving() as server:
        server.person("Root", is_admin=True)
        ada, ben = server.person("Ada"), server.person("Ben")
        share(server, ada, ada.bucket("House"), ben)
    assert [moved.parted for moved in move(source, target, "ada")] == [1]
    assert users(source) == [("Ada", "left"), ("Ben", None), ("Root", None)]


def _of_the_same_id(server: Server, person: Person) -> None:
    user = User(person.user_id, person.name, is_admin=True, created_at=server.installation.clock.now())
    general = Bucket(7, GENERAL, None, is_general=True, created_at=user.created_at)
    server.run(server.installation.store.write_directory(lambda directory: directory.add_user(user, None, general)))


def test_nobody_comes_into_a_bucket_there_by_what_is_written_here(route: tuple[Place, Place]) -> None:
    source, target = route
    with source.serving() as server:
        boss, ada = server.person("Boss"), server.person("Ada")
        share(server, boss, boss.bucket("Board"), ada)
        share(server, ada, ada.bucket("Bait"), boss)
    _with(target, lambda server: _of_the_same_id(server, boss))
    assert [moved.parted for moved in move(source, target, "Ada")] == [2]
    assert target.rows("SELECT user_id FROM bucket_members") == []


def test_a_file_that_waits_to_be_imported_is_imported_there(route: tuple[Place, Place]) -> None:
    source, target = route
    with source.serving() as server:
        ada = _ada(server)
        import_id = upload(ada, sample("chatgpt/synthetic-classic.zip"), fileName="chats.zip")["importId"]
    move(source, target)
    with target.serving() as server:
        server.settle()
        assert Client(server.http, ada.token).get(f"/api/imports/{import_id}")["state"] == "done"


def test_what_an_administrator_chose_counts_there(route: tuple[Place, Place]) -> None:
    source, target = route
    _with(source, lambda server: server.person("Root", is_admin=True).patch("/api/installation", trashDays=7))
    move(source, target)
    assert target.rows("SELECT name, value FROM installation") == [("trash_days", "7")]


def test_what_was_copied_in_another_state_is_copied_again(
    route: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = route
    ada = _with(source, _ada)
    _break_off(source, target, monkeypatch)
    reopen(source, "ada")
    with source.serving() as server:
        Client(server.http, ada.token).store("Ada likes coffee")
    assert users(target) == [("Ada", "arriving")]
    move(source, target)
    with target.serving() as server:
        assert sorted(Client(server.http, ada.token).texts()) == ["Ada likes coffee", "Ada likes tea"]


def _break_off(source: Place, target: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Move until the comparison, and no farther."""

    async def give_up(*_: object) -> None:
        raise Unavailable("given up")

    with monkeypatch.context() as patch:
        patch.setattr("onememory.services.moving.copying.Copying.compare", give_up)
        with pytest.raises(Unavailable, match="given up"):
            move(source, target)


def test_who_is_on_the_way_is_let_in_nowhere_until_the_move_is_given_up(
    route: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = route
    ada = _with(source, _ada)
    _break_off(source, target, monkeypatch)
    for place in (source, target):
        with place.serving() as server:
            assert Client(server.http, ada.token).send("GET", "/api/memory").status_code == 401
    with pytest.raises(Conflict, match="only half here"):
        move(target, source)
    reopen(source, "ada")
    with source.serving() as server:
        assert Client(server.http, ada.token).texts() == ["Ada likes tea"]


def test_a_copy_that_differs_is_never_opened(route: tuple[Place, Place], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = route
    _with(source, _ada)
    _break_off(source, target, monkeypatch)
    with target.connect() as connection:
        connection.rows("UPDATE memories SET text = 'Ada likes tee'", {})
    move(source, target)  # copies it from the start again
    assert source.rows("SELECT text FROM memories") == target.rows("SELECT text FROM memories")


@pytest.mark.parametrize(
    ("wrong", "kind", "words"),
    [
        ({"name": "nobody"}, NotFound, 'no user named "nobody"'),
        ({"new_name": "Eve"}, InvalidInput, "for one user"),
        ({"name": "Root"}, Conflict, "only administrator"),
        ({"name": "Ben", "new_name": "two words"}, InvalidInput, "no spaces"),
        ({"name": "Ben", "new_name": "Ada"}, Conflict, "rule of the data"),
    ],
)
def test_a_wrong_order_is_refused_and_nothing_is_begun(
    places: tuple[Place, Place, Place], wrong: dict[str, Any], kind: type[Exception], words: str
) -> None:
    source, target, _ = places
    _with(source, lambda server: [server.person(name, is_admin=name == "Root") for name in ("Root", "Ada", "Ben")])
    before = users(source)
    with pytest.raises(kind, match=words):
        move(source, target, **wrong)
    assert (users(source), users(target)) == (before, [])


def test_nobody_is_moved_to_where_they_are(places: tuple[Place, Place, Place], tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for place, again in ((places[0], Place(tmp_path / "link")), (places[1], places[1])):
        _with(place, _ada)
        with pytest.raises(Conflict, match="where the accounts are"):
            move(place, again)
        assert users(place) == [("Ada", None)]


def test_a_name_that_is_taken_there_is_told_and_can_be_another(route: tuple[Place, Place]) -> None:
    source, target = route
    ada = _with(source, _ada)
    _with(target, _ada)
    with pytest.raises(Conflict, match="--user Ada --as NAME"):
        move(source, target)
    assert users(source) == [("Ada", None)]
    (moved,) = move(source, target, new_name="Ada2")
    assert moved.is_among_others
    with target.serving() as server:
        assert Client(server.http, ada.token).get("/api/account")["user"]["name"] == "Ada2"


def _first_start(server: Server) -> Any:
    return server.run(server.installation.services.accounts.prepare_first_start(None))


def test_a_user_whom_a_first_start_made_makes_room(route: tuple[Place, Place]) -> None:
    source, target = route
    token = _with(source, _first_start).secret
    _with(target, _first_start)
    (moved,) = move(source, target)
    assert (moved.has_made_room, moved.is_among_others) == (True, False)
    with target.serving() as server:
        assert Client(server.http, token).get("/api/account")["user"]["id"] == moved.user.id


USED = {
    "memory": lambda owner: owner.store("Likes tea"),
    "bucket": lambda owner: owner.bucket("House"),
    "token": lambda owner: owner.post("/api/tokens", name="tool"),
    "password": lambda owner: owner.put("/api/account/password", password=PASSWORD),
}


@pytest.mark.parametrize("use", USED.values(), ids=USED)
def test_a_user_who_was_used_makes_no_room(route: tuple[Place, Place], use: Callable[[Client], object]) -> None:
    source, target = route
    _with(source, _first_start)
    _with(target, lambda server: use(Client(server.http, _first_start(server).secret)))
    with pytest.raises(Conflict, match="who is not new"):
        move(source, target)
    assert (users(source), users(target)) == ([("owner", None)], [("owner", None)])


def test_a_newer_database_is_refused_by_its_name(route: tuple[Place, Place]) -> None:
    source, target = route
    for place in route:
        _with(place, _ada)
    raise_schema = "PRAGMA user_version = 9999"
    if target.url:
        raise_schema = "INSERT INTO schema_versions (number, name, works_with) VALUES (9999, 'later', 1)"
    target.rows(raise_schema)
    with pytest.raises(Unavailable, match="made by a newer onememory"):
        move(source, target)
    assert users(source) == [("Ada", None)]


def test_an_account_that_is_in_use_there_is_not_overwritten(places: tuple[Place, Place, Place]) -> None:
    source, target, _ = places
    _with(source, _ada)
    move(source, target)
    reopen(source, "Ada")
    with pytest.raises(Conflict, match="in use there"):
        move(source, target)
    with pytest.raises(Conflict, match="in use there"):
        move(target, source)


def test_who_has_left_for_another_place_is_not_looked_for_here(places: tuple[Place, Place, Place]) -> None:
    first, second, third = places
    _with(first, _ada)
    move(first, second)
    with pytest.raises(Conflict, match=r"for postgresql.*is not in"):
        move(first, third)


def test_a_copy_of_the_database_is_not_the_place_to_which_they_moved(places: tuple[Place, Place, Place]) -> None:
    first, second, third = places
    ada = _with(first, _ada)
    shutil.copytree(first.data, third.data)
    third.rows("DELETE FROM search_vectors")
    move(first, second)
    kept = first.all_of(ada.user_id, TABLES)
    with pytest.raises(Conflict, match=f"has left {first.data} for postgresql:.*not in {third.data} by that move"):
        move(first, third, removes=True)
    assert first.all_of(ada.user_id, TABLES) == kept


def test_half_a_copy_of_an_earlier_move_is_not_opened(
    places: tuple[Place, Place, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = places
    _with(first, _ada)
    _break_off(first, third, monkeypatch)
    move(first, second)
    with pytest.raises(Conflict, match="by that move"):
        move(first, third)
    assert users(third) == [("Ada", "arriving")]


def test_removing_goes_on_where_it_was_broken_off_before_the_door_opened(route: tuple[Place, Place]) -> None:
    source, target = route
    _with(source, _ada)
    move(source, target)
    for table in ("users", "search_state"):
        target.rows(f"UPDATE {table} SET moving = 'arriving'")
    (moved,) = move(source, target, removes=True)
    assert (INDEX in moved.proofs, users(source), users(target)) == (True, [], [("Ada", None)])
