"""Users and their tokens: who is asking, and who may be let in."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace

from onememory.domain.accounts import (
    Permission,
    Token,
    TokenDraft,
    User,
    checked_token_name,
    checked_user_name,
)
from onememory.domain.actors import Action, Actor, Scope, require
from onememory.domain.errors import Conflict, NotFound, Unauthenticated
from onememory.domain.ids import mint
from onememory.domain.provenance import Channel
from onememory.ports import Clock, Store, Transaction, UserQuery
from onememory.security.oauth.rfc8707_resources import is_meant_for
from onememory.security.passwords import hash_password
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.audit import Audit
from onememory.services.everyone import everyone
from onememory.services.programs.token_rules import bucket_ids, check_handing_on
from onememory.services.reach import Reach
from onememory.services.users.newcomers import Newcomers

FIRST_USER = "owner"
FIRST_TOKENS = (_BOOTSTRAP, _FIRST) = ("bootstrap", "first")
EVERYTHING_ALLOWED = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token and its secret, which is told this once."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An account's tokens, newest first: those that give access, and those that did."""

    present: list[Token]
    past: list[Token]


class Accounts:
    """The use cases of users and tokens."""

    def __init__(self, store: Store, newcomers: Newcomers, reach: Reach, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._newcomers = newcomers
        self._reach = reach
        self._audit = audit
        self._clock = clock

    async def authenticate(self, secret: str, channel: Channel, called: str | None = None) -> Actor:
        """Who acts with this bearer secret; `called` is the URL of the door. Raises Unauthenticated."""
        known = await self._store.read_directory(lambda d: d.token_by_hash(hash_secret(secret)), brief=True)
        if known is None:
            raise Unauthenticated("This token is unknown. Check it, or make a new one with `onememory token create`.")
        token, user = known
        if not token.is_usable(self._clock.now()):
            raise Unauthenticated("This token has expired or was revoked; make a new one.")
        if token.resource and called and not is_meant_for(token.resource, called):
            raise Unauthenticated(f"This token was given for {token.resource} alone; ask for one for {called}.")
        if not user.is_open:
            raise Unauthenticated(user.why_closed)
        actor = Actor(
            user_id=user.id,
            channel=channel,
            permissions=token.permissions,
            policy=token.policy,
            token_id=token.id,
            bucket_ids=token.bucket_ids,
            is_admin=user.is_admin and Permission.ADMIN in token.permissions,
        )
        self._audit.note_use(actor)
        return actor

    async def owner(self, name: str | None, channel: Channel) -> Actor:
        """The actor of somebody who holds the data directory itself: the named user, or the first one."""
        first = await self._store.read_directory(lambda directory: directory.first_user()) if name is None else None
        user = first or await self._named(name or FIRST_USER)
        return Actor(user.id, channel, EVERYTHING_ALLOWED, is_admin=True)

    def everyone(self) -> AsyncIterator[User]:
        """Every user; only for who holds the data directory."""
        return everyone(self._store)

    async def _named(self, name: str) -> User:
        user = await self._store.read_directory(lambda directory: directory.user_named(name))
        if user is None:
            raise NotFound(f'There is no user named "{name}"; `onememory user list` shows who there is.')
        return user

    async def prepare_first_start(self, bootstrap_secret: str | None) -> NewToken | None:
        """See to it that there is a user with a token; the token where this made a random one, to be told once."""
        try:
            first = await self._store.read_directory(lambda directory: directory.first_user())
            first = first or await self.add_user(FIRST_USER, is_admin=True)
        except Conflict:  # another process that starts together with this one was first
            return await self.prepare_first_start(bootstrap_secret)
        scope = Scope(first.id)
        if bootstrap_secret is not None:
            known = await self._store.read_directory(lambda d: d.token_by_hash(hash_secret(bootstrap_secret)))
            if known is None:
                with contextlib.suppress(Conflict):
                    await self._add_token(scope, TokenDraft(_BOOTSTRAP, EVERYTHING_ALLOWED), bootstrap_secret)
            return None
        if await self._store.read(scope, lambda tx: tx.tokens.all()):
            return None
        return await self._add_token(scope, TokenDraft(_FIRST, EVERYTHING_ALLOWED), mint_secret())

    async def user(self, actor: Actor) -> User:
        """The actor's own account."""
        require(actor, Action.READ)
        user = await self._store.read_directory(lambda directory: directory.user(actor.user_id), brief=True)
        if user is None:
            raise NotFound("This account does not exist any more.")
        return user

    async def users(self, actor: Actor, query: UserQuery) -> list[User]:
        """Some of the users by their names; for administrators."""
        require(actor, Action.MANAGE_USERS)
        return await self._store.read_directory(lambda directory: directory.users_named(query), brief=True)

    async def create_user(self, actor: Actor, name: str, password: str | None, *, is_admin: bool) -> User:
        """Make a user; for administrators."""
        require(actor, Action.MANAGE_USERS)
        user = await self.add_user(name, password, is_admin=is_admin)
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, "user.create", [user.id]))
        return user

    async def add_user(self, name: str, password: str | None = None, *, is_admin: bool = False) -> User:
        """Make a user with the bucket General; the first one of all is an administrator."""
        now = self._clock.now()
        name = checked_user_name(name)
        password_hash = hash_password(password) if password is not None else None
        return await self._store.write_directory(
            lambda d: self._newcomers.add(d, name, now, password_hash, is_admin=is_admin)
        )

    async def tokens(self, actor: Actor) -> list[Token]:
        """The account's tokens, newest first."""
        require(actor, Action.MANAGE_TOKENS)
        return await self._store.read(actor.scope, lambda tx: tx.tokens.all())

    async def standing(self, actor: Actor) -> Standing:
        """The account's tokens by whether they give access now."""
        tokens, now = await self.tokens(actor), self._clock.now()
        present = [token for token in tokens if token.is_usable(now)]
        return Standing(present, [token for token in tokens if not token.is_usable(now)])

    def next_token_id(self) -> str:
        """An id for a token that is to be made once, however often that is asked for."""
        return mint(self._clock.now())

    async def create_token(
        self, actor: Actor, draft: TokenDraft, buckets: Sequence[str] | None = None, token_id: str | None = None
    ) -> NewToken:
        """Make a token that may do no more than its maker; `buckets` are names or ids to limit it to.

        Raises Conflict where there is one with this id.
        """
        require(actor, Action.MANAGE_TOKENS)
        draft = replace(draft, bucket_ids=await bucket_ids(self._reach, actor, buckets))
        return await self._add_token(actor.scope, draft, mint_secret(), actor, token_id)

    async def _add_token(
        self, scope: Scope, draft: TokenDraft, secret: str, actor: Actor | None = None, token_id: str | None = None
    ) -> NewToken:
        now = self._clock.now()
        token = Token(
            id=token_id or mint(now),
            user_id=scope.user_id,
            name=checked_token_name(draft.name),
            permissions=draft.permissions,
            policy=draft.policy,
            bucket_ids=draft.bucket_ids,
            created_at=now,
            expires_at=draft.expires_at,
        )

        def work(tx: Transaction) -> None:
            if actor:
                check_handing_on(tx, actor, token, now)
            if tx.tokens.get(token.id):
                raise Conflict("This token was made already; its secret is shown once.")
            tx.tokens.add(token, hash_secret(secret))
            if actor:
                self._audit.write(tx, actor, "token.create", [token.id])

        await self._store.write(scope, work)
        return NewToken(token, secret)

    async def revoke_token(self, actor: Actor, token_id: str) -> None:
        """Make a token useless from now on; raises NotFound."""
        require(actor, Action.MANAGE_TOKENS)

        def work(tx: Transaction) -> None:
            if tx.tokens.get(token_id) is None:
                raise NotFound("There is no token with this id.")
            tx.tokens.revoke(token_id, self._clock.now())
            self._audit.write(tx, actor, "token.revoke", [token_id])

        await self._store.write(actor.scope, work)
