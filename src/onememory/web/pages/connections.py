"""Everything that has access to the person's memory, and the way to end it."""

from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.accounts import Token
from onememory.security.oauth.redirect_uris import host_shown
from onememory.web.rendering import page, see
from onememory.web.visits import Visit
from onememory.web.wording.counts import counted
from onememory.web.wording.permissions import PERMISSIONS, POLICIES

PATH = "/connections"
ONE = "/connections/{token_id}"
REVOKE = "/connections/{token_id}/disconnect"
DONE = {
    "disconnected": "Disconnected. Its next request will be refused.",
}


@dataclass(frozen=True, slots=True)
class Connection:
    """One token as a person reads it."""

    token: Token
    kind: str
    may: str
    policy: str
    limit: str
    known_by: str | None  # the host at which a program that signed in describes itself

    @property
    def is_renewed(self) -> bool:
        """Whether its use puts off its end."""
        return self.token.client_id is not None

    @property
    def path(self) -> str:
        """Its own page."""
        return ONE.replace("{token_id}", self.token.id)

    @property
    def revoke_path(self) -> str:
        """Where it is disconnected."""
        return REVOKE.replace("{token_id}", self.token.id)


async def show(visit: Visit) -> Response:
    """The list: what has access now first, what had it before behind a fold."""
    standing = await visit.services.accounts.standing(visit.person.actor)
    return page(
        visit,
        "connections.html",
        present=[connection_of(token) for token in standing.present],
        past=[connection_of(token) for token in standing.past],
        done=DONE.get(visit.query.get("done", "")),
    )


async def ask_to_revoke(visit: Visit) -> Response:
    """What disconnecting means, and the button."""
    return page(visit, "disconnect.html", connection=connection_of(await token_named(visit)), list=PATH)


async def revoke(visit: Visit) -> Response:
    """Disconnect; a second time changes nothing."""
    token = await token_named(visit)
    if token.revoked_at is None:
        await visit.services.accounts.revoke_token(visit.person.actor, token.id)
    return see(f"{PATH}?done=disconnected")


async def token_named(visit: Visit) -> Token:
    """The token that the path names; raises NotFound."""
    return await visit.services.token_care.one(visit.person.actor, visit.request.path_params["token_id"])


def connection_of(token: Token) -> Connection:
    """The token in words."""
    return Connection(
        token=token,
        kind="Signed in" if token.client_id else "Token",
        may=", ".join(words.short for permission, words in PERMISSIONS.items() if permission in token.permissions),
        policy=POLICIES[token.policy].short,
        limit="" if token.bucket_ids is None else f"only in {counted(len(token.bucket_ids), 'bucket')}",
        known_by=host_shown(token.client_id) if token.client_id and token.client_id.startswith("https:") else None,
    )
