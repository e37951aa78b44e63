"""Who else may come into a bucket: as its owner sees it, and as those see it with whom it is shared."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from onememory.domain.sharing import Membership, MemberState, Share, ShareLink


class MemberRows(Protocol):
    """The members of one owner's buckets, and the links with which others can join."""

    def add(self, bucket_id: int, membership: Membership) -> None:
        """Insert; raises Conflict where this person is one already, or is gone."""
        ...

    def of_bucket(self, bucket_id: int) -> list[Membership]:
        """The invited and the accepted, in the order of their names."""
        ...

    def get(self, bucket_id: int, member_id: str) -> Membership | None:
        """One of them."""
        ...

    def change(self, bucket_id: int, membership: Membership) -> None:
        """Replace role, state and when it was accepted."""
        ...

    def remove(self, bucket_id: int, member_id: str) -> None:
        """Delete one, if it is there."""
        ...

    def shut_out(self, bucket_id: int, member_id: str, at: datetime) -> None:
        """Make a member none, and remember it until they are added again."""
        ...

    def shut_out_at(self, bucket_id: int, member_id: str) -> datetime | None:
        """When they were shut out; None for whoever was not, or was added again."""
        ...

    def waiting(self, member_id: str) -> list[str]:
        """Whose invitations wait for one person's answer: an owner's id for each.

        Nobody else asks this, or for what is joined, of the same person before the transaction ends.
        """
        ...

    def counts(self) -> dict[int, int]:
        """How many have accepted, by bucket; those shared with nobody are left out."""
        ...

    def joined(self, member_id: str) -> list[Share]:
        """What this person has joined of anybody, be the owners deactivated or on the move.

        Nobody else asks this, or for what waits, of the same person before the transaction ends.
        """
        ...

    def numbers_elsewhere(self, bucket_ids: Collection[int]) -> set[int]:
        """Those of the ids under which anybody else than the owner shares a bucket, or only offers it."""
        ...

    def add_link(self, secret_hash: bytes, link: ShareLink) -> None:
        """Insert."""
        ...

    def links(self, bucket_id: int) -> list[ShareLink]:
        """Newest first, expired ones too."""
        ...

    def link(self, secret_hash: bytes) -> ShareLink | None:
        """The one with this secret, expired or not."""
        ...

    def remove_links(self, bucket_id: int) -> None:
        """Delete those of a bucket."""
        ...

    def close(self, bucket_id: int) -> None:
        """Delete every member and link of a bucket."""
        ...


class ShareRows(Protocol):
    """What is shared with people; looked up before there is a scope, so part of the directory."""

    def of_member(self, user_id: str, state: MemberState = MemberState.ACCEPTED) -> list[tuple[Share, datetime]]:
        """What is shared with one person by owners who are not deactivated, oldest first; since when."""
        ...

    def link_owner(self, secret_hash: bytes) -> str | None:
        """The id of the user who made the link with this secret."""
        ...
