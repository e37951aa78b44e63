"""What counts for everybody on an installation, and which of it an administrator may choose while it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from onememory.domain.errors import InvalidInput

MOST_DAYS = 36_500


class OnSecret(StrEnum):
    """What is done with a text that holds a secret."""

    BLOCK = "block"  # it is refused; a message of an imported chat is masked
    MASK = "mask"
    ALLOW = "allow"


class Choosable(StrEnum):
    """What an administrator may choose, by the name that the setting has too."""

    EMBEDDER = "embedder"
    SECRETS = "secrets"
    TRASH_DAYS = "trash_days"
    AUDIT_DAYS = "audit_days"
    QUESTION_DAYS = "question_days"


@dataclass(frozen=True, slots=True)
class Preset:
    """What counts where nobody has chosen: a default, or what a setting says, over which nobody chooses."""

    value: str
    fixed_by: str | None = None  # the variable or the file that says so; None: it is the default


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an administrator has chosen."""

    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen, and what counts at present."""

    name: Choosable
    value: str
    default: str
    fixed_by: str | None
    chosen_at: datetime | None  # None: it is the default, or a setting says so


def choice_of(name: Choosable, preset: Preset, chosen: Chosen | None) -> Choice:
    """What counts: a setting, else the administrator's choice, else the default."""
    if chosen is None or preset.fixed_by is not None:
        return Choice(name, preset.value, preset.value, preset.fixed_by, None)
    return Choice(name, chosen.value, preset.value, None, chosen.at)


def checked_choice(name: Choosable, value: str) -> str:
    """The value as it is kept; raises InvalidInput. Which embedders there are is not known here."""
    value = value.strip()
    match name:
        case Choosable.EMBEDDER:
            return value
        case Choosable.SECRETS:
            if value not in set(OnSecret):
                raise InvalidInput(f"What is done about secrets is one of {', '.join(OnSecret)}.")
            return value
        case _:
            if not (value.isascii() and value.isdecimal() and int(value[:9]) <= MOST_DAYS):
                raise InvalidInput(f"Days are a whole number from 0 to {MOST_DAYS:,}.")
            return str(int(value))


def days(choices: Mapping[Choosable, Choice], name: Choosable) -> timedelta:
    """A period that was chosen in days."""
    return timedelta(days=int(choices[name].value))
