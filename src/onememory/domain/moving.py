"""The move of an account from one database to another: where it stands there and here, and what is said meanwhile."""

from dataclasses import dataclass
from enum import StrEnum


class Moving(StrEnum):
    """Where an account stands that is on the move; nobody is let in and nothing is written, whichever it is."""

    LEAVING = "leaving"  # it is being copied from here
    LEFT = "left"  # all of it is in another place, where it goes on
    ARRIVING = "arriving"  # it is being copied to here, and is not whole

    @property
    def sentence(self) -> str:
        """What is said to whoever wants to come in or to write."""
        return _SENTENCES[self]

    @property
    def words(self) -> str:
        """The same in a list of users."""
        return _WORDS[self]


@dataclass(frozen=True, slots=True)
class Passage:
    """The last move of an account, which has the same id at both ends."""

    id: str
    place: str  # to which it led


_SENTENCES = {
    Moving.LEAVING: "This account is being moved to another place. Come back in a while.",
    Moving.LEFT: "This account has moved to another onememory. Ask the administrator for its address.",
    Moving.ARRIVING: "This account is still arriving here. Come back in a while.",
}
_WORDS = {Moving.LEAVING: "leaving", Moving.LEFT: "moved elsewhere", Moving.ARRIVING: "still arriving"}
