"""People for whom a proxy vouches: it has signed them in, and says who they are with every request."""

from onememory.domain.accounts import User, checked_user_name
from onememory.domain.errors import Forbidden, InvalidInput
from onememory.ports import Store
from onememory.services.signing_in.sessions import Presence, actor_of
from onememory.services.users.accounts import Accounts


class ProxySignIn:
    """The use case of believing a proxy; that it is the proxy who says so is for the door to know."""

    def __init__(self, store: Store, accounts: Accounts, *, creates_users: bool) -> None:
        self._store = store
        self._accounts = accounts
        self._creates_users = creates_users

    async def presence(self, name: str) -> Presence:
        """Who has this name here; raises Forbidden where that is nobody, or nobody who may come in."""
        user = await self._named(name)
        if user is None and self._creates_users:
            user = await self._accounts.add_user(_new_name(name))
        if user and not _is_same(name, user.name):
            raise Forbidden(
                f'The proxy calls you "{name}", which is too much like "{user.name}", the name of an account here, to '
                "be told from it. If that is you, ask for the same spelling in both places; else for another name."
            )
        if user is None:
            raise Forbidden("The proxy has let you in, but you have no account here. Ask an administrator for one.")
        if not user.is_open:
            raise Forbidden(user.why_closed)
        return Presence(actor_of(user), user, None)

    async def _named(self, name: str) -> User | None:
        return await self._store.read_directory(lambda directory: directory.user_named(name), brief=True)


def _new_name(vouched: str) -> str:
    try:
        name = checked_user_name(vouched)
    except InvalidInput as error:
        raise InvalidInput(f'The proxy calls you "{vouched}". {error} Ask for another name there.') from error
    if name != vouched:
        raise InvalidInput("The proxy names you with a space before or after the name; a user's name has none.")
    return name


def _is_same(vouched: str, name: str) -> bool:
    """Whether both are one name, but for the case of ASCII letters: to a proxy, all others differ between people."""
    return vouched.encode().lower() == name.encode().lower()
