"""Links that open one conversation without a login."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from onememory.api.history import OneConversation
from onememory.api.operations import Answer, Call
from onememory.asgi import addresses
from onememory.formats.own_export.conversation_entries import described
from onememory.services import Services
from onememory.services.conversations.links import ConversationLink


class Linked(Struct, rename="camel"):
    """Where a conversation can be fetched as JSON, and until when."""

    url: str
    expires_at: datetime


async def link_conversation(call: Call, given: OneConversation) -> Linked:
    """Make a link that gives the conversation as JSON, with every branch, for 15 minutes and without a login."""
    link = await call.services.conversation_links.make(call.actor, given.conversation_id)
    return Linked(addresses.exported_conversation(call.public_url, link), link.expires_at)


async def open_link(services: Services, query: Mapping[str, str]) -> Answer:
    """The conversation that a link names."""
    link = ConversationLink(*(query.get(name, "") for name in ("user", "conversation", "expires", "signature")))
    exported = await services.conversation_links.open(link)
    file_name = f"conversation-{exported.conversation.id}.json"
    return Answer(described(exported), {"content-disposition": f'attachment; filename="{file_name}"'})
