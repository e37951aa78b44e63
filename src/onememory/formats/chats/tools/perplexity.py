"""Perplexity has no official export; three shapes that others export are known, all of questions and answers."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from onememory.domain.conversations import Conversation, Message, Role
from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.contents import said_in
from onememory.formats.chats.found import Tally
from onememory.formats.chats.json_stream import json_document, json_items
from onememory.formats.chats.members import Member
from onememory.formats.chats.outlines import outline_of
from onememory.formats.chats.values import id_at, list_at, moment_at, object_at, objects_at, text_at

PLATFORM = "perplexity"

_TITLE = ("title", "thread_title", "name")
_THREAD = ("id", "uuid", "thread_id", "context_uuid", "thread_url_slug", "slug")
_TURN = ("uuid", "id", "backend_uuid")
_QUESTION = ("query", "query_str", "question", "prompt")
_ANSWER = ("answer", "response", "text")
_MODEL = ("model", "display_model")
_TIME = ("timestamp", "entry_created_datetime", "created_at", "createdAt", "entry_updated_datetime", "updated_datetime")


def _sniff(head: bytes, _name: str) -> bool:
    """Whether it holds questions in one of the three shapes."""
    return any(
        outline_of(head).has(*paths)
        for paths in (
            ("conversations/[]/messages/[]/query",),
            ("conversations/[]/query", "conversations/[]/answer"),
            ("entries/[]/query_str",),
            ("[]/query_str",),
        )
    )


def _read(member: Member, tally: Tally) -> Iterator[Conversation]:
    """The conversations of a file in any of the shapes."""
    outline = outline_of(member.head)
    if outline.has("[]/query_str"):
        yield from threads_of({"entries": list(json_items(member, tally))}, tally)
    elif outline.has("conversations/[]/messages"):
        for item in json_items(member, tally, "conversations"):
            yield conversation_of(item, tally)
    else:
        yield from threads_of(json_document(member), tally)


def conversation_of(record: object, tally: Tally) -> Conversation:
    """A conversation that holds its turns itself."""
    return Conversation(
        PLATFORM,
        id_at(record, *_THREAD),
        text_at(record, *_TITLE),
        moment_at(record, *_TIME),
        moment_at(record, "updated_at", "updatedAt"),
        _messages(list_at(record, "messages"), object_at(record), tally),
    )


def threads_of(document: object, tally: Tally) -> Iterator[Conversation]:
    """The thread of a file, its header beside its turns; entries of an API dump are told apart by their context."""
    header = {**object_at(document, "metadata"), **object_at(document, "thread_metadata")}
    threads: dict[str, list[object]] = {}
    for turn in list_at(document, "entries") or list_at(document, "conversations"):
        threads.setdefault(id_at(turn, "context_uuid") or id_at(header, *_THREAD), []).append(turn)
    for thread_id, turns in threads.items():
        title = text_at(header, *_TITLE) or next(filter(None, (text_at(turn, "thread_title") for turn in turns)), "")
        yield Conversation(PLATFORM, thread_id, title, None, None, _messages(turns, header, tally))


def _messages(turns: Iterable[object], header: Mapping[str, object], tally: Tally) -> tuple[Message, ...]:
    said = list[Message]()
    for turn in turns:
        question, answer = text_at(turn, *_QUESTION), _answer(turn, tally)
        if not question and not answer:
            tally.unrecognised += 1
            continue
        turn_id, time = id_at(turn, *_TURN), moment_at(turn, *_TIME)
        model = text_at(turn, *_MODEL) or text_at(header, "model") or None
        said.append(Message(_part_id(turn_id, "query"), Role.USER, question, time, attachments=_attachments(turn)))
        said.append(Message(_part_id(turn_id, "answer"), Role.ASSISTANT, answer, time, model))
    return tuple(said)


def _answer(turn: object, tally: Tally) -> str:
    """The answer as it stands, or put together from Markdown blocks, of which the same text may come twice."""
    if answer := text_at(turn, *_ANSWER) or said_in(object_at(turn).get("answer"), tally).text:
        return answer
    blocks = [block for block in objects_at(turn, "blocks") if object_at(block, "markdown_block")]
    main = [block for block in blocks if block.get("intended_usage") == "ask_text"] or blocks
    texts = (_block_text(object_at(block, "markdown_block")) for block in main)
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def _block_text(block: Mapping[str, object]) -> str:
    return text_at(block, "answer") or "".join(chunk for chunk in list_at(block, "chunks") if isinstance(chunk, str))


def _part_id(turn_id: str, part: str) -> str:
    return f"{turn_id}:{part}" if turn_id else ""


def _attachments(turn: object) -> tuple[str, ...]:
    """The names at the end of the addresses."""
    addresses = (item for item in list_at(turn, "attachments") if isinstance(item, str))
    return tuple(filter(None, (PurePosixPath(address.partition("?")[0]).name for address in addresses)))


FORMAT = ChatFormat("perplexity", PLATFORM, _sniff, _read)
