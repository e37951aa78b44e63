"""The list of paths; the page on which a person decides is not among them, because it is for browsers."""

from urllib.parse import urlsplit

from starlette.routing import BaseRoute, Route

from onememory.asgi.bases import Bases
from onememory.oauth.endpoints import endpoint
from onememory.oauth.metadata import describe_resource, describe_server
from onememory.oauth.register import register_client
from onememory.oauth.revoke import revoke_token
from onememory.oauth.token import give_tokens
from onememory.security.oauth import rfc8414_metadata, rfc9728_metadata
from onememory.security.oauth.rfc8414_metadata import REGISTER_PATH, REVOKE_PATH, TOKEN_PATH
from onememory.security.oauth.rfc8707_resources import EVERYTHING, MCP_PATHS, RESOURCE_PATHS
from onememory.security.rate_limits import Limit, Rate
from onememory.services import Services

TOKENS = Limit(
    "calls of the token endpoint", Rate(300), is_exact=False
)  # a minute from one address; hosted clients call for all of their users from a few
REGISTRATIONS = Limit("registrations of an address", Rate(20), is_exact=False)


def oauth_routes(services: Services, bases: Bases) -> list[BaseRoute]:
    """Every endpoint."""
    return [
        *_metadata_routes(services, bases),
        Route(TOKEN_PATH, endpoint(give_tokens, services, bases, TOKENS), methods=["POST", "OPTIONS"]),
        Route(REVOKE_PATH, endpoint(revoke_token, services, bases, TOKENS), methods=["POST", "OPTIONS"]),
        Route(
            REGISTER_PATH,
            endpoint(register_client, services, bases, REGISTRATIONS),
            methods=["POST", "OPTIONS"],
        ),
    ]


def _metadata_routes(services: Services, bases: Bases) -> list[BaseRoute]:
    # Behind a public URL with a path, that path is inserted too. Older clients take the URL of the MCP endpoint for the
    # authorisation server's.
    prefixes = dict.fromkeys(("", urlsplit(bases.base_url).path))
    described = [
        (f"{rfc9728_metadata.WELL_KNOWN}{prefix}{path}", describe_resource(path))
        for prefix in prefixes
        for path in RESOURCE_PATHS
    ]
    described += [
        (f"{rfc8414_metadata.WELL_KNOWN}{prefix}{path}", describe_server)
        for prefix in prefixes
        for path in (EVERYTHING, *MCP_PATHS)
    ]
    return [Route(p, endpoint(handler, services, bases), methods=["GET", "OPTIONS"]) for p, handler in described]
