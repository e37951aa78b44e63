"""Codex's sessions in three layouts: wrapped lines (rollout-*.jsonl), bare lines before that, one object at first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.agent_turns import AgentTurns
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import said_in
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_document, json_lines
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.roles import speaking_role
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, text_at

PLATFORM = "codex"

_WRAPPERS = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted"})
_THOUGHTS = frozenset({"reasoning"})
_ACTIONS = ("function_call", "custom_tool_call", "tool_", "local_shell_call", "web_search", "image_generation", "mcp_")
_INSERTED = (
    "<user_instructions>",
    "<environment_context>",
    "<turn_aborted>",
    "<permissions",
    "<collaboration_mode>",
    "<skill>",
    "<skills",
    "<apps",
    "<user_shell_command>",
    "<subagent_notification>",
    "<INSTRUCTIONS>",
    "# AGENTS.md instructions",
)
_IDE_CONTEXT = "# Context from my IDE setup"
_IDE_REQUEST = "## My request for Codex:"
_A_SUB_AGENT = "It is the session of a sub-agent, whose work the main session sums up."


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it is a session in one of the layouts."""
    outline = outline_of(head)
    is_wrapped = outline.has("timestamp", "payload") and outline.value("type") in _WRAPPERS
    is_bare = outline.has("id", "timestamp", "instructions") or outline.has("record_type")
    return is_wrapped or is_bare or outline.has("session/id", "items")


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The session of a file: its prompts and the last answer to each; sub-agents' files are skipped."""
    session = Session(tally)
    for record in _records(member, tally):
        session.add(record)
    if session.is_sub_agent:
        tally.skip(member.name, _A_SUB_AGENT)
    else:
        yield session.conversation()


def _records(member: Member, tally: Tally) -> Iterator[object]:
    if not outline_of(member.head).has("session/id", "items"):
        yield from json_lines(member, tally)
        return
    document = json_document(member)
    yield object_at(document, "session")
    yield from list_at(document, "items")


@dataclass(slots=True)
class Session:
    """A session as it is read, record by record."""

    tally: Tally
    is_sub_agent: bool = False
    _id: str = ""
    _project: str = ""
    _model: str = ""
    _began: datetime | None = None
    _turns: AgentTurns = field(init=False)
    _told: AgentTurns = field(init=False)  # what the events tell of the same turns, for files without the rest
    _has_prompts: bool = False

    def __post_init__(self) -> None:
        self._turns = AgentTurns(self.tally)
        self._told = AgentTurns(Tally())

    def add(self, record: object) -> None:
        """Take in one record of any layout."""
        kind, payload = text_at(record, "type"), object_at(record, "payload")
        if kind == "session_meta":
            self._add_meta(payload)
        elif kind == "turn_context":
            self._model = text_at(payload, "model") or self._model
            self._project = self._project or text_at(payload, "cwd")
        elif kind == "event_msg":
            self._add_event(payload, moment_at(record, "timestamp"))
        elif kind == "compacted":
            self.tally.left_out[LeftOut.HIDDEN] += 1
        elif kind == "response_item":
            self._add_item(payload, moment_at(record, "timestamp"))
        elif not kind and not text_at(record, "role") and text_at(record, "id", "record_type"):
            self._add_meta(object_at(record))
        else:
            self._add_item(object_at(record), moment_at(record, "timestamp"))

    def conversation(self) -> Conversation:
        """The session so far."""
        turns = self._turns if self._has_prompts else self._told
        return Conversation(PLATFORM, self._id, "", self._began, None, turns.messages(), self._project or None)

    def _add_meta(self, meta: dict[str, object]) -> None:
        """The first counts: a session that goes on from another repeats that one's."""
        if self._id or not id_at(meta, "id"):
            return
        self._id, self._began = id_at(meta, "id"), moment_at(meta, "timestamp")
        self._project = text_at(meta, "cwd") or self._project
        self.is_sub_agent = bool(object_at(meta, "source").get("subagent"))

    def _add_item(self, item: dict[str, object], time: datetime | None) -> None:
        kind = text_at(item, "type")
        if kind in _THOUGHTS:
            self.tally.left_out[LeftOut.THINKING] += 1
        elif kind.startswith(_ACTIONS):
            self.tally.left_out[LeftOut.TOOL] += 1
        elif kind in {"", "message"} and "role" in item:
            self._add_message(item, time)
        else:
            self.tally.unrecognised += 1

    def _add_message(self, item: dict[str, object], time: datetime | None) -> None:
        role = speaking_role(item.get("role"), self.tally)
        if role is None:
            return
        said = said_in(item.get("content"), self.tally)
        if role is Role.ASSISTANT:
            phase = text_at(item, "phase")
            self._add_answer(self._turns, Message(id_at(item, "id"), role, said.text, time, self._model or None), phase)
        elif said.text.lstrip().startswith(_INSERTED):
            self.tally.left_out[LeftOut.HIDDEN] += 1
        elif said.text.strip() or said.attachments:
            self._has_prompts = True
            text = _request_in(said.text)
            self._turns.prompt(Message(id_at(item, "id"), role, text, time, attachments=said.attachments))

    def _add_event(self, event: dict[str, object], time: datetime | None) -> None:
        text = text_at(event, "message")
        if text and event.get("type") == "user_message" and not text.lstrip().startswith(_INSERTED):
            self._told.prompt(Message("", Role.USER, _request_in(text), time))
        elif text and event.get("type") == "agent_message":
            answer = Message("", Role.ASSISTANT, text, time, self._model or None)
            self._add_answer(self._told, answer, text_at(event, "phase"))

    def _add_answer(self, turns: AgentTurns, answer: Message, phase: str) -> None:
        if answer.text.strip():
            turns.answer(answer, answer.id, is_final=phase == "final_answer")


def _request_in(text: str) -> str:
    """What the user typed, without what the editor put before it."""
    if not text.lstrip().startswith(_IDE_CONTEXT):
        return text.strip()
    return (text.partition(_IDE_REQUEST)[2] or text).strip()


FORMAT = ChatFormat("codex", PLATFORM, _sniff, _read)
