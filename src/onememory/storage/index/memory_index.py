"""The SearchIndex of one user in either dialect: words by their postings, vectors in a table and scanned in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onememory.domain.memories import Memory
from onememory.domain.search import Filters
from onememory.ports import IndexEntry, Nominated, Probe, Vectors
from onememory.ports.search import Calendar, Corpus, Sample
from onememory.retrieval.dates import Period
from onememory.retrieval.fusion import Pool
from onememory.retrieval.signals import TextColumns
from onememory.storage.index.lookups import Lookups
from onememory.storage.index.shelf import ShelfFilters, View, pack_vectors
from onememory.storage.index.shelves import Shelves
from onememory.storage.index.words import Postings, WordIndex
from onememory.storage.scoped import Scoped, batches, integers, optional_day, placeholders

_PUT_DOCUMENT = """
    INSERT INTO search_documents
        (doc, user_id, memory_id, seq, live, bucket_id, day, source, trust, content_type, cues, length, superseded)
    VALUES (:doc, :user_id, :memory_id, :seq, 1, :bucket_id, :day, :source, :trust, :content_type, :cues, :length,
        :superseded)
    ON CONFLICT (user_id, memory_id) DO UPDATE SET
        seq = excluded.seq, live = 1, bucket_id = excluded.bucket_id, day = excluded.day, source = excluded.source,
        trust = excluded.trust, content_type = excluded.content_type, cues = excluded.cues, length = excluded.length,
        superseded = CASE excluded.superseded WHEN 1 THEN 1 ELSE search_documents.superseded END
"""
_PUT_VECTOR = """
    INSERT INTO search_vectors (user_id, model, doc, vector) VALUES (:user_id, :model, :doc, :vector)
    ON CONFLICT (user_id, doc, model) DO UPDATE SET vector = excluded.vector
"""
_DESCRIBE = """
    UPDATE search_documents
    SET seq = :seq, bucket_id = :bucket_id, day = :day, source = :source, trust = :trust,
        superseded = CASE :superseded WHEN 1 THEN 1 ELSE superseded END
    WHERE user_id = :user_id AND memory_id = :memory_id AND live = 1
"""
_NEXT = """
    SELECT (SELECT coalesce(max(seq), 0) + 1 FROM search_documents WHERE user_id = :user_id),
        (SELECT model FROM search_state WHERE user_id = :user_id)
"""
_BACKLOG = """
    FROM search_documents AS d WHERE d.user_id = :user_id AND d.live = 1 AND NOT EXISTS (
        SELECT 1 FROM search_vectors AS v WHERE v.user_id = :user_id AND v.model = :model AND v.doc = d.doc)
