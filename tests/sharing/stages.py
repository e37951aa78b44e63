"""A bucket that somebody shares, and somebody who stands to it in one of all possible ways."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from people import Person
from servers import Server

SECRET = "zebrafish"  # in what is shared
PRIVATE = "anaconda"  # in what its owner keeps to herself
AWAY = "an owl"  # in another bucket of who acts
BUCKET = "Aquarium"
_numbers = count(1)


class Standing(StrEnum):
    """How somebody stands to a bucket."""

    STRANGER = "stranger"
    INVITED = "invited"
    DECLINED = "declined"
    REVOKED = "revoked"
    LEFT = "left"
    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    EDITOR = "editor"
    OWNER = "owner"


OUTSIDE = {Standing.STRANGER, Standing.INVITED, Standing.DECLINED, Standing.REVOKED, Standing.LEFT}
_NEVER_IN = {Standing.STRANGER, Standing.INVITED, Standing.DECLINED}


@dataclass(frozen=True)
class Stage:
    """The bucket, who acts, and what lies there; memories are used up, one for each test."""

    server: Server
    owner: Person
    actor: Person
    third: Person  # a contributor, whoever acts
    fourth: Person  # a stranger, whoever acts
    standing: Standing
    bucket: int
    elsewhere: int  # a bucket of the actor's own
    away: str  # a memory of theirs in General
    own: list[str]  # written by the one who acts, if they ever could
    others: list[str]  # written by somebody else

    def state(self) -> object:
        """Everything that somebody could have changed in the bucket."""
        shared = self.owner.get("/api/memories", bucketId=self.bucket, count=1_000)["data"]
        texts = sorted((memory["id"], memory["text"], memory["version"]) for memory in shared)
        trash = self.owner.get("/api/trash")["count"]
        return texts, trash, self.owner.get("/api/buckets"), self.people(), self.links()

    def people(self) -> dict[str, tuple[str, str]]:
        """By name: the role, and whether they are in."""
        members = self.owner.get(f"/api/buckets/{self.bucket}/members")
        return {member["name"]: (member["role"], member["state"]) for member in members}

    def links(self) -> int:
        """How many links let somebody in."""
        return len(self.owner.get(f"/api/buckets/{self.bucket}/links"))


def staged(server: Server, standing: Standing, memories: int = 20) -> Stage:
    """A new stage with that many memories of each kind."""
    owner, other, third, fourth = (server.person(f"{name}{next(_numbers)}") for name in ("Emma", "Finn", "Gus", "Hal"))
    bucket = owner.bucket(BUCKET)
    owner.store(f"the {PRIVATE} of Emma")
    owner.post(f"/api/buckets/{bucket}/links")
    come_in(owner, third, bucket)
    if standing not in _NEVER_IN:
        come_in(owner, other, bucket)
    actor = owner if standing is Standing.OWNER else other
    stage = Stage(
        server=server,
        owner=owner,
        actor=actor,
        third=third,
        fourth=fourth,
        standing=standing,
        bucket=bucket,
        elsewhere=actor.bucket("Elsewhere"),
        away=actor.store(AWAY),
        own=written(owner if standing in _NEVER_IN else actor, bucket, memories),
        others=written(other if standing is Standing.OWNER else owner, bucket, memories),
    )
    _take_place(stage, other)
    return stage


def come_in(owner: Person, other: Person, bucket: int, role: str = "contributor") -> None:
    """Invite somebody who accepts."""
    owner.post(f"/api/buckets/{bucket}/members", name=other.name, role=role)
    other.post(f"/api/invitations/{bucket}/accept")


def written(writer: Person, bucket: int, number: int) -> list[str]:
    """Memories that somebody writes into a bucket; their ids."""
    memories = [{"text": f"the {SECRET} {writer.name} saw {n}", "bucketId": bucket} for n in range(number)]
    return [stored["memoryId"] for stored in writer.post("/api/memories/bulk", memories=memories)["results"]]


def _take_place(stage: Stage, other: Person) -> None:
    """Bring the one who acts from a contributor, or from outside, to where they are to stand."""
    members = f"/api/buckets/{stage.bucket}/members"
    match stage.standing:
        case Standing.INVITED | Standing.DECLINED:
            stage.owner.post(members, name=other.name, role="editor")
            if stage.standing is Standing.DECLINED:
                other.post(f"/api/invitations/{stage.bucket}/decline")
        case Standing.REVOKED:
            stage.owner.delete(f"{members}/{other.user_id}")
        case Standing.LEFT:
            other.delete(f"{members}/{other.user_id}")
        case Standing.VIEWER | Standing.EDITOR:
            stage.owner.patch(f"{members}/{other.user_id}", role=stage.standing.value)
