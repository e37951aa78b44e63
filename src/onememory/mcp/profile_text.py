"""The user's profile, and what is known of a topic, as texts within a budget of tokens."""

from collections.abc import Sequence
from itertools import chain, zip_longest

from onememory.domain.memories import Memory
from onememory.mcp.tools.calls import ToolCall
from onememory.mcp.tools.render import NOTE, Names, conversation_item, fit, memory_item, names_beside
from onememory.security.plain_text import plain_line
from onememory.services.finding.search import Ask

EMPTY = "Nothing is known of the user yet."
FOUND_OF_TOPIC = 10

Lines = dict[str, str]  # by the memory's id


async def profile_text(call: ToolCall, budget: int) -> str:
    """Markdown: what is recalled most, what is new, and what is pinned; of each less where the budget is small."""
    profile = await call.services.profiles.of(call.actor)
    # Both kinds take turns, so that a small budget holds some of each.
    turns = [memory for memory in chain.from_iterable(zip_longest(profile.recalled, profile.recent)) if memory]
    lines = await _lines(call, turns, await names_beside(call.services, call.actor, turns, profile.buckets), budget)
    sections = {
        "Recalled most": [lines[m.id] for m in profile.recalled if m.id in lines],
        "Recent": [lines[m.id] for m in profile.recent if m.id in lines],
        "Pinned chats": [f"- {c.title} [{c.id}]" for c in map(conversation_item, profile.pinned)],
    }
    shown = [f"## {title}\n" + "\n".join(rows) for title, rows in sections.items() if rows]
    return "\n\n".join([NOTE, *shown]) if shown else EMPTY


async def topic_text(call: ToolCall, topic: str, budget: int) -> str:
    """What memories say of a topic, the best first; empty where there is nothing."""
    found = await call.services.search.find(
        call.actor, Ask(topic, limit=FOUND_OF_TOPIC, floor="weak", source=call.client)
    )
    memories = [hit.memory for hit in found.hits]
    names = await names_beside(call.services, call.actor, memories)
    return "\n".join((await _lines(call, memories, names, budget)).values())


async def _lines(call: ToolCall, memories: Sequence[Memory], names: Names, budget: int) -> Lines:
    fitted = await fit([plain_line(memory.text) for memory in memories], budget, call.services.tokens)
    return {m.id: _line(m, names, text) for m, text in zip(memories, fitted.texts, strict=False)}


def _line(memory: Memory, names: Names, text: str) -> str:
    item = memory_item(memory, names, text)
    named = [each for each in (item.author, item.source) if each]
    parts = [item.bucket, item.trust, *named, item.id]
    return f"- {item.date}: {text} [{' · '.join(parts)}]"
