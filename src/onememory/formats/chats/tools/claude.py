"""Claude: conversations.json, memories.json, projects.json and the chats of designs, all arrays of records."""

from collections.abc import Iterator

from onememory.domain.conversations import Conversation, MemorySuggestion, Message, Role
from onememory.formats.chats.branches import Node, in_order
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import Found, LeftOut, Tally
from onememory.formats.chats.json_stream import json_records
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, objects_at, text_at

PLATFORM = "claude"

_ROLES = {"human": Role.USER, "assistant": Role.ASSISTANT}
_LEFT_OUT = {
    "thinking": LeftOut.THINKING,
    "redacted_thinking": LeftOut.THINKING,
    "tool_use": LeftOut.TOOL,
    "tool_result": LeftOut.TOOL,
    "token_budget": LeftOut.HIDDEN,
}
_SAID = {"text": "text", "voice_note": "transcript"}
_KEYS = ("chat_messages", "conversations_memory", "project_memories", "prompt_template")


def _sniff(head: bytes, _name: str) -> bool:
    outline = outline_of(head)
    return any(outline.has(f"[]/{key}") or outline.has(key) for key in _KEYS)


def _read(member: Member, tally: Tally) -> Iterator[Found]:
    for record in json_records(member, tally):
        if isinstance(record.get("chat_messages"), list):
            yield _conversation(record, tally)
        elif "conversations_memory" in record or "project_memories" in record:
            yield from _memories(record)
        elif "prompt_template" in record or "docs" in record:
            yield from _project(record, tally)
        else:
            tally.unrecognised += 1


def _conversation(record: dict[str, object], tally: Tally) -> Conversation:
    return Conversation(
        platform=PLATFORM,
        platform_id=id_at(record, "uuid"),
        title=text_at(record, "name"),
        created_at=moment_at(record, "created_at"),
        updated_at=moment_at(record, "updated_at"),
        messages=in_order(_nodes(record, tally), id_at(record, "current_leaf_message_uuid") or None),
        project=text_at(object_at(record, "project"), "name", "uuid") or None,
    )


def _nodes(record: dict[str, object], tally: Tally) -> Iterator[Node]:
    """Older exports name no parents: there each message follows the one before it."""
    before = None
    for place, said in enumerate(objects_at(record, "chat_messages")):
        node_id = id_at(said, "uuid") or str(place)
        yield Node(node_id, id_at(said, "parent_message_uuid") or before, _message(node_id, said, tally))
        before = node_id


def _message(node_id: str, said: dict[str, object], tally: Tally) -> Message | None:
    role = _ROLES.get(text_at(said, "sender"))
    if role is None:
        tally.unrecognised += 1
        return None
    blocks = list_at(said, "content")
    text = "\n\n".join(_texts(blocks, tally))
    if not text and all(text_at(block, "type") in _SAID for block in blocks):
        text = text_at(said, "text")  # beside tools it only says that a block cannot be shown
    return Message(node_id, role, text, moment_at(said, "created_at"), attachments=_attachments(said, blocks))


def _texts(blocks: list[object], tally: Tally) -> Iterator[str]:
    for block in blocks:
        kind = text_at(block, "type")
        if kind in _SAID:
            if text := text_at(block, _SAID[kind]):
                yield text
        elif kind in _LEFT_OUT:
            tally.leave_out(_LEFT_OUT[kind])
        else:
            tally.unrecognised += 1


def _attachments(said: dict[str, object], blocks: list[object]) -> tuple[str, ...]:
    """The names of files that were sent, and of artifacts and files that were made."""
    files = [*objects_at(said, "attachments"), *objects_at(said, "files")]
    names = [text_at(file, "file_name") for file in files]
    for block in blocks:
        if text_at(block, "type") == "tool_use":
            made = object_at(block, "input")
            if text_at(block, "name") == "artifacts":
                names.append(text_at(made, "title"))
            elif text_at(block, "name") == "create_file":
                names.append(text_at(made, "path").rpartition("/")[2])
    return tuple(dict.fromkeys(filter(None, names)))


def _memories(record: dict[str, object]) -> Iterator[MemorySuggestion]:
    if text := text_at(record, "conversations_memory"):
        yield MemorySuggestion(PLATFORM, "memory_summary", text)
    projects = object_at(record, "project_memories")
    for project in projects:
        if text := text_at(projects, project):
            yield MemorySuggestion(PLATFORM, "memory_summary", text, f"Project {project}")


def _project(record: dict[str, object], tally: Tally) -> Iterator[MemorySuggestion]:
    name = text_at(record, "name")
    if record.get("is_starter_project") is True:
        tally.skip(name, "It is the example project that Claude comes with.")
        return
    if text := text_at(record, "description"):
        yield MemorySuggestion(PLATFORM, "project_text", text, name)
    if text := text_at(record, "prompt_template"):
        yield MemorySuggestion(PLATFORM, "custom_instructions", text, name)
    for document in objects_at(record, "docs"):
        if text := text_at(document, "content"):
            yield MemorySuggestion(PLATFORM, "project_text", text, f"{name}: {text_at(document, 'filename')}")


FORMAT = ChatFormat("claude", PLATFORM, _sniff, _read)
