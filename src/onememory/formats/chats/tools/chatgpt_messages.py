"""One message of ChatGPT: what was said and seen in it, without tools, thinking and hidden parts."""

from onememory.domain.conversations import Message, Role
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.tools.chatgpt_marks import without_marks
from onememory.formats.chats.values import list_at, moment_at, object_at, objects_at, text_at

_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT}
_SAID = frozenset(("text", "multimodal_text"))
_THOUGHT = frozenset(("thoughts", "reasoning_recap"))
_OF_TOOLS = frozenset(
    (
        "code",
        "execution_output",
        "tether_quote",
        "tether_browsing_display",
        "sonic_webpage",
        "system_error",
        "computer_output",
        "citable_code_output",
        "app_pairing_content",
    )
)
_CONTEXT = frozenset(("user_editable_context", "model_editable_context"))


def message_of(node_id: str, record: dict[str, object], tally: Tally) -> Message | None:
    """The message as it was shown, or None for what is left out, which is counted."""
    role = text_at(object_at(record, "author"), "role")
    content = object_at(record, "content")
    kind = text_at(content, "content_type") or "text"
    reason = _reason_to_leave_out(record, role, kind)
    if reason:
        tally.leave_out(reason)
        return None
    if role not in _ROLES or (kind not in _SAID and not list_at(content, "parts")):
        tally.unrecognised += 1
        return None
    text = without_marks("\n".join(_texts(content)))
    attachments = _attachments(record, content)
    if not text.strip() and not attachments:
        return None
    metadata = object_at(record, "metadata")
    return Message(
        id=node_id,
        role=_ROLES[role],
        text=text.strip(),
        created_at=moment_at(record, "create_time"),
        model=text_at(metadata, "model_slug") or None if role == "assistant" else None,
        attachments=attachments,
    )


def _reason_to_leave_out(record: dict[str, object], role: str, kind: str) -> LeftOut | None:
    metadata = object_at(record, "metadata")
    if role == "system" or kind in _CONTEXT or metadata.get("is_user_system_message") is True:
        return LeftOut.SYSTEM
    if metadata.get("is_visually_hidden_from_conversation") is True or record.get("weight") == 0:
        return LeftOut.HIDDEN
    if kind in _THOUGHT or record.get("channel") == "analysis":
        return LeftOut.THINKING
    if role == "tool" or kind in _OF_TOOLS or (text_at(record, "recipient") or "all") != "all":
        return LeftOut.TOOL
    return None


def _texts(content: dict[str, object]) -> list[str]:
    """The words of all parts; a transcribed recording is what its speaker said."""
    texts = []
    for part in list_at(content, "parts"):
        text = part if isinstance(part, str) else text_at(part, "text")
        if text.strip():
            texts.append(text)
    return texts or [text_at(content, "text")]


def _attachments(record: dict[str, object], content: dict[str, object]) -> tuple[str, ...]:
    """The names of files, and the ids of pictures that have no name."""
    names: dict[str, None] = {}
    known = set()
    for file in objects_at(record, "metadata", "attachments"):
        known.add(text_at(file, "id"))
        if name := text_at(file, "name", "id"):
            names[name] = None
    for part in objects_at(content, "parts"):
        if text_at(part, "content_type") == "image_asset_pointer":
            picture = text_at(part, "asset_pointer").rpartition("/")[2]
            if picture and picture not in known:
                names[picture] = None
    return tuple(names)
