"""Which account here belongs to which account at an identity provider."""

from onememory.domain.accounts import User
from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict
from onememory.domain.identities import Identified, Identity, numbered, user_name_of
from onememory.ports import Clock, Directory, Store
from onememory.services.audit import Audit
from onememory.services.users.newcomers import Newcomers


class Identities:
    """The use cases of finding, making, linking and unlinking them."""

    def __init__(self, store: Store, newcomers: Newcomers, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._newcomers = newcomers
        self._audit = audit
        self._clock = clock

    async def known(self, identified: Identified) -> User | None:
        """Whoever this is here."""
        return await self._store.read_directory(lambda directory: _known(directory, identified), brief=True)

    async def create(self, identified: Identified) -> User:
        """An account for somebody who has none; its name is made of what the provider calls them."""
        now, name = self._clock.now(), user_name_of(identified.names)

        def create(directory: Directory) -> User:
            if known := _known(directory, identified):  # another request of theirs was faster
                return known
            number = 1
            while directory.user_named(numbered(name, number)):
                number += 1
            user = self._newcomers.add(directory, numbered(name, number), now)
            directory.identities.add(Identity(identified.issuer, identified.subject, user.id, identified.shown, now))
            return user

        return await self._store.write_directory(create)

    async def of(self, actor: Actor) -> list[Identity]:
        """The actor's accounts at providers."""
        require(actor, Action.KEEP_ACCOUNT)
        return await self._store.read_directory(lambda d: d.identities.of_user(actor.user_id), brief=True)

    async def link(self, actor: Actor, identified: Identified) -> None:
        """Let this account there sign in as the actor from now on; raises Conflict where it is another one's."""
        require(actor, Action.KEEP_ACCOUNT)
        now = self._clock.now()

        def link(directory: Directory) -> None:
            known = directory.identities.get(identified.issuer, identified.subject)
            if known and known.user_id != actor.user_id:
                raise Conflict("Somebody else here signs in with this account already.")
            if not known:
                shown = identified.shown
                directory.identities.add(Identity(identified.issuer, identified.subject, actor.user_id, shown, now))

        await self._store.write_directory(link)
        await self._note(actor, "identity.link")

    async def unlink(self, actor: Actor, issuer: str, subject: str) -> None:
        """Let it sign in as the actor no more; raises Conflict where they could not sign in any more then."""
        require(actor, Action.KEEP_ACCOUNT)

        def unlink(directory: Directory) -> None:
            if directory.password_hash(actor.user_id) is None:
                raise Conflict("You have no password, so you could not sign in any more. Choose one first.")
            directory.identities.remove(actor.user_id, issuer, subject)

        await self._store.write_directory(unlink)
        await self._note(actor, "identity.unlink")

    async def _note(self, actor: Actor, action: str) -> None:
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, action, []))


def _known(directory: Directory, identified: Identified) -> User | None:
    identity = directory.identities.get(identified.issuer, identified.subject)
    return directory.user(identity.user_id) if identity else None
