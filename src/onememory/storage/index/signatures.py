"""Vectors as they are stored (int8 and a scale) and as they are scanned (their sign bits)."""

from collections.abc import Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Codes = NDArray[np.int8]
Signs = NDArray[np.uint8]
Positions = NDArray[np.int64]

_SCALE = np.dtype("<f4")


def pack_vectors(vectors: Vectors) -> list[bytes]:
    """The stored form of each row: its scale (little-endian float32), then one int8 per dimension.

    `scale * codes` has the length of the row, so a unit row stays one; a zero row has the scale 0.
    """
    peaks = np.abs(vectors).max(axis=1, keepdims=True, initial=0)
    codes = np.rint(vectors * np.divide(127, peaks, out=np.zeros_like(peaks), where=peaks > 0)).astype(np.int8)
    lengths = np.linalg.norm(codes.astype(np.float32), axis=1)
    scales = np.divide(np.linalg.norm(vectors, axis=1), lengths, out=np.zeros_like(lengths), where=lengths > 0)
    packed = np.hstack([scales.astype(_SCALE)[:, None].view(np.uint8), codes.view(np.uint8)])
    return [row.tobytes() for row in packed]


def joined(stored: Sequence[bytes | None], dimension: int) -> bytes:
    """The stored forms one after another, zeros for one that is missing.

    Raises ValueError for a stored form of another dimension.
    """
    width = stored_width(dimension)
    if width and (wrong := {len(form) for form in stored if form is not None} - {width}):
        raise ValueError(f"a stored vector has {wrong.pop()} bytes; {dimension} dimensions take {width}")
    nothing = bytes(width)
    return b"".join([form or nothing for form in stored]) if width else b""


def stored_width(dimension: int) -> int:
    """Bytes of a stored vector."""
    return _SCALE.itemsize + dimension if dimension else 0


def unpack_joined(forms: bytes, count: int, dimension: int) -> tuple[NDArray[np.float32], Codes]:
    """Scales, shape (count,), and codes, shape (count, dimension), of as many stored forms one after another.

    Raises ValueError where they are not as many.
    """
    if dimension == 0:
        return np.zeros(count, np.float32), np.zeros((count, 0), np.int8)
    packed = np.frombuffer(forms, np.uint8).reshape(count, stored_width(dimension))
    scales = packed[:, : _SCALE.itemsize].copy().view(_SCALE)[:, 0]
    return scales.astype(np.float32), packed[:, _SCALE.itemsize :].copy().view(np.int8)


def unpack_vectors(stored: Sequence[bytes | None], dimension: int) -> tuple[NDArray[np.float32], Codes]:
    """Scales, shape (n,), and codes, shape (n, dimension); both are zero where nothing is stored.

    Raises ValueError for a stored form of another dimension.
    """
    return unpack_joined(joined(stored, dimension), len(stored), dimension)


def signs_of(rows: Vectors | Codes) -> Signs:
    """One bit per dimension, set where it is positive; shape (n, ceil(dimension / 8))."""
    return np.packbits(rows > 0, axis=1)


def closest(signs: Signs, signature: Signs, count: int) -> Positions:
    """The rows with the fewest bits unlike the signature, closest first; `signature` has the shape (1, bytes).

    One call that gives up the interpreter's lock once: numpy needs a dozen calls per block of rows and queues for the
    lock after each, which made it a hundred times slower beside a busy thread (measured by bench/scan.py).
    """
    count = min(count, len(signs))
    if count == 0:
        return np.zeros(0, np.int64)
    faiss.omp_set_num_threads(1)  # per calling thread; a team of threads for one query only spins
    _, positions = faiss.knn_hamming(signature, signs, count, variant="mc")
    found: Positions = positions[0]
    return found
