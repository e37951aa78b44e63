"""How each tool gives its chats out, in short; docs/how-to/import-chats.md says more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExportGuide:
    """One tool, and the way to its export."""

    title: str
    way: str


GUIDES = (
    ExportGuide("ChatGPT", "Settings, Data controls, Export data. A link comes by mail; hand in the ZIP as it is."),
    ExportGuide("Claude", "Settings, Privacy, Export data. A link comes by mail; hand in the ZIP as it is."),
    ExportGuide("Gemini", "takeout.google.com: choose My Activity, in it only Gemini Apps, and JSON as the format."),
    ExportGuide("Grok", "accounts.x.ai, Download your data."),
    ExportGuide("DeepSeek", "Settings, Data, Export all."),
    ExportGuide("Le Chat", "Settings, Export."),
    ExportGuide("Perplexity", "Settings, or a browser extension that exports threads as JSON."),
    ExportGuide("Copilot", "The privacy dashboard of your Microsoft account, as CSV; in VS Code “Chat: Export Chat…”."),
    ExportGuide("Open WebUI", "Settings, Data controls, Export chats."),
    ExportGuide("LibreChat, TypingMind", "Export in the chat or the settings, as JSON."),
    ExportGuide("Claude Code, Codex, Cursor", "Nothing to ask for: the command `onememory watch` brings each session."),
    ExportGuide(
        "Any other", "JSON or JSON lines with `role` and `content`, or a text with a heading for each speaker."
    ),
)
