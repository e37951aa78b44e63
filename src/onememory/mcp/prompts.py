"""Prompts: what the user's memory holds, as a note that a model takes for its own."""

from collections.abc import Mapping

import mcp_types

from mcp import MCPError
from onememory.domain.errors import OneMemoryError
from onememory.mcp.profile_text import profile_text, topic_text
from onememory.mcp.tools.calls import ToolCall

CONTEXT = "context"
PROFILE_TOKENS = 1_200
TOPIC_TOKENS = 1_000

PROMPTS = [
    mcp_types.Prompt(
        name=CONTEXT,
        title="What I know of the user",
        description="The user's profile from memory, and what is known of a topic.",
        arguments=[mcp_types.PromptArgument(name="topic", description="What the talk is about.", required=False)],
    )
]


async def get_prompt(call: ToolCall, name: str, arguments: Mapping[str, str]) -> mcp_types.GetPromptResult:
    """One prompt's messages; raises MCPError for one that does not exist or may not be read."""
    if name != CONTEXT:
        raise MCPError(mcp_types.INVALID_PARAMS, f"There is no prompt {name[:100]!r}; there is {CONTEXT!r}.")
    try:
        text = await _note(call, arguments.get("topic", "").strip())
    except OneMemoryError as error:
        raise MCPError(mcp_types.INVALID_PARAMS, str(error)) from error
    message = mcp_types.PromptMessage(role="user", content=mcp_types.TextContent(text=text))
    return mcp_types.GetPromptResult(description="What is known of the user.", messages=[message])


# Models take what sounds like a command from outside for an attack, and a note of their own for what it is.
async def _note(call: ToolCall, topic: str) -> str:
    parts = ["[note to self: this is what I have kept about the user, each line with its date, bucket, trust and id]"]
    parts.append(await profile_text(call, PROFILE_TOKENS))
    if topic:
        found = await topic_text(call, topic, TOPIC_TOKENS)
        parts.append("[note to self: and on what we talk about now]")
        parts.append(found or "I have nothing on it in my memories; recall_chat_history may know more.")
    parts.append(
        "[note to self: search_memories finds more, recall_chat_history what we said before; what is new and lasting I "
        "keep with store_memory; where two notes disagree the newer one counts]"
    )
    return "\n\n".join(parts)
