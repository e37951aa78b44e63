"""Groups of texts that are near to each other in meaning: spherical k-means, the same for the same vectors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onememory.retrieval.vectors import Vectors

FEWEST = 12  # texts; fewer are read faster as a list than as a picture
MOST_GROUPS = 14  # more names than a person takes in at a glance
TRIES = 4
ROUNDS = 40

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Groups:
    """Where the groups lie, in a space whose middle is `origin`: what all texts have in common tells nothing apart."""

    origin: Vectors  # shape (dimension,)
    centres: Vectors  # shape (groups, dimension); rows of unit length

    @property
    def directions(self) -> Vectors:
        """What `closeness` needs the cosines with, shape (groups + 1, dimension)."""
        return np.vstack([self.centres, self.origin[None, :]])

    def closeness(self, cosines: Vectors) -> Vectors:
        """How near texts are to each group, -1 to 1, from their cosines with the `directions`; (texts, groups)."""
        along = cosines[:, -1:]
        lengths = np.sqrt(np.maximum(1 - 2 * along + self.origin @ self.origin, 1e-6))
        near: Vectors = ((cosines[:, :-1] - self.centres @ self.origin) / lengths).astype(np.float32)
        return near


def groups_of(vectors: Vectors) -> Groups:
    """The groups of at least two texts, shape (texts, dimension); the largest group comes first."""
    origin = vectors.mean(axis=0)
    units = unit_rows(vectors - origin)
    random = np.random.default_rng(0)
    tries = [_settled(units, _spread(units, _number_of_groups(len(units)), random)) for _ in range(TRIES)]
    centres = max(tries, key=lambda each: float((units @ each.T).max(axis=1).sum()))
    centres = _without_small(units, centres)
    sizes = np.bincount(nearest(units @ centres.T), minlength=len(centres))
    return Groups(origin, centres[np.argsort(-sizes, kind="stable")])


def nearest(closeness: Vectors) -> Labels:
    """The group that each text belongs to."""
    labels: Labels = closeness.argmax(axis=1).astype(np.int64)
    return labels


def unit_rows(vectors: Vectors) -> Vectors:
    """Each row with the length one; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return units


def _number_of_groups(texts: int) -> int:
    return int(np.clip(round(texts**0.5 * 0.9), 2, MOST_GROUPS))


def _spread(units: Vectors, count: int, random: np.random.Generator) -> Vectors:
    """Texts far apart from each other to begin with, as k-means++ chooses them."""
    chosen = [int(random.integers(len(units)))]
    far = 1 - units @ units[chosen[0]]
    for _ in range(count - 1):
        weights = np.maximum(far, 0) ** 2
        total = float(weights.sum())
        chosen.append(int(random.choice(len(units), p=weights / total)) if total else chosen[0])
        far = np.minimum(far, 1 - units @ units[chosen[-1]])
    return units[chosen]


def _settled(units: Vectors, centres: Vectors) -> Vectors:
    labels: Labels | None = None
    for _ in range(ROUNDS):
        found = nearest(units @ centres.T)
        if labels is not None and (found == labels).all():
            break
        labels, centres = found, _middles(units, found, centres)
    return centres


def _middles(units: Vectors, labels: Labels, centres: Vectors) -> Vectors:
    """The middle of each group; that of an empty group stays where it was."""
    sums = (labels == np.arange(len(centres))[:, None]).astype(np.float32) @ units
    middles = unit_rows(sums)
    return np.where((np.linalg.norm(sums, axis=1) > 0)[:, None], middles, centres)


def _without_small(units: Vectors, centres: Vectors) -> Vectors:
    """Without groups of very few texts, which join their neighbours."""
    sizes = np.bincount(nearest(units @ centres.T), minlength=len(centres))
    kept = sizes >= max(3, len(units) / len(centres) / 6)
    return _settled(units, centres[kept]) if kept.sum() >= 2 else centres[sizes > 0]
