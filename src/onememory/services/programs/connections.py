"""What a program does once a person has let it in: redeem its code, refresh its access, disconnect.

A connection is a token row with a client. It ends 30 days after its client last refreshed it, or when it is revoked;
either ends every access token at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from onememory.domain.accounts import TOKEN_NAME_LIMIT, Permission, Token
from onememory.domain.actors import Actor, Scope
from onememory.domain.authorization import ClientCredentials, Grant, IssuedTokens, OAuthError
from onememory.domain.ids import mint
from onememory.domain.provenance import Channel
from onememory.ports import Clock, Directory, Store, Transaction
from onememory.security.oauth.rfc6749_parameters import required
from onememory.security.oauth.rfc6749_tokens import check_redemption, check_resource, narrowed
from onememory.security.secrets import hash_secret, mint_secret
from onememory.services.audit import Audit
from onememory.services.programs.oauth_clients import OAuthClients

ACCESS_LIFETIME = timedelta(hours=1)
REFRESH_LIFETIME = timedelta(days=30)  # since the last refresh
# A used refresh token is good for as long again: the answer may have been lost, and several processes of one client may
# share its file of credentials. Whoever steals a token within these seconds could as well have stolen its successor.
GRACE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class _Secrets:
    """New ones; they are made before the transaction, which may be run again."""

    access: str = field(default_factory=mint_secret, repr=False)
    refresh: str = field(default_factory=mint_secret, repr=False)


class Connections:
    """The use cases of the token endpoint; clients prove who they are and what they hold, and need nothing else."""

    def __init__(self, store: Store, clients: OAuthClients, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._clients = clients
        self._audit = audit
        self._clock = clock

    async def exchange(self, form: Mapping[str, str], credentials: ClientCredentials, base: str) -> IssuedTokens:
        """Tokens for a code or for a refresh token; `base` is the URL of this installation as it was called.

        Raises OAuthError with the codes of RFC 6749, section 5.2, and RFC 8707.
        """
        await self._clients.authenticate(credentials.client_id, credentials.secret)
        match required(form, "grant_type"):
            case "authorization_code":
                return await self._redeem(form, credentials.client_id, base)
            case "refresh_token":
                return await self._refresh(form, credentials.client_id, base)
            case _:
                raise OAuthError("unsupported_grant_type", "`grant_type` is authorization_code or refresh_token.")

    async def revoke(self, form: Mapping[str, str], credentials: ClientCredentials) -> None:
        """End the client's connection that this access or refresh token is of, if there is one (RFC 7009)."""
        await self._clients.authenticate(credentials.client_id, credentials.secret)
        secret_hash = hash_secret(required(form, "token"))
        access = await self._store.read_directory(lambda d: d.token_by_hash(secret_hash), brief=True)
        owner = access[1].id if access else await self._owner(lambda d: d.refresh_owner(secret_hash))
        if owner is None:
            return

        def work(tx: Transaction) -> None:
            refresh = tx.grants.refresh(secret_hash)
            token_id = access[0].id if access else refresh and refresh.token_id
            token = tx.tokens.get(token_id) if token_id else None
            if token and token.client_id == credentials.client_id:
                self._end(tx, token, "connection.revoke")

        await self._store.write(Scope(owner), work)

    async def _redeem(self, form: Mapping[str, str], client_id: str, base: str) -> IssuedTokens:
        code_hash, secrets = hash_secret(required(form, "code")), _Secrets()
        owner = await self._owner(lambda d: d.code_owner(code_hash))
        if owner is None:
            raise _not_good("This code is unknown here or too old.")

        def work(tx: Transaction) -> IssuedTokens | None:
            code = tx.grants.code(code_hash)
            if code is None or (code.token_id is None and code.expires_at <= self._clock.now()):
                raise _not_good("This code is unknown here or too old.")
            if code.token_id:  # RFC 6749, section 4.1.2: somebody else may have redeemed it
                self._end_reused(tx, code.token_id)
                return None
            check_redemption(form, code.grant, client_id, base)
            token = self._connect(tx, code.grant)
            tx.grants.redeem(code_hash, token.id)
            return self._issue(tx, token, token.permissions, secrets)

        issued = await self._store.write(Scope(owner), work)
        if issued is None:
            raise _not_good("This code has been used before, so what it gave access to has been disconnected.")
        await self._clients.note_use(client_id)
        return issued

    async def _refresh(self, form: Mapping[str, str], client_id: str, base: str) -> IssuedTokens:
        old_hash, secrets = hash_secret(required(form, "refresh_token")), _Secrets()
        owner = await self._owner(lambda d: d.refresh_owner(old_hash))
        if owner is None:
            raise _not_good("This refresh token is unknown here.")

        def work(tx: Transaction) -> IssuedTokens | None:
            now = self._clock.now()
            held = tx.grants.refresh(old_hash)
            token = tx.tokens.get(held.token_id) if held else None
            if held is None or token is None or token.client_id != client_id:
                raise _not_good("This refresh token is unknown here, or of another client.")
            if not token.is_usable(now) or held.expires_at <= now:
                raise _not_good("This connection has expired or was disconnected; ask for access again.")
            if held.used_at and now - held.used_at > GRACE:
                self._end_reused(tx, token.id)
                return None
            check_resource(form, token.resource, base)
            permissions = narrowed(form, token.permissions)
            if held.used_at is None:
                tx.grants.use_refresh(old_hash, now)
            tx.grants.extend(token.id, now + REFRESH_LIFETIME)
            return self._issue(tx, token, permissions, secrets)

        issued = await self._store.write(Scope(owner), work)
        if issued is None:
            raise _not_good(
                "This refresh token has been used before, so the connection has ended; ask for access again."
            )
        return issued

    async def _owner(self, find: Callable[[Directory], str | None]) -> str | None:
        """Whose secret it is; nobody's where the account is deactivated."""

        def work(directory: Directory) -> str | None:
            user_id = find(directory)
            user = directory.user(user_id) if user_id else None
            return user.id if user and user.is_open else None

        return await self._store.read_directory(work, brief=True)

    def _connect(self, tx: Transaction, grant: Grant) -> Token:
        # Several machines with the same program have one client id, so an older connection of the client stays.
        now = self._clock.now()
        token = Token(
            id=mint(now),
            user_id=tx.scope.user_id,
            name=_distinct(grant.client_name, {token.name for token in tx.tokens.all() if token.is_usable(now)}),
            permissions=grant.permissions,
            policy=grant.policy,
            bucket_ids=None,
            created_at=now,
            expires_at=now + REFRESH_LIFETIME,
            client_id=grant.client_id,
            resource=grant.resource,
        )
        tx.tokens.add(token, None)
        self._note(tx, token, "connection.grant")
        return token

    def _issue(
        self, tx: Transaction, token: Token, permissions: frozenset[Permission], secrets: _Secrets
    ) -> IssuedTokens:
        # Earlier access tokens live out their hour: other processes of the same client are using them.
        now = self._clock.now()
        tx.grants.add_access(token.id, hash_secret(secrets.access), permissions, now + ACCESS_LIFETIME)
        tx.grants.add_refresh(token.id, hash_secret(secrets.refresh), now + REFRESH_LIFETIME)
        lifetime = int(ACCESS_LIFETIME.total_seconds())
        return IssuedTokens(secrets.access, secrets.refresh, lifetime, permissions)

    def _end_reused(self, tx: Transaction, token_id: str) -> None:
        if token := tx.tokens.get(token_id):
            self._end(tx, token, "connection.reuse")

    def _end(self, tx: Transaction, token: Token, why: str) -> None:
        if token.revoked_at is None:
            tx.tokens.revoke(token.id, self._clock.now())
            self._note(tx, token, why)

    def _note(self, tx: Transaction, token: Token, act: str) -> None:
        client = Actor(token.user_id, Channel.API, token.permissions, token_id=token.id)
        self._audit.write(tx, client, act, [token.id], source=token.name)


def _distinct(name: str, taken: set[str]) -> str:
    numbered = (f"{name[: TOKEN_NAME_LIMIT - 8]} ({n})" for n in count(2))
    return name if name not in taken else next(other for other in numbered if other not in taken)


def _not_good(description: str) -> OAuthError:
    return OAuthError("invalid_grant", description)
