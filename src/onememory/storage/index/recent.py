"""What is kept in memory for recently active users; the one used longest ago goes first."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from onememory.domain.models import ModelIdentity

S = TypeVar("S")

USERS = 64

Stamp = tuple[int, str | None]  # epoch of the index and model: when either changes, what is kept is made anew


class Recent(Generic[S]):
    """One thing a user, made for the dimension of the model that answers."""

    def __init__(self, make: Callable[[int], S]) -> None:
        self._make = make
        self._kept: OrderedDict[str, tuple[Stamp, S]] = OrderedDict()
        self._lock = threading.Lock()

    def forget(self, user_id: str) -> None:
        """Let go of the user's thing."""
        with self._lock:
            self._kept.pop(user_id, None)

    def of(self, user_id: str, stamp: Stamp) -> S:
        """The user's thing under this stamp, empty where it is new."""
        with self._lock:
            stamped, thing = self._kept.get(user_id, (None, None))
            if thing is None or stamped != stamp:
                thing = self._make(ModelIdentity.from_key(stamp[1]).dimension if stamp[1] else 0)
                self._kept[user_id] = (stamp, thing)
            self._kept.move_to_end(user_id)
            while len(self._kept) > USERS:
                self._kept.popitem(last=False)
            return thing
