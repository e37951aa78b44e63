"""A walk over all accounts that holds few of them at a time."""

from collections.abc import AsyncIterator

from onememory.domain.accounts import User
from onememory.ports import Store

AT_ONCE = 500


async def everyone(store: Store) -> AsyncIterator[User]:
    """Every user by id; who comes while it walks may be passed over."""
    last = ""
    while users := await store.read_directory(lambda directory, last=last: directory.users_after(last, AT_ONCE)):  # type: ignore[misc]
        for user in users:
            yield user
        last = users[-1].id
