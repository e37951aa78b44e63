"""Which tool's chats a file holds, by what it contains: one table, asked from top to bottom."""

from onememory.formats.chats.chat_formats import ChatFormat
from onememory.formats.chats.members import Member
from onememory.formats.chats.tools import (
    antigravity,
    chatbot_ui,
    chatgpt,
    claude,
    claude_code,
    codex,
    copilot,
    deepseek,
    gemini,
    gemini_activity,
    generic,
    generic_text,
    grok,
    librechat,
    mistral,
    openwebui,
    perplexity,
    typingmind,
    vscode_chat,
)

CHAT_FORMATS: tuple[ChatFormat, ...] = (
    chatgpt.FORMAT,
    claude.FORMAT,
    deepseek.FORMAT,
    grok.FORMAT,
    gemini_activity.ACTIVITY_JSON,
    gemini_activity.ACTIVITY_PAGE,
    gemini.WORKSPACE,
    gemini.STUDIO,
    gemini.CLI,
    mistral.FORMAT,
    perplexity.FORMAT,
    copilot.FORMAT,
    vscode_chat.FORMAT,
    openwebui.FORMAT,
    librechat.FORMAT,
    chatbot_ui.FORMAT,
    typingmind.FORMAT,
    claude_code.FORMAT,
    codex.FORMAT,
    antigravity.FORMAT,
    generic.FORMAT,
    generic_text.FORMAT,
)


def detect(member: Member) -> ChatFormat | None:
    """The format of a file, or None where no reader knows it.

    Raises InvalidInput where its bytes cannot be read.
    """
    return format_of(member.head, member.name)


def format_of(head: bytes, name: str) -> ChatFormat | None:
    """The format of a file that begins like this; the name is only a hint."""
    return next((row for row in CHAT_FORMATS if row.sniff(head, name)), None)
