"""The names of the tools that chats come from, as their makers write them."""

_NAMES = {
    "antigravity": "Antigravity",
    "chatgpt": "ChatGPT",
    "claude": "Claude",
    "claude-code": "Claude Code",
    "codex": "Codex",
    "copilot": "Copilot",
    "cursor": "Cursor",
    "custom": "Other",
    "deepseek": "DeepSeek",
    "gemini": "Gemini",
    "grok": "Grok",
    "librechat": "LibreChat",
    "mistral": "Le Chat",
    "openwebui": "Open WebUI",
    "perplexity": "Perplexity",
    "typingmind": "TypingMind",
    "vscode": "VS Code",
}


def platform_name(platform: str) -> str:
    """What a person calls the platform; its id, where it is unknown here."""
    return _NAMES.get(platform, platform)
