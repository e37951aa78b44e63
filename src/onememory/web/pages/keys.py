"""The keys by which the pages can be used."""

from dataclasses import dataclass

from starlette.responses import Response

from onememory.web.rendering import page
from onememory.web.visits import Visit

PATH = "/help"


@dataclass(frozen=True, slots=True)
class Keys:
    """What to press, one key after the other, and what it does."""

    pressed: tuple[str, ...]
    does: str


EVERYWHERE = (
    Keys(("/",), "To the search box"),
    Keys(("g", "h"), "To the start page"),
    Keys(("g", "m"), "To your memories"),
    Keys(("g", "i"), "To the inbox"),
    Keys(("g", "b"), "To the buckets"),
    Keys(("g", "c"), "To past chats"),
    Keys(("g", "s"), "To the search lab"),
    Keys(("g", "p"), "To the map"),
    Keys(("g", "a"), "To the activity"),
    Keys(("?",), "To this list"),
)
IN_LISTS = (
    Keys(("j",), "To the next line"),
    Keys(("k",), "To the one before"),
    Keys(("x",), "Choose it, or choose it no more"),
    Keys(("o",), "Open it"),
    Keys(("e",), "Edit it"),
    Keys(("a",), "Approve it, in the inbox"),
    Keys(("r",), "Reject it, in the inbox"),
    Keys(("Ctrl+Enter",), "Save what you edit"),
    Keys(("Esc",), "Leave it as it was"),
)


async def show(visit: Visit) -> Response:
    """Every key and what it does."""
    return page(visit, "keys.html", person=visit.person, everywhere=EVERYWHERE, in_lists=IN_LISTS)
