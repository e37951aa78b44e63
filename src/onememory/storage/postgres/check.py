"""What can be wrong with a database, and how to see it; each is counted by one statement over all users."""

from onememory.storage.index.checks import CHECKS
from onememory.storage.postgres.connection import PostgresConnection

_WORDS = """
    SELECT count(*) FROM search_documents AS d WHERE live = 1 AND NOT EXISTS (
        SELECT 1 FROM search_terms AS t WHERE t.user_id = d.user_id AND t.doc = d.doc)
"""


def problems(connection: PostgresConnection) -> list[str]:
    """Each problem in words; empty when all is well."""
    checks = CHECKS | {"memories missing from the index of words (run `onememory reindex`)": _WORDS}
    counts = {title: connection.rows(sql, {})[0][0] for title, sql in checks.items()}
    return [f"{count} {title}" for title, count in counts.items() if count]
