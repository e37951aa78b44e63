"""The one rule about administrators: an installation always has one."""

from onememory.domain.errors import Conflict
from onememory.ports import Directory


def is_last_administrator(directory: Directory, user_id: str) -> bool:
    """Whether nobody would administer if this user did not."""
    return [user.id for user in directory.administrators()] == [user_id]


def check_that_one_remains(directory: Directory, user_id: str) -> None:
    """Pass where the user may stop being an administrator; raises Conflict."""
    if is_last_administrator(directory, user_id):
        raise Conflict("This is the only administrator. Make another one first.")
