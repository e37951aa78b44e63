"""The parts that only some commands need, imported when one is first asked for.

They take half a second, which `--help` and a command that speaks to a server should not.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onememory import bootstrap, doors, server, worker
    from onememory.asgi import addresses, auth
    from onememory.formats.chats import detect, members, side_files
    from onememory.mcp.transports import stdio, stdio_callers
    from onememory.services.moving import accounts as moving
    from onememory.services.users import accounts

__all__ = [
    "accounts",
    "addresses",
    "auth",
    "bootstrap",
    "detect",
    "doors",
    "members",
    "moving",
    "server",
    "side_files",
    "stdio",
    "stdio_callers",
    "worker",
]

_MODULES = {
    "accounts": "onememory.services.users.accounts",
    "addresses": "onememory.asgi.addresses",
    "auth": "onememory.asgi.auth",
    "bootstrap": "onememory.bootstrap",
    "doors": "onememory.doors",
    "detect": "onememory.formats.chats.detect",
    "members": "onememory.formats.chats.members",
    "moving": "onememory.services.moving.accounts",
    "server": "onememory.server",
    "side_files": "onememory.formats.chats.side_files",
    "stdio": "onememory.mcp.transports.stdio",
    "stdio_callers": "onememory.mcp.transports.stdio_callers",
    "worker": "onememory.worker",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(name)
    return import_module(_MODULES[name])
