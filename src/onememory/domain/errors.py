"""Everything that can go wrong, as one tree; doors translate by class, nobody by message.

OneMemoryError
├── InvalidInput            the caller sent something that cannot be accepted
│   ├── UnknownIds          some ids of an all-or-nothing request do not resolve
│   └── HoldsSecret         a text holds a key, a card number or the like; the message never repeats it
├── Unauthenticated         no token, an unknown one, an expired or revoked one
├── Forbidden               the token is known and may not do this
├── NotFound                the named thing does not exist for this caller
├── Conflict                the thing exists already or has changed meanwhile
├── TooLarge                over a limit of size
│   └── OverQuota           over what an administrator lets this person keep
├── RateLimited             over a limit of rate; says when to come back
├── Unavailable             a part that this needs is absent or out of order; the message names the remedy
│   ├── DatabaseAway        the database cannot be used at the moment
│   │   └── Unreachable     nobody answers there yet, which may pass by itself
│   └── NewerSchema         the database was made by a newer onememory
└── StorageFailed           the disk refused; nothing of the request was kept
    ├── DatabaseFailed      the database's server refused
    └── DiskFull            for want of space; all goes on once there is some
"""

from collections.abc import Sequence


class OneMemoryError(Exception):
    """A failure with a sentence that a person can act on."""

    code = "error"

    @property
    def detail(self) -> str:
        """What those are told who tend the machine; callers are told the sentence alone, which may say less."""
        return str(self)


class InvalidInput(OneMemoryError):
    """The caller sent something that cannot be accepted."""

    code = "invalid_input"


class UnknownIds(InvalidInput):
    """Some ids of an all-or-nothing request do not resolve; nothing was changed."""

    code = "unknown_ids"

    def __init__(self, message: str, rejected_ids: Sequence[str]) -> None:
        super().__init__(message)
        self.rejected_ids = list(rejected_ids)


class HoldsSecret(InvalidInput):
    """A text holds a key, a card number or the like; the message says what and where, never the secret."""

    code = "holds_secret"


class Unauthenticated(OneMemoryError):
    """No token was sent, or one that is unknown, expired or revoked."""

    code = "unauthenticated"


class Forbidden(OneMemoryError):
    """The token is known and may not do this."""

    code = "forbidden"


class NotFound(OneMemoryError):
    """The named thing does not exist for this caller."""

    code = "not_found"


class NoBucket(NotFound):
    """The named bucket does not exist for this caller."""


class AccessChanged(NoBucket):
    """A bucket is no longer shared with the caller, or in another role than a moment ago."""


class Conflict(OneMemoryError):
    """The thing exists already, or has changed meanwhile."""

    code = "conflict"


class TooLarge(OneMemoryError):
    """The request is over a limit of size."""

    code = "too_large"


class OverQuota(TooLarge):
    """More than an administrator lets this person keep."""

    code = "over_quota"


class RateLimited(OneMemoryError):
    """Too many requests; `retry_after` says in how many seconds to come back."""

    code = "rate_limited"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(OneMemoryError):
    """A part that this needs is absent or out of order; the message names the remedy."""

    code = "unavailable"


class DatabaseAway(Unavailable):
    """The database cannot be used at the moment; the detail may name its address, users and tables."""

    def __init__(self, detail: str, sentence: str = "The database cannot be reached; try again in a moment.") -> None:
        super().__init__(sentence)
        self._detail = detail

    @property
    def detail(self) -> str:
        """What the database's driver said."""
        return self._detail


class Unreachable(DatabaseAway):
    """Nobody answers there yet: the database may be starting, or be away for a while."""


class NewerSchema(Unavailable):
    """The database was made, or brought up to date, by a newer onememory."""


class StorageFailed(OneMemoryError):
    """The disk refused; nothing of the request was kept."""

    code = "storage_failed"


class DatabaseFailed(StorageFailed):
    """The database's server refused; the detail may name users and tables."""

    def __init__(self, detail: str) -> None:
        super().__init__("The database failed; nothing was stored. The log says why.")
        self._detail = detail

    @property
    def detail(self) -> str:
        """What the database's server said."""
        return self._detail


class DiskFull(StorageFailed):
    """There is no space left; nothing of the request was kept, and all goes on once there is some."""
