"""People who share buckets, through the use cases themselves."""

from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.memories import Draft, Memory
from onememory.domain.provenance import Channel
from onememory.domain.sharing import Role
from people import Person
from servers import Server


def acting(person: Person, **changes: object) -> Actor:
    """A person at an interface of ours, with all that people have."""
    everything = frozenset(Permission) - {Permission.ADMIN}
    return Actor(person.user_id, Channel.API, everything, **changes)  # type: ignore[arg-type]


def share(server: Server, owner: Person, bucket_id: int, member: Person, role: Role = Role.CONTRIBUTOR) -> None:
    """Let somebody into a bucket, who comes in."""
    server.run(server.services.sharing.invite(acting(owner), bucket_id, member.name, role))
    server.run(server.services.joining.accept(acting(member), bucket_id))


def keep(server: Server, actor: Actor, text: str, bucket_id: int | None = None) -> Memory:
    """Store a memory."""
    return server.run(server.services.memories.store(actor, Draft(text, bucket_id)))
