"""The form in which a person says what a connection may do."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from onememory.domain.accounts import Keep, Permission, Token, TokenChange, TokenDraft, WritePolicy
from onememory.domain.errors import InvalidInput
from onememory.web.visits import Form

_MILLISECOND = timedelta(milliseconds=1)
SOME = "some"


@dataclass(frozen=True, slots=True)
class TokenForm:
    """What stands in the fields."""

    name: str = ""
    may: frozenset[str] = frozenset({Permission.READ, Permission.WRITE, Permission.DELETE})
    policy: str = WritePolicy.PROPOSE
    is_limited: bool = False
    buckets: frozenset[str] = frozenset()  # ids
    ends: str = ""  # a day, as a field of dates has it

    @property
    def permissions(self) -> frozenset[Permission]:
        """What is ticked, and reading, without which nothing works."""
        return frozenset(Permission(each) for each in self.may if each in set(Permission)) | {Permission.READ}

    @property
    def limited_to(self) -> list[str] | None:
        """The buckets that are ticked; None means every one. Raises InvalidInput."""
        if not self.is_limited:
            return None
        if not self.buckets:
            raise InvalidInput("Tick at least one bucket, or choose all buckets.")
        return sorted(self.buckets)

    def draft(self, zone: tzinfo) -> TokenDraft:
        """The token that is asked for; raises InvalidInput."""
        return TokenDraft(self.name, self.permissions, self._policy, None, self._end(zone))

    def change(self, token: Token, zone: tzinfo) -> TokenChange:
        """What is to be another of a token; raises InvalidInput."""
        end: datetime | Keep | None = Keep.KEEP if token.client_id else self._end(zone)
        return TokenChange(self.name, self.permissions, self._policy, self.limited_to, end)

    @property
    def _policy(self) -> WritePolicy:
        try:
            return WritePolicy(self.policy)
        except ValueError as error:
            raise InvalidInput("Choose what becomes of what it writes.") from error

    def _end(self, zone: tzinfo) -> datetime | None:
        if not self.ends:
            return None
        try:
            day = date.fromisoformat(self.ends) + timedelta(days=1)
        except (ValueError, OverflowError) as error:
            raise InvalidInput("The last day is a date such as 2027-01-31.") from error
        return datetime.combine(day, time(), zone).astimezone(UTC) - _MILLISECOND


def form_sent(form: Form) -> TokenForm:
    """What was filled in."""
    return TokenForm(
        name=form.one("name").strip(),
        may=frozenset(form.all("may")),
        policy=form.one("policy"),
        is_limited=form.one("where") == SOME,
        buckets=frozenset(form.all("bucket")),
        ends=form.one("ends").strip(),
    )


def form_of_token(token: Token, zone: tzinfo) -> TokenForm:
    """What a token has at present."""
    return TokenForm(
        name=token.name,
        may=frozenset(token.permissions),
        policy=token.policy,
        is_limited=token.bucket_ids is not None,
        buckets=frozenset(map(str, token.bucket_ids or ())),
        ends=token.expires_at.astimezone(zone).date().isoformat() if token.expires_at else "",
    )
