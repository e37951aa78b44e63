"""Reads an export that a test writes down, through the same door as the real ones, and sees who says what."""

import json
from dataclasses import dataclass

from export_readings import EXPORTS, Reading, current, member, reading

from onememory.domain.conversations import Conversation, Message
from onememory.formats.chats.detect import detect


@dataclass
class Imported(Reading):
    """What came of an export, and by which reader."""

    format_id: str | None = None

    @property
    def one(self) -> Conversation:
        return self.only

    @property
    def dialogue(self) -> list[tuple[str, str]]:
        return [(str(message.role), message.text) for message in current(self.only)]

    def message(self, text: str) -> Message:
        return next(message for message in self.only.messages if message.text == text)


def imported(content: object, name: str = "export") -> Imported:
    """From bytes, from a text, or from a value that is written as JSON."""
    file = member(content.encode() if isinstance(content, str) else content, name)
    found, known = reading(file), detect(file)
    return Imported(found.tally, found.conversations, found.suggestions, found.skipped, known.id if known else None)


def imported_lines(*records: object) -> Imported:
    """From JSON Lines."""
    return imported("\n".join(json.dumps(record) for record in records))


def imported_sample(path: str) -> Imported:
    """From a file of the samples."""
    return imported((EXPORTS / path).read_bytes(), path)
