"""Resources: the user's profile."""

import mcp_types

from mcp import MCPError
from onememory.domain.errors import OneMemoryError
from onememory.mcp.profile_text import profile_text
from onememory.mcp.tools.calls import ToolCall

PROFILE_URI = "memory://profile"
PROFILE_TOKENS = 1_500

RESOURCES = [
    mcp_types.Resource(
        uri=PROFILE_URI,
        name="profile",
        title="What is known of the user",
        description="Recent and often recalled memories and pinned chats, within 1,500 tokens.",
        mime_type="text/markdown",
    )
]


async def read_resource(call: ToolCall, uri: str) -> mcp_types.ReadResourceResult:
    """One resource's content; raises MCPError for one that does not exist or may not be read."""
    if uri != PROFILE_URI:
        raise MCPError(mcp_types.INVALID_PARAMS, f"Resource not found: {uri[:200]}", {"uri": uri[:200]})
    try:
        text = await profile_text(call, PROFILE_TOKENS)
    except OneMemoryError as error:
        raise MCPError(mcp_types.INVALID_PARAMS, str(error)) from error
    contents = mcp_types.TextResourceContents(uri=PROFILE_URI, mime_type="text/markdown", text=text)
    return mcp_types.ReadResourceResult(contents=[contents])
