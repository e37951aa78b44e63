"""Cursor's chats as rows of keys and values: composers, their bubbles, and the panel of the first versions.

The rows stand in the tables `cursorDiskKV` and `ItemTable` of the SQLite file `state.vscdb`. Keys other than these are
passed over: `composerData:<id>`, `bubbleId:<composer>:<bubble>`, `composer.composerData` and LEGACY_PANEL.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from onememory.domain.conversations import Conversation, Message, Role
from onememory.domain.errors import InvalidInput
from onememory.formats.chats.agent_turns import AgentTurns
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import decoded
from onememory.formats.chats.roles import speaking_role
from onememory.formats.chats.values import id_at, moment_at, object_at, objects_at, text_at

PLATFORM = "cursor"
LEGACY_PANEL = "workbench.panel.aichat.view.aichat.chatdata"
ALL_COMPOSERS = "composer.composerData"
COMPOSER, BUBBLE = "composerData:", "bubbleId:"

_SPEAKERS = {1: Role.USER, 2: Role.ASSISTANT}
_TIMES = ("createdAt", "timestamp")


@dataclass(slots=True)
class _Rows:
    composers: dict[str, dict[str, object]] = field(default_factory=dict)
    bubbles: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)  # by composer and bubble
    tabs: list[dict[str, object]] = field(default_factory=list)


def rows_to_conversations(rows: Iterable[tuple[str, bytes | str | None]], tally: Tally) -> Iterator[Conversation]:
    """The conversations of the rows, which may come in any order; values may be null.

    All rows of one call are held; call it for one composer and its bubbles at a time where there are many.
    """
    held = _Rows()
    for key, value in rows:
        if value is not None and key.startswith((COMPOSER, BUBBLE, LEGACY_PANEL, ALL_COMPOSERS)):
            _hold(held, key, value, tally)
    for composer_id, composer in held.composers.items():
        if object_at(composer, "subagentInfo"):
            tally.skip(text_at(composer, "name") or composer_id, "It is the work of a sub-agent.")
        elif _has_bubbles(composer, held.bubbles.get(composer_id)):
            yield conversation_of(composer_id, composer, held.bubbles.get(composer_id, {}), tally)
    for tab in held.tabs:
        yield _panel_conversation(tab, tally)


def conversation_of(
    composer_id: str, composer: dict[str, object], bubbles: dict[str, dict[str, object]], tally: Tally
) -> Conversation:
    """The prompts of a composer and the last answer to each."""
    turns = AgentTurns(tally)
    for bubble in _in_order(composer, bubbles, tally):
        _add(turns, bubble, composer)
    return Conversation(
        PLATFORM,
        composer_id,
        text_at(composer, "name"),
        moment_at(composer, "createdAt"),
        moment_at(composer, "lastUpdatedAt"),
        turns.messages(),
        text_at(object_at(composer, "workspaceIdentifier", "uri"), "fsPath", "path") or None,
    )


def _hold(held: _Rows, key: str, value: bytes | str, tally: Tally) -> None:
    record = _record(value)
    if record is None:
        tally.unrecognised += 1
    elif key.startswith(BUBBLE):
        composer_id, _, bubble_id = key.removeprefix(BUBBLE).partition(":")
        held.bubbles.setdefault(composer_id, {})[bubble_id] = _slim(record)
    elif key.startswith(COMPOSER):
        held.composers[key.removeprefix(COMPOSER)] = record
    elif key == ALL_COMPOSERS:
        for composer in objects_at(record, "allComposers"):
            held.composers.setdefault(id_at(composer, "composerId"), composer)
    else:
        held.tabs += objects_at(record, "tabs")


def _record(value: bytes | str) -> dict[str, object] | None:
    """The object of a value, which some versions encode twice."""
    try:
        record = decoded(value.encode(errors="replace") if isinstance(value, str) else value)
        if isinstance(record, str):
            record = decoded(record.encode(errors="replace"))
    except InvalidInput:
        return None
    return record if isinstance(record, dict) else None


_KEPT = (
    "bubbleId", "id", "type", "text", "rawText", "createdAt", "timestamp", "timingInfo", "modelInfo", "modelType",
    "modelName", "isThought",
)  # fmt: skip


def _slim(bubble: dict[str, object]) -> dict[str, object]:
    """A bubble without the files and results that hang on it, which are many times larger than what is said."""
    slim = {name: bubble[name] for name in _KEPT if name in bubble}
    return slim | {name: True for name in ("toolFormerData", "thinking") if bubble.get(name)}


def _has_bubbles(composer: dict[str, object], bubbles: dict[str, dict[str, object]] | None) -> bool:
    """A composer that was opened and never used has none and is no conversation."""
    return bool(bubbles or composer.get("fullConversationHeadersOnly") or composer.get("conversation"))


def _in_order(
    composer: dict[str, object], bubbles: dict[str, dict[str, object]], tally: Tally
) -> Iterator[dict[str, object]]:
    """The bubbles as the headers name them; without headers those within the composer, else all that are there."""
    headers = list(objects_at(composer, "fullConversationHeadersOnly"))
    within = list(objects_at(composer, "conversation"))
    if not headers:
        yield from within or bubbles.values()
        return
    inline = {id_at(bubble, "bubbleId"): bubble for bubble in within}
    for header in headers:
        bubble_id = id_at(header, "bubbleId")
        bubble = bubbles.get(bubble_id) or inline.get(bubble_id)
        if bubble:
            yield {"type": header.get("type"), **bubble}
        else:
            tally.skip(text_at(composer, "name") or id_at(composer, "composerId"), "A message has no text any more.")


def _add(turns: AgentTurns, bubble: dict[str, object], composer: dict[str, object]) -> None:
    text = text_at(bubble, "text", "rawText").strip()
    kind = bubble.get("type")
    role = _SPEAKERS.get(kind) if isinstance(kind, int) else speaking_role(kind, turns.tally)
    if bubble.get("isThought") is True or (bubble.get("thinking") and not text):
        turns.tally.left_out[LeftOut.THINKING] += 1
    elif not text:
        turns.tally.left_out.update([LeftOut.TOOL] * bool(bubble.get("toolFormerData")))
    elif role is Role.USER:
        turns.prompt(Message(id_at(bubble, "bubbleId", "id"), role, text, _time(bubble)))
    elif role is Role.ASSISTANT:
        model = text_at(object_at(bubble, "modelInfo"), "modelName") or text_at(bubble, "modelName", "modelType")
        model = model or text_at(object_at(composer, "modelConfig"), "modelName")
        bubble_id = id_at(bubble, "bubbleId", "id")
        turns.answer(Message(bubble_id, role, text, _time(bubble), model or None), bubble_id)


def _time(bubble: dict[str, object]) -> datetime | None:
    return moment_at(bubble, *_TIMES) or moment_at(object_at(bubble, "timingInfo"), "clientStartTime", "clientEndTime")


def _panel_conversation(tab: dict[str, object], tally: Tally) -> Conversation:
    turns = AgentTurns(tally)
    for bubble in objects_at(tab, "bubbles"):
        _add(turns, bubble, tab)
    title, time = text_at(tab, "chatTitle"), moment_at(tab, "lastSendTime", "timestamp")
    return Conversation(PLATFORM, id_at(tab, "tabId", "id"), title, None, time, turns.messages())
