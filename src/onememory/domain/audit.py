"""Who read or wrote what through which door, without the text."""

from dataclasses import dataclass
from datetime import datetime

from onememory.domain.provenance import Channel


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act; `items` are ids, `count` how many there were in all."""

    id: str
    at: datetime
    action: str
    channel: Channel
    token_id: str | None
    source: str | None
    items: tuple[str, ...]
    count: int
