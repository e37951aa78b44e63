"""One OpenID provider, by the authorisation code flow with PKCE; every request goes through the guarded fetcher."""

import base64
import logging
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode, urlsplit

import msgspec

from onememory.domain.errors import InvalidInput, Unauthenticated, Unavailable
from onememory.domain.identities import Identified
from onememory.identity.discovery import Metadata, discover
from onememory.identity.id_tokens import Expected, UnknownKey, claims_of, identified_by, names_in
from onememory.ports import Clock
from onememory.ports.fetching import ProviderFetcher
from onememory.ports.identity_provider import Challenge
from onememory.security.oauth.rfc7636_pkce import challenge_of

logger = logging.getLogger(__name__)

SCOPE = "openid profile email"
LONGEST_REASON = 300  # characters of what a provider says of itself in the log

_BAD_JSON = (msgspec.DecodeError, UnicodeDecodeError)
_MISREGISTERED = ("invalid_client", "unauthorized_client")  # RFC 6749, section 5.2


@dataclass(frozen=True, slots=True)
class Registration:
    """What the settings say: where the provider is, and as what it knows us."""

    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    name: str


class _Answer(msgspec.Struct):
    """Of the token endpoint: tokens, or what is wrong (RFC 6749, sections 5.1 and 5.2)."""

    id_token: str = ""
    access_token: str = ""
    error: str = ""
    error_description: str = ""


class OpenIdProvider:
    """Implements the port IdentityProvider."""

    def __init__(self, registration: Registration, fetcher: ProviderFetcher, clock: Clock) -> None:
        self._registration = registration
        self._fetcher = fetcher
        self._clock = clock

    @property
    def name(self) -> str:
        """What people call it."""
        return self._registration.name

    @property
    def issuer(self) -> str:
        """The URL that it calls itself."""
        return self._registration.issuer

    async def check(self) -> None:
        """Pass where it answers as the settings say; raises Unavailable."""
        await discover(self._fetcher, self.issuer)

    async def authorization_url(self, challenge: Challenge, redirect_uri: str) -> str:
        """Where the browser is sent; raises Unavailable."""
        endpoint = (await discover(self._fetcher, self.issuer)).authorization_endpoint
        query = urlencode(
            {
                "response_type": "code",
                "client_id": self._registration.client_id,
                "redirect_uri": redirect_uri,
                "scope": SCOPE,
                "state": challenge.state,
                "nonce": challenge.nonce,
                "code_challenge": challenge_of(challenge.verifier),
                "code_challenge_method": "S256",
            }
        )
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{query}"

    async def identify(self, code: str, challenge: Challenge, redirect_uri: str) -> Identified:
        """Who has signed in there; raises Unauthenticated where its answer cannot be believed, and Unavailable."""
        metadata = await discover(self._fetcher, self.issuer)
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": challenge.verifier,
        }
        tokens = await self._tokens(metadata, form)
        expected = Expected(self.issuer, self._registration.client_id, challenge.nonce, self._clock.now())
        try:
            identified = identified_by(await self._claims(metadata, tokens.id_token), expected)
        except Unauthenticated as error:
            logger.warning("an ID token was refused", extra={"reason": str(error.__cause__ or error)})
            raise
        if identified.names or not (metadata.userinfo_endpoint and tokens.access_token):
            return identified
        return replace(identified, names=await self._names(metadata.userinfo_endpoint, tokens, identified.subject))

    async def _tokens(self, metadata: Metadata, form: dict[str, str]) -> _Answer:
        fields, authorization = self._with_credentials(metadata, form)
        try:
            content = await self._fetcher.post_form(metadata.token_endpoint, fields, authorization)
            answer = msgspec.json.decode(content, type=_Answer)
        except (InvalidInput, *_BAD_JSON) as error:
            raise self._unconfirmed(_Answer(error=str(error))) from error
        if not answer.id_token:
            raise self._unconfirmed(answer)
        return answer

    def _unconfirmed(self, answer: _Answer) -> Unauthenticated | Unavailable:
        """Noted in the log with what the provider says, and as a sentence."""
        reason = f"{answer.error} {answer.error_description}".strip() or "there is none in its answer"
        logger.warning("the identity provider gave no ID token", extra={"reason": reason[:LONGEST_REASON]})
        if answer.error in _MISREGISTERED:
            return Unavailable(
                f"{self.name} does not take the name and the secret with which onememory asks it who you are. Tell an "
                "administrator: the settings oidc_client_id and oidc_client_secret must be as they are there."
            )
        return Unauthenticated(f"{self.name} did not confirm this sign-in. Begin again.")

    async def _names(self, url: str, tokens: _Answer, subject: str) -> tuple[str, ...]:
        """What the provider calls them, asked apart, as many give it (section 5.3); nothing where it does not say."""
        try:
            content = await self._fetcher.fetch_with(url, tokens.access_token)
            said = msgspec.json.decode(content, type=dict[str, object])
        except (InvalidInput, *_BAD_JSON) as error:
            logger.warning("the identity provider does not say what somebody is called", extra={"reason": str(error)})
            return ()
        return names_in(said) if said.get("sub") == subject else ()

    async def _claims(self, metadata: Metadata, token: str) -> dict[str, object]:
        """What the token says; the keys are fetched anew where those that are kept do not know it."""
        try:
            keys = await self._fetcher.fetch_json(metadata.jwks_uri)
            return dict(claims_of(token, keys, metadata.algorithms))
        except (UnknownKey, InvalidInput):
            self._fetcher.forget(metadata.jwks_uri)
        try:
            keys = await self._fetcher.fetch_json(metadata.jwks_uri)
            return dict(claims_of(token, keys, metadata.algorithms))
        except (UnknownKey, InvalidInput) as error:
            raise Unauthenticated("The identity provider's answer is not signed by it. Begin again.") from error

    def _with_credentials(self, metadata: Metadata, form: dict[str, str]) -> tuple[dict[str, str], str | None]:
        """The form and its Authorization header, by the way of the provider's that is best (RFC 6749, 2.3.1)."""
        client_id, secret = self._registration.client_id, self._registration.client_secret
        if secret is None:
            return form | {"client_id": client_id}, None
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
            return form, f"Basic {base64.b64encode(pair.encode()).decode()}"
        return form | {"client_id": client_id, "client_secret": secret}, None
