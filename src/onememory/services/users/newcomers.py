"""How somebody new begins: with the bucket General, and within the quota that the settings say."""

from dataclasses import dataclass
from datetime import datetime

from onememory.domain.accounts import User
from onememory.domain.buckets import GENERAL, Bucket
from onememory.domain.errors import Conflict
from onememory.domain.ids import mint_bucket_id, mint_user_id
from onememory.domain.quotas import Quota
from onememory.ports import Directory


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Makes users within a transaction."""

    quota: Quota  # of everybody but administrators, until one of them sets another

    def add(
        self,
        directory: Directory,
        name: str,
        now: datetime,
        password_hash: str | None = None,
        *,
        is_admin: bool = False,
    ) -> User:
        """Make a user; the first one of all is an administrator. Raises Conflict where the name is taken."""
        if directory.user_named(name):
            raise Conflict(f'A user named "{name}" exists already.')
        user = User(mint_user_id(), name, is_admin or not directory.users_after("", 1), now)
        general = Bucket(mint_bucket_id(), GENERAL, None, is_general=True, created_at=now)
        directory.add_user(user, password_hash, general)
        if not user.is_admin and not self.quota.is_unlimited:
            directory.limit_newcomer(user.id, self.quota)
        return user


UNLIMITED = Newcomers(Quota())