"""


class MemoryIndex:
    """The derived index of one scope; implements the port SearchIndex."""

    def __init__(self, db: Scoped, words: WordIndex, shelves: Shelves) -> None:
        self._db = db
        self._words = words
        self._lookups = Lookups(db, words, shelves)

    def put(self, entries: Sequence[IndexEntry]) -> str | None:
        """Add or replace; found by the very next read. The stamp whose vectors answer now."""
        self._lookups.forget()
        known = self._docs([entry.memory.id for entry in entries])
        seq, answering = self._db.rows(_NEXT)[0]
        next_doc = self._next_doc()
        fresh = (e.memory.id for e in entries if e.memory.id not in known)
        docs = known | {memory_id: next_doc + i for i, memory_id in enumerate(fresh)}
        self._db.many(_PUT_DOCUMENT, (_document(e, docs[e.memory.id], seq + i) for i, e in enumerate(entries)))
        if known:
            self._words.remove(known.values())
            self._forget_vectors(known.values())
        self._words.put((docs[e.memory.id], e.terms) for e in entries)
        by_model: dict[str, dict[int, Vectors]] = {}
        for entry in entries:
            for model, vector in entry.vectors.items():
                by_model.setdefault(model, {})[docs[entry.memory.id]] = vector
        for model, vectors in by_model.items():
            self._put_vectors(model, vectors)
            answering = answering or self._let_answer(model)
        return str(answering) if answering else None

    def describe(self, memories: Iterable[Memory]) -> None:
        """Renew what is kept of memories whose text has not changed."""
        self._lookups.forget()
        seq = self._next_seq()
        self._db.many(_DESCRIBE, (_fields(memory) | {"seq": seq + i} for i, memory in enumerate(memories)))

    def remove(self, memory_ids: Iterable[str]) -> None:
        """Take out; unknown ids are ignored."""
        self._lookups.forget()
        docs = list(self._docs(list(memory_ids)).values())
        seq = self._next_seq()
        self._words.remove(docs)
        self._forget_vectors(docs)
        self._db.many(
            "UPDATE search_documents SET live = 0, seq = :seq WHERE user_id = :user_id AND doc = :doc",
            ({"doc": doc, "seq": seq + i} for i, doc in enumerate(docs)),
        )

    def nominate(self, probe: Probe) -> Nominated:
        """The best of the words and the nearest by meaning."""
        shelf, model = self._lookups.shelf()
        view = shelf.view()  # one state for the whole search, whatever other threads add meanwhile
        vector = probe.vectors.get(model) if model else None
        filters = self._within_scope(probe.filters)
        frequencies = self._lookups.frequencies(probe.terms)
        postings = self._lookups.postings(frequencies)
        corpus = probe.corpus or (self._of_scope(view, postings, frequencies) if self._db.scope.guest else None)
        by_words = view.best(postings, _shelf_filters(filters), probe.limit, corpus)
        near = view.nearest(vector, _shelf_filters(filters), probe.limit) if vector is not None else ()
        dated = [doc for period in probe.periods for doc in view.dated(_during(period, filters), probe.limit).tolist()]
        docs = np.array(list(dict.fromkeys([*by_words, *map(int, near), *dated])), dtype=np.int64)
        docs = docs[view.matching(docs, None)]
        return Nominated(
            keys=docs.tolist(),
            pool=_pool(view, docs, vector, by_words),
            frequencies=corpus.frequencies if corpus else frequencies,
            total=corpus.total if corpus else len(shelf),
            model=model,
        )

    def memory_ids(self, keys: Sequence[int]) -> dict[int, str]:
        """The memories behind these keys; one that has left the scope since is left out."""
        found: dict[int, str] = {}
        for batch in batches(keys):
            sql = f"SELECT doc, memory_id FROM search_documents WHERE user_id = :user_id AND doc IN ({integers(batch)})"
            found |= dict(self._db.rows(sql + self._db.bucket_clause))
        return found

    def _within_scope(self, filters: Filters) -> Filters:
        scope = self._db.scope.bucket_ids
        if scope is None:
            return filters
        wanted = scope if filters.bucket_ids is None else scope & filters.bucket_ids
        return replace(filters, bucket_ids=wanted)

    def keys(self, memory_ids: Sequence[str]) -> dict[str, int]:
        """The keys of those of the memories that are in the index."""
        return self._docs(memory_ids, f"AND live = 1{self._db.bucket_clause}")

    def stamp(self) -> str:
        """What changes with every change of the index."""
        row = self._db.row(
            "SELECT epoch, model, (SELECT max(seq) FROM search_documents WHERE user_id = :user_id) "
            "FROM search_state WHERE user_id = :user_id"
        )
        return " ".join(map(str, row or ()))

    def sample(self, limit: int, filters: Filters) -> Sample:
        """At most so many memories with the vectors that answer now, ascending by key."""
        docs, vectors = self._view().sample(_shelf_filters(self._within_scope(filters)), limit)
        return Sample(docs.tolist(), vectors)

    def cosines(self, directions: Vectors, filters: Filters) -> tuple[NDArray[np.int64], Vectors]:
        """The keys of all memories with a vector, ascending, and their cosines, shape (keys, directions)."""
        return self._view().cosines(directions, _shelf_filters(self._within_scope(filters)))

    def calendar(self, filters: Filters) -> Calendar:
        """How many memories are about each day."""
        return Calendar(*self._view().days(_shelf_filters(self._within_scope(filters))))

    def _view(self) -> View:
        shelf, _ = self._lookups.shelf()
        return shelf.view()

    def corpus(self, terms: Sequence[str]) -> Corpus:
        """What these terms are weighed by; for a guest, of the memories within the scope alone."""
        view, frequencies = self._view(), self._lookups.frequencies(terms)
        if self._db.scope.guest:
            return self._of_scope(view, self._lookups.postings(frequencies), frequencies)
        return Corpus(*view.extent(), frequencies)

    def _of_scope(self, view: View, postings: Mapping[str, Postings], frequencies: Mapping[str, int]) -> Corpus:
        """Nothing in it depends on other buckets; what was too common to be looked up is in all of them."""
        own = view.corpus(postings, _shelf_filters(self._within_scope(Filters())))
        unread = {term: own.total if count else 0 for term, count in frequencies.items()}
        return replace(own, frequencies=unread | dict(own.frequencies))

    def without_vector(self, model: str, limit: int) -> list[str]:
        """Ids of memories that have no vector of this model yet, oldest first."""
        rows = self._db.rows(f"SELECT d.memory_id {_BACKLOG} ORDER BY d.doc LIMIT :limit", model=model, limit=limit)
        return [row[0] for row in rows]

    def count_without_vector(self, model: str) -> int:
        """How many there are."""
        return self._db.number(f"SELECT count(*) {_BACKLOG}", model=model)

    def give_vectors(self, model: str, vectors: Mapping[str, Vectors]) -> None:
        """Add vectors to memories in the index; ids that have left it meanwhile are ignored."""
        self._lookups.forget()
        docs = self._docs(list(vectors), "AND live = 1")
        self._put_vectors(model, {doc: vectors[memory_id] for memory_id, doc in docs.items()})
        self._let_answer(model)
        seq = self._next_seq()
        self._db.many(
            "UPDATE search_documents SET seq = :seq WHERE user_id = :user_id AND doc = :doc",
            ({"doc": doc, "seq": seq + i} for i, doc in enumerate(docs.values())),
        )

    def settle(self, model: str) -> bool:
        """Let this model answer and drop other models' vectors, if nothing lacks a vector; whether it now answers."""
        if self.answering_model() == model:
            return True
        if self.count_without_vector(model):
            return False
        self._lookups.forget()
        self._db.rows("UPDATE search_state SET model = :model, epoch = epoch + 1 WHERE user_id = :user_id", model=model)
        self._db.rows("DELETE FROM search_vectors WHERE user_id = :user_id AND model <> :model", model=model)
        return True

    def answering_model(self) -> str | None:
        """The stamp whose vectors answer now."""
        row = self._db.row("SELECT model FROM search_state WHERE user_id = :user_id")
        return row[0] if row else None

    def clear(self) -> None:
        """Forget everything of this user."""
        self._lookups.forget()
        self._words.clear()
        for table in ("search_vectors", "search_documents"):
            self._db.rows(f"DELETE FROM {table} WHERE user_id = :user_id")
        self._db.rows("UPDATE search_state SET epoch = epoch + 1, model = NULL WHERE user_id = :user_id")

    def scrub(self) -> None:
        """Leave nothing of what was taken out, not even where it cannot be found any more."""
        self._words.scrub()

    def _docs(self, memory_ids: Sequence[str], condition: str = "") -> dict[str, int]:
        found: dict[str, int] = {}
        for batch in batches(memory_ids):
            names, values = placeholders("id", batch)
            sql = f"SELECT memory_id, doc FROM search_documents WHERE user_id = :user_id AND memory_id IN ({names})"
            found |= dict(self._db.rows(f"{sql} {condition}", **values))
        return found

    def _next_doc(self) -> int:
        """The number after the user's greatest, which is free: one writer at a time for each user."""
        return self._db.number("SELECT coalesce(max(doc), 0) + 1 FROM search_documents WHERE user_id = :user_id")

    def _next_seq(self) -> int:
        return self._db.number("SELECT coalesce(max(seq), 0) + 1 FROM search_documents WHERE user_id = :user_id")

    def _put_vectors(self, model: str, vectors: Mapping[int, Vectors]) -> None:
        if not vectors:
            return
        packed = pack_vectors(np.stack(list(vectors.values())))
        rows = ({"doc": doc, "model": model, "vector": v} for doc, v in zip(vectors, packed, strict=True))
        self._db.many(_PUT_VECTOR, rows)

    def _let_answer(self, model: str) -> str:
        """Let this model answer where none does yet."""
        self._db.rows("UPDATE search_state SET model = :model WHERE user_id = :user_id AND model IS NULL", model=model)
        return model

    def _forget_vectors(self, docs: Iterable[int]) -> None:
        self._db.many(
            "DELETE FROM search_vectors WHERE user_id = :user_id AND doc = :doc", ({"doc": doc} for doc in docs)
        )


