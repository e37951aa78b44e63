"""What a reader of chats is: one row of the table in detect.py."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from onememory.formats.chats.found import Found, Tally
from onememory.formats.chats.members import Member


@dataclass(frozen=True, slots=True)
class ChatFormat:
    """One format of one tool: `sniff(head, name)` knows it by its content, `read` gives what is in it.

    A reader yields as it reads, never holds the whole export, adds what it leaves out to the tally and raises nothing
    but InvalidInput, for what ends its reading early. Names given to `sniff` are hints and decide nothing alone.
    """

    id: str
    platform: str
    sniff: Callable[[bytes, str], bool]
    read: Callable[[Member, Tally], Iterator[Found]]
    is_fallback: bool = False  # tried only where no tool's own format is found in the same export
