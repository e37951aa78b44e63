"""Where people and programs reach single things: URLs under the installation's public one."""

from urllib.parse import quote, urlencode

from onememory.security.hosts import is_on_this_machine
from onememory.services.conversations.links import ConversationLink

LINK_PATH = "/api/exports/conversation"
PASSWORD_PATH = "/choose-password"  # noqa: S105 - a path
JOIN_PATH = "/join"
PROVIDER_RETURN_PATH = "/sign-in/provider"  # registered with the provider as the place to which it sends people back
ONLY_HERE = "This link works on this machine only. For one that others can open, set ONEMEMORY_PUBLIC_URL."


def exported_conversation(public_url: str, link: ConversationLink) -> str:
    """The URL behind which a signed link opens one conversation."""
    query = {
        "user": link.user_id,
        "conversation": link.conversation_id,
        "expires": link.expires,
        "signature": link.signature,
    }
    return f"{public_url}{LINK_PATH}?{urlencode(query)}"


def memory(public_url: str, memory_id: str) -> str:
    """The page of one memory; it asks for a login."""
    return f"{public_url}/memories/{quote(memory_id, safe='')}"


def conversation(public_url: str, conversation_id: str) -> str:
    """The page of one conversation; it asks for a login."""
    return f"{public_url}/history/{quote(conversation_id, safe='')}"


def password_link(public_url: str, secret: str) -> str:
    """The page on which the one whom the link is for chooses a password."""
    return f"{public_url}{PASSWORD_PATH}/{quote(secret, safe='')}"


def join_link(public_url: str, secret: str) -> str:
    """The page on which whoever has the link and an account here comes into a shared bucket."""
    return f"{public_url}{JOIN_PATH}/{quote(secret, safe='')}"


def provider_return(public_url: str) -> str:
    """The redirect URI with which this installation is registered at its identity provider."""
    return f"{public_url}{PROVIDER_RETURN_PATH}"


def warning_of(public_url: str) -> str:
    """What to know before a link under this URL is sent to others; empty where nothing is."""
    return ONLY_HERE if is_on_this_machine(public_url) else ""
