"""Signing in: with name and password, and where the person wants it with a code after that."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from onememory.domain.accounts import USER_NAME_LIMIT, User
from onememory.domain.errors import Unauthenticated
from onememory.domain.sessions import Browser
from onememory.ports import Clock, Directory, Store
from onememory.security.browser_marks import is_mark, mint_mark
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.passwords import Passwords
from onememory.services.second_factors import take
from onememory.services.sessions import Sessions
from onememory.services.tries import Tries

logger = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=10)  # between the password and the code
WAITING = 1_000  # who have proved a password and no code; beyond that the one who came first begins again


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the browser is given: of a session, or of a sign-in that waits for a code."""

    secret: str
    mark: str  # by which the browser is known again; empty while a code is awaited
    awaits_code: bool = False


@dataclass(frozen=True, slots=True)
class _Proved:
    """Somebody whose password was right, while a code is awaited."""

    user: User
    password_hash: str | None
    name: str
    until: datetime


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
        self._proved: dict[bytes, _Proved] = {}

    async def sign_in(self, name: str, password: str, browser: Browser) -> SignedIn:
        """Begin a session, or await a code; raises RateLimited, and Unauthenticated without saying why."""
        caller = name.strip().casefold()[:USER_NAME_LIMIT]
        user, password_hash = await self._store.read_directory(lambda d: _credentials(d, name), brief=True)
        self._admit(user, caller, browser)
        is_right = await self._passwords.are_same(password, password_hash)
        if user is None or not is_right or user.disabled_at is not None:
            raise _refused(browser, "This name and this password do not belong together.")
        proved = _Proved(user, password_hash, caller, self._clock.now() + PATIENCE)
        signed_in = await self._enter_or_await(proved, browser)
        if signed_in is None:
            raise _refused(browser, "This name and this password do not belong together.")
        return signed_in

    async def enter_vouched(self, user: User, browser: Browser) -> SignedIn:
        """The same for somebody for whom an identity provider vouches; who has switched codes on gives one here too."""
        password_hash = await self._store.read_directory(lambda d: d.password_hash(user.id), brief=True)
        proved = _Proved(user, password_hash, user.name.casefold(), self._clock.now() + PATIENCE)
        signed_in = await self._enter_or_await(proved, browser) if user.disabled_at is None else None
        if signed_in is None:
            raise _refused(browser, "This account is deactivated, or has just changed. Ask an administrator.")
        return signed_in

    def awaits_code(self, secret: str) -> bool:
        """Whether a code is all that is missing for who has this secret."""
        return self._waiting(secret) is not None

    async def finish(self, secret: str, code: str, browser: Browser) -> SignedIn:
        """Begin the session of who has proved the password; raises Unauthenticated and RateLimited."""
        proved = self._waiting(secret)
        if proved is None:
            raise Unauthenticated("This took too long. Sign in again with your name and password.")
        if self._is_known(proved.user, browser):
            self._tries.from_known_browser(browser.mark)
        else:
            self._tries.of_code(proved.user.id)
        signed_in = await self._enter(proved, browser, code)
        if signed_in is None:
            raise _refused(browser, "This code does not fit, or was used before. Type the one that the app shows now.")
        self._proved.pop(hash_secret(secret), None)
        self._tries.forgive_user(proved.user.id)
        return signed_in

    async def _enter_or_await(self, proved: _Proved, browser: Browser) -> SignedIn | None:
        if proved.user.has_second_factor:
            return SignedIn(self._await_code(proved), "", awaits_code=True)
        return await self._enter(proved, browser)

    async def _enter(self, proved: _Proved, browser: Browser, code: str | None = None) -> SignedIn | None:
        """Make the session, unless the account has changed while the password was checked, or the code is wrong."""
        user, secret = proved.user, mint_secret()

        def enter(directory: Directory) -> bool:
            if _has_changed(directory, proved):
                return False
            if user.has_second_factor and not take(directory, user.id, code or "", self._clock.now()):
                return False
            self._sessions.begin(directory, user, secret, browser)
            return True

        if not await self._store.write_directory(enter):
            return None
        await self._sessions.note_begin(user)
        self._tries.forgive(proved.name, browser.address, browser.mark)
        return SignedIn(secret, browser.mark if self._is_known(user, browser) else mint_mark(self._mark_key, user.id))

    def _admit(self, user: User | None, caller: str, browser: Browser) -> None:
        if user and self._is_known(user, browser):
            self._tries.from_known_browser(browser.mark)
        else:
            self._tries.from_strange_browser(caller, browser.address)

    def _is_known(self, user: User, browser: Browser) -> bool:
        return is_mark(self._mark_key, user.id, browser.mark)

    def _await_code(self, proved: _Proved) -> str:
        # A new secret: whoever has put a secret of their own into this browser does not get past the password with it.
        secret = mint_secret()
        self._proved[hash_secret(secret)] = proved
        if len(self._proved) > WAITING:
            del self._proved[next(iter(self._proved))]
        return secret

    def _waiting(self, secret: str) -> _Proved | None:
        proved = self._proved.get(hash_secret(secret))
        return proved if proved and self._clock.now() < proved.until else None


def _credentials(directory: Directory, name: str) -> tuple[User | None, str | None]:
    user = directory.user_named(name)
    return user, directory.password_hash(user.id) if user else None


def _has_changed(directory: Directory, proved: _Proved) -> bool:
    present = directory.user(proved.user.id)
    if present is None or present.disabled_at is not None:
        return True
    has_new_password = directory.password_hash(present.id) != proved.password_hash
    return has_new_password or present.has_second_factor is not proved.user.has_second_factor


def _refused(browser: Browser, sentence: str) -> Unauthenticated:
    logger.warning("a sign-in was refused", extra={"address": browser.address})
    return Unauthenticated(sentence)
