"""Groups on a plane: what is alike lies near each other, and nothing lies on top of anything else."""

from dataclasses import dataclass
from math import pi

import numpy as np
from numpy.typing import NDArray

from onememory.retrieval.clusters import unit_rows
from onememory.retrieval.vectors import Vectors

WIDTH = 960.0  # the units of the plane, made for a picture of so many pixels
COVERED = 170_000.0  # of its area, by discs
WIDEST_SEAT = 15.0  # between dots
GAP = 14.0  # between discs
NAME_HEIGHT = 46.0  # below each disc
NAME_WIDTH = 150.0
STEPS = 400
TURN = pi * (3 - 5**0.5)  # the golden angle, by which sunflowers place their seeds

Plane = NDArray[np.float64]  # shape (n, 2): across and down
Angles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Discs:
    """Where each group is drawn."""

    middles: Plane
    radii: NDArray[np.float64]
    seat: float  # from dot to dot


def discs_of(centres: Vectors, sizes: NDArray[np.int64]) -> Discs:
    """A disc for each group with room for so many dots; `centres` as in Groups."""
    seat = min(WIDEST_SEAT, float(np.sqrt(COVERED / np.pi / sizes.sum())) * 1.75)
    radii = seat * (np.sqrt(sizes) * 0.565 + 0.7)
    wanted = 1 - (centres @ centres.T).astype(np.float64)
    middles = _stressed(_first_two(centres), wanted)
    middles *= [WIDTH / 2, WIDTH / 4] / np.maximum(np.abs(middles).max(axis=0), 1e-9)
    middles = _apart(middles, np.stack([np.maximum(radii, NAME_WIDTH / 2), radii + NAME_HEIGHT / 2], axis=1))
    return Discs(middles, radii, seat)


def dots_of(discs: Discs, group: int, closeness: Vectors) -> Plane:
    """A place for each text of a group: the most typical in the middle, the others on the side that they lean to.

    `closeness` has the shape (texts, groups), as Groups.closeness gives it.
    """
    sides = _sides(closeness, group, discs.middles)
    count = len(closeness)
    angles: Angles = np.arange(count, dtype=np.float64) * TURN
    away = discs.seat * 0.565 * np.sqrt(np.arange(count) + 0.4)
    seats = discs.middles[group] + np.stack([away * np.cos(angles), away * np.sin(angles)], axis=1)
    order = np.argsort(-closeness[:, group], kind="stable")
    places = np.empty((count, 2))
    start, size = 0, 3
    while start < count:  # ring by ring, each text to the seat that lies on its side
        ring = slice(start, min(start + size, count))
        texts = order[ring]
        places[texts] = seats[ring][_seated(sides[texts], angles[ring])]
        start, size = ring.stop, size + 6
    return places


def _seated(sides: Angles, angles: Angles) -> NDArray[np.int64]:
    """Which seat of a ring each text takes: in their order around it, turned to where they lean on the whole."""
    around = np.arange(len(sides))
    texts, seats = np.argsort(sides, kind="stable"), np.argsort(angles % (2 * np.pi), kind="stable")
    agreement = np.cos(sides[texts][:, None] - angles[seats][None])
    turned = (around[:, None] + around[None]) % len(sides)
    best = int(agreement[around[:, None], turned].sum(axis=0).argmax())
    seated = np.empty(len(sides), np.int64)
    seated[texts] = seats[turned[:, best]]
    return seated


def _sides(closeness: Vectors, group: int, middles: Plane) -> Angles:
    """For each text of a group the direction in which the other groups pull it, by how near it is to them."""
    others = np.delete(np.arange(len(middles)), group)
    towards = unit_rows((middles[others] - middles[group]).astype(np.float32))
    pulls = closeness[:, others] - closeness[:, others].mean(axis=0, keepdims=True)
    pulled = (pulls @ towards).astype(np.float64)
    sides: Angles = np.arctan2(pulled[:, 1], pulled[:, 0])
    return sides


def _first_two(centres: Vectors) -> Plane:
    """The centres along their two principal axes, whose signs do not depend on the machine."""
    rows = (centres - centres.mean(axis=0)).astype(np.float64)
    _, _, axes = np.linalg.svd(rows, full_matrices=False)
    axes = np.vstack([axes, np.zeros_like(axes[:1])])[:2]
    signs = np.sign(axes[np.arange(2), np.abs(axes).argmax(axis=1)])
    first: Plane = rows @ (axes * np.where(signs == 0, 1, signs)[:, None]).T
    return first


def _stressed(middles: Plane, wanted: NDArray[np.float64]) -> Plane:
    """Moved until the distances are as wanted, as far as a plane allows (SMACOF: de Leeuw, 1977)."""
    for _ in range(STEPS):
        apart = np.linalg.norm(middles[:, None] - middles[None], axis=2)
        pull = -np.divide(wanted, apart, out=np.zeros_like(wanted), where=apart > 1e-9)
        np.fill_diagonal(pull, 0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        middles = pull @ middles / len(middles)
    return middles


def _apart(middles: Plane, half: Plane) -> Plane:
    """Drawn together and pushed out of each other, until no disc lies on another or on its name."""
    for step in range(STEPS):
        together = 0.03 * (1 - step / STEPS) * np.array([0.7, 1.0])
        middles = middles - (middles - middles.mean(axis=0)) * together
        middles = _pushed(middles, half)
    for _ in range(STEPS):
        after = _pushed(middles, half)
        if np.abs(after - middles).max() < 0.1:
            break
        middles = after
    return middles


def _pushed(middles: Plane, half: Plane) -> Plane:
    """Every two that overlap moved apart, across or down, whichever is less."""
    between = middles[:, None] - middles[None]
    over = half[:, None] + half[None] + GAP - np.abs(between)
    over[np.arange(len(middles)), np.arange(len(middles))] = 0
    overlaps = (over > 0).all(axis=2)
    is_across = over[:, :, 0] < over[:, :, 1]
    earlier = np.tril(np.ones(overlaps.shape), -1) * 2 - 1  # tells two in the same place which way to go
    signs = np.where(between == 0, earlier[:, :, None], np.sign(between))
    shift = signs * over * np.stack([overlaps & is_across, overlaps & ~is_across], axis=2)
    pushed: Plane = middles + shift.sum(axis=1) * 0.4
    return pushed
