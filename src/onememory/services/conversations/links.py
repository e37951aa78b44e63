"""One conversation through a link that is valid for a while and needs no login."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.errors import Forbidden, NotFound
from onememory.domain.provenance import Channel
from onememory.formats.own_export.conversation_entries import ExportedConversation
from onememory.ports import Clock, Store
from onememory.security.signed_links import is_signed, signature
from onememory.services.audit import Audit
from onememory.services.conversations.history import History

VALID_FOR = timedelta(minutes=15)

_PURPOSE = "conversation"  # signed too, so that a link to something else never opens one
_CHANGED = "This link was changed or cut off; copy it whole, or make a new one."
_EXPIRED = f"This link has expired; links are valid for {VALID_FOR // timedelta(minutes=1)} minutes. Make a new one."


@dataclass(frozen=True, slots=True)
class ConversationLink:
    """What a link says; it is worth no more and no less than its signature."""

    user_id: str
    conversation_id: str
    expires: str  # seconds since 1970; only what is signed is known to be a number
    signature: str

    @property
    def expires_at(self) -> datetime:
        """When it ends."""
        return datetime.fromtimestamp(int(self.expires), UTC)


class ConversationLinks:
    """The use cases of such links."""

    def __init__(self, store: Store, history: History, audit: Audit, clock: Clock, key: bytes) -> None:
        self._store = store
        self._history = history
        self._audit = audit
        self._clock = clock
        self._key = key

    async def make(self, actor: Actor, conversation_id: str) -> ConversationLink:
        """A link to one conversation; raises NotFound."""
        await self._history.read(actor, conversation_id)
        expires = str(int((self._clock.now() + VALID_FOR).timestamp()))
        signed = signature(self._key, _PURPOSE, actor.user_id, conversation_id, expires)
        self._audit.note_read(actor, "history.link", [conversation_id])
        return ConversationLink(actor.user_id, conversation_id, expires, signed)

    async def open(self, link: ConversationLink) -> ExportedConversation:
        """The conversation with every branch; raises Forbidden for a link that is not good any more, and NotFound."""
        if not is_signed(self._key, link.signature, _PURPOSE, link.user_id, link.conversation_id, link.expires):
            raise Forbidden(_CHANGED)
        if self._clock.now() >= link.expires_at:
            raise Forbidden(_EXPIRED)
        user = await self._store.read_directory(lambda directory: directory.user(link.user_id), brief=True)
        if user is None or not user.is_open:
            raise NotFound("The account of this link is closed.")
        reader = Actor(link.user_id, Channel.API, frozenset({Permission.READ}))
        reading = await self._history.read(reader, link.conversation_id, all_branches=True)
        return ExportedConversation(reading.conversation, tuple(message for _, message in reading.messages))
