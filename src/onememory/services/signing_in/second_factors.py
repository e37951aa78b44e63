"""Sign-in in two steps: a code of an app on the person's phone after the password."""

from dataclasses import replace
from datetime import datetime

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from onememory.domain.second_factors import Enrolment, SecondFactor
from onememory.ports import Clock, Directory, Store
from onememory.security.recovery_codes import hash_code, mint_codes
from onememory.security.rfc6238_totp import enrolment_uri, is_key, mint_key, step_of
from onememory.services.audit import Audit
from onememory.services.users.passwords import Passwords


class SecondFactors:
    """The use cases of switching it on and off."""

    def __init__(self, store: Store, passwords: Passwords, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._audit = audit
        self._clock = clock

    async def begin(self, actor: Actor) -> Enrolment:
        """A new key for an app; nothing is switched on before `switch_on`."""
        return await self.enrolment(actor, mint_key())

    async def enrolment(self, actor: Actor, key: str) -> Enrolment:
        """The same key again; raises InvalidInput for what is none."""
        require(actor, Action.KEEP_ACCOUNT)
        if not is_key(key):
            raise InvalidInput("This is no key for an app; begin again.")
        user = await self._store.read_directory(lambda directory: directory.user(actor.user_id), brief=True)
        return Enrolment(key, enrolment_uri(key, user.name if user else ""))

    async def switch_on(self, actor: Actor, key: str, code: str, password: str) -> list[str]:
        """Ask for codes of this key from now on; the recovery codes, told this once.

        Raises InvalidInput for a wrong code, Forbidden for a wrong password, Conflict where it is on already.
        """
        require(actor, Action.KEEP_ACCOUNT)
        step = step_of(key, code, self._clock.now()) if is_key(key) else None
        if step is None:
            raise InvalidInput("This code does not fit. Type the six digits that the app shows now.")
        await self._passwords.confirm(actor.user_id, password)
        codes = mint_codes()
        factor = SecondFactor(key, step, frozenset(map(hash_code, codes)))

        def put(directory: Directory) -> None:
            if directory.second_factors.get(actor.user_id):
                raise Conflict("Codes are asked for already. Switch that off first to use another app.")
            directory.second_factors.put(actor.user_id, factor)

        await self._store.write_directory(put)
        await self._note(actor, "second_factor.on")
        return codes

    async def renew_codes(self, actor: Actor, password: str) -> list[str]:
        """New recovery codes, told this once; those before are of no use any more."""
        require(actor, Action.KEEP_ACCOUNT)
        await self._passwords.confirm(actor.user_id, password)
        codes = mint_codes()

        def put(directory: Directory) -> None:
            factor = directory.second_factors.get(actor.user_id)
            if factor is None:
                raise NotFound("No codes are asked for at the sign-in, so there are no recovery codes.")
            renewed = replace(factor, recovery_hashes=frozenset(map(hash_code, codes)))
            directory.second_factors.put(actor.user_id, renewed)

        await self._store.write_directory(put)
        await self._note(actor, "second_factor.renew_codes")
        return codes

    async def codes_left(self, actor: Actor) -> int | None:
        """How many recovery codes are unused; None where no codes are asked for."""
        require(actor, Action.KEEP_ACCOUNT)
        factor = await self._store.read_directory(lambda d: d.second_factors.get(actor.user_id), brief=True)
        return len(factor.recovery_hashes) if factor else None

    async def switch_off(self, actor: Actor, password: str | None = None) -> bool:
        """Ask for no codes any more; whether any were asked for. Only at the data directory without the password.

        Raises Forbidden for a wrong password or none.
        """
        require(actor, Action.KEEP_ACCOUNT)
        if password is not None:
            await self._passwords.confirm(actor.user_id, password)
        elif not actor.holds_data:
            raise Forbidden(
                "Your password is needed too, as `password`. Who has lost it runs `onememory user codes-off` "
                "on the machine with the data directory."
            )
        if not await self._store.write_directory(lambda directory: _remove(directory, actor.user_id)):
            return False
        await self._note(actor, "second_factor.off")
        return True

    async def _note(self, actor: Actor, action: str) -> None:
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, action, []))


def _remove(directory: Directory, user_id: str) -> bool:
    was_on = directory.second_factors.get(user_id) is not None
    directory.second_factors.remove(user_id)
    return was_on


def take(directory: Directory, user_id: str, code: str, now: datetime) -> bool:
    """Use a code of the app or a recovery code up, within a transaction; whether it was good. None works twice."""
    factor = directory.second_factors.get(user_id)
    if factor is None:
        return False
    step = step_of(factor.key, code, now)
    if step is not None:
        if step <= factor.last_step:
            return False
        directory.second_factors.put(user_id, replace(factor, last_step=step))
        return True
    hashed = hash_code(code)
    if hashed not in factor.recovery_hashes:
        return False
    directory.second_factors.put(user_id, replace(factor, recovery_hashes=factor.recovery_hashes - {hashed}))
    return True
