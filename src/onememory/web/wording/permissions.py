"""What may be allowed, in words for a person."""

from dataclasses import dataclass

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.sharing import Role


@dataclass(frozen=True, slots=True)
class Words:
    """One thing that may be allowed: for a choice, what it means, and for a list."""

    choice: str
    meaning: str
    short: str


PERMISSIONS = {
    Permission.READ: Words(
        "Read", "Search and read your memories, your past chats and your files. Every connection needs this.", "read"
    ),
    Permission.WRITE: Words("Add and change", "Store memories, edit them and move them between buckets.", "write"),
    Permission.DELETE: Words("Delete", "Put memories into the trash, from where you can restore them.", "delete"),
    Permission.ADMIN: Words(
        "Administer",
        "Manage the users, the settings and the backups of this installation. Few tools need this.",
        "admin",
    ),
}

POLICIES = {
    WritePolicy.PROPOSE: Words(
        "Ask before it changes my words",
        "It adds memories at once. Changes and deletions of what you wrote or imported wait for your review.",
        "asks before it changes your words",
    ),
    WritePolicy.FULL: Words(
        "Change anything at once",
        "Also what you wrote yourself. Earlier versions are kept, so you can undo it.",
        "changes anything at once",
    ),
    WritePolicy.INBOX: Words(
        "Hold back all it writes",
        "What it adds waits in your inbox until you approve it. It changes and deletes nothing.",
        "adds to your inbox alone",
    ),
    WritePolicy.READ: Words("Write nothing", "It reads what you have allowed, and that is all.", "writes nothing"),
}

ROLES = {
    Role.VIEWER: Words("Viewer", "Reads it, and lets their AI tools use it.", "a viewer"),
    Role.CONTRIBUTOR: Words("Contributor", "Adds memories too, and changes or deletes their own.", "a contributor"),
    Role.EDITOR: Words("Editor", "Adds memories, and changes or deletes anybody's.", "an editor"),
}

AS_MEMBER = {
    Role.VIEWER: "You may read it, and your AI tools recall it.",
    Role.CONTRIBUTOR: "You may add memories, and change or delete those that you wrote.",
    Role.EDITOR: "You may add memories, and change or delete any of them.",
}
