"""The one rule about administrators: an installation always has one who can sign in, if it ever had."""

from onememory.domain.errors import Conflict
from onememory.ports import Directory

_ONLY = "This is the only administrator. Make another one first."
_ONLY_WITH_SIGN_IN = (
    "No other administrator can sign in yet. Give one of them a link to choose a password first, or let them sign in "
    "once at your provider."
)


def hindrance(directory: Directory, user_id: str) -> str | None:
    """Why this user has to stay an administrator, as a sentence, where that is so."""
    administrators = {user.id for user in directory.administrators()}
    if user_id not in administrators:
        return None
    others = administrators - {user_id}
    if not others:
        return _ONLY
    if _can_sign_in(directory, user_id) and not any(_can_sign_in(directory, other) for other in others):
        return _ONLY_WITH_SIGN_IN
    return None


def check_that_one_remains(directory: Directory, user_id: str) -> None:
    """Pass where the user may stop being an administrator; raises Conflict."""
    if sentence := hindrance(directory, user_id):
        raise Conflict(sentence)


def _can_sign_in(directory: Directory, user_id: str) -> bool:
    return directory.password_hash(user_id) is not None or bool(directory.identities.of_user(user_id))
