"""What a person proves at the sign-in beside the password: codes of an app, or one of the codes for when it is lost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What is kept of it. The key must be readable to check codes; of the recovery codes only hashes are kept."""

    key: str  # in base32
    last_step: int  # of the newest code that was used; none of that step or before works again
    recovery_hashes: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A new key for an app, kept nowhere until a code proves that the app has it."""

    key: str
    uri: str  # what the picture for the app's camera holds
