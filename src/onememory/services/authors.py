"""Who wrote what into shared buckets, by name."""

from collections.abc import Collection, Mapping

from onememory.ports import Directory, Store

GONE = "someone who has left"


class Authors:
    """Gives the names of those who wrote what an actor was shown."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def names(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """What each is called now, by their id; whoever was erased has left."""
        wanted = frozenset(user_ids)
        if not wanted:
            return {}
        return await self._store.read_directory(lambda directory: _names(directory, wanted), brief=True)


def _names(directory: Directory, user_ids: Collection[str]) -> Mapping[str, str]:
    users = {user_id: directory.user(user_id) for user_id in user_ids}
    return {user_id: user.name if user else GONE for user_id, user in users.items()}
