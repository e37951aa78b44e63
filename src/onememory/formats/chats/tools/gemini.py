"""Gemini where a file is one conversation: Google Workspace, AI Studio and the Gemini CLI."""

from collections.abc import Iterator

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.found import Found, LeftOut, Tally
from onememory.formats.chats.json_stream import json_records
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, objects_at, text_at

PLATFORM = "gemini"

_STUDIO_ROLES = {"user": Role.USER, "model": Role.ASSISTANT}
_CLI_ROLES = {"user": Role.USER, "gemini": Role.ASSISTANT}
_STUDIO_FILES = ("driveDocument", "driveImage", "driveAudio", "driveVideo", "inlineData", "inlineFile", "inlineImage")


def _sniff_workspace(head: bytes, _name: str) -> bool:
    outline = outline_of(head)
    return outline.has("conversation_turns") or outline.has("[]/conversation_turns")


def _sniff_studio(head: bytes, _name: str) -> bool:
    outline = outline_of(head)
    return outline.has("chunkedPrompt") or (outline.has("runSettings") and outline.has("systemInstruction"))


def _sniff_cli(head: bytes, _name: str) -> bool:
    return outline_of(head).has("sessionId", "projectHash")


def _read_workspace(member: Member, tally: Tally) -> Iterator[Found]:
    for record in json_records(member, tally):
        turns = objects_at(record, "conversation_turns")
        messages = tuple(message for turn in turns for message in _workspace_messages(turn, tally))
        created = moment_at(record, "creation_time")
        yield Conversation(PLATFORM, id_at(record, "id"), text_at(record, "title"), created, None, messages)


def _workspace_messages(turn: dict[str, object], tally: Tally) -> Iterator[Message]:
    time = moment_at(turn, "timestamp")
    answer = object_at(turn, "system_turn")
    if prompt := text_at(object_at(turn, "user_turn"), "prompt"):
        yield Message("", Role.USER, prompt, time)
    elif texts := [text_at(part, "data") for part in objects_at(answer, "text")]:
        yield Message("", Role.ASSISTANT, "\n\n".join(filter(None, texts)), time)
    else:
        tally.unrecognised += 1


def _read_studio(member: Member, tally: Tally) -> Iterator[Found]:
    for record in json_records(member, tally):
        model = text_at(object_at(record, "runSettings"), "model").removeprefix("models/") or None
        tally.leave_out(LeftOut.SYSTEM, bool(object_at(record, "systemInstruction")))
        chunks = objects_at(record, "chunkedPrompt", "chunks")
        messages = tuple(message for chunk in chunks for message in _studio_messages(chunk, model, tally))
        title = member.base_name.removesuffix(".json")
        yield Conversation(PLATFORM, id_at(record, "id"), title, None, None, messages)


def _studio_messages(chunk: dict[str, object], model: str | None, tally: Tally) -> Iterator[Message]:
    role = _STUDIO_ROLES.get(text_at(chunk, "role"))
    if chunk.get("isThought") is True:
        tally.leave_out(LeftOut.THINKING)
    elif role is None:
        tally.unrecognised += 1
    else:
        files = tuple(_studio_files(chunk))
        time = moment_at(chunk, "createTime")
        yield Message("", role, text_at(chunk, "text"), time, model if role is Role.ASSISTANT else None, files)


def _studio_files(chunk: dict[str, object]) -> Iterator[str]:
    for key in _STUDIO_FILES:
        if file := object_at(chunk, key):
            yield text_at(file, "name", "displayName", "id", "mimeType") or key


def _read_cli(member: Member, tally: Tally) -> Iterator[Found]:
    for record in json_records(member, tally):
        messages = (_cli_message(said, tally) for said in objects_at(record, "messages"))
        yield Conversation(
            platform=PLATFORM,
            platform_id=id_at(record, "sessionId"),
            title=text_at(record, "summary"),
            created_at=moment_at(record, "startTime"),
            updated_at=moment_at(record, "lastUpdated"),
            messages=tuple(message for message in messages if message),
            project=text_at(record, "projectHash") or None,
        )


def _cli_message(said: dict[str, object], tally: Tally) -> Message | None:
    role = _CLI_ROLES.get(text_at(said, "type"))
    tally.leave_out(LeftOut.THINKING, len(list_at(said, "thoughts")))
    tally.leave_out(LeftOut.TOOL, len(list_at(said, "toolCalls")))
    if role is None:
        tally.leave_out(LeftOut.SYSTEM)
        return None
    text = text_at(said, "content") or "\n".join(text_at(part, "text") for part in objects_at(said, "content"))
    model = text_at(said, "model") or None
    return Message(id_at(said, "id"), role, text, moment_at(said, "timestamp"), model)


WORKSPACE = ChatFormat("gemini-workspace", PLATFORM, _sniff_workspace, _read_workspace)
STUDIO = ChatFormat("gemini-ai-studio", PLATFORM, _sniff_studio, _read_studio)
CLI = ChatFormat("gemini-cli", PLATFORM, _sniff_cli, _read_cli)
