"""The first sign-in of an installation: whoever has the token that it printed gives its first user a password."""

from dataclasses import dataclass

from onememory.domain.accounts import Permission, User, checked_user_name
from onememory.domain.errors import Conflict, Unauthenticated
from onememory.domain.sessions import Browser
from onememory.ports import Clock, Directory, Store
from onememory.security.browser_marks import mint_mark
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.signing_in.sessions import Sessions
from onememory.services.signing_in.sign_in import SignedIn
from onememory.services.users.accounts import FIRST_USER
from onememory.services.users.passwords import Passwords
from onememory.services.users.tries import Tries


@dataclass(frozen=True, slots=True)
class FirstSignIn:
    """What is filled in."""

    code: str  # the first token, or another of the first user's that may administer
    name: str
    password: str


class SetUp:
    """The use cases of an installation where nobody has a password."""

    def __init__(
        self, store: Store, passwords: Passwords, sessions: Sessions, tries: Tries, clock: Clock, mark_key: bytes
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._sessions = sessions
        self._tries = tries
        self._clock = clock
        self._mark_key = mark_key

    async def is_needed(self) -> bool:
        """Whether nobody can sign in yet."""
        return not await self._store.read_directory(lambda directory: directory.has_passwords(), brief=True)

    async def suggested_name(self) -> str:
        """The name that the first user has."""
        first = await self._store.read_directory(lambda directory: directory.first_user(), brief=True)
        return first.name if first else FIRST_USER

    async def finish(self, wanted: FirstSignIn, browser: Browser) -> SignedIn:
        """Name the first user, set their password and begin their session.

        Raises Conflict once somebody has a password, Unauthenticated for a wrong code, InvalidInput and RateLimited.
        """
        await self._tries.from_network(browser.address)
        if await self._store.read_directory(lambda d: self._first_user(d, wanted.code), brief=True) is None:
            raise Unauthenticated(
                "This is not the set-up code. It begins with `om_` and was printed at the first start."
            )
        name = checked_user_name(wanted.name)
        password_hash, secret = await self._passwords.hashed(wanted.password), mint_secret()

        def enter(directory: Directory) -> User:
            user = self._first_user(directory, wanted.code)
            if user is None or directory.has_passwords():
                raise Conflict("Somebody has set a password already. Sign in with it.")
            namesake = directory.user_named(name)
            if namesake and namesake.id != user.id:
                raise Conflict(f'A user named "{name}" exists already.')
            directory.rename_user(user.id, name)
            directory.set_password(user.id, password_hash)
            self._sessions.begin(directory, user, secret, browser)
            return user

        user = await self._store.write_directory(enter)
        await self._sessions.note_begin(user)
        return SignedIn(secret, mint_mark(self._mark_key, user.id))

    def _first_user(self, directory: Directory, code: str) -> User | None:
        """The first user, where this is a token with which they administer."""
        known = directory.token_by_hash(hash_secret(code.strip()))
        first = directory.first_user()
        if known is None or first is None or known[1] != first or not first.is_open:
            return None
        token = known[0]
        may = token.is_usable(self._clock.now()) and Permission.ADMIN in token.permissions and token.client_id is None
        return first if may else None
