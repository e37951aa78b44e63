"""Shared buckets: people, links and invitations."""

from onememory.api import sharing, wire
from onememory.api.operations import Operation

SHARING: tuple[Operation, ...] = (
    Operation(
        "GET", "/api/buckets/{bucketId}/members", sharing.list_members, "ListMembers",
        "List with whom a bucket is shared, and who is invited",
        takes=sharing.OneBucket, answers=list[sharing.MemberBody],
    ),
    Operation(
        "POST", "/api/buckets/{bucketId}/members", sharing.invite_member, "InviteMember",
        "Invite somebody into a bucket", takes=sharing.Invite, answers=sharing.MemberBody,
    ),
    Operation(
        "PATCH", "/api/buckets/{bucketId}/members/{userId}", sharing.change_member, "ChangeMember",
        "Give a person of a bucket another role", takes=sharing.ChangeMember, answers=sharing.MemberBody,
    ),
    Operation(
        "DELETE", "/api/buckets/{bucketId}/members/{userId}", sharing.remove_member, "RemoveMember",
        "Take a person's access to a bucket away at once; one's own id leaves it",
        takes=sharing.EndMember, answers=wire.Message,
    ),
    Operation(
        "GET", "/api/buckets/{bucketId}/links", sharing.list_links, "ListLinks",
        "List the links that let people into a bucket", takes=sharing.OneBucket, answers=list[sharing.LinkBody],
    ),
    Operation(
        "POST", "/api/buckets/{bucketId}/links", sharing.make_link, "MakeLink",
        "Make a link that lets people into a bucket; its URL is told once",
        takes=sharing.MakeLink, answers=sharing.LinkBody,
    ),
    Operation(
        "DELETE", "/api/buckets/{bucketId}/links", sharing.revoke_links, "RevokeLinks",
        "Make every link of a bucket useless; who came in by one stays",
        takes=sharing.OneBucket, answers=wire.Message,
    ),
    Operation(
        "GET", "/api/invitations", sharing.list_invitations, "ListInvitations",
        "List the buckets into which the caller is invited", answers=list[sharing.InvitationBody],
    ),
    Operation(
        "POST", "/api/invitations/{bucketId}/accept", sharing.accept_invitation, "AcceptInvitation",
        "Come into a bucket", takes=sharing.OneInvitation, answers=wire.BucketBody,
    ),
    Operation(
        "POST", "/api/invitations/{bucketId}/decline", sharing.decline_invitation, "DeclineInvitation",
        "Not come into a bucket", takes=sharing.OneInvitation, answers=wire.Message,
    ),
    Operation(
        "GET", "/api/share-links/{secret}", sharing.look_at_link, "LookAtLink", "Say what a link lets one into",
        takes=sharing.OneLink, answers=sharing.InvitationBody,
    ),
    Operation(
        "POST", "/api/share-links/{secret}", sharing.follow_link, "FollowLink", "Come into the bucket of a link",
        takes=sharing.OneLink, answers=wire.BucketBody,
    ),
)  # fmt: skip
