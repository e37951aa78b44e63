"""The opening of a user's columns: some values that the database packs, instead of a row for each memory.

A hundred thousand rows took a third of a second of the interpreter, which then answers nobody else.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onememory.storage.index.shelf import Packed
from onememory.storage.index.signatures import stored_width
from onememory.storage.scoped import Scoped

CHUNK = 50_000  # documents at a time, which bounds the memory that opening takes

_INTEGERS = {
    "doc": "int8",
    "live": "int2",
    "bucket_id": "int4",
    "day": "int4",
    "cues": "int4",
    "length": "int4",
    "superseded": "int2",
}
_TEXTS = ("source", "trust", "content_type")
_DOCUMENTS = f"""
    SELECT {", ".join(f"string_agg({kind}send({name}), ''::bytea)" for name, kind in _INTEGERS.items())},
        {", ".join(f"array_agg({name})" for name in _TEXTS)}
    FROM (
        SELECT * FROM search_documents WHERE user_id = :user_id AND doc > :after ORDER BY doc LIMIT :chunk
    ) AS part
"""
# By itself: joined to the documents, each vector would be looked up alone, which takes longer than all else together.
_VECTORS = """
    SELECT string_agg(int8send(doc), ''::bytea), string_agg(vector, ''::bytea) FROM (
        SELECT doc, vector FROM search_vectors
        WHERE user_id = :user_id AND model = :model AND doc > :after AND doc <= :last ORDER BY doc
    ) AS part
"""


def packed_documents(db: Scoped, model: str, dimension: int, chunk: int = CHUNK) -> Iterator[Packed]:
    """All documents of the scope's owner, ascending, with their vectors of this model."""
    after = -1
    while (row := db.rows(_DOCUMENTS, after=after, chunk=chunk)[0])[0] is not None:
        columns: dict[str, Any] = {
            name: np.frombuffer(packed, f">i{kind[-1]}")
            for (name, kind), packed in zip(_INTEGERS.items(), row, strict=False)
        }
        columns |= zip(_TEXTS, row[len(_INTEGERS) :], strict=True)
        docs, last = columns["doc"], int(columns["doc"][-1])
        stored = db.rows(_VECTORS, model=model, after=after, last=last)[0]
        yield Packed(**columns, vectors=_beside(docs, stored, stored_width(dimension)))
        after = last


def _beside(docs: NDArray[np.int64], stored: tuple[bytes | None, bytes | None], width: int) -> bytes:
    """The vectors in the order of the documents, zeros for one without."""
    embedded, vectors = (np.frombuffer(packed or b"", kind) for packed, kind in zip(stored, (">i8", "u1"), strict=True))
    if np.array_equal(docs, embedded):
        return stored[1] or b""
    placed = np.zeros((len(docs), width), np.uint8)
    placed[np.isin(docs, embedded)] = vectors.reshape(len(embedded), width)[np.isin(embedded, docs)]
    return placed.tobytes()
