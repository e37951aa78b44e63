"""Where a thing came from: through which door, by whose hand, and how far to trust it."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """The door through which a write came."""

    API = "api"
    MCP = "mcp"
    WEB = "web"
    CLI = "cli"
    EXTENSION = "extension"
    IMPORT = "import"
    DERIVED = "derived"


class Trust(StrEnum):
    """Who vouches for a text, from most to least."""

    STATED = "stated"  # by the user
    ASSISTANT = "assistant"  # written by an assistant
    TOOL = "tool"  # taken from a tool or a page
    IMPORTED = "imported"

    def of_edit_by(self, writer: "Trust") -> "Trust":
        """The trust of a text of this trust after an edit.

        The user vouches for the whole text; anyone else only adds to what was there, and the lowest counts.
        """
        return writer if writer is Trust.STATED else max(self, writer, key=list(Trust).index)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What is known of a write's origin; derived items carry all parents and the lowest trust among them."""

    channel: Channel
    trust: Trust
    token_id: str | None = None
    source: str | None = None  # the client, as it names itself
    conversation_id: str | None = None
    message_id: str | None = None
    parents: tuple[str, ...] = ()
    author_id: str | None = None  # the user who wrote it into a bucket shared with them; None: the owner
