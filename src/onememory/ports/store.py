"""Transactions, and what must be found before there is a scope."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from onememory.domain.accounts import Token, User
from onememory.domain.actors import Scope
from onememory.domain.buckets import Bucket
from onememory.domain.jobs import Job, JobKind
from onememory.domain.quotas import Quota
from onememory.ports.archive import ArchiveIndex, ConversationRows
from onememory.ports.authorization import GrantRows
from onememory.ports.claims import ClaimRows
from onememory.ports.days import DayRows
from onememory.ports.identities import IdentityRows
from onememory.ports.imports import ImportRows, UploadRows
from onememory.ports.installation import InstallationRows
from onememory.ports.limits import Limits
from onememory.ports.memory_files import MemoryFileRows
from onememory.ports.oauth_clients import OAuthClientRows
from onememory.ports.password_links import PasswordLinkRows
from onememory.ports.proposals import ProposalRows
from onememory.ports.questions import QuestionRows
from onememory.ports.quotas import QuotaRows
from onememory.ports.rows import AuditRows, BucketRows, JobRows, MemoryRows, TokenRows, UserQuery
from onememory.ports.search import SearchIndex
from onememory.ports.second_factors import SecondFactorRows
from onememory.ports.sessions import SessionRows
from onememory.ports.sharing import MemberRows, ShareRows
from onememory.ports.sign_in_steps import SignInStepRows

T = TypeVar("T")


class Transaction(Protocol):
    """The tables of one scope inside one transaction; nothing outside the scope can be reached through it.

    None is made for a guest whom the owner lets in no more, or in another role: that raises AccessChanged.
    """

    scope: Scope
    memories: MemoryRows
    buckets: BucketRows
    tokens: TokenRows
    audit: AuditRows
    jobs: JobRows
    index: SearchIndex
    conversations: ConversationRows
    archive: ArchiveIndex
    imports: ImportRows
    uploads: UploadRows
    claims: ClaimRows
    grants: GrantRows
    memory_files: MemoryFileRows
    proposals: ProposalRows
    days: DayRows
    questions: QuestionRows
    quotas: QuotaRows
    members: MemberRows


class Directory(Protocol):
    """What must be found before there is a scope: people, whose token this is, and work to do for anyone."""

    @property
    def clients(self) -> OAuthClientRows:
        """The clients that registered themselves."""
        ...

    @property
    def identities(self) -> IdentityRows:
        """Who people are at the identity provider."""
        ...

    @property
    def installation(self) -> InstallationRows:
        """What administrators have chosen."""
        ...

    @property
    def password_links(self) -> PasswordLinkRows:
        """One-time links to choose a password."""
        ...

    @property
    def second_factors(self) -> SecondFactorRows:
        """What people prove at the sign-in beside the password."""
        ...

    @property
    def sessions(self) -> SessionRows:
        """The browsers in which people are signed in."""
        ...

    @property
    def shares(self) -> ShareRows:
        """The buckets that are shared with people."""
        ...

    @property
    def sign_in_steps(self) -> SignInStepRows:
        """Sign-ins that wait for a code."""
        ...

    def add_user(self, user: User, password_hash: str | None, general: Bucket) -> None:
        """Insert a user with the bucket that everybody has; raises Conflict when the name is taken."""
        ...

    def limit_newcomer(self, user_id: str, quota: Quota) -> None:
        """Limit what somebody may keep who keeps nothing yet."""
        ...

    def users_after(self, user_id: str, limit: int) -> list[User]:
        """Some users by their ids, from behind this one; an empty id begins."""
        ...

    def users_named(self, query: UserQuery) -> list[User]:
        """Some users by their names."""
        ...

    def first_user(self) -> User | None:
        """Who was here first."""
        ...

    def administrators(self) -> list[User]:
        """Those who administer and may come in."""
        ...

    def user(self, user_id: str) -> User | None:
        """The user with this id."""
        ...

    def user_named(self, name: str) -> User | None:
        """The user with this name, without regard to case."""
        ...

    def names(self, user_ids: Collection[str]) -> Mapping[str, str]:
        """What these users are called, by their ids; those who are not there are left out."""
        ...

    def password_hash(self, user_id: str) -> str | None:
        """What is kept of the user's password, where they have one."""
        ...

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace the password's hash."""
        ...

    def has_passwords(self) -> bool:
        """Whether anybody has a password."""
        ...

    def rename_user(self, user_id: str, name: str) -> None:
        """Give the user another name; raises Conflict when it is taken."""
        ...

    def set_admin(self, user_id: str, *, is_admin: bool) -> None:
        """Make the user an administrator, or none."""
        ...

    def set_disabled(self, user_id: str, at: datetime | None) -> None:
        """Deactivate the user, or with None let them in again."""
        ...

    def set_time_zone(self, user_id: str, name: str | None) -> None:
        """Replace the time zone that the user has chosen."""
        ...

    def erase_user(self, user_id: str) -> None:
        """Remove the user and every row that belongs to them, for good."""
        ...

    def token_by_hash(self, secret_hash: bytes) -> tuple[Token, User] | None:
        """The token with this secret and its user; what the secret is good for, where that is less than the token."""
        ...

    def code_owner(self, secret_hash: bytes) -> str | None:
        """The id of the user who gave this authorisation code."""
        ...

    def refresh_owner(self, secret_hash: bytes) -> str | None:
        """The id of the user whose connection this refresh token is of."""
        ...

    def claim_job(self, now: datetime, kinds: Collection[JobKind] = tuple(JobKind)) -> Job | None:
        """Take the job of these kinds that is due first, or one whose claim has expired."""
        ...

    def next_job_at(self, kinds: Collection[JobKind] = tuple(JobKind)) -> datetime | None:
        """When the next job of these kinds is due: one that waits, or one whose claim will have expired."""
        ...


class Store(Protocol):
    """Transactions. `work` is synchronous, touches nothing but its argument, and may be run again from the start."""

    @property
    def is_shared(self) -> bool:
        """Whether other processes, perhaps on other machines, may serve the same people from it."""
        ...

    @property
    def limits(self) -> Limits:
        """How much callers have used up of their rates."""
        ...

    async def read(self, scope: Scope, work: Callable[[Transaction], T], *, brief: bool = False) -> T:
        """Run over one snapshot. `brief` promises a few look-ups by key, which an adapter may run at once."""
        ...

    async def read_together(
        self, scopes: Sequence[Scope], work: Callable[[Sequence[Transaction]], T], *, brief: bool = False
    ) -> T:
        """Run over one snapshot of several scopes, each with a transaction of its own."""
        ...

    async def write(self, scope: Scope, work: Callable[[Transaction], T]) -> T:
        """Run and commit; returns only when the commit is durable. Raises StorageFailed when it is not."""
        ...

    async def read_directory(self, work: Callable[[Directory], T], *, brief: bool = False) -> T:
        """Run over one snapshot."""
        ...

    async def write_directory(self, work: Callable[[Directory], T]) -> T:
        """Run and commit."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when it cannot answer."""
        ...

    async def backup(self, target: Path) -> None:
        """A consistent copy while others read and write."""
        ...

    async def check(self) -> list[str]:
        """What is wrong with the data or the index, in words; empty when all is well."""
        ...

    def size(self) -> int:
        """Bytes on disk."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go."""
        ...
