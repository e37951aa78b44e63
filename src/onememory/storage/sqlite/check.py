"""What can be wrong with a database, and how to see it."""

from onememory.storage.index.checks import CHECKS
from onememory.storage.sqlite.connection import SqliteConnection
from onememory.storage.sqlite.words import Words


def problems(connection: SqliteConnection) -> list[str]:
    """Each problem in words; empty when all is well."""
    found = [f"integrity: {row[0]}" for row in connection.rows("PRAGMA integrity_check", {}) if row[0] != "ok"]
    found += [f"foreign key broken in {row[0]}" for row in connection.rows("PRAGMA foreign_key_check", {})]
    for title, sql in CHECKS.items():
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
