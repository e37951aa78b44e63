"""Buckets as rows."""

from onememory.domain.buckets import Bucket, name_key
from onememory.storage.scoped import Row, Scoped, from_ms, to_ms

_BUCKET = "bucket_id, name, description, is_general, created_at, memory_count"


class BucketTable:
    """The buckets of one scope; implements the port BucketRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, bucket: Bucket) -> None:
        """Insert; raises Conflict when the name or the id is taken."""
        self._db.rows(
            "INSERT INTO buckets (user_id, bucket_id, name, name_key, description, is_general, created_at) "
            "VALUES (:user_id, :bucket_id, :name, :name_key, :description, :is_general, :created_at)",
            **_values(bucket),
        )

    def change(self, bucket: Bucket) -> None:
        """Replace name and description; raises Conflict when the name is taken."""
        self._db.rows(
            "UPDATE buckets SET name = :name, name_key = :name_key, description = :description "
            "WHERE user_id = :user_id AND bucket_id = :bucket_id",
            bucket_id=bucket.id,
            name=bucket.name,
            name_key=name_key(bucket.name),
            description=bucket.description,
        )

    def remove(self, bucket_id: int) -> None:
        """Delete the row of a bucket that holds nothing."""
        self._db.rows("DELETE FROM buckets WHERE user_id = :user_id AND bucket_id = :bucket_id", bucket_id=bucket_id)

    def all(self) -> list[Bucket]:
        """General first, then by name."""
        rows = self._select("", "ORDER BY is_general DESC, name_key")
        return [_bucket(row) for row in rows]

    def get(self, bucket_id: int) -> Bucket | None:
        """The bucket with this id."""
        return _first(self._select("AND bucket_id = :bucket_id", bucket_id=bucket_id))

    def named(self, name: str) -> Bucket | None:
        """The bucket with this name, without regard to case."""
        return _first(self._select("AND name_key = :name_key", name_key=name_key(name)))

    def general(self) -> Bucket | None:
        """The default bucket, where it is within the scope."""
        return _first(self._select("AND is_general = 1"))

    def _select(self, condition: str, order: str = "", **values: object) -> list[Row]:
        sql = f"SELECT {_BUCKET} FROM buckets WHERE user_id = :user_id {condition}{self._db.bucket_clause} {order}"
        return self._db.rows(sql, **values)


def _first(rows: list[Row]) -> Bucket | None:
    return _bucket(rows[0]) if rows else None


def _values(bucket: Bucket) -> dict[str, object]:
    return {
        "bucket_id": bucket.id,
        "name": bucket.name,
        "name_key": name_key(bucket.name),
        "description": bucket.description,
        "is_general": int(bucket.is_general),
        "created_at": to_ms(bucket.created_at),
    }


def _bucket(row: Row) -> Bucket:
    return Bucket(
        id=row[0],
        name=row[1],
        description=row[2],
        is_general=bool(row[3]),
        created_at=from_ms(row[4]),
        memory_count=row[5],
    )
