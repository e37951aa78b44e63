"""Resource indicators (RFC 8707): which part of this installation a token is meant for.

A base is the URL of the installation without a slash at the end. An audience is the base (everything), or the base
with the path of one door; the MCP door answers at three URLs, which are one audience.
"""

from onememory.domain.authorization import OAuthError
from onememory.domain.errors import InvalidInput
from onememory.security.urls import taken_apart

EVERYTHING = ""
MCP = "/mcp"
REST = "/api"

MCP_PATHS = (MCP, "/api/mcp/mcp", "/api/mcp/sse")
_AUDIENCES = {EVERYTHING: EVERYTHING, REST: REST, **dict.fromkeys(MCP_PATHS, MCP)}
RESOURCE_PATHS = tuple(_AUDIENCES)  # behind the base
_USUAL_PORTS = {"http": 80, "https": 443}


def audience_of(resource: str | None, base: str) -> str:
    """The audience that a request names; the MCP door where it names none, because it is the narrower one.

    Raises OAuthError `invalid_target` for what is not ours (section 2).
    """
    if resource is None:
        return base + MCP
    try:
        wanted = _canonical(resource)
    except InvalidInput as error:
        raise OAuthError("invalid_target", str(error)) from error
    ours = {_canonical(base + path): base + audience for path, audience in _AUDIENCES.items()}
    if wanted not in ours:
        raise OAuthError("invalid_target", f"`resource` must be a URL of this installation, such as {base}{MCP}.")
    return ours[wanted]


def is_meant_for(audience: str, called: str) -> bool:
    """Whether a token of this audience is good for the door that was called, which is a base with the door's path."""
    return called == audience or called.startswith(audience + "/")


def _canonical(url: str) -> str:
    # RFC 3986, section 6.2: scheme and host without regard to case, no usual port; of the path only a last slash.
    parts = taken_apart(url, "`resource`")
    if "#" in url or "?" in url:
        raise InvalidInput("`resource` must have neither a query nor a fragment.")
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in {None, _USUAL_PORTS.get(parts.scheme)} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}"
