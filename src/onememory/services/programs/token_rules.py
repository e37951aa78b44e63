"""What holds for every token that is made or changed through another."""

from collections.abc import Sequence
from datetime import datetime

from onememory.domain.accounts import Token
from onememory.domain.actors import Actor
from onememory.domain.errors import Forbidden, InvalidInput, NoBucket
from onememory.ports import Transaction
from onememory.services.reach import Reach, buckets_in


def check_handing_on(tx: Transaction, actor: Actor, token: Token, now: datetime) -> None:
    """Nobody hands on more than they have, nor for longer; raises Forbidden, and InvalidInput for a past end."""
    if excess := token.permissions - actor.permissions:
        raise Forbidden(f"This token cannot hand on scopes that it lacks: {', '.join(sorted(excess))}.")
    if token.expires_at and token.expires_at <= now:
        raise InvalidInput("`expiresAt` lies in the past; give a time to come.")
    maker = tx.tokens.get(actor.token_id) if actor.token_id else None
    if maker and maker.client_id:  # its end must leave nothing behind
        raise Forbidden("A program that is connected over OAuth cannot make tokens nor change them; do it by hand.")
    if maker and maker.expires_at and (token.expires_at is None or token.expires_at > maker.expires_at):
        raise Forbidden("A token cannot make one that outlives it; give an earlier `expiresAt`.")


async def bucket_ids(reach: Reach, actor: Actor, buckets: Sequence[str] | None) -> frozenset[int] | None:
    """The buckets with these names or ids, shared ones too; None means every one. Raises InvalidInput and NotFound."""
    if buckets is None:
        return None
    if not buckets:
        raise InvalidInput("The list of buckets is empty; name at least one, or leave it out for all.")
    known = {str(bucket.id) for bucket in await reach.together(actor, buckets_in, brief=True)}
    return frozenset([int(each) if each in known else await _named(reach, actor, each) for each in buckets])


async def _named(reach: Reach, actor: Actor, name: str) -> int:
    try:
        return (await reach.named(actor, name))[1].id
    except NoBucket as error:
        raise NoBucket(f'There is no bucket "{name}"; give a name or an id from the list of buckets.') from error
