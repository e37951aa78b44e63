"""The ArchiveIndex of one user: packed postings and blocks of turns, scanned and scored in memory."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onememory.domain.conversations import Role
from onememory.ports.archive import ArchiveProbe, NominatedTurns, Unembedded
from onememory.retrieval.archive import IndexedConversation, packed
from onememory.retrieval.cues import QUESTION_BIT
from onememory.retrieval.levels import Levels, score
from onememory.retrieval.signals import TextColumns
from onememory.retrieval.turns import TurnPool
from onememory.retrieval.vectors import Vectors
from onememory.storage.index.archive_shelf import ArchiveShelf, Columns, Turns, cosines
from onememory.storage.index.archive_shelves import ArchiveShelves
from onememory.storage.index.postings import PostingTable
from onememory.storage.index.signatures import closest, pack_vectors, signs_of
from onememory.storage.scoped import Scoped

COMMON_SHARE = 0.1  # a term in more of the turns than this says little and costs most
FEW = 20_000  # below this many turns every term is cheap
RESCORED = 1_000  # turns whose cosines are taken; the best of each conversation is found among them

_ROLES = frozenset(role.value for role in Role)
_PUT_BLOCK = """
    INSERT INTO archive_blocks (user_id, first_turn, conversation_id, platform, seq, live, count, numbers, speakers,
        cues, words, lengths, days)
    VALUES (:user_id, :first_turn, :conversation_id, :platform, :seq, 1, :count, :numbers, :speakers, :cues, :words,
        :lengths, :days)
"""
_BACKLOG = """
    user_id = :user_id AND live = 1 AND (model IS NULL OR model <> :model)
    AND (next_model IS NULL OR next_model <> :model)
