"""Answers to authorisation requests: the client's redirect URI with parameters, among them who answers (RFC 9207)."""

from collections.abc import Mapping
from urllib.parse import urlencode


def answer_url(redirect_uri: str, parameters: Mapping[str, str], state: str | None, issuer: str) -> str:
    """Where to send the browser (RFC 6749, section 4.1.2; RFC 9207, section 2): what the URI's query holds stays."""
    told = dict(parameters) | ({"state": state} if state is not None else {}) | {"iss": issuer}
    joint = "" if redirect_uri.endswith(("?", "&")) else "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{joint}{urlencode(told)}"
