"""What is kept in memory for recently active users; of whoever was active longest ago it goes first."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

from onememory.domain.models import ModelIdentity

ROOM = 512 * 1024**2  # bytes of all users together, where nobody says otherwise
_LEAST = 16 * 1024  # bytes that an empty thing takes about

Stamp = tuple[int, str | None]  # epoch of the index and model: when either changes, what is kept is made anew


class Kept(Protocol):
    """One thing of one user."""

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        ...


K = TypeVar("K", bound=Kept)
_Things = dict[Callable[[int], Kept], tuple[Stamp, Kept]]


class Recent:
    """One thing of each kind a user, made for the dimension of the model that answers.

    A user's things go together, so that a search over all of them never waits for what the one before it pushed out.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[str, _Things] = OrderedDict()
        self._sizes: dict[str, int] = {}  # bytes by user
        self._taken = 0
        self._lock = threading.Lock()

    def forget(self, user_id: str) -> None:
        """Let go of the user's things."""
        with self._lock:
            self._drop(user_id)

    def of(self, kind: Callable[[int], K], user_id: str, stamp: Stamp) -> K:
        """The user's thing of this kind under this stamp, empty where it is new."""
        with self._lock:
            things = self._kept.setdefault(user_id, {})
            stamped, thing = things.get(kind, (None, None))
            if thing is None or stamped != stamp:
                thing = kind(ModelIdentity.from_key(stamp[1]).dimension if stamp[1] else 0)
                things[kind] = (stamp, thing)
                self._weigh(user_id)
            self._kept.move_to_end(user_id)
            return cast("K", thing)

    def has_changed(self, user_id: str) -> None:
        """Make room for what the user's things have grown to: others' go, their own stay however large they are."""
        with self._lock:
            if user_id in self._kept:
                self._weigh(user_id)

    def _weigh(self, user_id: str) -> None:
        size = sum(_LEAST + thing.nbytes for _, thing in self._kept[user_id].values())
        self._taken += size - self._sizes.get(user_id, 0)
        self._sizes[user_id] = size
        self._kept.move_to_end(user_id)
        while self._taken > self._room and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, user_id: str) -> None:
        self._kept.pop(user_id, None)
        self._taken -= self._sizes.pop(user_id, 0)