"""


class PackedArchiveIndex:
    """The derived index of one scope's conversations; implements the port ArchiveIndex."""

    def __init__(self, db: Scoped, shelves: ArchiveShelves, on_removed: Callable[[], None]) -> None:
        self._db = db
        self._on_removed = on_removed
        self._shelves = shelves
        self._postings = PostingTable(db)

    def put(self, conversations: Sequence[IndexedConversation]) -> None:
        """Add conversations; found by their words by the very next read."""
        conversations = [c for c in conversations if c.size]
        if not conversations:
            return
        segment, seq = self._state()
        self._db.many(_PUT_BLOCK, _blocks(conversations, segment, seq))
        total = sum(conversation.size for conversation in conversations)
        self._postings.add(segment, total, packed(conversations))
        self._advance(segment + total, seq + len(conversations))

    def _state(self) -> tuple[int, int]:
        row = self._db.row("SELECT next_turn, seq FROM archive_state WHERE user_id = :user_id")
        if row is None:
            self._db.rows("INSERT INTO archive_state (user_id, epoch, next_turn, seq) VALUES (:user_id, 1, 0, 0)")
            return 0, 0
        return row[0], row[1]

    def _advance(self, next_turn: int, seq: int) -> None:
        self._db.rows(
            "UPDATE archive_state SET next_turn = :next_turn, seq = :seq WHERE user_id = :user_id",
            next_turn=next_turn,
            seq=seq,
        )

    def remove(self, conversations: Sequence[IndexedConversation]) -> None:
        """Take out conversations, and every trace of their words and vectors."""
        next_turn, seq = self._state()
        for conversation in conversations:
            row = self._db.row(
                "SELECT first_turn, count FROM archive_blocks "
                "WHERE user_id = :user_id AND conversation_id = :conversation_id AND live = 1",
                conversation_id=conversation.conversation_id,
            )
            if row is None:
                continue
            seq += 1
            self._db.rows(
                "UPDATE archive_blocks SET live = 0, seq = :seq, model = NULL, vectors = NULL, speakers = '[]', "
                "next_model = NULL, next_vectors = NULL, cues = :nothing, words = :nothing, lengths = :nothing, "
                "days = :nothing, numbers = :nothing "
                "WHERE user_id = :user_id AND first_turn = :first_turn",
                first_turn=row[0],
                seq=seq,
                nothing=b"",
            )
            self._postings.forget({t for counted in conversation.terms for t in counted}, row[0], row[1])
        self._advance(next_turn, seq)
        self._on_removed()

    def names(self) -> frozenset[str]:
        """The names of speakers; none where all chats are with an assistant."""
        shelf, _ = self._shelves.current(self._db)
        return shelf.speaking() - _ROLES

    def nominate(self, probe: ArchiveProbe) -> NominatedTurns:
        """The best of the words and the nearest by meaning."""
        shelf, model = self._shelves.current(self._db)
        columns, layout = shelf.columns(), shelf.layout()
        postings = self._postings.of(probe.terms)
        frequencies = {term: len(p.turns) for term, p in postings.items()}
        useful = _telling(frequencies, len(layout.lengths))
        levels = score([postings[term] for term in useful], layout)
        vector = probe.vectors.get(model) if model else None
        admitted = _admitted(shelf, columns, probe)
        near = _nearest(columns, vector, admitted)
        lists = [_best(levels.turns, admitted, probe.limit), _best(levels.windows, admitted, probe.limit)]
        lists += [near.turns[: probe.limit], *_dated(columns, probe, admitted)]
        at = np.unique(np.concatenate(lists)).astype(np.int64)
        conversations, numbers = columns.conversations[at].tolist(), columns.numbers[at].tolist()
        return NominatedTurns(
            places=[(shelf.ids[c], n) for c, n in zip(conversations, numbers, strict=True)],
            pool=_pool(_Scored(columns, levels, near, vector), at, _meant(shelf, columns, at, probe.speaker)),
            frequencies=frequencies,
            total=len(layout.lengths),
            model=model,
        )

    def without_vectors(self, model: str, limit: int) -> list[Unembedded]:
        """Conversations whose turns lack vectors of this model."""
        rows = self._db.rows(
            f"SELECT conversation_id, first_turn, numbers FROM archive_blocks WHERE {_BACKLOG} "
            "ORDER BY first_turn LIMIT :limit",
            model=model,
            limit=limit,
        )
        return [Unembedded(row[0], row[1], np.frombuffer(row[2], "<i4").tolist()) for row in rows]

    def count_without_vectors(self, model: str) -> int:
        """How many turns lack them."""
        return self._db.number(f"SELECT coalesce(sum(count), 0) FROM archive_blocks WHERE {_BACKLOG}", model=model)

    def give_vectors(self, model: str, vectors: Sequence[tuple[Unembedded, Vectors]]) -> None:
        """Add vectors, for each conversation those of its turns in order; not where it has changed since."""
        next_turn, seq = self._state()
        # Another model than the one that answers fills a second place, so that the answers stay whole till it is done.
        place = "" if self._answering(model) else "next_"
        for conversation, rows in vectors:
            seq += 1
            self._db.rows(
                f"UPDATE archive_blocks SET {place}model = :model, {place}vectors = :vectors, seq = :seq "
                "WHERE user_id = :user_id AND first_turn = :first_turn AND conversation_id = :conversation_id "
                "AND live = 1 AND count = :count",
                model=model,
                vectors=b"".join(pack_vectors(rows)),
                seq=seq,
                first_turn=conversation.place,
                conversation_id=conversation.conversation_id,
                count=len(rows),
            )
        self._advance(next_turn, seq)

    def _answering(self, model: str) -> bool:
        self._db.rows("UPDATE archive_state SET model = :model WHERE user_id = :user_id AND model IS NULL", model=model)
        row = self._db.row("SELECT model FROM archive_state WHERE user_id = :user_id")
        return row is not None and row[0] == model

    def settle(self, model: str) -> bool:
        """Let this model answer and drop the other's vectors, if no turn lacks a vector; whether it now answers."""
        row = self._db.row("SELECT model FROM archive_state WHERE user_id = :user_id")
        if row is None or row[0] in {None, model}:
            return True
        if self.count_without_vectors(model):
            return False
        self._db.rows(
            "UPDATE archive_blocks SET model = next_model, vectors = next_vectors, next_model = NULL, "
            "next_vectors = NULL WHERE user_id = :user_id AND live = 1"
        )
        self._db.rows(
            "UPDATE archive_state SET model = :model, epoch = epoch + 1 WHERE user_id = :user_id", model=model
        )
        return True

    def tidy(self) -> bool:
        """Merge what has become many small pieces; whether there was something to do."""
        return self._postings.merge()

    def clear(self) -> None:
        """Forget everything of this user."""
        self._postings.clear()
        self._db.rows("DELETE FROM archive_blocks WHERE user_id = :user_id")
        self._db.rows(
            "UPDATE archive_state SET epoch = epoch + 1, next_turn = 0, seq = 0, model = NULL WHERE user_id = :user_id"
        )


def _telling(frequencies: Mapping[str, int], total: int) -> list[str]:
    """The terms worth scoring: those that occur, in a large archive without the commonest where rarer ones remain."""
    present = [term for term, frequency in frequencies.items() if frequency]
    if total <= FEW:
        return present
    return [term for term in present if frequencies[term] <= COMMON_SHARE * total] or present


@dataclass(frozen=True, slots=True)
class _Near:
    """The turns nearest in meaning, best first, and the greatest cosine of each conversation among them."""

    turns: Turns
    by_conversation: NDArray[np.float32]  # nan where none of its turns is near


