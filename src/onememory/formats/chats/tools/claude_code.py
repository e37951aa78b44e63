"""Claude Code's sessions: JSON Lines, one object for each step, with side records of many kinds between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.agent_turns import AgentTurns
from onememory.formats.chats.branches import Node, in_order
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import said_in
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_lines
from onememory.formats.chats.markup import Elements
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import id_at, moment_at, object_at, text_at

PLATFORM = "claude-code"

_SPOKEN = frozenset({"user", "assistant"})
_TITLES = {"custom-title": "customTitle", "ai-title": "aiTitle", "summary": "summary"}  # the best first
_SIDE_RECORDS = frozenset(
    {"agent-color", "agent-name", "agent-setting", "attachment", "content-replacement", "file-history-snapshot"}
    | {"last-prompt", "mode", "permission-mode", "pr-link", "progress", "queue-operation", "tag", "task-summary"}
    | {"result", "saved_hook_context", "started", "worktree-state"}
)
_INSERTED = Elements(
    r"command-[a-z]+|local-command-[a-z]+|bash-(?:input|stdout|stderr)|system-reminder|ide_[a-z_]+|task-notification"
    r"|user-prompt-submit-hook|user-memory-input|new-diagnostics"
)
_INTERRUPTED = "[Request interrupted by user"
_NOT_SAID = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly", "isApiErrorMessage")
_SYNTHETIC = "<synthetic>"  # the model's name on messages that no model wrote
_A_SUB_AGENT = "It is the session of a sub-agent, whose work the main session sums up."


def _sniff(head: bytes, _name: str) -> bool:
    """Whether lines name their session, as Claude Code does."""
    outline = outline_of(head)
    is_step = outline.has("sessionId", "parentUuid")
    is_side = outline.has("sessionId", "type") and (outline.value("type") or "") in _SIDE_RECORDS | _TITLES.keys()
    return is_step or is_side or outline.has("leafUuid", "summary") or outline.has("messageId", "snapshot")


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The session of a file: its prompts and the last answer to each; sub-agents' files are skipped."""
    session = Session(tally)
    for record in json_lines(member, tally):
        session.add(record)
    conversation = session.conversation()
    if not conversation.messages and session.sidechain_steps:
        tally.skip(member.name, _A_SUB_AGENT)
    else:
        yield conversation


@dataclass(slots=True)
class Session:
    """A session as it is read, line by line."""

    tally: Tally
    sidechain_steps: int = 0
    _id: str = ""
    _project: str = ""
    _titles: dict[str, str] = field(default_factory=dict)
    _parents: dict[str, str] = field(default_factory=dict)  # of every step, in order
    _last: str = ""
    _turns: AgentTurns = field(init=False)

    def __post_init__(self) -> None:
        self._turns = AgentTurns(self.tally)

    def add(self, record: object) -> None:
        """Take in one line."""
        kind = text_at(record, "type")
        if kind in _TITLES:
            title = text_at(record, _TITLES[kind], "title")
            self._titles[kind] = title or self._titles.get(kind, "")
        elif kind in _SPOKEN:
            self._add_step(object_at(record), kind)
        elif kind == "system":
            self._link(object_at(record))
            self.tally.left_out[LeftOut.SYSTEM] += 1
        elif kind in _SIDE_RECORDS:
            self._link(object_at(record))
        else:
            self.tally.unrecognised += 1

    def conversation(self) -> Conversation:
        """The session so far; what was rewound is another branch."""
        title = next(filter(None, (self._titles.get(kind) for kind in _TITLES)), "")
        nearest = dict[str, str]()  # of each step: itself where it is told, else the one told before it
        nodes = list(self._nodes(nearest))
        current = nearest[next(reversed(nearest))] if nearest else None
        return Conversation(PLATFORM, self._id, title, None, None, in_order(nodes, current), self._project or None)

    def _nodes(self, nearest: dict[str, str]) -> Iterator[Node]:
        said = {message.id: message for message in self._turns.messages()}
        for step, parent in self._parents.items():
            above = nearest.get(parent, "")
            nearest[step] = step if step in said else above
            if step in said:
                yield Node(step, above or None, said[step])

    def _add_step(self, step: dict[str, object], kind: str) -> None:
        if step.get("isSidechain") is True:
            self.sidechain_steps += 1
            self.tally.left_out[LeftOut.TOOL] += 1
            return
        step_id = self._link(step)
        if not step_id:
            return
        self._id = id_at(step, "sessionId") or self._id
        self._project = self._project or text_at(step, "cwd")
        if any(step.get(mark) is True for mark in _NOT_SAID):
            self.tally.left_out[LeftOut.HIDDEN] += 1
        elif kind == Role.USER:
            self._add_prompt(step_id, step)
        else:
            self._add_answer(step_id, step)

    def _link(self, record: dict[str, object]) -> str:
        """The id of a step that is there for the first time; a step without a known parent follows the last one."""
        step = id_at(record, "uuid") or f"#{len(self._parents)}"
        if step in self._parents:
            return ""
        parent = id_at(record, "parentUuid", "logicalParentUuid")
        self._parents[step] = parent if parent in self._parents else self._last
        self._last = step
        return step

    def _add_prompt(self, step_id: str, step: dict[str, object]) -> None:
        said = said_in(object_at(step, "message").get("content"), self.tally)
        text, count = _INSERTED.cut_from(said.text)
        self.tally.left_out.update([LeftOut.HIDDEN] * count)
        if text.lstrip().startswith(_INTERRUPTED):
            self.tally.left_out[LeftOut.HIDDEN] += 1
        elif text.strip() or said.attachments:
            time = moment_at(step, "timestamp")
            self._turns.prompt(Message(step_id, Role.USER, text.strip(), time, attachments=said.attachments))

    def _add_answer(self, step_id: str, step: dict[str, object]) -> None:
        message = object_at(step, "message")
        said, model = said_in(message.get("content"), self.tally), text_at(message, "model")
        if model == _SYNTHETIC:
            self.tally.left_out[LeftOut.HIDDEN] += 1
        elif said.text.strip():
            answer = Message(step_id, Role.ASSISTANT, said.text.strip(), moment_at(step, "timestamp"), model or None)
            self._turns.answer(answer, id_at(message, "id") or step_id)


FORMAT = ChatFormat("claude-code", PLATFORM, _sniff, _read)
