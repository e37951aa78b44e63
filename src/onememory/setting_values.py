"""What a setting may be: each of these reads what somebody wrote, or says in a ValueError what it must be."""

import re
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from onememory.security.database_urls import place_of
from onememory.security.oauth.rfc8707_resources import MCP_PATHS

_HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")


def text(value: str) -> str:
    """Whatever it is."""
    return value


def path(value: str) -> Path:
    """A place in the file system."""
    return Path(value).expanduser()


def whole(lowest: int, highest: int) -> Callable[[str], int]:
    """Whole numbers within these bounds."""

    def read(value: str) -> int:
        number = int(value) if value.strip().lstrip("-").isdecimal() else None
        if number is None or not lowest <= number <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return number

    return read


def one_of(*words: str) -> Callable[[str], str]:
    """One of these words."""

    def read(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return value.lower()

    return read


def switch(value: str) -> bool:
    """On or off."""
    return one_of("true", "false", "1", "0", "on", "off", "yes", "no")(value) in {"true", "1", "on", "yes"}


def embedder(value: str) -> str:
    """The name of an embedder."""
    kind, _, argument = value.partition(":")
    known = {"onnx", "fastembed", "openai"} if argument else {"wordllama", "none"}
    if kind not in known:
        raise ValueError("wordllama, onnx:DIRECTORY, fastembed:MODEL, openai:MODEL or none")
    return value


def url(value: str) -> str:
    """An http or https URL."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ValueError("an http or https URL, such as https://memory.example.org")
    return value


def database(value: str) -> str:
    """The URL of a PostgreSQL database; a ValueError quotes nothing of it."""
    place_of(value)
    return value


def base_url(value: str) -> str:
    """A URL without a path."""
    parts = urlsplit(url(value))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("a URL without a path, such as https://memory.example.org; give it a name of its own")
    return value


def server(value: str) -> str:
    """The URL of a onememory server, without the address of its MCP door."""
    named = url(value).rstrip("/")
    door = max((path for path in MCP_PATHS if named.endswith(path)), key=len, default="")
    return named.removesuffix(door)


def origins(value: str) -> tuple[str, ...]:
    """Origins of web pages."""
    origins = tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
    for origin in origins:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError("origins with commas between them, such as https://www.typingmind.com")
    return origins


def issuer(value: str) -> str:
    """The URL that an OpenID provider calls itself."""
    parts = urlsplit(value)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("the https URL that the provider calls itself, such as https://login.example.org/realms/team")
    return value


def networks(value: str) -> tuple[str, ...]:
    """Addresses and networks."""
    addresses = tuple(address.strip() for address in value.split(",") if address.strip())
    try:
        for address in addresses:
            ip_network(address, strict=False)
    except ValueError as error:
        raise ValueError("addresses or networks with commas between them, such as 10.0.0.5,172.18.0.0/16") from error
    return addresses


def are_everybody(addresses: Sequence[str]) -> bool:
    """Whether a network of all addresses is among them."""
    return any(ip_network(address, strict=False).prefixlen == 0 for address in addresses)


def header(value: str) -> str:
    """The name of a header."""
    if not _HEADER.fullmatch(value):
        raise ValueError("the name of a header, such as Remote-User")
    return value.lower()


def token(value: str) -> str:
    """A secret of printable characters."""
    if not 8 <= len(value) <= 500 or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("8 to 500 printable ASCII characters without spaces")
    return value
