"""The conversations of one scope in PostgreSQL: lists are values, so that a statement is planned once for all."""

from collections.abc import Sequence

from onememory.storage.rows.conversations import ConversationTable


class PostgresConversations(ConversationTable):
    """The conversations of one scope; implements the port ConversationRows."""

    def _listed(self, places: Sequence[tuple[str, int]]) -> tuple[str, dict[str, object]]:
        ids, numbers = [place[0] for place in places], [place[1] for place in places]
        return "SELECT * FROM unnest(:ids::text[], :numbers::integer[])", {"ids": ids, "numbers": numbers}
