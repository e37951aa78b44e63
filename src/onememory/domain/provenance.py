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
