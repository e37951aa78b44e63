"""What was done in an account and by whom, with the things that it was done to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from onememory.domain.accounts import Token
from onememory.domain.actors import Action, Actor, require
from onememory.domain.audit import AuditEntry
from onememory.domain.buckets import Bucket
from onememory.domain.conversations import StoredConversation
from onememory.domain.memories import Memory
from onememory.ports import AuditQuery, Store, Transaction
from onememory.services.shared_buckets.authors import Authors

NAMED = 6  # things of one entry that are looked up


@dataclass(frozen=True, slots=True)
class ActivityPart:
    """Some entries of the audit log, newest first, with what they name as far as it is there still."""

    entries: list[AuditEntry]
    memories: Mapping[str, Memory]
    conversations: Mapping[str, StoredConversation]
    buckets: Mapping[int, Bucket]
    tokens: Mapping[str, Token]  # every one of the account
    people: Mapping[str, str]  # what those are called now who did it or to whom it was done, by their ids
    next: str | None  # the id of the entry behind which the list goes on


class Activity:
    """The use case of looking at what was done."""

    def __init__(self, store: Store, authors: Authors) -> None:
        self._store = store
        self._authors = authors

    async def part(self, actor: Actor, query: AuditQuery, limit: int) -> ActivityPart:
        """Some entries; who else reads and writes is for the account's owner, not for each tool."""
        require(actor, Action.READ)
        require(actor, Action.MANAGE_TOKENS)

        def work(tx: Transaction) -> ActivityPart:
            found = tx.audit.newest(query, limit + 1)
            entries = found[:limit]
            return ActivityPart(
                entries=entries,
                memories=tx.memories.get(_named(entries, "memory", "memory_file", "proposal", "inbox")),
                conversations=tx.conversations.get(_named(entries, "history")),
                buckets={bucket.id: bucket for bucket in tx.buckets.all()},
                tokens={token.id: token for token in tx.tokens.all()},
                people={},
                next=entries[-1].id if len(found) > limit and entries else None,
            )

        part = await self._store.read(actor.scope, work)
        return replace(part, people=await self._authors.of_acts(part.entries))


def _named(entries: Iterable[AuditEntry], *nouns: str) -> Sequence[str]:
    about = (entry for entry in entries if entry.action.partition(".")[0] in nouns)
    return list(dict.fromkeys(item for entry in about for item in entry.items[:NAMED]))
