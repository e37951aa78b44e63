"""The map by meaning: where its parts stand, in the units of its `viewBox`; a template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from onememory.services.finding.maps import Cluster, Dot, MeaningMap

HUES = 8
EDGE = 14
NAME_HEIGHT = 44
NAME_WIDTH = 150
NARROWEST = 720


@dataclass(frozen=True, slots=True)
class Disc:
    """One cluster of the map."""

    name: str
    beside: str  # further words
    hue: int
    cluster: Cluster

    @property
    def name_y(self) -> float:
        """Where the name is written."""
        return round(self.cluster.y + self.cluster.radius + 18, 1)

    @property
    def beside_y(self) -> float:
        """Where the further words are written."""
        return round(self.cluster.y + self.cluster.radius + 36, 1)

    @property
    def dots(self) -> Sequence[Dot]:
        """The sampled memories."""
        return self.cluster.dots


@dataclass(frozen=True, slots=True)
class MapPicture:
    """The map by meaning."""

    left: float
    top: float
    width: float
    height: float
    dot: float  # radius
    discs: Sequence[Disc]


def map_picture(map_: MeaningMap) -> MapPicture:
    """The map with a margin, and with room for names below the discs."""
    clusters = map_.clusters
    reach = [(max(c.radius, NAME_WIDTH / 2), c) for c in clusters]
    left = min(c.x - wide for wide, c in reach) - EDGE
    right = max(c.x + wide for wide, c in reach) + EDGE
    top = min(c.y - c.radius for c in clusters) - EDGE
    bottom = max(c.y + c.radius for c in clusters) + NAME_HEIGHT + EDGE
    missing = max(NARROWEST - (right - left), 0)
    discs = [_disc(cluster, hue) for cluster, hue in zip(clusters, _hues(clusters), strict=True)]
    sizes = round(left - missing / 2, 1), round(top, 1), round(right - left + missing, 1), round(bottom - top, 1)
    return MapPicture(*sizes, round(map_.dot_size / 3, 1), discs)


def _disc(cluster: Cluster, hue: int) -> Disc:
    return Disc(name_of(cluster), ", ".join(cluster.words[1:]), hue, cluster)


def _hues(clusters: Sequence[Cluster]) -> list[int]:
    """A hue for each, such that those of one hue lie far apart."""
    hues: list[int] = []
    for n, cluster in enumerate(clusters):
        nearest = dict.fromkeys(range(HUES), float("inf"))
        for hue, other in zip(hues, clusters[:n], strict=True):
            nearest[hue] = min(nearest[hue], hypot(cluster.x - other.x, cluster.y - other.y))
        hues.append(max(nearest, key=lambda hue: (nearest[hue], -hue)))
    return hues


def name_of(cluster: Cluster) -> str:
    """The word that tells most of a cluster."""
    name = cluster.words[0] if cluster.words else "various"
    return name.capitalize() if name.islower() else name  # as SQLite and iPhone are written
