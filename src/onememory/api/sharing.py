"""Shared buckets: who may come into a bucket, invitations, and links that let people in."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.operations import Call
from onememory.api.wire import BucketId
from onememory.asgi.addresses import join_link, warning_of
from onememory.domain.sharing import (
    LINK_DAYS,
    LONGEST_LINK_DAYS,
    Invitation,
    Membership,
    MemberState,
    Role,
    ShareLink,
)

WhatRole = Annotated[
    Role,
    Meta(
        description="viewer reads, contributor (the usual) adds and changes what they wrote themselves, "
        "editor changes everything."
    ),
]
WhoseBucket = Annotated[
    str | None, Meta(description="The id of its owner; needed only where several people share one of this id.")
]
Secret = Annotated[str, Meta(max_length=200, description="The last part of the link's URL.")]


class OneBucket(Struct, rename="camel"):
    """Names one bucket."""

    bucket_id: BucketId


class OneInvitation(OneBucket, rename="camel"):
    """Names one invitation."""

    owner_id: WhoseBucket = None


class OneMember(Struct, rename="camel"):
    """Names one person of a shared bucket."""

    bucket_id: BucketId
    user_id: Annotated[str, Meta(description="The id of the person; your own to leave.")]


class EndMember(OneMember, rename="camel"):
    """Arguments of DELETE /api/buckets/{bucketId}/members/{userId}."""

    owner_id: WhoseBucket = None


class Invite(Struct, rename="camel"):
    """Arguments of POST /api/buckets/{bucketId}/members."""

    bucket_id: BucketId
    name: Annotated[str, Meta(description="The name of a user here.")]
    role: WhatRole = Role.CONTRIBUTOR


class ChangeMember(OneMember, rename="camel", kw_only=True):
    """Arguments of PATCH /api/buckets/{bucketId}/members/{userId}."""

    role: WhatRole


class MemberBody(Struct, rename="camel"):
    """A person with whom a bucket is shared, or who is invited."""

    user_id: str
    name: str
    role: Role
    state: MemberState
    invited_at: datetime
    accepted_at: datetime | None


class MakeLink(Struct, rename="camel"):
    """Arguments of POST /api/buckets/{bucketId}/links."""

    bucket_id: BucketId
    role: WhatRole = Role.CONTRIBUTOR
    days: Annotated[int, Meta(ge=1, le=LONGEST_LINK_DAYS, description="How long it lets people in.")] = LINK_DAYS


class LinkBody(Struct, rename="camel"):
    """A link that lets whoever has it and an account here come into a bucket; its URL is told once."""

    role: Role
    made_at: datetime
    expires_at: datetime
    url: str | UnsetType = UNSET
    warning: wire.LinkWarning = UNSET


class InvitationBody(Struct, rename="camel"):
    """A bucket into which the caller may come, and as what."""

    bucket_id: str
    bucket_name: str
    owner_id: str
    shared_by: str
    role: Role


class OneLink(Struct):
    """Names one link."""

    secret: Secret


async def list_members(call: Call, given: OneBucket) -> list[MemberBody]:
    """List with whom a bucket is shared, and who is invited."""
    return [member_body(each) for each in await call.services.sharing.members(call.actor, given.bucket_id)]


async def invite_member(call: Call, given: Invite) -> MemberBody:
    """Invite somebody into a bucket."""
    return member_body(await call.services.sharing.invite(call.actor, given.bucket_id, given.name, given.role))


async def change_member(call: Call, given: ChangeMember) -> MemberBody:
    """Give a person of a bucket another role."""
    changed = await call.services.sharing.change_role(call.actor, given.bucket_id, given.user_id, given.role)
    return member_body(changed)


async def remove_member(call: Call, given: EndMember) -> wire.Message:
    """Take a person's access to a bucket away at once; one's own id leaves it."""
    if given.user_id == call.actor.user_id:
        await call.services.joining.leave(call.actor, given.bucket_id, given.owner_id)
        return wire.Message("You have left the bucket")
    await call.services.sharing.remove(call.actor, given.bucket_id, given.user_id)
    return wire.Message("Access taken away")


async def list_links(call: Call, given: OneBucket) -> list[LinkBody]:
    """List the links that let people into a bucket; their URLs are not known any more."""
    return [_link_body(each) for each in await call.services.sharing.links(call.actor, given.bucket_id)]


async def make_link(call: Call, given: MakeLink) -> LinkBody:
    """Make a link that lets people into a bucket."""
    made = await call.services.sharing.make_link(call.actor, given.bucket_id, given.role, given.days)
    body = _link_body(made.link)
    body.url = join_link(call.public_url, made.secret)
    body.warning = warning_of(call.public_url) or UNSET
    return body


async def revoke_links(call: Call, given: OneBucket) -> wire.Message:
    """Make every link of a bucket useless; who came in by one stays."""
    await call.services.sharing.revoke_links(call.actor, given.bucket_id)
    return wire.Message("Links revoked")


async def list_invitations(call: Call, given: object) -> list[InvitationBody]:
    """List the buckets into which the caller is invited."""
    return [_invitation_body(each) for each in await call.services.joining.invitations(call.actor)]


async def accept_invitation(call: Call, given: OneInvitation) -> wire.BucketBody:
    """Come into a bucket."""
    return wire.bucket_body(await call.services.joining.accept(call.actor, given.bucket_id, given.owner_id))


async def decline_invitation(call: Call, given: OneInvitation) -> wire.Message:
    """Not come into a bucket."""
    await call.services.joining.decline(call.actor, given.bucket_id, given.owner_id)
    return wire.Message("Invitation declined")


async def look_at_link(call: Call, given: OneLink) -> InvitationBody:
    """Say what a link lets one into."""
    return _invitation_body(await call.services.joining.look_at_link(call.actor, given.secret))


async def follow_link(call: Call, given: OneLink) -> wire.BucketBody:
    """Come into the bucket of a link."""
    return wire.bucket_body(await call.services.joining.accept_link(call.actor, given.secret))


def member_body(membership: Membership) -> MemberBody:
    """A person of a bucket."""
    m = membership
    return MemberBody(m.user_id, m.user_name, m.role, m.state, m.invited_at, m.accepted_at)


def _link_body(link: ShareLink) -> LinkBody:
    return LinkBody(link.role, link.made_at, link.expires_at)


def _invitation_body(invitation: Invitation) -> InvitationBody:
    share = invitation.share
    return InvitationBody(str(share.bucket_id), invitation.bucket_name, share.owner_id, share.owner_name, share.role)
