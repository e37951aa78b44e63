"""Where a memory came from, in words for a person."""

from collections.abc import Mapping
from dataclasses import dataclass

from onememory.domain.accounts import Token
from onememory.domain.memories import Change
from onememory.domain.provenance import Channel, Provenance, Trust

TRUSTS = {
    Trust.STATED: "You vouch for it",
    Trust.ASSISTANT: "Written by an assistant",
    Trust.TOOL: "Taken from a tool or a page",
    Trust.IMPORTED: "Imported",
}
WRITERS = {
    Channel.API: "a program",
    Channel.MCP: "an assistant",
    Channel.WEB: "you",
    Channel.CLI: "you",
    Channel.EXTENSION: "a browser extension",
    Channel.IMPORT: "an import",
    Channel.DERIVED: "onememory",
}
CHANNELS = {
    Channel.API: "over the API",
    Channel.MCP: "over MCP",
    Channel.WEB: "in the dashboard",
    Channel.CLI: "on the command line",
    Channel.EXTENSION: "in a browser",
    Channel.IMPORT: "from a file",
    Channel.DERIVED: "out of other memories",
}
CHANGES = {
    Change.CREATED: "Written",
    Change.EDITED: "Edited",
    Change.MOVED: "Moved",
    Change.TRASHED: "Put into the trash",
    Change.RESTORED: "Restored",
    Change.APPROVED: "Approved",
    Change.REJECTED: "Rejected",
    Change.IMPORTED: "Imported",
    Change.SUPERSEDED: "Replaced by a newer memory",
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Who did something, through what, with which connection."""

    who: str  # where neither the writer nor the connection is known
    how: str
    source: str | None  # the client, as it names itself
    token: Token | None  # the connection
    writer: str | None = None  # which of several people

    @property
    def path(self) -> str | None:
        """The page of the connection."""
        return f"/connections/{self.token.id}" if self.token else None


def origin_of(provenance: Provenance, tokens: Mapping[str, Token], writer: str | None = None) -> Origin:
    """Where something came from; `tokens` are the account's, by id. `writer` is who of several people it was."""
    return Origin(
        who=WRITERS[provenance.channel],
        how=CHANNELS[provenance.channel],
        source=provenance.source,
        token=tokens.get(provenance.token_id or ""),
        writer=writer,
    )
