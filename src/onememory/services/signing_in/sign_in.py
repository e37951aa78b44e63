"""Signing in: with name and password, and where the person wants it with a code after that."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from onememory.domain.accounts import USER_NAME_LIMIT, User
from onememory.domain.errors import Unauthenticated
from onememory.domain.sessions import Browser, SignInStep
from onememory.ports import Clock, Directory, Store
from onememory.security.browser_marks import is_mark, mint_mark
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.signing_in.second_factors import take
from onememory.services.signing_in.sessions import Sessions
from onememory.services.users.passwords import Passwords
from onememory.services.users.tries import Tries

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)  # between the password and the code
WAITING = 20  # sign-ins of one person that wait for a code; beyond that the one begun first begins again


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser is given: of a session, or of a sign-in that waits for a code."""

    secret: str
    mark: str  # by which the browser is known again; empty while a code is awaited
    awaits_code: bool = False


@dataclass(frozen=True, slots=True)
class _Proved:
    """Somebody whose password was right."""

    user: User
    password_mark: bytes  # by which it shows whether the password has changed since
    name: str  # as it was typed
    until: datetime  # a code may come


class SignIn:
    """The use cases of people at a browser."""

    def __init__(
        self, store: Store, passwords: Passwords, sessions: Sessions, tries: Tries, clock: Clock, mark_key: bytes
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._sessions = sessions
        self._tries = tries
        self._clock = clock
        self._mark_key = mark_key

    async def sign_in(self, name: str, password: str, browser: Browser) -> SignedIn:
        """Begin a session, or await a code; raises RateLimited, and Unauthenticated.

        Why, it tells those alone who have the right password.
        """
        caller = name.strip().casefold()[:USER_NAME_LIMIT]
        user, password_hash = await self._store.read_directory(lambda d: _credentials(d, name), brief=True)
        await self._admit(user, caller, browser)
        is_right = await self._passwords.are_same(password, password_hash)
        if user is None or not is_right:
            raise _refused(browser, "This name and this password do not belong together.")
        if user.disabled_at is not None:
            raise _refused(browser, "This account is deactivated; ask an administrator.")
        if user.moving:
            raise _refused(browser, user.moving.sentence)
        proved = _Proved(user, _mark(password_hash), caller, self._clock.now() + PATIENCE)
        signed_in = await self._enter_or_await(proved, browser)
        if signed_in is None:
            raise _refused(browser, "This name and this password do not belong together.")
        return signed_in

    async def enter_vouched(self, user: User, browser: Browser) -> SignedIn:
        """The same for somebody for whom an identity provider vouches; who has switched codes on gives one here too."""
        password_hash = await self._store.read_directory(lambda d: d.password_hash(user.id), brief=True)
        proved = _Proved(user, _mark(password_hash), user.name.casefold(), self._clock.now() + PATIENCE)
        signed_in = await self._enter_or_await(proved, browser) if user.is_open else None
        if signed_in is None:
            raise _refused(browser, "This account is deactivated, or has just changed. Ask an administrator.")
        return signed_in

    async def awaits_code(self, secret: str) -> bool:
        """Whether a code is all that is missing for who has this secret."""
        return await self._waiting(secret) is not None

    async def finish(self, secret: str, code: str, browser: Browser) -> SignedIn:
        """Begin the session of who has proved the password; raises Unauthenticated and RateLimited."""
        proved = await self._waiting(secret)
        if proved is None:
            raise Unauthenticated("This took too long. Sign in again with your name and password.")
        if self._is_known(proved.user, browser):
            await self._tries.from_known_browser(browser.mark)
        else:
            await self._tries.of_code(proved.user.id)
        signed_in = await self._enter(
            proved, browser, lambda directory: self._finished(directory, proved, secret, code)
        )
        if signed_in is None:
            raise _refused(browser, "This code does not fit, or was used before. Type the one that the app shows now.")
        await self._tries.forgive_user(proved.user.id)
        return signed_in

    async def _enter_or_await(self, proved: _Proved, browser: Browser) -> SignedIn | None:
        if proved.user.has_second_factor:
            return SignedIn(await self._await_code(proved), "", awaits_code=True)
        return await self._enter(proved, browser)

    async def _enter(
        self, proved: _Proved, browser: Browser, is_finished: Callable[[Directory], bool] = lambda _: True
    ) -> SignedIn | None:
        """Make the session, unless the account has changed while the password was checked, or the code is wrong."""
        user, secret = proved.user, mint_secret()

        def enter(directory: Directory) -> bool:
            if _has_changed(directory, proved) or not is_finished(directory):
                return False
            self._sessions.begin(directory, user, secret, browser)
            return True

        if not await self._store.write_directory(enter):
            return None
        await self._sessions.note_begin(user)
        await self._tries.forgive(proved.name, browser.address, browser.mark)
        return SignedIn(secret, browser.mark if self._is_known(user, browser) else mint_mark(self._mark_key, user.id))

    def _finished(self, directory: Directory, proved: _Proved, secret: str, code: str) -> bool:
        """Use the code up, and the step that waited for it, which no second request can have finished meanwhile."""
        secret_hash, user_id = hash_secret(secret), proved.user.id
        if directory.sign_in_steps.get(secret_hash) is None or not take(directory, user_id, code, self._clock.now()):
            return False
        directory.sign_in_steps.remove(secret_hash)
        return True

    async def _admit(self, user: User | None, caller: str, browser: Browser) -> None:
        if user and self._is_known(user, browser):
            await self._tries.from_known_browser(browser.mark)
        else:
            await self._tries.from_strange_browser(caller, browser.address)

    def _is_known(self, user: User, browser: Browser) -> bool:
        return is_mark(self._mark_key, user.id, browser.mark)

    async def _await_code(self, proved: _Proved) -> str:
        # A new secret: whoever has put a secret of their own into this browser does not get past the password with it.
        secret = mint_secret()
        step = SignInStep(proved.user.id, proved.name, proved.password_mark, proved.until)
        await self._store.write_directory(lambda d: d.sign_in_steps.add(hash_secret(secret), step, WAITING))
        return secret

    async def _waiting(self, secret: str) -> _Proved | None:
        secret_hash = hash_secret(secret)
        found = await self._store.read_directory(lambda directory: _begun(directory, secret_hash), brief=True)
        return found if found and self._clock.now() < found.until else None


def _credentials(directory: Directory, name: str) -> tuple[User | None, str | None]:
    user = directory.user_named(name)
    return user, directory.password_hash(user.id) if user else None


def _begun(directory: Directory, secret_hash: bytes) -> _Proved | None:
    step = directory.sign_in_steps.get(secret_hash)
    user = directory.user(step.user_id) if step else None
    if step is None or user is None:
        return None
    return _Proved(replace(user, has_second_factor=True), step.password_mark, step.name, step.expires_at)


def _mark(password_hash: str | None) -> bytes:
    return hash_secret(password_hash or "")


def _has_changed(directory: Directory, proved: _Proved) -> bool:
    present = directory.user(proved.user.id)
    if present is None or not present.is_open:
        return True
    has_new_password = _mark(directory.password_hash(present.id)) != proved.password_mark
    return has_new_password or present.has_second_factor is not proved.user.has_second_factor


def _refused(browser: Browser, sentence: str) -> Unauthenticated:
    logger.warning("a sign-in was refused", extra={"address": browser.address})
    return Unauthenticated(sentence)
