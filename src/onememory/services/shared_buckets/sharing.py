"""Share buckets: invite by name or by link, give roles, shut out again."""

from dataclasses import dataclass, field, replace

from onememory.domain.accounts import User
from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import GENERAL, Bucket
from onememory.domain.errors import Conflict, InvalidInput, NotFound
from onememory.domain.sharing import (
    LINK_DAYS,
    MOST_LINKS,
    MOST_MEMBERS,
    MOST_WAITING,
    MOST_WAITING_OF_ONE,
    Membership,
    MemberState,
    Role,
    ShareLink,
    link_lifetime,
)
from onememory.ports import Clock, Store, Transaction
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.audit import Audit
from onememory.services.notebook.buckets import bucket_of
from onememory.services.reach import Reach


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link and its secret, which is told this once."""

    secret: str = field(repr=False)
    link: ShareLink


class Sharing:
    """The use cases of who shares what with whom; how people join is in Joining.

    Whatever changes who may come in is written within the owner's rows, where their guests' writes take turns with it.
    """

    def __init__(self, store: Store, reach: Reach, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._reach = reach
        self._audit = audit
        self._clock = clock

    async def members(self, actor: Actor, bucket_id: int) -> list[Membership]:
        """With whom a bucket is shared; to other members only those who have come in. Raises NotFound."""
        require(actor, Action.READ)
        actor = (await self._reach.bucket(actor, bucket_id)).actor

        def work(tx: Transaction) -> list[Membership]:
            bucket_of(tx, bucket_id)
            members = tx.members.of_bucket(bucket_id)
            return [m for m in members if m.state is MemberState.ACCEPTED] if actor.guest else members

        return await self._store.read(actor.scope, work, brief=True)

    async def invite(self, actor: Actor, bucket_id: int, name: str, role: Role = Role.CONTRIBUTOR) -> Membership:
        """Ask somebody who has an account to join; raises NotFound where nobody has this name, and Conflict."""
        actor = await self._host(actor, bucket_id)
        user = await self._store.read_directory(lambda directory: directory.user_named(name))
        if user is None or not user.is_open:
            raise NotFound(f'There is nobody named "{name.strip()}" here; check the name they sign in with.')
        if user.id == actor.user_id:
            raise InvalidInput("This bucket is your own already; name somebody else.")

        def work(tx: Transaction) -> Membership:
            _shareable(tx, bucket_id)
            if known := tx.members.get(bucket_id, user.id):
                raise Conflict(f"{user.name} is {_STANDING[known.state]} already, as {known.role}; change the role.")
            _check_waiting(tx, user)
            membership = Membership(user.id, user.name, role, MemberState.INVITED, self._clock.now())
            add_member(tx, bucket_id, membership)
            self._audit.write(tx, actor, "member.invite", [str(bucket_id), user.id])
            return membership

        return await self._store.write(actor.scope, work)

    async def change_role(self, actor: Actor, bucket_id: int, member_id: str, role: Role) -> Membership:
        """Let a member do more or less, from now on; raises NotFound."""
        actor = await self._host(actor, bucket_id)

        def work(tx: Transaction) -> Membership:
            changed = replace(_member(tx, bucket_id, member_id), role=role)
            tx.members.change(bucket_id, changed)
            self._audit.write(tx, actor, "member.change", [str(bucket_id), member_id])
            return changed

        return await self._store.write(actor.scope, work)

    async def remove(self, actor: Actor, bucket_id: int, member_id: str) -> None:
        """Shut a member out at once, or take an invitation back; what they wrote stays. Raises NotFound.

        Links that there are by now do not let this person in again.
        """
        actor = await self._host(actor, bucket_id)

        def work(tx: Transaction) -> None:
            _member(tx, bucket_id, member_id)
            tx.members.shut_out(bucket_id, member_id, self._clock.now())
            self._audit.write(tx, actor, "member.remove", [str(bucket_id), member_id])

        await self._store.write(actor.scope, work)

    async def make_link(
        self, actor: Actor, bucket_id: int, role: Role = Role.CONTRIBUTOR, days: int = LINK_DAYS
    ) -> NewLink:
        """A new link with its secret, told this once; everybody here who follows it joins, until it ends."""
        actor = await self._host(actor, bucket_id)
        secret, now = mint_secret(), self._clock.now()
        link = ShareLink(bucket_id, role, now, now + link_lifetime(days))

        def work(tx: Transaction) -> None:
            _shareable(tx, bucket_id)
            if sum(each.is_usable(now) for each in tx.members.links(bucket_id)) >= MOST_LINKS:
                raise Conflict(f"{MOST_LINKS} links lead to this bucket, and no more can; revoke them first.")
            tx.members.add_link(hash_secret(secret), link)
            self._audit.write(tx, actor, "share_link.create", [str(bucket_id)])

        await self._store.write(actor.scope, work)
        return NewLink(secret, link)

    async def links(self, actor: Actor, bucket_id: int) -> list[ShareLink]:
        """The links that let people in, newest first; raises NotFound."""
        actor = await self._host(actor, bucket_id)
        now = self._clock.now()

        def work(tx: Transaction) -> list[ShareLink]:
            bucket_of(tx, bucket_id)
            return [link for link in tx.members.links(bucket_id) if link.is_usable(now)]

        return await self._store.read(actor.scope, work, brief=True)

    async def revoke_links(self, actor: Actor, bucket_id: int) -> int:
        """Let nobody in by a link any more, however old; how many would still have let somebody in."""
        usable = len(await self.links(actor, bucket_id))

        def work(tx: Transaction) -> None:
            bucket_of(tx, bucket_id)
            tx.members.remove_links(bucket_id)
            self._audit.write(tx, actor, "share_link.revoke", [str(bucket_id)])

        await self._store.write(actor.scope, work)
        return usable

    async def _host(self, actor: Actor, bucket_id: int) -> Actor:
        """The actor, unless they are a guest in this bucket; raises Forbidden."""
        require((await self._reach.bucket(actor, bucket_id)).actor, Action.SHARE)
        return actor


def add_member(tx: Transaction, bucket_id: int, membership: Membership) -> None:
    """Insert a member; raises Conflict where there are too many."""
    if len(tx.members.of_bucket(bucket_id)) >= MOST_MEMBERS:
        raise Conflict(f"{MOST_MEMBERS:,} people share this bucket, and no more can.")
    tx.members.add(bucket_id, membership)


def _check_waiting(tx: Transaction, user: User) -> None:
    """Raises Conflict where too many invitations wait for somebody's answer."""
    inviters = tx.members.waiting(user.id)
    if len(inviters) >= MOST_WAITING:
        raise Conflict(f"{MOST_WAITING} invitations wait for {user.name}'s answer; ask them to answer some first.")
    if inviters.count(tx.scope.user_id) >= MOST_WAITING_OF_ONE:
        raise Conflict(
            f"{MOST_WAITING_OF_ONE} invitations of yours wait for {user.name}'s answer, and no more can; wait until "
            "some are answered, or take some back."
        )


def _shareable(tx: Transaction, bucket_id: int) -> Bucket:
    bucket = bucket_of(tx, bucket_id)
    if bucket.is_general:
        raise InvalidInput(f'The bucket "{GENERAL}" cannot be shared; move what is to be shared to another one.')
    return bucket


def _member(tx: Transaction, bucket_id: int, member_id: str) -> Membership:
    bucket_of(tx, bucket_id)
    membership = tx.members.get(bucket_id, member_id)
    if membership is None:
        raise NotFound("This bucket is not shared with anybody who has this id.")
    return membership


_STANDING = {MemberState.INVITED: "invited", MemberState.ACCEPTED: "a member"}
