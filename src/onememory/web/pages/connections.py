"""Everything that has access to the person's memory, and the way to end it."""

from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.accounts import Token
from onememory.domain.errors import NotFound
from onememory.web.rendering import counted, page, see
from onememory.web.visits import Visit
from onememory.web.words import ACTS, POLICIES

PATH = "/connections"
REVOKE = "/connections/{token_id}/disconnect"
DONE = {"disconnected": "Disconnected. Its next request will be refused."}


@dataclass(frozen=True, slots=True)
class Connection:
    """One token as a person reads it."""

    token: Token
    kind: str
    may: str
    policy: str
    limit: str

    @property
    def is_renewed(self) -> bool:
        """Whether its use puts off its end."""
        return self.token.client_id is not None

    @property
    def path(self) -> str:
        """Where it is disconnected."""
        return REVOKE.replace("{token_id}", self.token.id)


async def show(visit: Visit) -> Response:
    """The list: what has access now first, what had it before behind a fold."""
    actor = visit.person.actor
    standing = await visit.services.accounts.standing(actor)
    return page(
        visit,
        "connections.html",
        present=[_connection(token) for token in standing.present],
        past=[_connection(token) for token in standing.past],
        sessions=await visit.services.sign_in.sessions(actor),
        address=f"{visit.public_url}/mcp",
        done=DONE.get(visit.request.query_params.get("done", "")),
    )


async def ask_to_revoke(visit: Visit) -> Response:
    """What disconnecting means, and the button."""
    return page(visit, "disconnect.html", connection=_connection(await _token(visit)), list=PATH)


async def revoke(visit: Visit) -> Response:
    """Disconnect; a second time changes nothing."""
    token = await _token(visit)
    if token.revoked_at is None:
        await visit.services.accounts.revoke_token(visit.person.actor, token.id)
    return see(f"{PATH}?done=disconnected")


async def _token(visit: Visit) -> Token:
    wanted = visit.request.path_params["token_id"]
    found = next(
        (token for token in await visit.services.accounts.tokens(visit.person.actor) if token.id == wanted), None
    )
    if found is None:
        raise NotFound("This connection does not exist. It may belong to somebody else who uses this browser.")
    return found


def _connection(token: Token) -> Connection:
    return Connection(
        token=token,
        kind="Signed in" if token.client_id else "Token",
        may=", ".join(words.short for permission, words in ACTS.items() if permission in token.permissions),
        policy=POLICIES[token.policy].short,
        limit="" if token.bucket_ids is None else f"only in {counted(len(token.bucket_ids), 'bucket')}",
    )
