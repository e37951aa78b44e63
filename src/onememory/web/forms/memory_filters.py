"""What a list of memories is narrowed to, as it stands in the address of the page."""

from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import ClassVar, TypeVar

from onememory.domain.errors import InvalidInput
from onememory.domain.memories import ContentType, MemoryState
from onememory.domain.provenance import Trust
from onememory.domain.search import Filters
from onememory.ports import MemoryQuery
from onememory.web.forms.address_fields import AddressFields
from onememory.web.forms.days import begin_of, day_of, end_of, require_order
from onememory.web.forms.numbers import number_of

PATH = "/memories"

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class MemoryFilters(AddressFields):
    """The fields of the form; what is empty narrows nothing."""

    page_path: ClassVar[str] = PATH

    q: str = ""
    bucket: str = ""
    source: str = ""
    trust: str = ""
    type: str = ""
    state: str = ""
    token: str = ""
    about_from: str = ""
    about_to: str = ""
    recorded_from: str = ""
    recorded_to: str = ""

    def query(self, zone: tzinfo) -> MemoryQuery:
        """Which memories to list; days are those of the zone. Raises InvalidInput."""
        require_order(self.recorded_from, self.recorded_to)
        return MemoryQuery(
            states=frozenset({_one_of(MemoryState, self.state) or MemoryState.ACTIVE}),
            filters=self.filters(),
            token_id=self.token or None,
            recorded_after=begin_of(day_of(self.recorded_from), zone),
            recorded_before=end_of(day_of(self.recorded_to), zone),
        )

    def filters(self) -> Filters:
        """What hits of a search must be; raises InvalidInput."""
        require_order(self.about_from, self.about_to)
        trust = _one_of(Trust, self.trust)
        return Filters(
            bucket_ids=frozenset({_bucket_id(self.bucket)}) if self.bucket else None,
            after=day_of(self.about_from),
            before=day_of(self.about_to),
            sources=frozenset({self.source}) if self.source else None,
            trusts=frozenset({trust}) if trust else None,
            content_type=_one_of(ContentType, self.type),
        )

    @property
    def narrows(self) -> bool:
        """Whether any is given beside the part that is shown, such as the trash."""
        return bool(self.given.keys() - {"state"})

    @property
    def are_more(self) -> bool:
        """Whether one is given of those that stand behind the fold."""
        behind = ("trust", "type", "about_from", "about_to", "recorded_from", "recorded_to")
        return self.state == MemoryState.INBOX or any(getattr(self, name) for name in behind)

    @property
    def narrow_no_search(self) -> bool:
        """Whether there are words, and beside them what a search by words knows nothing of."""
        beside = (self.token, self.recorded_from, self.recorded_to, self.state not in {"", "active"})
        return bool(self.q) and any(beside)


def _one_of(kind: type[E], text: str) -> E | None:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInput(f'"{text[:40]}" is no choice here; it is one of {", ".join(kind)}.') from error


def _bucket_id(text: str) -> int:
    bucket_id = number_of(text)
    if bucket_id is None:
        raise InvalidInput("A bucket is named by its number; choose one from the list.")
    return bucket_id
