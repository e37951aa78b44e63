"""How the contract names those who speak, and how it writes moments."""

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from onememory.domain.conversations import Role
from onememory.domain.errors import InvalidInput

Sender = Literal["human", "assistant"]

SENDERS: dict[Role, Sender] = {Role.USER: "human", Role.ASSISTANT: "assistant"}
ROLES: dict[Sender, Role] = {"human": Role.USER, "assistant": Role.ASSISTANT}


def moment_of(text: str | None, name: str, *, is_end: bool = False) -> datetime | None:
    """An ISO date or time; a bare date ends with its last moment where it is an end."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise InvalidInput(f"`{name}` must be an ISO date such as 2026-03-01, not {text!r}.") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start + timedelta(days=1, milliseconds=-1) if is_end else start
