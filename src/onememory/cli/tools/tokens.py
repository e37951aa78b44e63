"""The token of a connected AI tool: looked at, tried where the tool will call, and revoked."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from onememory.cli.commands import Target, WrongUse
from onememory.cli.connection import Refused, at, connected
from onememory.cli.moments import now
from onememory.cli.tools.connected import ConnectedTool
from onememory.domain.errors import Conflict, NotFound, OneMemoryError, Unavailable

_PATIENCE = 10  # seconds until a server counts as one that does not answer
_UNAUTHENTICATED = 401
_NOT_FOUND = 404


async def is_usable(target: Target, token_id: str) -> bool:
    """Whether a token is there and neither revoked nor expired; raises OneMemoryError where nobody can say."""
    async with connected(target) as api:
        tokens = await api.get(at("tokens"))
    present = now()
    return any(
        token["id"] == token_id
        and not token["revokedAt"]
        and not (token["expiresAt"] and datetime.fromisoformat(token["expiresAt"]) <= present)
        for token in tokens
    )


async def is_let_in(url: str, token: str, data: str) -> bool:
    """Whether a server lets a data directory's token in; False where none answers, and Conflict for a refusal."""
    try:
        async with asyncio.timeout(_PATIENCE), connected(Target(url=url, token=token)) as api:
            await api.get(at("buckets"))
    except (Unavailable, TimeoutError):
        return False
    except Refused as error:
        if error.status == _UNAUTHENTICATED:
            raise Conflict(
                f"The server at {url} does not know this data directory ({data}): "
                "name its directory with --data, or give --url and --token."
            ) from error
        raise Conflict(f"The server at {url} refuses the new token: {error}") from error
    return True


async def revoke(made: ConnectedTool, target: Target) -> None:
    """Make a tool's token useless; raises Conflict where that cannot be done now, with the token that is given."""
    place = replace(target, url=made.url, data=None)
    if made.data:
        place = Target(data=Path(made.data), user=made.user)
    try:
        async with connected(place) as api:
            await api.delete(at("tokens", made.token_id))
    except (OneMemoryError, WrongUse) as error:
        if isinstance(error, NotFound) or (isinstance(error, Refused) and error.status == _NOT_FOUND):
            return  # it is gone, or all the data are
        reason = str(error).rstrip(".")
        raise Conflict(f"The token {made.token_id} is not revoked yet ({reason}); run this again then.") from error
