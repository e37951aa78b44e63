"""What must be found before there is a scope: people, whose token this is, and work to do for anyone."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from onememory.domain.accounts import Token, User
from onememory.domain.actors import Scope
from onememory.domain.buckets import Bucket
from onememory.domain.jobs import LEASE, Job, JobKind, JobState
from onememory.domain.moving import Moving
from onememory.domain.quotas import Quota, Usage
from onememory.ports.identities import IdentityRows
from onememory.ports.installation import InstallationRows
from onememory.ports.oauth_clients import OAuthClientRows
from onememory.ports.password_links import PasswordLinkRows
from onememory.ports.rows import UserQuery
from onememory.ports.second_factors import SecondFactorRows
from onememory.ports.sessions import SessionRows
from onememory.ports.sharing import ShareRows
from onememory.ports.sign_in_steps import SignInStepRows
from onememory.storage.rows.buckets import BucketTable
from onememory.storage.rows.identities import IdentityTable
from onememory.storage.rows.installation import InstallationTable
from onememory.storage.rows.jobs import JOB_COLUMNS, JobTable, job_of
from onememory.storage.rows.oauth_clients import OAuthClientTable
from onememory.storage.rows.password_links import PasswordLinkTable
from onememory.storage.rows.quotas import QuotaTable
from onememory.storage.rows.second_factors import SecondFactorTable
from onememory.storage.rows.sessions import SessionTable
from onememory.storage.rows.sharing import ShareTable
from onememory.storage.rows.sign_in_steps import SignInStepTable
from onememory.storage.rows.tokens import TOKEN_COLUMNS, access_of, token_of
from onememory.storage.scoped import (
    Connection,
    Row,
    Scoped,
    batches,
    from_ms,
    optional_ms,
    optional_time,
    placeholders,
    to_ms,
)

_WITHOUT_CASCADE = ("memory_files", "proposals", "memory_versions", "memories", "messages")  # in this order
CANDIDATES = 32  # jobs that are due, of which the first that no other process takes at this moment is claimed
_DUE = "((state = 'waiting' AND run_at <= :now) OR (state = 'running' AND claimed_at < :stale))"
_USER = "user_id, name, is_admin, created_at, disabled_at, time_zone, totp_secret IS NOT NULL, moving"


class DirectoryTables:
    """The tables without an owner; implements the port Directory."""

    _claiming = ""  # what keeps others from taking the row that is read, where there are several writers

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self.clients: OAuthClientRows = OAuthClientTable(connection)
        self.identities: IdentityRows = IdentityTable(connection)
        self.installation: InstallationRows = InstallationTable(connection)
        self.password_links: PasswordLinkRows = PasswordLinkTable(connection)
        self.second_factors: SecondFactorRows = SecondFactorTable(connection)
        self.sessions: SessionRows = SessionTable(connection)
        self.shares: ShareRows = ShareTable(connection)
        self.sign_in_steps: SignInStepRows = SignInStepTable(connection)

    def add_user(self, user: User, password_hash: str | None, general: Bucket) -> None:
        """Insert a user with the bucket that everybody has; raises Conflict when the name is taken."""
        self._db.rows(
            "INSERT INTO users (user_id, name, name_key, is_admin, password_hash, created_at, disabled_at) "
            "VALUES (:user_id, :name, :name_key, :is_admin, :password_hash, :created_at, :disabled_at)",
            {
                "user_id": user.id,
                "name": user.name,
                "name_key": user.name.casefold(),
                "is_admin": int(user.is_admin),
                "password_hash": password_hash,
                "created_at": to_ms(user.created_at),
                "disabled_at": optional_ms(user.disabled_at),
            },
        )
        BucketTable(Scoped(self._db, Scope(user.id))).add(general)

    def limit_newcomer(self, user_id: str, quota: Quota) -> None:
        """Limit what somebody may keep who keeps nothing yet."""
        QuotaTable(Scoped(self._db, Scope(user_id))).put(quota, Usage())

    def users_after(self, user_id: str, limit: int) -> list[User]:
        """Some users by their ids, from behind this one; an empty id begins."""
        sql = f"SELECT {_USER} FROM users WHERE user_id > :user_id ORDER BY user_id LIMIT :limit"
        return [_user(row) for row in self._db.rows(sql, {"user_id": user_id, "limit": limit})]

    def users_named(self, query: UserQuery) -> list[User]:
        """Some users by their names."""
        sql = (
            f"SELECT {_USER} FROM users WHERE name_key >= :start AND name_key < :end AND name_key > :after "
            "ORDER BY name_key LIMIT :limit"
        )
        start = query.start.strip().casefold()
        bounds = {"start": start, "end": f"{start}\U0010ffff", "after": query.after.strip().casefold()}
        return [_user(row) for row in self._db.rows(sql, {**bounds, "limit": query.limit})]

    def first_user(self) -> User | None:
        """Who was here first."""
        rows = self._db.rows(f"SELECT {_USER} FROM users ORDER BY created_at, user_id LIMIT 1", {})
        return _user(rows[0]) if rows else None

    def administrators(self) -> list[User]:
        """Those who administer and may come in."""
        rows = self._db.rows(
            f"SELECT {_USER} FROM users WHERE is_admin = 1 AND disabled_at IS NULL AND moving IS NULL", {}
        )
        return [_user(row) for row in rows]

    def user(self, user_id: str) -> User | None:
        """The user with this id."""
        rows = self._db.rows(f"SELECT {_USER} FROM users WHERE user_id = :user_id", {"user_id": user_id})
        return _user(rows[0]) if rows else None

    def user_named(self, name: str) -> User | None:
        """The user with this name, without regard to case."""
        rows = self._db.rows(f"SELECT {_USER} FROM users WHERE name_key = :name", {"name": name.strip().casefold()})
        return _user(rows[0]) if rows else None

    def names(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """What these users are called, by their ids; those who are not there are left out."""
        found: dict[str, str] = {}
        for batch in batches(sorted(user_ids)):
            ids, values = placeholders("id", batch)
            found.update(self._db.rows(f"SELECT user_id, name FROM users WHERE user_id IN ({ids})", values))
        return found

    def password_hash(self, user_id: str) -> str | None:
        """What is kept of the user's password, where they have one."""
        rows = self._db.rows("SELECT password_hash FROM users WHERE user_id = :user_id", {"user_id": user_id})
        return str(rows[0][0]) if rows and rows[0][0] is not None else None

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace the password's hash."""
        self._db.rows(
            "UPDATE users SET password_hash = :password_hash WHERE user_id = :user_id",
            {"user_id": user_id, "password_hash": password_hash},
        )

    def has_passwords(self) -> bool:
        """Whether anybody has a password."""
        return bool(self._db.rows("SELECT 1 FROM users WHERE password_hash IS NOT NULL LIMIT 1", {}))

    def rename_user(self, user_id: str, name: str) -> None:
        """Give the user another name; raises Conflict when it is taken."""
        self._db.rows(
            "UPDATE users SET name = :name, name_key = :name_key WHERE user_id = :user_id",
            {"user_id": user_id, "name": name, "name_key": name.casefold()},
        )

    def set_admin(self, user_id: str, *, is_admin: bool) -> None:
        """Make the user an administrator, or none."""
        self._db.rows(
            "UPDATE users SET is_admin = :is_admin WHERE user_id = :user_id",
            {"user_id": user_id, "is_admin": int(is_admin)},
        )

    def set_disabled(self, user_id: str, at: datetime | None) -> None:
        """Deactivate the user, or with None let them in again."""
        self._db.rows(
            "UPDATE users SET disabled_at = :at WHERE user_id = :user_id", {"user_id": user_id, "at": optional_ms(at)}
        )

    def set_time_zone(self, user_id: str, name: str | None) -> None:
        """Replace the time zone that the user has chosen."""
        self._db.rows("UPDATE users SET time_zone = :name WHERE user_id = :user_id", {"user_id": user_id, "name": name})

    def erase_user(self, user_id: str) -> None:
        """Remove the user and every row that belongs to them, for good."""
        for table in (*_WITHOUT_CASCADE, "users"):
            self._db.rows(f"DELETE FROM {table} WHERE user_id = :user_id", {"user_id": user_id})

    def token_by_hash(self, secret_hash: bytes) -> tuple[Token, User] | None:
        """The token with this secret and its user; what the secret is good for, where that is less than the token."""
        owners = self._db.rows(
            "SELECT user_id, token_id, permissions, expires_at FROM token_owners WHERE secret_hash = :secret_hash",
            {"secret_hash": secret_hash},
        )
        if not owners:
            return None
        user_id, token_id, permissions, expires_at = owners[0]
        tokens = self._db.rows(
            f"SELECT {TOKEN_COLUMNS} FROM tokens WHERE user_id = :user_id AND token_id = :token_id",
            {"user_id": user_id, "token_id": token_id},
        )
        user = self.user(user_id)
        if not tokens or user is None:
            return None
        token = token_of(tokens[0])
        return token if expires_at is None else access_of(token, permissions, from_ms(expires_at)), user

    def code_owner(self, secret_hash: bytes) -> str | None:
        """The id of the user who gave this authorisation code."""
        return self._owner("SELECT user_id FROM oauth_codes WHERE secret_hash = :secret_hash", secret_hash)

    def refresh_owner(self, secret_hash: bytes) -> str | None:
        """The id of the user whose connection this refresh token is of."""
        return self._owner("SELECT user_id FROM oauth_refresh_tokens WHERE secret_hash = :secret_hash", secret_hash)

    def _owner(self, sql: str, secret_hash: bytes) -> str | None:
        rows = self._db.rows(sql, {"secret_hash": secret_hash})
        return str(rows[0][0]) if rows else None

    def claim_job(self, now: datetime, kinds: Collection[JobKind] = tuple(JobKind)) -> Job | None:
        """Take the job of these kinds that is due first, or one whose claim has expired.

        Of imports a user has one running.
        """
        moments = {"now": to_ms(now), "stale": to_ms(now - LEASE)}
        names, named = placeholders("k", sorted(kinds))
        # Found among everybody's, then locked by its key, for rows on several machines cannot be locked at once.
        due = self._db.rows(
            f"SELECT user_id, job_id FROM jobs AS j WHERE {_DUE} AND kind IN ({names}) AND NOT EXISTS ("
            "SELECT 1 FROM jobs AS o WHERE o.user_id = j.user_id AND o.kind = j.kind AND o.kind = 'import' "
            "AND o.state = 'running' AND o.claimed_at >= :stale) "
            "AND NOT EXISTS (SELECT 1 FROM search_state AS s WHERE s.user_id = j.user_id AND s.moving IS NOT NULL) "
            f"ORDER BY run_at LIMIT {CANDIDATES}",
            moments | named,
        )
        for user_id, job_id in due:
            rows = self._db.rows(
                f"SELECT {JOB_COLUMNS} FROM jobs WHERE user_id = :user_id AND job_id = :job_id AND {_DUE} "
                f"{self._claiming}",
                {"user_id": user_id, "job_id": job_id, **moments},
            )
            if rows:
                return self._claimed(job_of(rows[0]), now)
        return None

    def _claimed(self, job: Job, now: datetime) -> Job:
        job = replace(job, state=JobState.RUNNING, claimed_at=now, attempts=job.attempts + 1)
        JobTable(Scoped(self._db, Scope(job.user_id))).update(job)
        return job

    def next_job_at(self, kinds: Collection[JobKind] = tuple(JobKind)) -> datetime | None:
        """When the next job of these kinds is due: one that waits, or one whose claim will have expired."""
        names, named = placeholders("k", sorted(kinds))
        rows = self._db.rows(
            "SELECT min(CASE state WHEN 'waiting' THEN run_at ELSE claimed_at + :lease END) FROM jobs "
            f"WHERE state IN ('waiting', 'running') AND kind IN ({names})",
            {"lease": LEASE // timedelta(milliseconds=1)} | named,
        )
        return optional_time(rows[0][0])


def _user(row: Row) -> User:
    user_id, name, is_admin, created_at, disabled_at, time_zone, has_second_factor, moving = row
    return User(
        user_id,
        name,
        bool(is_admin),
        from_ms(created_at),
        optional_time(disabled_at),
        time_zone,
        bool(has_second_factor),
        Moving(moving) if moving else None,
    )
