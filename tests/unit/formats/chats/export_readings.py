"""Exports read as a service reads them, with everything that comes out in one place."""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path

from onememory.domain.conversations import Conversation, MemorySuggestion, Message, Skipped
from onememory.formats.chats.archives import opened_export
from onememory.formats.chats.found import Tally
from onememory.formats.chats.members import Member
from onememory.formats.chats.reader import read_members

EXPORTS = Path(__file__).parents[3] / "data" / "exports"


@dataclass
class Reading:
    """What came out of an export."""

    tally: Tally = field(default_factory=Tally)
    conversations: list[Conversation] = field(default_factory=list)
    suggestions: list[MemorySuggestion] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def only(self) -> Conversation:
        """The one conversation that there is."""
        (conversation,) = self.conversations
        return conversation

    @property
    def said(self) -> list[str]:
        """The texts of the current branch of the one conversation."""
        return [message.text for message in current(self.only)]

    @property
    def reasons(self) -> str:
        """Why things were skipped, in one text."""
        return " | ".join(f"{item.count} {item.where}: {item.reason}" for item in self.skipped)


def current(conversation: Conversation) -> list[Message]:
    """The messages of the current branch."""
    return [message for message in conversation.messages if message.is_current]


def left_behind(conversation: Conversation) -> list[tuple[str, str | None]]:
    """Id and parent of the messages of other branches."""
    return [(message.id, message.parent_id) for message in conversation.messages if not message.is_current]


def member(content: object, name: str = "a") -> Member:
    """A file of these bytes, or of this value as JSON."""
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Member(name, lambda: io.BytesIO(data), len(data))


def reading(*members: Member, allow_mixed: bool = False) -> Reading:
    """What is read of these files."""
    found = Reading()
    for _, item in read_members(members, found.tally, allow_mixed=allow_mixed):
        if isinstance(item, Conversation):
            found.conversations.append(item)
        elif isinstance(item, MemorySuggestion):
            found.suggestions.append(item)
        else:
            found.skipped.append(item)
    return found


def reading_of(content: object, name: str = "a") -> Reading:
    """What is read of one file of these bytes, or of this value as JSON."""
    return reading(member(content, name))


def reading_at(path: str | Path) -> Reading:
    """What is read of a file or ZIP archive, by its path under the sample exports or in full."""
    file = EXPORTS / path
    with opened_export(file.name, lambda: file.open("rb")) as export:
        found = reading(*export.members)
    found.skipped += export.skipped
    return found
