"""From the parameters of our statements to those of the driver, once for each statement."""

import re
from functools import lru_cache

_PARTS = re.compile(r"'(?:[^']|'')*'|::|:(?P<name>[a-z_][a-z0-9_]*)|%")
STATEMENTS = 2_000  # kept; lists of parameters make a statement for each of their lengths


@lru_cache(STATEMENTS)
def translated(sql: str) -> str:
    """The statement with `%(name)s` for every `:name` outside of quotes."""
    return _PARTS.sub(_part, sql)


def _part(match: re.Match[str]) -> str:
    name = match["name"]
    return f"%({name})s" if name else match[0].replace("%", "%%")