def _document(entry: IndexEntry, doc: int, seq: int) -> dict[str, Any]:
    return _fields(entry.memory) | {"doc": doc, "seq": seq, "cues": entry.cues, "length": entry.length}


def _fields(memory: Memory) -> dict[str, Any]:
    return {
        "memory_id": memory.id,
        "bucket_id": memory.bucket_id,
        "day": (memory.about or memory.created_at.date()).toordinal(),
        "source": memory.provenance.source,
        "trust": memory.provenance.trust,
        "content_type": memory.content_type,
        "superseded": int(memory.superseded_by is not None),
    }


def _shelf_filters(filters: Filters) -> ShelfFilters | None:
    if filters == Filters():
        return None
    return ShelfFilters(
        bucket_ids=filters.bucket_ids,
        after=optional_day(filters.after),
        before=optional_day(filters.before),
        sources=filters.sources,
        trusts=filters.trusts,
        content_type=filters.content_type,
    )


def _during(period: Period, filters: Filters) -> ShelfFilters:
    """The filters narrowed down to a period."""
    after = max(filters.after, period.start) if filters.after else period.start
    before = min(filters.before, period.end) if filters.before else period.end
    return _shelf_filters(replace(filters, after=after, before=before)) or ShelfFilters()


def _pool(
    view: View, docs: np.ndarray[Any, np.dtype[np.int64]], vector: Vectors | None, words: Mapping[int, float]
) -> Pool:
    columns = view.columns(docs, vector)
    return Pool(
        words=np.array([words.get(int(doc), 0.0) for doc in docs], dtype=np.float32),
        meaning=columns.cosines,
        text=TextColumns(columns.cues, columns.lengths, columns.days),
        superseded=columns.superseded,
    )
