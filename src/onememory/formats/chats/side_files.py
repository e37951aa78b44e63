"""Files that tools put beside the chats: known by name, never opened, because they hold nothing to remember.

A name decides only beside chats of a tool that are known by content; alone, such a file is looked at like any other.
"""

ATTACHMENT = "Pictures, sound and other files beside the chats; their names stay with the messages."

_PERSONAL = "Personal and account data beside the chats; it is not read."
_NO_CHAT = "Settings, feedback and lists beside the chats; they hold no messages."
_A_COPY = "A page to look at with the same chats; it is not read twice."

_ATTACHED = ("file-", "file_")  # with an id behind it, as ChatGPT names them
_FOLDERS_OF_ATTACHMENTS = frozenset(("prod-mc-asset-server", "dalle-generations"))
_REASONS = {
    "user.json": _PERSONAL,
    "users.json": _PERSONAL,
    "user_settings.json": _PERSONAL,
    "prod-mc-auth-mgmt-api.json": _PERSONAL,
    "prod-mc-billing.json": _PERSONAL,
    "shopping.json": _PERSONAL,
    "export_manifest.json": _NO_CHAT,
    "conversation_asset_file_names.json": _NO_CHAT,
    "library_files.json": _NO_CHAT,
    "shared_conversations.json": _NO_CHAT,
    "group_chats.json": "Chats of groups; their layout is not known, so they are not read.",
    "message_feedback.json": _NO_CHAT,
    "model_comparisons.json": _NO_CHAT,
    "tool_messages.json": _NO_CHAT,
    "sora.json": _NO_CHAT,
    "chat.html": _A_COPY,
}


def side_file_reason(name: str) -> str | None:
    """Why a file of this name, with its folders, is not read beside chats, or None."""
    *folders, base_name = name.lower().split("/")
    if base_name.endswith(".dat") or base_name.startswith(_ATTACHED) or not _FOLDERS_OF_ATTACHMENTS.isdisjoint(folders):
        return ATTACHMENT
    return _REASONS.get(base_name)
