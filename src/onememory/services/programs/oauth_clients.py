"""Who asks for access: clients that describe themselves in a document, and clients that registered here."""

import hmac
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from onememory.domain.authorization import OAuthClient, OAuthError
from onememory.domain.errors import InvalidInput, RateLimited, Unavailable
from onememory.domain.ids import is_id, mint
from onememory.ports import Clock, Directory, Store
from onememory.ports.fetching import Fetcher
from onememory.security.oauth.client_documents import check_document_url, client_of_document, is_document_url
from onememory.security.oauth.rfc7591_registration import registration_of
from onememory.security.rate_limits import Limit, Rate
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.limits import Limiting

logger = logging.getLogger(__name__)

UNUSED_FOR = timedelta(days=30)  # after which a client that nobody gave access is forgotten
MOST_UNUSED = 1_000
REGISTRATIONS = Limit("registrations", Rate(60, minutes=60))  # of everybody together: registration is open to the world
NOTED_EACH = timedelta(days=1)  # how closely the last use is known


@dataclass(frozen=True, slots=True)
class Registered:
    """A client that has just registered, and the secret that it is told this once."""

    client: OAuthClient
    secret: str | None
    answer: Mapping[str, object]  # the body of RFC 7591, section 3.2.1


class OAuthClients:
    """The use cases of clients. They come before anybody has signed in, so they ask for no permission."""

    def __init__(self, store: Store, fetcher: Fetcher | None, limiting: Limiting, clock: Clock) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._limiting = limiting

    @property
    def takes_documents(self) -> bool:
        """Whether a client may name the URL of its document as its id; without a fetcher it may not."""
        return self._fetcher is not None

    async def get(self, client_id: str) -> OAuthClient:
        """The client with this id; its document may be fetched for it.

        Raises OAuthError: `invalid_client`, or `temporarily_unavailable` while the document cannot be had.
        """
        if is_document_url(client_id):
            return await self._documented(client_id)
        client, _ = await self._registered(client_id)
        return client

    async def authenticate(self, client_id: str, secret: str | None) -> None:
        """See to it that who names this id may act as it at the token endpoint; nothing is fetched for that.

        Raises OAuthError `invalid_client`.
        """
        if is_document_url(client_id) and self._fetcher:
            secret_hash = None
        else:
            _, secret_hash = await self._registered(client_id)
        if secret_hash is None and secret:
            raise _unknown("This client has no secret; send `client_id` alone.")
        if secret_hash is not None and not hmac.compare_digest(hash_secret(secret or ""), secret_hash):
            raise _unknown("The client's secret is missing or wrong.")

    async def register(self, request: Mapping[str, object]) -> Registered:
        """Take a client in. Raises OAuthError for what cannot be accepted, and RateLimited."""
        await self._admit()
        now = self._clock.now()
        registration = registration_of(request, mint(now), now)
        secret = mint_secret() if registration.client.has_secret else None

        def add(directory: Directory) -> None:
            directory.clients.add(registration.client, hash_secret(secret) if secret else None)
            directory.clients.remove_unused(now - UNUSED_FOR, MOST_UNUSED)

        await self._store.write_directory(add)
        logger.info("a client registered", extra={"client": registration.client.id})
        return Registered(registration.client, secret, registration.answer(secret))

    async def note_use(self, client_id: str) -> None:
        """Note that somebody gave the client access, so that it is kept; of clients with a document nothing is kept."""
        now = self._clock.now()
        known = await self._known(client_id)
        if known and (known[0].last_used_at is None or now - known[0].last_used_at >= NOTED_EACH):
            await self._store.write_directory(lambda directory: directory.clients.touch(client_id, now))

    async def _registered(self, client_id: str) -> tuple[OAuthClient, bytes | None]:
        known = await self._known(client_id)
        if known is None or self._is_forgotten(known[0]):
            raise _unknown("This client is not known here; it has to register again.")
        return known

    async def _known(self, client_id: str) -> tuple[OAuthClient, bytes | None] | None:
        if not is_id(client_id):
            return None
        return await self._store.read_directory(lambda directory: directory.clients.get(client_id), brief=True)

    def _is_forgotten(self, client: OAuthClient) -> bool:
        since = client.registered_at
        return client.last_used_at is None and since is not None and self._clock.now() - since > UNUSED_FOR

    async def _documented(self, client_id: str) -> OAuthClient:
        if self._fetcher is None:
            raise _unknown("Clients that name the URL of a document are switched off here; the client has to register.")
        try:
            check_document_url(client_id)
            return client_of_document(client_id, await self._fetcher.fetch_json(client_id))
        except InvalidInput as error:
            raise _unknown(str(error)) from error
        except Unavailable as error:
            raise OAuthError("temporarily_unavailable", str(error), 503) from error

    async def _admit(self) -> None:
        verdict = await self._limiting.admit(REGISTRATIONS, "")
        if not verdict.passes:
            wait = verdict.retry_after
            raise RateLimited(f"Too many clients register at once; try again in {wait} s.", wait)


def _unknown(description: str) -> OAuthError:
    return OAuthError("invalid_client", description, 401)
