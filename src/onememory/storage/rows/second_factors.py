"""Second factors as columns of their users."""

from onememory.domain.second_factors import SecondFactor
from onememory.storage.scoped import Connection


class SecondFactorTable:
    """The second factors of everybody; implements the port SecondFactorRows."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def get(self, user_id: str) -> SecondFactor | None:
        """One user's, where it is switched on."""
        sql = (
            "SELECT totp_secret, totp_step, recovery_hashes FROM users "
            "WHERE user_id = :user_id AND totp_secret IS NOT NULL"
        )
        rows = self._db.rows(sql, {"user_id": user_id})
        if not rows:
            return None
        key, last_step, hashes = rows[0]
        return SecondFactor(key, last_step, frozenset(map(bytes.fromhex, hashes.split())))

    def put(self, user_id: str, factor: SecondFactor) -> None:
        """Switch on, or replace."""
        hashes = " ".join(sorted(each.hex() for each in factor.recovery_hashes))
        self._set(user_id, factor.key, factor.last_step, hashes)

    def remove(self, user_id: str) -> None:
        """Switch off."""
        self._set(user_id, None, None, None)

    def _set(self, user_id: str, key: str | None, last_step: int | None, hashes: str | None) -> None:
        self._db.rows(
            "UPDATE users SET totp_secret = :key, totp_step = :last_step, recovery_hashes = :hashes "
            "WHERE user_id = :user_id",
            {"user_id": user_id, "key": key, "last_step": last_step, "hashes": hashes},
        )
