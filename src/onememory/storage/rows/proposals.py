"""Proposals as rows."""

from collections.abc import Sequence

from onememory.domain.proposals import Proposal, ProposalKind, Sender
from onememory.domain.provenance import Channel, Provenance, Trust
from onememory.ports import MemoryQuery, Place
from onememory.storage.scoped import Row, Scoped, batches, from_ms, integers, optional_ms, placeholders, to_ms

_COLUMNS = (
    "proposal_id, memory_id, kind, base_version, created_at, text, bucket_id, "
    "channel, trust, token_id, source, author_id"
)
_INSERT = f"""
    INSERT INTO proposals (user_id, {_COLUMNS})
    VALUES (:user_id, {", ".join(f":{column}" for column in _COLUMNS.split(", "))})
"""
_SELECT = f"SELECT {_COLUMNS} FROM proposals WHERE user_id = :user_id"


class ProposalTable:
    """The proposals of one scope; implements the port ProposalRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, proposal: Proposal) -> None:
        """Insert."""
        self._db.rows(_INSERT, **_values(proposal))

    def get(self, proposal_ids: Sequence[str]) -> dict[str, Proposal]:
        """Those of the ids that resolve within the scope."""
        return {proposal.id: proposal for proposal in self._of("proposal_id", proposal_ids)}

    def newest(self, query: MemoryQuery, limit: int, skip: int = 0, older_than: Place | None = None) -> list[Proposal]:
        """Those that were made as the query says, newest first; behind that place, where one is given."""
        made, values = _made_as(query)
        if older_than:
            made += " AND (created_at, proposal_id) < (:older_than, :older_id)"
            values |= {"older_than": to_ms(older_than.recorded_at), "older_id": older_than.memory_id}
        order = " ORDER BY created_at DESC, proposal_id DESC LIMIT :limit OFFSET :skip"
        rows = self._db.rows(f"{_SELECT}{made}{self._reach}{order}", **values, limit=limit, skip=skip)
        return [_proposal(row) for row in rows]

    def count(self, query: MemoryQuery) -> int:
        """How many were made as the query says."""
        made, values = _made_as(query)
        sql = f"SELECT count(*) FROM proposals WHERE user_id = :user_id{made}{self._reach}"
        return self._db.number(sql, **values)

    def senders(self) -> list[Sender]:
        """Who made how many."""
        sql = f"SELECT token_id, source, count(*) FROM proposals WHERE user_id = :user_id{self._reach}"
        return [Sender(*row) for row in self._db.rows(f"{sql} GROUP BY token_id, source")]

    def count_of_user(self) -> int:
        """How many the user has, within the scope or not."""
        return self._db.number("SELECT count(*) FROM proposals WHERE user_id = :user_id")

    def count_of_author(self, author_id: str) -> int:
        """How many of these a guest has made."""
        sql = "SELECT count(*) FROM proposals WHERE user_id = :user_id AND author_id = :author_id"
        return self._db.number(sql, author_id=author_id)

    def about(self, memory_ids: Sequence[str]) -> list[Proposal]:
        """Those about these memories, oldest first."""
        return sorted(self._of("memory_id", memory_ids), key=lambda proposal: proposal.id)

    def written_as(self, query: MemoryQuery) -> list[Proposal]:
        """Those that were made as the query says, by its client, its token and its times; oldest first."""
        made, values = _made_as(query)
        sql = f"{_SELECT}{made}{self._reach} ORDER BY proposal_id"
        return [_proposal(row) for row in self._db.rows(sql, **values)]

    def remove(self, proposal_ids: Sequence[str]) -> None:
        """Drop these."""
        sql = f"DELETE FROM proposals WHERE user_id = :user_id AND proposal_id = :proposal_id{self._reach}"
        self._db.many(sql, ({"proposal_id": proposal_id} for proposal_id in proposal_ids))

    def remove_about(self, memory_ids: Sequence[str]) -> None:
        """Drop all about these memories."""
        sql = "DELETE FROM proposals WHERE user_id = :user_id AND memory_id = :memory_id"
        self._db.many(sql, ({"memory_id": memory_id} for memory_id in memory_ids))

    def _of(self, column: str, ids: Sequence[str]) -> list[Proposal]:
        found = []
        for batch in batches(ids):
            names, values = placeholders("id", batch)
            rows = self._db.rows(f"{_SELECT} AND {column} IN ({names}){self._reach}", **values)
            found += [_proposal(row) for row in rows]
        return found

    @property
    def _reach(self) -> str:
        """A condition to append: only what the buckets of the scope hold, and nothing that leads out of them."""
        buckets = self._db.scope.bucket_ids
        if buckets is None:
            return ""
        held = f"SELECT memory_id FROM memories WHERE user_id = :user_id{self._db.bucket_clause}"
        return f" AND memory_id IN ({held}) AND (bucket_id IS NULL OR bucket_id IN ({integers(buckets)}))"


def _made_as(query: MemoryQuery) -> tuple[str, dict[str, object]]:
    """A condition to append: by its client, its token and its times."""
    parts: list[str] = []
    values: dict[str, object] = {}
    if query.filters.sources is not None:
        names, named = placeholders("source", sorted(query.filters.sources))
        values |= named
        parts.append(f" AND source IN ({names})")
    for part, name, value in (
        ("token_id = :of_token", "of_token", query.token_id),
        ("created_at >= :recorded_after", "recorded_after", optional_ms(query.recorded_after)),
        ("created_at <= :recorded_before", "recorded_before", optional_ms(query.recorded_before)),
    ):
        if value is not None:
            parts.append(f" AND {part}")
            values[name] = value
    return "".join(parts), values


def _values(proposal: Proposal) -> dict[str, object]:
    return {
        "proposal_id": proposal.id,
        "memory_id": proposal.memory_id,
        "kind": proposal.kind,
        "base_version": proposal.base_version,
        "created_at": to_ms(proposal.created_at),
        "text": proposal.text,
        "bucket_id": proposal.bucket_id,
        "channel": proposal.provenance.channel,
        "trust": proposal.provenance.trust,
        "token_id": proposal.provenance.token_id,
        "source": proposal.provenance.source,
        "author_id": proposal.provenance.author_id,
    }


def _proposal(row: Row) -> Proposal:
    channel, trust, token_id, source, author_id = row[7:]
    return Proposal(
        id=row[0],
        memory_id=row[1],
        kind=ProposalKind(row[2]),
        base_version=row[3],
        created_at=from_ms(row[4]),
        text=row[5],
        bucket_id=row[6],
        provenance=Provenance(Channel(channel), Trust(trust), token_id, source, author_id=author_id),
    )
