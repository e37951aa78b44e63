"""URLs of PostgreSQL databases: read in one place, and shown without what is secret in them."""

import re
from urllib.parse import parse_qsl

EXAMPLE = "postgresql://user:password@host:5432/onememory"
ESCAPES = "; in a password @ / # % [ : are written %40 %2F %23 %25 %5B %3A"

_ESCAPE = "%(?!00)[0-9A-Fa-f]{2}"
_HOST = rf"(?:\[[^\[\]@/]+\]|(?:[^\[\]@:/?#,%\s]|{_ESCAPE})*)(?::\d*)?"
_URL = re.compile(
    r"(?:postgresql|postgres)://"
    rf"(?:(?:[^@:/%\s]|{_ESCAPE})*(?::(?:[^@/%\s]|{_ESCAPE})*)?@)?"
    rf"(?P<hosts>{_HOST}(?:,{_HOST})*)"
    rf"(?P<name>/(?:[^@:/?#%\s]|{_ESCAPE})*)?"
    rf"(?:\?(?P<parameters>[a-z_]+=(?:[^@&=%\s]|{_ESCAPE})*(?:&[a-z_]+=(?:[^@&=%\s]|{_ESCAPE})*)*)?)?"
)


def is_database_url(text: str) -> bool:
    """Whether somebody who wrote this meant a PostgreSQL database, well or badly written."""
    return text.lower().startswith(("postgresql:", "postgres:"))


def place_of(url: str) -> str:
    """The host, port and database of a URL, and nothing else of it.

    Raises ValueError, which quotes nothing, where it does not say clearly which part is which: the driver would take
    the rest of a password for a host, and name it.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise ValueError(f"a URL such as {EXAMPLE}{ESCAPES}")
    parameters = dict(parse_qsl(found["parameters"] or ""))
    host, port = parameters.get("host", found["hosts"]), parameters.get("port")
    name = parameters.get("dbname", (found["name"] or "").removeprefix("/"))
    return f"postgresql://{host}{f':{port}' if port else ''}{f'/{name}' if name else ''}"
