"""Every role and action through every door: what may be done is done, and nothing else is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from doors import Cli, Door, Household, Mcp, Rest, Web
from stages import AWAY, BUCKET, OUTSIDE, PRIVATE, SECRET, Stage, Standing, staged

from commands import Commands
from servers import Server
from visitors import Visitor

DOORS = ("REST", "MCP", "web", "command line")
INSIDE = set(Standing) - OUTSIDE
WRITERS = {Standing.CONTRIBUTOR, Standing.EDITOR, Standing.OWNER}
ALL = {Standing.EDITOR, Standing.OWNER}
OWNER = {Standing.OWNER}
NEW = "a starfish"


@dataclass(frozen=True)
class Act:
    """Something to be tried: who may, how it is done, and how it is known to have happened."""

    who: set[Standing]
    do: Callable[[Door, Stage], str]
    happened: Callable[[Stage], bool] | None = None  # None: this is shown:
    shows: Callable[[Stage], str] = lambda _: SECRET
    takes: str = ""  # which memories it uses up, one at a time
    uses_up: bool = False  # the stage


@dataclass(frozen=True)
class Care(Act):
    """The same at doors through which buckets are looked after."""

    do: Callable[[Household, Stage], str]  # type: ignore[assignment]
    uses_up: bool = True


def _shared(stage: Stage) -> dict[str, str]:
    """The texts in the bucket by id."""
    listed = stage.owner.get("/api/memories", bucketId=stage.bucket, count=1_000)["data"]
    return {memory["id"]: memory["text"] for memory in listed}


def _is_gone(memories: str) -> Callable[[Stage], bool]:
    """Whether the last of these is in the bucket no more."""
    return lambda stage: getattr(stage, memories)[-1] not in _shared(stage)


def _says(memories: str) -> Callable[[Stage], bool]:
    return lambda stage: _shared(stage).get(getattr(stage, memories)[-1]) == NEW


def _went(memories: str) -> Callable[[Stage], bool]:
    def went(stage: Stage) -> bool:
        there = stage.actor.get("/api/memories", bucketId=stage.elsewhere)["count"]
        return _is_gone(memories)(stage) and there > 0

    return went


def _buckets(stage: Stage) -> dict[str, str]:
    """The names of the owner's buckets by id."""
    return {bucket["id"]: bucket["name"] for bucket in stage.owner.get("/api/buckets")}


ACTS: dict[str, Act] = {
    "read one of their own": Act(INSIDE, lambda door, s: door.read(s.own[-1])),
    "read somebody else's": Act(INSIDE, lambda door, s: door.read(s.others[-1])),
    "list the bucket": Act(INSIDE, lambda door, s: door.listed(s.bucket)),
    "list everything": Act(INSIDE, lambda door, _: door.everything()),
    "search": Act(INSIDE, lambda door, _: door.found(SECRET)),
    "see the bucket": Act(INSIDE, lambda door, _: door.buckets(), shows=lambda _: BUCKET),
    "add": Act(WRITERS, lambda door, s: door.add(s.bucket, NEW), lambda s: NEW in _shared(s).values(), uses_up=True),
    "edit their own": Act(WRITERS, lambda door, s: door.edit(s.own[-1], NEW), _says("own"), takes="own"),
    "edit somebody else's": Act(ALL, lambda door, s: door.edit(s.others[-1], NEW), _says("others"), takes="others"),
    "delete their own": Act(WRITERS, lambda door, s: door.delete(s.own[-1]), _is_gone("own"), takes="own"),
    "delete somebody else's": Act(ALL, lambda door, s: door.delete(s.others[-1]), _is_gone("others"), takes="others"),
    "move their own out": Act(WRITERS, lambda door, s: door.move(s.own[-1], s.elsewhere), _went("own"), takes="own"),
    "move somebody else's out": Act(
        ALL, lambda door, s: door.move(s.others[-1], s.elsewhere), _went("others"), takes="others"
    ),
    "move one of their own in": Act(
        WRITERS, lambda door, s: door.move(s.away, s.bucket), lambda s: AWAY in _shared(s).values(), uses_up=True
    ),
    "rename": Care(OWNER, lambda door, s: door.rename(s.bucket, "Pond"), lambda s: "Pond" in _buckets(s).values()),
    "delete the bucket": Care(OWNER, lambda door, s: door.drop(s.bucket), lambda s: str(s.bucket) not in _buckets(s)),
    "see who is in it": Care(
        INSIDE, lambda door, s: door.people(s.bucket), shows=lambda s: s.third.name, uses_up=False
    ),
    "invite": Care(OWNER, lambda door, s: door.invite(s.bucket, s.fourth.name), lambda s: s.fourth.name in s.people()),
    "change a role": Care(
        OWNER,
        lambda door, s: door.promote(s.bucket, s.third.user_id),
        lambda s: s.people()[s.third.name][0] == "editor",
    ),
    "take somebody out": Care(
        OWNER, lambda door, s: door.take_out(s.bucket, s.third.user_id), lambda s: s.third.name not in s.people()
    ),
    "make a link": Care(OWNER, lambda door, s: door.link(s.bucket), lambda s: s.links() == 2),
    "revoke the links": Care(OWNER, lambda door, s: door.unlink(s.bucket), lambda s: s.links() == 0),
}
TRIES = [(name, door) for name, act in ACTS.items() for door in DOORS if door != "MCP" or not isinstance(act, Care)]


@pytest.fixture(scope="module")
def stage_of(server: Server) -> Callable[[Standing], Stage]:
    """A stage for each standing, set when it is first asked for."""
    return cache(lambda standing: staged(server, standing))


@pytest.fixture
def visitor(server: Server) -> Iterator[Visitor]:
    with Visitor(server) as visitor:
        yield visitor


@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize(("name", "door"), TRIES)
def test_what_a_role_may_do_is_done_at_every_door_and_nothing_else(
    stage_of: Callable[[Standing], Stage],
    visitor: Visitor,
    commands: Commands,
    standing: Standing,
    name: str,
    door: str,
) -> None:
    act, stage = ACTS[name], stage_of(standing)
    if act.uses_up and standing in act.who:
        stage = staged(stage.server, standing, memories=1)
    before = None if standing in act.who else stage.state()

    shown = act.do(_opened(door, stage, visitor, commands), stage)

    happened = act.happened(stage) if act.happened else act.shows(stage) in shown
    assert happened is (standing in act.who), shown
    assert before is None or stage.state() == before
    assert SECRET not in shown or standing in INSIDE
    assert PRIVATE not in shown or standing is Standing.OWNER
    if act.takes:
        getattr(stage, act.takes).pop()


def _opened(door: str, stage: Stage, visitor: Visitor, commands: Commands) -> Door:
    match door:
        case "REST":
            return Rest(stage.actor)
        case "MCP":
            return Mcp(stage.actor)
        case "web":
            return Web(visitor.arrive(stage.server, stage.actor))
    return Cli(commands, stage.server.url, stage.actor.token or "")
