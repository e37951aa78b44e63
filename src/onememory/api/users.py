"""Users: oneself as others see one, and for administrators everybody's accounts."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.operations import Call
from onememory.asgi.addresses import password_link, warning_of
from onememory.domain.accounts import User
from onememory.domain.errors import InvalidInput
from onememory.domain.moving import Moving
from onememory.domain.quotas import Quota
from onememory.ports import UserQuery

Limit = Annotated[int, Meta(ge=0)]


class UserBody(Struct, rename="camel"):
    """A user."""

    id: str
    name: str
    is_admin: bool
    created_at: datetime
    disabled_at: datetime | None
    moving: Annotated[Moving | None, Meta(description="Where the account stands, if on the move to another database.")]
    time_zone: Annotated[str | None, Meta(description="In which the pages show times; null for the browser's.")]
    has_second_factor: Annotated[bool, Meta(description="Whether the sign-in asks for a code.")]


class UserList(Struct):
    """Arguments of GET /api/users."""

    q: Annotated[str, Meta(description="With which the names begin.")] = ""
    after: Annotated[str, Meta(description="The name behind which to go on: the last one of the part before.")] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 1_000


class NewUser(Struct, rename="camel"):
    """Arguments of POST /api/users."""

    name: str
    password: str | None = None
    is_admin: bool = False


class OneUser(Struct, rename="camel"):
    """Names one user."""

    user_id: str


class IdentityBody(Struct, rename="camel"):
    """An account at an identity provider, with which somebody signs in."""

    issuer: str
    subject: str
    name: str
    linked_at: datetime


class KnownUser(Struct, rename="camel"):
    """A user as administrators see them: how much they keep, never what."""

    user: UserBody
    memories: Annotated[int, Meta(description="How many they keep, the trash included.")]
    bytes: Annotated[
        int, Meta(description="Of text: memories with their earlier versions, proposed changes, and chats.")
    ]
    memory_quota: Annotated[int | None, Meta(description="null is no limit.")]
    byte_quota: Annotated[int | None, Meta(description="null is no limit.")]
    has_password: bool
    sessions: Annotated[int, Meta(description="In how many browsers they are signed in.")]
    tokens: Annotated[int, Meta(description="How many of their tokens give access.")]
    identities: list[IdentityBody]


class ChangeUser(Struct, rename="camel", forbid_unknown_fields=True):
    """Arguments of PATCH /api/users/{userId}; what is left out stays as it is."""

    user_id: str
    is_admin: bool | UnsetType = UNSET
    is_active: Annotated[
        bool | UnsetType,
        Meta(description="false signs them out everywhere, revokes their tokens, and lets them in no more."),
    ] = UNSET
    memory_quota: Annotated[Limit | UnsetType | None, Meta(description="null is no limit.")] = UNSET
    byte_quota: Annotated[Limit | UnsetType | None, Meta(description="null is no limit.")] = UNSET


class PasswordLinkBody(Struct, rename="camel"):
    """A link with which the user chooses a password, told this once."""

    url: str
    expires_at: datetime
    warning: wire.LinkWarning = UNSET


class EraseUser(Struct, rename="camel", forbid_unknown_fields=True):
    """Arguments of DELETE /api/users/{userId}."""

    user_id: str
    name: Annotated[str, Meta(description="The user's name, to say that this account is meant.")]


class Erased(Struct, rename="camel"):
    """What is left of somebody who was erased."""

    message: str
    backups: Annotated[int, Meta(description="How many backups there are, which may still hold what was theirs.")]


def user_body(user: User) -> UserBody:
    """A user as JSON."""
    return UserBody(
        id=user.id,
        name=user.name,
        is_admin=user.is_admin,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
        moving=user.moving,
        time_zone=user.time_zone,
        has_second_factor=user.has_second_factor,
    )


async def list_users(call: Call, given: UserList) -> list[UserBody]:
    """List users by their names; for administrators."""
    query = UserQuery(given.q, given.after, given.limit)
    return [user_body(user) for user in await call.services.accounts.users(call.actor, query)]


async def create_user(call: Call, given: NewUser) -> UserBody:
    """Make a user; for administrators."""
    user = await call.services.accounts.create_user(call.actor, given.name, given.password, is_admin=given.is_admin)
    return user_body(user)


async def get_user(call: Call, given: OneUser) -> KnownUser:
    """Get one user with what they keep, counted now; for administrators."""
    one = await call.services.people.one(call.actor, given.user_id)
    return KnownUser(
        user=user_body(one.user),
        memories=one.used.memories,
        bytes=one.used.size,
        memory_quota=one.quota.memories,
        byte_quota=one.quota.size,
        has_password=one.has_password,
        sessions=one.browsers,
        tokens=one.tokens,
        identities=[IdentityBody(each.issuer, each.subject, each.name, each.linked_at) for each in one.identities],
    )


async def change_user(call: Call, given: ChangeUser) -> KnownUser:
    """Change a user's role or quotas, or whether they may come in; for administrators."""
    people, actor, user_id = call.services.people, call.actor, given.user_id
    if all(field is UNSET for field in (given.is_admin, given.is_active, given.memory_quota, given.byte_quota)):
        raise InvalidInput("Nothing to change: send one of `isAdmin`, `isActive`, `memoryQuota`, `byteQuota`.")
    if given.is_admin is not UNSET:
        await people.set_admin(actor, user_id, is_admin=given.is_admin)
    if given.is_active is not UNSET:
        await (people.reactivate if given.is_active else people.deactivate)(actor, user_id)
    if given.memory_quota is not UNSET or given.byte_quota is not UNSET:
        present = (await people.one(actor, user_id)).quota
        memories = present.memories if given.memory_quota is UNSET else given.memory_quota
        size = present.size if given.byte_quota is UNSET else given.byte_quota
        await people.set_quota(actor, user_id, Quota(memories, size))
    return await get_user(call, OneUser(user_id))


async def make_password_link(call: Call, given: OneUser) -> PasswordLinkBody:
    """Make a one-time link with which the user chooses a password; for administrators."""
    link = await call.services.password_links.make(call.actor, given.user_id)
    url, warning = password_link(call.public_url, link.secret), warning_of(call.public_url)
    return PasswordLinkBody(url, link.expires_at, warning or UNSET)


async def erase_user(call: Call, given: EraseUser) -> Erased:
    """Erase a user and all that is theirs, for good; backups keep what they hold. For administrators."""
    backups = await call.services.people.erase(call.actor, given.user_id, given.name)
    return Erased("User erased; backups that were made before still hold what was theirs", backups)
