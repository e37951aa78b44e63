"""A conversation with an AI as the archive keeps it, whatever tool it comes from."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TITLE_LIMIT = 500  # characters; longer titles are cut


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """What was said in one turn; hidden, system, tool and thinking parts are left out before this."""

    id: str  # the platform's own, else its place in the conversation
    role: Role
    text: str
    created_at: datetime | None = None
    model: str | None = None
    attachments: tuple[str, ...] = ()  # names of files and images, not their content
    speaker: str | None = None  # a name, where the chat is between people
    is_current: bool = True  # False on a branch that was edited away or regenerated
    parent_id: str | None = None  # None: the message before it


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole conversation in order, the current branch first, other branches behind it."""

    platform: str  # chatgpt, claude, gemini, ...
    platform_id: str  # the platform's own id, by which the same conversation is known again
    title: str
    created_at: datetime | None
    updated_at: datetime | None
    messages: tuple[Message, ...]
    project: str | None = None  # a project, folder or working directory it belongs to


@dataclass(frozen=True, slots=True)
class MemorySuggestion:
    """A text of an export that the user may want to keep as a memory; never stored by itself."""

    platform: str
    kind: str  # saved_memory, custom_instructions, project_text, memory_summary
    text: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something of an export that was not taken, and why."""

    where: str  # file, and item within it
    reason: str
    count: int = 1


def storable(text: str) -> str:
    """The text without NUL, and with a mark where it has half of a surrogate pair."""
    if is_storable(text):
        return text
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return paired.replace("\x00", "")


def is_storable(text: str) -> bool:
    """Whether it has neither NUL nor half of a surrogate pair."""
    if "\x00" in text:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


class ConversationState(StrEnum):
    """Whether a conversation is recalled."""

    ACTIVE = "active"
    EXCLUDED = "excluded"  # a placeholder without content, so that no later import brings it back


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """What the archive knows of one conversation beside its messages."""

    id: str
    platform: str
    platform_id: str
    title: str
    project: str | None
    created_at: datetime | None
    updated_at: datetime | None
    recorded_at: datetime
    state: ConversationState
    is_pinned: bool
    message_count: int  # on the current branch
    token_count: int
    content_hash: str  # of all that an import could change
    import_id: str | None


@dataclass(frozen=True, slots=True)
class Outline:
    """Where one message stands in its conversation, without what it says."""

    number: int
    id: str
    is_current: bool
    parent_id: str | None  # as in Message


@dataclass(frozen=True, slots=True)
class PlatformVolume:
    """How much of one platform is in the archive."""

    platform: str
    conversations: int
    messages: int
    tokens: int
    first: datetime | None
    last: datetime | None
