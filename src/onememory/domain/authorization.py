"""Programs that ask for access to somebody's memory, and what goes wrong between them and us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.errors import InvalidInput

DEFAULT_PERMISSIONS = frozenset({Permission.READ, Permission.WRITE, Permission.DELETE})


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A program that asks for access: who it says it is, and where answers may go."""

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    uri: str | None = None  # its home page, as it says
    has_secret: bool = False  # a confidential client
    registered_at: datetime | None = None  # None: by a metadata document, or known beforehand
    last_used_at: datetime | None = None


class OAuthError(InvalidInput):
    """A refusal in the words of OAuth: `error` is a code of the RFC in question, `status` the one of HTTP."""

    code = "oauth"

    def __init__(self, error: str, description: str, status: int = 400, *, redirect_to: str | None = None) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status
        self.redirect_to = redirect_to  # the whole URL, where the client may be told; else a person is


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """What a client asks a person for; every part has been checked."""

    client: OAuthClient
    redirect_uri: str
    scopes: frozenset[Permission]
    state: str | None
    code_challenge: str
    resource: str  # the audience: the URL of this installation, or of a part of it
    issuer: str  # the URL of this installation, as the client called it
    asked: Mapping[str, str]  # the parameters as they came


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person allows: some of the scopes that were asked for, and what becomes of what the client writes."""

    scopes: frozenset[Permission]
    policy: WritePolicy = WritePolicy.PROPOSE


@dataclass(frozen=True, slots=True)
class Grant:
    """What an authorisation code stands for until it is redeemed."""

    client_id: str
    client_name: str
    redirect_uri: str
    permissions: frozenset[Permission]
    policy: WritePolicy
    resource: str
    code_challenge: str


@dataclass(frozen=True, slots=True)
class Code:
    """An authorisation code as it is kept; one that has been redeemed names the connection that it made."""

    grant: Grant
    expires_at: datetime
    token_id: str | None = None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it is kept."""

    token_id: str
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Who says it is calling the token endpoint, and how it said so."""

    client_id: str
    secret: str | None = field(default=None, repr=False)
    by_header: bool = False  # HTTP Basic


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """The secrets of a connection, told this once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    lifetime: int  # of the access token, in seconds
    permissions: frozenset[Permission]
