"""Whether a tool can reach the address of a server from where it calls."""

import ipaddress
from urllib.parse import urlsplit

from onememory.domain.ai_tools import Caller, Tool
from onememory.security import addresses

_LOCAL_ENDINGS = (".local", ".localhost", ".internal", ".lan", ".home", ".home.arpa")


def warning(tool: Tool, url: str) -> str | None:
    """What a person should know before the tool is to call this address."""
    if tool.caller is Caller.INTERNET and not (is_public(url) and url.startswith("https:")):
        return (
            f"{tool.title} calls from the internet, and {url} cannot be reached from there: give the server a public "
            "HTTPS address, and name it with --url or ONEMEMORY_PUBLIC_URL."
        )
    if tool.caller is Caller.ELSEWHERE and is_loopback(url):
        return (
            f"{url} means this machine. Where {tool.title} runs in a container or elsewhere, "
            "give it an address at which it reaches the server."
        )
    if tool.caller is Caller.HERE and is_loopback(url):
        return f"{tool.title} calls {url}, so the server must be running there: `onememory serve`."
    return None


def callable_here(url: str) -> str:
    """The address by which this machine calls a server that listens on every one."""
    return url.replace("//0.0.0.0", "//127.0.0.1", 1)


def is_loopback(url: str) -> bool:
    """Whether an address means the machine that calls it."""
    host = _host(url)
    address = _address(host)
    return address.is_loopback or address.is_unspecified if address else host == "localhost"


def is_public(url: str) -> bool:
    """Whether an address can be one of the internet, as far as it shows; names are not looked up."""
    host = _host(url)
    if address := _address(host):
        return addresses.is_public(address)
    return "." in host and not host.endswith(_LOCAL_ENDINGS)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


def _address(host: str) -> addresses.Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
