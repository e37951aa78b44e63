"""Time zones by their names in the IANA database."""

from datetime import UTC, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from onememory.domain.errors import InvalidInput

UTC_ZONE: tzinfo = UTC
LONGEST = 64  # characters of a name


@lru_cache(maxsize=512)
def zone_named(name: str | None) -> tzinfo | None:
    """The zone with this name, such as `Europe/Berlin`; None where there is none."""
    return ZoneInfo(name) if name and len(name) <= LONGEST and name in _names() else None


def checked_zone_name(name: str) -> str:
    """The name of a zone that there is; raises InvalidInput."""
    if zone_named(name) is None:
        raise InvalidInput(f'There is no time zone "{name[:LONGEST]}"; give a name such as Europe/Berlin.')
    return name


def zone_names() -> list[str]:
    """Every zone that a person may choose, in the order of the alphabet."""
    places = (name for name in _names() if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/")))
    return ["UTC", *sorted(places)]


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    return frozenset(available_timezones())
