"""Join buckets that others share: invitations, links, and leaving again."""

from collections.abc import Sequence
from dataclasses import replace

from onememory.domain.actors import Action, Actor, Scope, require
from onememory.domain.buckets import Bucket
from onememory.domain.errors import Conflict, Forbidden, NoBucket, NotFound
from onememory.domain.sharing import MOST_SHARES, Invitation, Membership, MemberState, Share, ShareLink
from onememory.ports import Clock, Directory, Store, Transaction
from onememory.security.secrets import hash_secret
from onememory.services.audit import Audit
from onememory.services.reach import Reach
from onememory.services.shared_buckets.sharing import add_member

NO_INVITATION = "You are not invited to this bucket. The invitation may have been taken back."
SHUT_OUT = (
    "The owner has taken your access to this bucket away, so this link lets you in no more. Ask them for an invitation."
)
NO_LINK = "This link is too old or was revoked. Ask whoever sent it for a new one."


class Joining:
    """The use cases of those with whom something is shared."""

    def __init__(self, store: Store, reach: Reach, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._reach = reach
        self._audit = audit
        self._clock = clock

    async def invitations(self, actor: Actor) -> list[Invitation]:
        """What waits to be joined, oldest first."""
        require(actor, Action.SHARE)
        invited = MemberState.INVITED
        found = await self._store.read_directory(lambda d: d.shares.of_member(actor.user_id, invited), brief=True)
        waiting = [(share, at, await self._bucket(share)) for share, at in found]
        return [Invitation(share, bucket.name, at) for share, at, bucket in waiting if bucket]

    async def accept(self, actor: Actor, bucket_id: int, owner_id: str | None = None) -> Bucket:
        """Join; raises NotFound where one is not invited, and Conflict, also where it is not clear by whom."""
        require(actor, Action.SHARE)
        share = await self._invited(actor, bucket_id, owner_id)
        return await self._join(actor, share, None)

    async def decline(self, actor: Actor, bucket_id: int, owner_id: str | None = None) -> None:
        """Turn an invitation down; raises NotFound, and Conflict where it is not clear whose."""
        require(actor, Action.SHARE)
        await self._go(actor, await self._invited(actor, bucket_id, owner_id))

    async def leave(self, actor: Actor, bucket_id: int, owner_id: str | None = None) -> None:
        """Be a member no more; what one wrote stays. Raises NotFound, and Conflict where it is not clear of whom."""
        require(actor, Action.SHARE)
        shares = [house.share for house in await self._reach.houses(actor) if house.share]
        found = [share for share in shares if _is_meant(share, bucket_id, owner_id)]
        if not found:
            raise NotFound("No bucket with this id is shared with you.")
        await self._go(actor, _only(found))

    async def look_at_link(self, actor: Actor, secret: str) -> Invitation:
        """Where a link leads, before one follows it, and as what: a link changes no role.

        Raises NotFound, and Forbidden as below.
        """
        require(actor, Action.SHARE)
        share, link = await self._behind(actor, secret)

        def work(tx: Transaction) -> tuple[Bucket | None, Membership | None]:
            return tx.buckets.get(share.bucket_id), tx.members.get(share.bucket_id, actor.user_id)

        bucket, known = await self._store.read(Scope(share.owner_id), work, brief=True)
        if bucket is None:
            raise NotFound(NO_LINK)
        share = replace(share, role=known.role) if known else share
        has_come = known is not None and known.state is MemberState.ACCEPTED
        return Invitation(share, bucket.name, link.made_at, has_come)

    async def accept_link(self, actor: Actor, secret: str) -> Bucket:
        """Join by a link, as often as one likes; raises NotFound and Conflict.

        Raises Forbidden for whoever was taken out of the bucket after the link was made.
        """
        require(actor, Action.SHARE)
        share, _ = await self._behind(actor, secret)
        if share.owner_id == actor.user_id:
            raise Conflict("This bucket is your own; send the link to somebody else.")
        return await self._join(actor, share, hash_secret(secret))

    async def _behind(self, actor: Actor, secret: str) -> tuple[Share, ShareLink]:
        secret_hash = hash_secret(secret)

        def look_up(directory: Directory) -> tuple[str, str]:
            owner_id = directory.shares.link_owner(secret_hash)
            owner = directory.user(owner_id) if owner_id else None
            if owner is None or not owner.is_open:
                raise NotFound(NO_LINK)
            return owner.id, owner.name

        owner_id, name = await self._store.read_directory(look_up, brief=True)
        link = await self._store.read(Scope(owner_id), lambda tx: self._usable(tx, secret_hash, actor), brief=True)
        return Share(owner_id, name, link.bucket_id, link.role), link

    def _usable(self, tx: Transaction, secret_hash: bytes, actor: Actor) -> ShareLink:
        link = tx.members.link(secret_hash)
        if link is None or not link.is_usable(self._clock.now()):
            raise NotFound(NO_LINK)
        shut_out_at = tx.members.shut_out_at(link.bucket_id, actor.user_id)
        if shut_out_at and link.made_at <= shut_out_at:
            raise Forbidden(SHUT_OUT)
        return link

    async def _invited(self, actor: Actor, bucket_id: int, owner_id: str | None) -> Share:
        invited = MemberState.INVITED
        found = await self._store.read_directory(lambda d: d.shares.of_member(actor.user_id, invited), brief=True)
        meant = [share for share, _ in found if _is_meant(share, bucket_id, owner_id)]
        if not meant:
            raise NotFound(NO_INVITATION)
        return _only(meant)

    async def _bucket(self, share: Share) -> Bucket | None:
        """What is shared, for those who have not come in yet."""
        return await self._store.read(Scope(share.owner_id), lambda tx: tx.buckets.get(share.bucket_id), brief=True)

    async def _join(self, actor: Actor, share: Share, by_link: bytes | None) -> Bucket:
        await self._check_own(actor, share)
        user = await self._store.read_directory(lambda d: d.user(actor.user_id), brief=True)
        if user is None:
            raise NotFound("This account does not exist any more.")
        now, guest = self._clock.now(), actor.as_guest(share)

        def work(tx: Transaction) -> Bucket:
            bucket = tx.buckets.get(share.bucket_id)
            known = tx.members.get(share.bucket_id, user.id)
            if bucket is None or (known is None and by_link is None):
                raise NotFound(NO_INVITATION)
            if known is None or known.state is MemberState.INVITED:
                _check_room(tx.members.joined(user.id), share)
                self._audit.write(tx, guest, "member.accept", [str(bucket.id)])
            role = known.role if known else self._usable(tx, by_link or b"", actor).role
            if known is None:
                membership = Membership(user.id, user.name, role, MemberState.ACCEPTED, now, now)
                add_member(tx, bucket.id, membership)
            elif known.state is MemberState.INVITED:
                tx.members.change(bucket.id, replace(known, state=MemberState.ACCEPTED, accepted_at=now))
            return replace(bucket, share=replace(share, role=role))

        return await self._store.write(Scope(share.owner_id), work)

    async def _check_own(self, actor: Actor, share: Share) -> None:
        """Raises Conflict where somebody has a bucket of this number themselves."""
        own = Scope(actor.user_id)
        if bucket := await self._store.read(own, lambda tx: tx.buckets.get(share.bucket_id), brief=True):
            raise Conflict(
                f'Your own bucket "{bucket.name}" has the same number as this one of {share.owner_name}, so they could '
                "not be told apart. Ask them to make a new bucket, or delete yours."
            )

    async def _go(self, actor: Actor, share: Share) -> None:
        guest = actor.as_guest(share)

        def work(tx: Transaction) -> None:
            if tx.members.get(share.bucket_id, actor.user_id) is None:
                raise NoBucket("This bucket is not shared with you any more.")
            tx.members.remove(share.bucket_id, actor.user_id)
            self._audit.write(tx, guest, "member.leave", [str(share.bucket_id)])

        await self._store.write(Scope(share.owner_id), work)


def _check_room(joined: Sequence[Share], share: Share) -> None:
    """Raises Conflict where somebody has joined too many, or another one of this number."""
    if len(joined) >= MOST_SHARES:
        raise Conflict(f"You have joined {MOST_SHARES} buckets, and more cannot be searched; leave one first.")
    if others := [other.owner_name for other in joined if other.bucket_id == share.bucket_id]:
        raise Conflict(
            f"You have joined a bucket of {others[0]} with the same number as this one of {share.owner_name}, so they "
            "could not be told apart. Leave that one first, or ask for a new bucket."
        )


def _is_meant(share: Share, bucket_id: int, owner_id: str | None) -> bool:
    return share.bucket_id == bucket_id and owner_id in {None, share.owner_id}


def _only(shares: Sequence[Share]) -> Share:
    if len(shares) > 1:
        owners = " and ".join(f"{share.owner_name} ({share.owner_id})" for share in shares)
        raise Conflict(
            f"Several people share a bucket with the id {shares[0].bucket_id}: {owners}. Say whose with `ownerId`."
        )
    return shares[0]
