"""What people do with their own account: another password, the time zone, and its end."""

from dataclasses import dataclass

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from onememory.domain.time_zones import checked_zone_name
from onememory.ports import Directory, Store
from onememory.security.secrets import hash_secret
from onememory.services.audit import Audit
from onememory.services.users.administrators import hindrance
from onememory.services.users.erasure import Erasure
from onememory.services.users.passwords import Passwords

_PRESENT_NEEDED = (
    "This account has a password, so the present one is needed too, as `currentPassword`. Who has lost it sets "
    "another with `onememory user password` on the machine with the data directory."
)


@dataclass(frozen=True, slots=True)
class Farewell:
    """What is asked for before an account is erased."""

    name: str
    password: str


class OwnAccount:
    """The use cases of one's own account."""

    def __init__(self, store: Store, passwords: Passwords, erasure: Erasure, audit: Audit) -> None:
        self._store = store
        self._passwords = passwords
        self._erasure = erasure
        self._audit = audit

    async def set_password(self, actor: Actor, password: str) -> None:
        """Set a first password, or at the data directory a new one without the present one; browsers are signed out.

        Raises Forbidden where there is one already.
        """
        require(actor, Action.SET_PASSWORD)
        await self._replace(actor, await self._passwords.hashed(password), is_first=not actor.holds_data)

    async def change_password(self, actor: Actor, present: str, password: str, secret: str | None = None) -> None:
        """Set a new password by who knows the present one; only the browser with this secret stays signed in.

        Raises Forbidden for a wrong one, InvalidInput for a new one that is too short or too long, and RateLimited.
        """
        require(actor, Action.KEEP_ACCOUNT)
        await self._passwords.confirm(actor.user_id, present)
        await self._replace(actor, await self._passwords.hashed(password), secret)

    async def has_password(self, actor: Actor) -> bool:
        """Whether they can sign in with one; who came by way of a provider or a proxy may have none."""
        require(actor, Action.KEEP_ACCOUNT)
        return await self._passwords.has_one(actor.user_id)

    async def choose_password(self, actor: Actor, password: str, secret: str | None = None) -> None:
        """Set the first password of one who has none; raises Conflict where there is one."""
        require(actor, Action.KEEP_ACCOUNT)
        if await self.has_password(actor):
            raise Conflict("This account has a password. Type the present one to change it.")
        await self._replace(actor, await self._passwords.hashed(password), secret)

    async def choose_time_zone(self, actor: Actor, name: str | None) -> None:
        """Show times in this zone; with None as the browser tells. Raises InvalidInput for a zone that is none."""
        require(actor, Action.KEEP_ACCOUNT)
        checked = checked_zone_name(name) if name else None
        await self._store.write_directory(lambda directory: directory.set_time_zone(actor.user_id, checked))

    async def obstacle(self, actor: Actor) -> str | None:
        """Why the account cannot be erased, as a sentence, where that is so."""
        require(actor, Action.ERASE_ACCOUNT)
        return await self._store.read_directory(lambda directory: _obstacle(directory, actor.user_id), brief=True)

    async def erase(self, actor: Actor, farewell: Farewell) -> None:
        """Erase the account and all that belongs to it, for good.

        Raises InvalidInput for another name, Forbidden for a wrong password, Conflict for the last administrator.
        """
        require(actor, Action.ERASE_ACCOUNT)
        user = await self._store.read_directory(lambda directory: directory.user(actor.user_id), brief=True)
        if user is None:
            raise NotFound("This account does not exist any more.")
        if farewell.name.strip().casefold() != user.name.casefold():
            raise InvalidInput(f'Type your name, "{user.name}", to say that you mean this account.')
        await self._passwords.confirm(actor.user_id, farewell.password)
        await self._erasure.erase(actor.user_id, lambda directory: _check(directory, actor.user_id))

    async def _replace(
        self, actor: Actor, password_hash: str, secret: str | None = None, *, is_first: bool = False
    ) -> None:
        kept = hash_secret(secret) if secret else None

        def replace(directory: Directory) -> None:
            if is_first and directory.password_hash(actor.user_id) is not None:
                raise Forbidden(_PRESENT_NEEDED)
            directory.set_password(actor.user_id, password_hash)
            directory.password_links.remove(actor.user_id)  # whoever has one could undo this
            directory.sessions.end_all(actor.user_id, kept)

        await self._store.write_directory(replace)
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, "password.change", []))


def _check(directory: Directory, user_id: str) -> None:
    if obstacle := _obstacle(directory, user_id):
        raise Conflict(obstacle)


def _obstacle(directory: Directory, user_id: str) -> str | None:
    sentence = hindrance(directory, user_id)
    if sentence is None:
        return None
    return (
        f"This account cannot be deleted. {sentence} Or, to remove everything, stop onememory and delete its data "
        "directory."
    )