@dataclass(frozen=True, slots=True)
class _Scored:
    """All turns with what was found out about them."""

    columns: Columns
    levels: Levels
    near: _Near
    vector: Vectors | None


def _nearest(columns: Columns, vector: Vectors | None, admitted: NDArray[np.bool_]) -> _Near:
    sessions = int(columns.conversations.max(initial=-1)) + 1
    best = np.full(sessions, np.nan, np.float32)
    nothing = np.zeros(0, np.int64)
    if vector is None or not vector.any():
        return _Near(nothing, best)
    embedded = admitted & (columns.scales > 0)
    rows = np.flatnonzero(embedded)
    if not len(rows):
        return _Near(nothing, best)
    signs = columns.signs if len(rows) == len(embedded) else columns.signs[rows]
    found = rows[closest(signs, signs_of(vector.reshape(1, -1)), RESCORED)]
    values = cosines(columns, found, vector)
    order = np.argsort(-values, kind="stable")
    at = columns.conversations[found[order][::-1]]
    best[at] = values[order][::-1]  # the last one written is the greatest
    return _Near(found[order], best)


def _admitted(shelf: ArchiveShelf, columns: Columns, probe: ArchiveProbe) -> NDArray[np.bool_]:
    filters = probe.filters
    mask = columns.live.copy()
    if filters.platforms is not None:
        wanted = [shelf.platforms[p] for p in filters.platforms if p in shelf.platforms]
        mask &= np.isin(columns.platforms, wanted)
    if filters.after is not None:
        mask &= columns.days >= filters.after.toordinal()
    if filters.before is not None:
        mask &= (columns.days <= filters.before.toordinal()) & (columns.days > 0)
    return mask


def _best(scores: NDArray[np.float32], admitted: NDArray[np.bool_], limit: int) -> Turns:
    at = np.flatnonzero((scores > 0) & admitted)
    if len(at) > limit:
        at = at[np.argpartition(-scores[at], limit)[:limit]]
    return at


def _dated(columns: Columns, probe: ArchiveProbe, admitted: NDArray[np.bool_]) -> list[Turns]:
    """Turns of the days that the question names, the longest first, which say most."""
    found = []
    for period in probe.periods:
        inside = (columns.days >= period.start.toordinal()) & (columns.days <= period.end.toordinal())
        at = np.flatnonzero(inside & admitted)
        found.append(at[np.argsort(-columns.words[at].astype(np.int64), kind="stable")[: probe.limit]])
    return found


def _pool(scored: _Scored, at: Turns, speakers: NDArray[np.float32]) -> TurnPool:
    columns, levels, vector = scored.columns, scored.levels, scored.vector
    conversations = columns.conversations[at]
    before = np.maximum(at - 1, 0)
    asked = (columns.cues[before] & QUESTION_BIT) > 0
    return TurnPool(
        words=levels.turns[at],
        windows=levels.windows[at],
        sessions=levels.sessions[conversations],
        meaning=cosines(columns, at, vector) if vector is not None else np.full(len(at), np.nan, np.float32),
        session_meaning=scored.near.by_conversation[conversations],
        speakers=speakers,
        text=TextColumns(columns.cues[at].astype(np.int64), columns.words[at].astype(np.int64), columns.days[at]),
        after_question=asked & (at > 0) & (columns.conversations[before] == conversations),
    )


def _meant(shelf: ArchiveShelf, columns: Columns, at: Turns, speaker: str | None) -> NDArray[np.float32]:
    code = shelf.speakers.get(speaker) if speaker else None
    if code is None:
        return np.zeros(len(at), np.float32)
    others = -np.ones(len(at), np.float32)
    if speaker in _ROLES:  # of somebody with a name it is not known which of the two he would be
        others[~np.isin(columns.speakers[at], [shelf.speakers[role] for role in _ROLES & shelf.speakers.keys()])] = 0
    return np.where(columns.speakers[at] == code, np.float32(1), others)


def _blocks(conversations: Sequence[IndexedConversation], first: int, seq: int) -> Iterable[dict[str, object]]:
    for place, conversation in enumerate(conversations, start=1):
        columns = conversation.columns
        yield {
            "first_turn": first,
            "conversation_id": conversation.conversation_id,
            "platform": conversation.platform,
            "seq": seq + place,
            "count": conversation.size,
            "numbers": columns.numbers.astype("<i4").tobytes(),
            "speakers": json.dumps(columns.speakers),
            "cues": columns.cues.tobytes(),
            "words": columns.words.astype("<u2").tobytes(),
            "lengths": columns.lengths.astype("<u2").tobytes(),
            "days": columns.days.astype("<i4").tobytes(),
        }
        first += conversation.size
