"""What is kept in memory for whom, within the room there is."""

from dataclasses import dataclass

from onememory.domain.models import ModelIdentity
from onememory.storage.index.recent import Recent

KEY = ModelIdentity("hashing", "1", 7).key
STAMP = (1, None)
ROOM = 10_000_000


@dataclass
class Columns:
    """Things of one kind, which tests make as large as they like."""

    dimension: int
    nbytes: int = 0


class Others(Columns):
    """Things of another kind."""


def grown(recent: Recent, user_id: str, size: int, kind: type[Columns] = Columns) -> Columns:
    thing = recent.of(kind, user_id, STAMP)
    thing.nbytes = size
    recent.has_changed(user_id)
    return thing


def test_what_is_kept_for_a_user_is_made_anew_under_another_stamp() -> None:
    recent = Recent()

    first = recent.of(Columns, "ada", STAMP)

    assert recent.of(Columns, "ada", STAMP) is first
    assert recent.of(Columns, "ben", STAMP) is not first
    assert recent.of(Columns, "ada", (2, None)) is not first
    assert recent.of(Columns, "ada", (2, KEY)).dimension == 7


def test_who_was_active_longest_ago_makes_room() -> None:
    recent = Recent(ROOM)
    kept = {name: grown(recent, name, ROOM // 4) for name in ("ada", "ben", "cy")}
    recent.of(Columns, "ada", STAMP)

    grown(recent, "di", ROOM // 4)

    assert recent.of(Columns, "ada", STAMP) is kept["ada"]
    assert recent.of(Columns, "ben", STAMP) is not kept["ben"]


def test_all_that_is_a_users_goes_and_stays_together() -> None:
    recent = Recent(ROOM)
    memories, archive = grown(recent, "ada", ROOM), grown(recent, "ada", ROOM, Others)

    assert recent.of(Columns, "ada", STAMP) is memories
    assert recent.of(Others, "ada", STAMP) is archive

    grown(recent, "ben", 1)

    assert recent.of(Columns, "ada", STAMP) is not memories
    assert recent.of(Others, "ada", STAMP) is not archive


def test_empty_things_take_room_too() -> None:
    recent = Recent(ROOM)
    first = recent.of(Columns, "0", STAMP)

    for number in range(1, 1_000):
        recent.of(Columns, str(number), STAMP)

    assert recent.of(Columns, "0", STAMP) is not first


def test_what_is_forgotten_takes_no_room() -> None:
    recent = Recent(ROOM)
    kept = grown(recent, "ada", ROOM // 2)

    for number in range(10):
        grown(recent, str(number), ROOM // 3)
        recent.forget(str(number))

    assert recent.of(Columns, "ada", STAMP) is kept


def test_what_is_made_anew_takes_the_place_of_what_was() -> None:
    recent = Recent(ROOM)
    kept = grown(recent, "ada", ROOM // 2)

    for epoch in range(10):
        recent.of(Columns, "ben", (epoch, None)).nbytes = ROOM // 3
        recent.has_changed("ben")

    assert recent.of(Columns, "ada", STAMP) is kept
