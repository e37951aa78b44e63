"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

import msgspec

from onememory.domain.errors import InvalidInput, Unavailable
from onememory.ports.fetching import Fetcher, NotPublic
from onememory.security.urls import https_parts

WELL_KNOWN = "/.well-known/openid-configuration"
# Signatures that only the provider can make: not HS256, which its clients could make too, and not none at all.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")


class Metadata(msgspec.Struct, frozen=True):
    """The fields that we use."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)

    @property
    def algorithms(self) -> list[str]:
        """Those with which it may have signed."""
        return [name for name in self.id_token_signing_alg_values_supported if name in ALGORITHMS]


async def discover(fetcher: Fetcher, issuer: str) -> Metadata:
    """The metadata of this issuer; raises Unavailable with what is wrong, for whoever set it up."""
    url = issuer.rstrip("/") + WELL_KNOWN
    try:
        found = msgspec.json.decode(await fetcher.fetch_json(url), type=Metadata)
        for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri, found.userinfo_endpoint):
            if endpoint is not None:
                https_parts(endpoint, "An endpoint of the identity provider")
    except NotPublic as error:
        raise Unavailable(
            f"The identity provider {issuer} is not found: its name leads nowhere, or into a private network, where "
            "the setting oidc_inside must be true."
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidInput) as error:
        raise Unavailable(
            f"What the identity provider says at {url} cannot be used: {str(error).rstrip('.')}. "
            "The setting oidc_issuer must be what the provider calls itself."
        ) from error
    if found.issuer != issuer:
        raise Unavailable(
            f"The identity provider calls itself {found.issuer}, and the setting oidc_issuer says {issuer}. "
            "The two must be the same, to the letter."
        )
    return found
