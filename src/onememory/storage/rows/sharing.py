"""Members of shared buckets and links to join them, as rows."""

from collections.abc import Collection
from datetime import datetime

from onememory.domain.sharing import Membership, MemberState, Role, Share, ShareLink
from onememory.storage.scoped import Connection, Row, Scoped, from_ms, integers, optional_ms, optional_time, to_ms

_MEMBERSHIP = "m.user_id, u.name, m.role, m.state, m.invited_at, m.accepted_at"
_OUT = "removed"  # a state of rows alone: whoever was taken out is none of the members; `accepted_at` says when it was
_MEMBERS = f"""
    SELECT {_MEMBERSHIP} FROM bucket_members AS m JOIN users AS u ON u.user_id = m.user_id
    WHERE m.owner_id = :user_id AND m.bucket_id = :bucket_id AND m.state <> '{_OUT}'
"""
_SHARES = """
    SELECT m.owner_id, o.name, m.bucket_id, m.role, m.invited_at
    FROM bucket_members AS m JOIN users AS o ON o.user_id = m.owner_id
    WHERE m.user_id = :user_id AND m.state = :state AND o.disabled_at IS NULL AND o.moving IS NULL
    ORDER BY m.invited_at, m.owner_id, m.bucket_id
"""
# Whoever is not let in for the moment may be let in again, so everybody's count, here as in _WAITING.
_JOINED = """
    SELECT m.owner_id, o.name, m.bucket_id, m.role
    FROM bucket_members AS m JOIN users AS o ON o.user_id = m.owner_id
    WHERE m.user_id = :member_id AND m.state = 'accepted'
    ORDER BY m.invited_at, m.owner_id, m.bucket_id
"""
_WAITING = "SELECT m.owner_id FROM bucket_members AS m WHERE m.user_id = :member_id AND m.state = 'invited'"
_ELSEWHERE = """
    SELECT bucket_id FROM bucket_members WHERE owner_id <> :user_id AND bucket_id IN ({numbers})
    UNION SELECT bucket_id FROM share_links WHERE user_id <> :user_id AND bucket_id IN ({numbers})
"""
_LINK = "bucket_id, role, made_at, expires_at"


