"""A server at which people sign in for many programs (OpenID Connect)."""

from dataclasses import dataclass
from typing import Protocol

from onememory.domain.identities import Identified


@dataclass(frozen=True, slots=True)
class Challenge:
    """What binds one sign-in to one browser; all of it is made of secrets of that browser and of ours."""

    state: str
    nonce: str
    verifier: str  # of PKCE


class IdentityProvider(Protocol):
    """The one provider of the settings."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    @property
    def issuer(self) -> str:
        """The URL that it calls itself."""
        ...

    async def check(self) -> None:
        """Pass where people can be sent there; raises Unavailable with what is wrong, for whoever set it up."""
        ...

    async def authorization_url(self, challenge: Challenge, redirect_uri: str) -> str:
        """Where the browser is sent; raises Unavailable."""
        ...

    async def identify(self, code: str, challenge: Challenge, redirect_uri: str) -> Identified:
        """Who has signed in there; raises Unauthenticated where its answer cannot be believed, and Unavailable."""
        ...
