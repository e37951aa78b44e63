"""What was done, in words for a person."""

from collections.abc import Mapping
from dataclasses import dataclass

from onememory.web.wording.counts import counted

SOMEBODY = "somebody"  # in whose place the names stand


@dataclass(frozen=True, slots=True)
class Act:
    """How an act is told; `{}` stands for how many there were of what."""

    words: str
    singular: str = "memory"
    plural: str = "memories"
    without: str | None = None  # the whole of it where there were none

    def told(self, count: int) -> str:
        """The act with a number."""
        if not count and self.without:
            return self.without
        return self.words.format(counted(count, self.singular, self.plural) if count else f"no {self.plural}")


def _of_chats(words: str, without: str | None = None) -> Act:
    return Act(words, "chat", "chats", without)


def _of_files(words: str) -> Act:
    return Act(words, "file", "files")


def _of_changes(words: str) -> Act:
    return Act(words, "change", "changes")


ACTS: Mapping[str, Act] = {
    "backup.create": Act("made a backup"),
    "backup.delete": Act("deleted a backup"),
    "bucket.change": Act("changed a bucket"),
    "bucket.create": Act("made a bucket"),
    "bucket.delete": Act("deleted a bucket"),
    "connection.grant": Act("was let in"),
    "connection.reuse": Act("was disconnected, because a used secret came back"),
    "connection.revoke": Act("disconnected itself"),
    "export": Act("exported {}"),
    "history.delete": _of_chats("deleted {}"),
    "history.exclude": _of_chats("excluded {}"),
    "history.import": Act("imported chats"),
    "history.link": _of_chats("made a link to share {}"),
    "history.list": _of_chats("looked through {}", "looked for chats and found none"),
    "history.pin": _of_chats("pinned {}"),
    "history.read": _of_chats("read {}"),
    "history.recall": Act("searched past chats and got {}", "passage", "passages"),
    "history.unpin": _of_chats("unpinned {}"),
    "identity.link": Act("linked an account of the identity provider"),
    "identity.unlink": Act("unlinked an account of the identity provider"),
    "inbox.list": Act("looked at {} in the inbox", without="looked into the inbox, where nothing waited"),
    "installation.change": Act("changed the settings of this installation"),
    "member.accept": Act("came into a bucket"),
    "member.change": Act(f"gave {SOMEBODY} another role in a bucket"),
    "member.invite": Act(f"invited {SOMEBODY} into a bucket"),
    "member.leave": Act("left a bucket"),
    "member.remove": Act(f"took {SOMEBODY} out of a bucket"),
    "memory.add": Act("added {}"),
    "memory.approved": Act("approved {}"),
    "memory.as_of": Act(
        "looked at {} as they were on an earlier day",
        without="looked for memories as they were on an earlier day and found none",
    ),
    "memory.created": Act("added {}"),
    "memory.duplicates": Act("looked for doubles and found {}", without="looked for doubles and found none"),
    "memory.edited": Act("edited {}"),
    "memory.erase": Act("erased {} for good"),
    "memory.import": Act("imported {}"),
    "memory.imported": Act("imported {}"),
    "memory.list": Act("looked through {}", without="looked for memories and found none"),
    "memory.moved": Act("moved {}"),
    "memory.profile": Act("read a profile made of {}"),
    "memory.read": Act("read {}"),
    "memory.redact": Act("removed an earlier text of {} for good"),
    "memory.rejected": Act("rejected {}"),
    "memory.restored": Act("restored {}"),
    "memory.search": Act("searched your memories and got {}"),
    "memory.superseded": Act("replaced {}"),
    "memory.trashed": Act("put {} into the trash"),
    "memory.versions": Act("looked at earlier versions of {}"),
    "memory_file.create": _of_files("made {}"),
    "memory_file.delete": _of_files("deleted {}"),
    "memory_file.edit": _of_files("edited {}"),
    "memory_file.rename": _of_files("renamed {}"),
    "memory_file.view": _of_files("read {}"),
    "password.change": Act("changed the password"),
    "password.link": Act("made a link to choose your password"),
    "password.reset": Act("made a link, and your password was set with it"),
    "proposal.add": _of_changes("proposed {}"),
    "proposal.approve": _of_changes("approved {}"),
    "proposal.reject": _of_changes("rejected {}"),
    "second_factor.off": Act("switched signing in with a code off"),
    "second_factor.on": Act("switched signing in with a code on"),
    "second_factor.renew_codes": Act("made new recovery codes"),
    "session.create": Act("signed in"),
    "session.end": Act("signed a browser out"),
    "session.end_all": Act("signed out everywhere"),
    "share_link.create": Act("made a link into a bucket"),
    "share_link.revoke": Act("revoked the links into a bucket"),
    "token.change": Act("changed a connection"),
    "token.create": Act("made a connection"),
    "token.revoke": Act("disconnected a tool"),
    "user.create": Act("made a user"),
    "user.deactivate": Act("deactivated a user"),
    "user.demote": Act("made an administrator a user"),
    "user.erase": Act("erased a user"),
    "user.link": Act("made a link to choose a password"),
    "user.promote": Act("made a user an administrator"),
    "user.quota": Act("changed a user's quota"),
    "user.reactivate": Act("reactivated a user"),
}


def in_words(action: str, count: int) -> str:
    """An act as it follows on the name of who did it."""
    act = ACTS.get(action)
    return act.told(count) if act else action.replace(".", " ").replace("_", " ")


def tells_how_many(action: str) -> bool:
    """Whether the words hold the number."""
    return action in ACTS and "{}" in ACTS[action].words
