"""What can be wrong with a database, and how to see it."""

from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.words import Words

_CHECKS = {
    "buckets whose count of memories is wrong": """
        SELECT count(*) FROM buckets AS b WHERE memory_count <> (
            SELECT count(*) FROM memories AS m
            WHERE m.user_id = b.user_id AND m.bucket_id = b.bucket_id AND m.state = 'active')
    """,
    "memories without the version they stand in": """
        SELECT count(*) FROM memories AS m WHERE NOT EXISTS (
            SELECT 1 FROM memory_versions AS v
            WHERE v.user_id = m.user_id AND v.memory_id = m.memory_id AND v.number = m.version)
    """,
    "active memories missing from the index (run `onememory reindex`)": """
        SELECT count(*) FROM memories AS m WHERE state = 'active' AND NOT EXISTS (
            SELECT 1 FROM search_documents AS d
            WHERE d.user_id = m.user_id AND d.memory_id = m.memory_id AND d.live = 1)
    """,
    "index entries of memories that are not active (run `onememory reindex`)": """
        SELECT count(*) FROM search_documents AS d WHERE live = 1 AND NOT EXISTS (
            SELECT 1 FROM memories AS m
            WHERE m.user_id = d.user_id AND m.memory_id = d.memory_id AND m.state = 'active')
    """,
}


def problems(connection: SqliteConnection) -> list[str]:
    """Each problem in words; empty when all is well."""
    found = [f"integrity: {row[0]}" for row in connection.rows("PRAGMA integrity_check", {}) if row[0] != "ok"]
    found += [f"foreign key broken in {row[0]}" for row in connection.rows("PRAGMA foreign_key_check", {})]
    for title, sql in _CHECKS.items():
        if count := connection.rows(sql, {})[0][0]:
            found.append(f"{count} {title}")
    for (user_id,) in connection.rows("SELECT user_id FROM users", {}):
        live = connection.rows(
            "SELECT count(*) FROM search_documents WHERE user_id = :user_id AND live = 1", {"user_id": user_id}
        )[0][0]
        indexed = Words(connection, user_id).count()
        if live != indexed:
            found.append(f"the word index of user {user_id} has {indexed} entries for {live} (run `onememory reindex`)")
    return found
