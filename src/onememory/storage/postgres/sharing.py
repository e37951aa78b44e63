"""The members of one owner's buckets in PostgreSQL, where several owners let the same person in at once."""

from onememory.domain.sharing import Share
from onememory.storage.rows.sharing import MemberTable

# Writes take turns by owner, so what counts over several owners needs the turn of the person whom it is about.
_TURN = "SELECT 1 FROM users AS m WHERE m.user_id = :member_id FOR NO KEY UPDATE"


class PostgresMembers(MemberTable):
    """The members of one owner's buckets; implements the port MemberRows."""

    def waiting(self, member_id: str) -> list[str]:
        """Whose invitations wait for one person's answer, who is held until the transaction ends."""
        self._db.rows(_TURN, member_id=member_id)
        return super().waiting(member_id)

    def joined(self, member_id: str) -> list[Share]:
        """What this person has joined of anybody; the person is held until the transaction ends."""
        self._db.rows(_TURN, member_id=member_id)
        return super().joined(member_id)