class MemberTable:
    """The members of one owner's buckets; implements the port MemberRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, bucket_id: int, membership: Membership) -> None:
        """Insert; raises Conflict where this person is one already, or is gone."""
        self._db.rows(
            "DELETE FROM bucket_members AS m WHERE m.owner_id = :user_id AND m.bucket_id = :bucket_id "
            "AND m.user_id = :member_id AND m.state = :out",
            bucket_id=bucket_id,
            member_id=membership.user_id,
            out=_OUT,
        )
        self._db.rows(
            "INSERT INTO bucket_members (user_id, owner_id, bucket_id, role, state, invited_at, accepted_at) "
            "VALUES (:member_id, :user_id, :bucket_id, :role, :state, :invited_at, :accepted_at)",
            bucket_id=bucket_id,
            **_values(membership),
            invited_at=to_ms(membership.invited_at),
        )

    def of_bucket(self, bucket_id: int) -> list[Membership]:
        """The invited and the accepted, in the order of their names."""
        return [_membership(row) for row in self._db.rows(f"{_MEMBERS} ORDER BY u.name_key", bucket_id=bucket_id)]

    def get(self, bucket_id: int, member_id: str) -> Membership | None:
        """One of them."""
        row = self._db.row(f"{_MEMBERS} AND m.user_id = :member_id", bucket_id=bucket_id, member_id=member_id)
        return _membership(row) if row else None

    def change(self, bucket_id: int, membership: Membership) -> None:
        """Replace role, state and when it was accepted."""
        self._db.rows(
            "UPDATE bucket_members AS m SET role = :role, state = :state, accepted_at = :accepted_at "
            "WHERE m.owner_id = :user_id AND m.bucket_id = :bucket_id AND m.user_id = :member_id",
            bucket_id=bucket_id,
            **_values(membership),
        )

    def remove(self, bucket_id: int, member_id: str) -> None:
        """Delete one, if it is there."""
        self._db.rows(
            "DELETE FROM bucket_members AS m "
            "WHERE m.owner_id = :user_id AND m.bucket_id = :bucket_id AND m.user_id = :member_id",
            bucket_id=bucket_id,
            member_id=member_id,
        )

    def shut_out(self, bucket_id: int, member_id: str, at: datetime) -> None:
        """Make a member none, and remember it until they are added again."""
        self._db.rows(
            "UPDATE bucket_members AS m SET state = :out, accepted_at = :at "
            "WHERE m.owner_id = :user_id AND m.bucket_id = :bucket_id AND m.user_id = :member_id",
            bucket_id=bucket_id,
            member_id=member_id,
            out=_OUT,
            at=to_ms(at),
        )

    def shut_out_at(self, bucket_id: int, member_id: str) -> datetime | None:
        """When they were shut out; None for whoever was not, or was added again."""
        row = self._db.row(
            "SELECT m.accepted_at FROM bucket_members AS m WHERE m.owner_id = :user_id AND m.bucket_id = :bucket_id "
            "AND m.user_id = :member_id AND m.state = :out",
            bucket_id=bucket_id,
            member_id=member_id,
            out=_OUT,
        )
        return from_ms(row[0]) if row else None

    def waiting(self, member_id: str) -> list[str]:
        """Whose invitations wait for one person's answer: an owner's id for each."""
        return [row[0] for row in self._db.rows(_WAITING, member_id=member_id)]

    def counts(self) -> dict[int, int]:
        """How many have accepted, by bucket; those shared with nobody are left out."""
        sql = "SELECT bucket_id, count(*) FROM bucket_members WHERE owner_id = :user_id AND state = 'accepted'"
        return {row[0]: row[1] for row in self._db.rows(f"{sql} GROUP BY bucket_id")}

    def joined(self, member_id: str) -> list[Share]:
        """What this person has joined of anybody, be the owners deactivated or on the move."""
        return [Share(row[0], row[1], row[2], Role(row[3])) for row in self._db.rows(_JOINED, member_id=member_id)]

    def numbers_elsewhere(self, bucket_ids: Collection[int]) -> set[int]:
        """Those of the ids under which anybody else than the owner shares a bucket, or only offers it."""
        return {row[0] for row in self._db.rows(_ELSEWHERE.format(numbers=integers(bucket_ids)))}

    def add_link(self, secret_hash: bytes, link: ShareLink) -> None:
        """Insert."""
        self._db.rows(
            f"INSERT INTO share_links (secret_hash, user_id, {_LINK}) "
            "VALUES (:secret_hash, :user_id, :bucket_id, :role, :made_at, :expires_at)",
            secret_hash=secret_hash,
            bucket_id=link.bucket_id,
            role=link.role,
            made_at=to_ms(link.made_at),
            expires_at=to_ms(link.expires_at),
        )

    def links(self, bucket_id: int) -> list[ShareLink]:
        """Newest first, expired ones too."""
        sql = f"SELECT {_LINK} FROM share_links WHERE user_id = :user_id AND bucket_id = :bucket_id"
        return [_link(row) for row in self._db.rows(f"{sql} ORDER BY made_at DESC, secret_hash", bucket_id=bucket_id)]

    def link(self, secret_hash: bytes) -> ShareLink | None:
        """The one with this secret, expired or not."""
        sql = f"SELECT {_LINK} FROM share_links WHERE user_id = :user_id AND secret_hash = :secret_hash"
        row = self._db.row(sql, secret_hash=secret_hash)
        return _link(row) if row else None

    def remove_links(self, bucket_id: int) -> None:
        """Delete those of a bucket."""
        sql = "DELETE FROM share_links WHERE user_id = :user_id AND bucket_id = :bucket_id"
        self._db.rows(sql, bucket_id=bucket_id)

    def close(self, bucket_id: int) -> None:
        """Delete every member and link of a bucket."""
        self.remove_links(bucket_id)
        sql = "DELETE FROM bucket_members WHERE owner_id = :user_id AND bucket_id = :bucket_id"
        self._db.rows(sql, bucket_id=bucket_id)


class ShareTable:
    """What is shared with people; implements the port ShareRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def of_member(self, user_id: str, state: MemberState = MemberState.ACCEPTED) -> list[tuple[Share, datetime]]:
        """What is shared with one person by owners who are not deactivated, oldest first; since when."""
        rows = self._db.rows(_SHARES, {"user_id": user_id, "state": state})
        return [(Share(row[0], row[1], row[2], Role(row[3])), from_ms(row[4])) for row in rows]

    def link_owner(self, secret_hash: bytes) -> str | None:
        """The id of the user who made the link with this secret."""
        sql = "SELECT user_id FROM share_links WHERE secret_hash = :secret_hash"
        rows = self._db.rows(sql, {"secret_hash": secret_hash})
        return str(rows[0][0]) if rows else None


def _values(membership: Membership) -> dict[str, object]:
    return {
        "member_id": membership.user_id,
        "role": membership.role,
        "state": membership.state,
        "accepted_at": optional_ms(membership.accepted_at),
    }


def _membership(row: Row) -> Membership:
    member_id, name, role, state, invited_at, accepted_at = row
    accepted = optional_time(accepted_at)
    return Membership(member_id, name, Role(role), MemberState(state), from_ms(invited_at), accepted)


def _link(row: Row) -> ShareLink:
    bucket_id, role, made_at, expires_at = row
    return ShareLink(bucket_id, Role(role), from_ms(made_at), from_ms(expires_at))
