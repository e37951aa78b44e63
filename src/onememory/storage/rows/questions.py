"""What was asked, as rows."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from onememory.domain.provenance import Channel
from onememory.domain.questions import AskedQuestion, GivenHit, QuestionKind, QuestionQuery, Terms
from onememory.storage.scoped import Row, Scoped, from_ms, to_ms

_QUESTION = "question_id, at, kind, text, filters, hits, confidence, took_us, channel, token_id, source"
_terms = msgspec.json.Decoder(Terms)
_hits = msgspec.json.Decoder(tuple[GivenHit, ...])


class QuestionTable:
    """The questions of one user; implements the port QuestionRows."""

    def __init__(self, db: Scoped) -> None:
        self._db = db

    def add(self, questions: Sequence[AskedQuestion]) -> None:
        """Append."""
        self._db.many(
            f"INSERT INTO questions (user_id, {_QUESTION}) VALUES (:user_id, :question_id, :at, :kind, :text, "
            ":filters, :hits, :confidence, :took_us, :channel, :token_id, :source) "
            "ON CONFLICT DO NOTHING",
            (
                {
                    "question_id": question.id,
                    "at": to_ms(question.at),
                    "kind": question.kind,
                    "text": question.text,
                    "filters": msgspec.json.encode(question.terms).decode(),
                    "hits": msgspec.json.encode(question.hits).decode(),
                    "confidence": question.confidence,
                    "took_us": question.took_us,
                    "channel": question.channel,
                    "token_id": question.token_id,
                    "source": question.source,
                }
                for question in questions
            ),
        )

    def newest(self, query: QuestionQuery, limit: int) -> list[AskedQuestion]:
        """Newest first."""
        wanted = {"kind": query.kind, "token_id": query.token_id, "before": query.before}
        conditions = {"kind": "kind = :kind", "token_id": "token_id = :token_id", "before": "question_id < :before"}
        values = {name: value for name, value in wanted.items() if value is not None}
        where = ["user_id = :user_id", *(conditions[name] for name in values)]
        if query.is_empty_handed:
            where.append("hits = '[]'")  # as the partial index says it
        sql = f"SELECT {_QUESTION} FROM questions WHERE {' AND '.join(where)} ORDER BY question_id DESC LIMIT :limit"
        return [_question(row) for row in self._db.rows(sql, limit=limit, **values)]

    def get(self, question_id: str) -> AskedQuestion | None:
        """The question with this id."""
        sql = f"SELECT {_QUESTION} FROM questions WHERE user_id = :user_id AND question_id = :question_id"
        row = self._db.row(sql, question_id=question_id)
        return _question(row) if row else None

    def remove(self, question_id: str) -> bool:
        """Forget one; whether it was there."""
        sql = "DELETE FROM questions WHERE user_id = :user_id AND question_id = :question_id RETURNING question_id"
        return self._db.row(sql, question_id=question_id) is not None

    def clear(self) -> int:
        """Forget all; how many there were."""
        return len(self._db.rows("DELETE FROM questions WHERE user_id = :user_id RETURNING question_id"))

    def forget_before(self, moment: datetime) -> int:
        """Drop what is older; how many were dropped."""
        sql = "DELETE FROM questions WHERE user_id = :user_id AND at < :moment RETURNING question_id"
        return len(self._db.rows(sql, moment=to_ms(moment)))


def _question(row: Row) -> AskedQuestion:
    question_id, at, kind, text, terms, hits, confidence, took_us, channel, token_id, source = row
    return AskedQuestion(
        question_id,
        from_ms(at),
        QuestionKind(kind),
        text,
        _terms.decode(terms),
        _hits.decode(hits),
        confidence,
        took_us,
        Channel(channel),
        token_id,
        source,
    )
