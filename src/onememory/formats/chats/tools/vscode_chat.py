"""GitHub Copilot Chat as VS Code keeps and exports it: a session of requests, in newer versions as a log of changes."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import attachment_name
from onememory.formats.chats.found import LeftOut, Tally
from onememory.formats.chats.json_stream import json_document, json_lines
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import Outline, outline_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, objects_at, text_at

PLATFORM = "copilot"

_SPOKEN = frozenset({"", "markdownContent", "markdownVuln"})
_THOUGHTS = frozenset({"thinking"})
_REFERENCE = "inlineReference"
_LONGEST_ANSWER = 24 * 60 * 60 * 1000  # milliseconds; more is no measurement
_SET, _PUSH, _DELETE = 1, 2, 3  # kinds of changes in a log; 0 is the session as it began


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it holds requests with responses, or is the log of such a session."""
    outline = outline_of(head)
    is_session = outline.has("requests/[]/message") or outline.has("requests", "requesterUsername")
    return is_session or _is_log(outline)


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The session of a file."""
    if _is_log(outline_of(member.head)):
        yield conversation_of(replayed(json_lines(member, tally), tally), tally)
    else:
        yield conversation_of(json_document(member), tally)


def _is_log(outline: Outline) -> bool:
    return outline.value("kind") == "0" and any(outline.has(f"v/{key}") for key in ("requests", "requesterUsername"))


def replayed(changes: Iterator[object], tally: Tally) -> object:
    """The session at the end of its log; changes that do not fit are counted."""
    session: object = {}
    for change in changes:
        kind = object_at(change).get("kind")
        if kind == 0:
            session = object_at(change, "v")
        elif not _apply(session, object_at(change), kind):
            tally.unrecognised += 1
    return session


def conversation_of(session: object, tally: Tally) -> Conversation:
    """The requests and what was answered, without progress, tools and thoughts."""
    messages = list[Message]()
    for request in list_at(session, "requests"):
        if not isinstance(request, dict):
            tally.unrecognised += 1
            continue
        messages += _turn(request, tally)
    return Conversation(
        PLATFORM,
        id_at(session, "sessionId"),
        text_at(session, "customTitle", "title"),
        moment_at(session, "creationDate"),
        moment_at(session, "lastMessageDate"),
        tuple(messages),
    )


def _turn(request: dict[str, object], tally: Tally) -> Iterator[Message]:
    request_id, asked = id_at(request, "requestId"), moment_at(request, "timestamp")
    message = request.get("message")
    question = message if isinstance(message, str) else text_at(message, "text")
    variables = objects_at(request, "variableData", "variables")
    files = tuple(dict.fromkeys(filter(None, map(attachment_name, variables))))
    yield Message(request_id, Role.USER, question, asked, attachments=files)
    answer = "".join(_spoken(part, tally) for part in list_at(request, "response"))
    answer_id = id_at(request, "responseId") or (f"{request_id}:response" if request_id else "")
    yield Message(answer_id, Role.ASSISTANT, answer, _answered(request, asked), text_at(request, "modelId") or None)


def _spoken(part: object, tally: Tally) -> str:
    """The words of a part of a response; files that are named in the middle of a sentence by their name."""
    if isinstance(part, str):
        return part
    kind = text_at(part, "kind")
    if kind in _SPOKEN:
        content = object_at(part).get("content")
        text = text_at(part, "value") or text_at(content, "value") or (content if isinstance(content, str) else "")
        tally.unrecognised += not isinstance(part, dict)
        return text
    if kind == _REFERENCE:
        return _reference(object_at(part))
    tally.left_out[LeftOut.THINKING if kind in _THOUGHTS else LeftOut.TOOL] += 1
    return ""


def _reference(part: dict[str, object]) -> str:
    target = object_at(part, _REFERENCE)
    places = (target, object_at(target, "uri"), object_at(target, "location", "uri"))
    path = next(filter(None, (text_at(place, "fsPath", "path") for place in places)), "")
    name = text_at(part, "name") or text_at(target, "name") or PurePosixPath(path.replace("\\", "/")).name
    return f"`{name}`" if name else ""


def _answered(request: Mapping[str, object], asked: datetime | None) -> datetime | None:
    elapsed = object_at(request, "result", "timings").get("totalElapsed")
    if not asked or not isinstance(elapsed, int | float) or not 0 < elapsed < _LONGEST_ANSWER:
        return asked
    return asked + timedelta(milliseconds=elapsed)


def _apply(session: object, change: dict[str, object], kind: object) -> bool:
    """Whether the change could be made."""
    *way, last = list_at(change, "k") or [None]
    place = session
    for step in way:
        place = _below(place, step)
    if kind == _PUSH:
        return _push(_below(place, last), change)
    if isinstance(place, dict) and isinstance(last, str) and kind in (_SET, _DELETE):
        place.pop(last, None)
        if kind == _SET:
            place[last] = change.get("v")
        return True
    if kind == _SET and isinstance(place, list) and isinstance(last, int) and 0 <= last < len(place):
        place[last] = change.get("v")
        return True
    return False


def _push(target: object, change: dict[str, object]) -> bool:
    if not isinstance(target, list):
        return False
    start = change.get("i")
    if isinstance(start, int) and 0 <= start <= len(target):
        del target[start:]
    target.extend(list_at(change, "v"))
    return True


def _below(place: object, step: object) -> object:
    if isinstance(place, dict) and isinstance(step, str):
        return place.get(step)
    if isinstance(place, list) and isinstance(step, int) and 0 <= step < len(place):
        return place[step]
    return None


FORMAT = ChatFormat("github-copilot", PLATFORM, _sniff, _read)
