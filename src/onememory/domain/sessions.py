"""People signed in in a browser."""

from dataclasses import dataclass
from datetime import datetime, timedelta

AGENT_LIMIT = 300  # characters of what a browser calls itself
LIFETIME = timedelta(days=30)  # then the person signs in again, however busy they were


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in."""

    address: str
    agent: str = ""  # what it calls itself
    mark: str = ""  # what the last sign-in there left behind, by which it is known again


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is signed in; of its secret only a hash is kept."""

    id: str
    user_id: str
    agent: str  # what the browser calls itself
    created_at: datetime
    expires_at: datetime

    def is_usable(self, now: datetime) -> bool:
        """Whether it has not expired."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class SignInStep:
    """A sign-in whose first step is done, while a code is awaited; of its secret only a hash is kept."""

    user_id: str
    name: str  # as it was typed
    password_mark: bytes  # by which it shows whether the password has changed since
    expires_at: datetime
