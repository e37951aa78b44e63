"""What a list of memories is narrowed to, as it stands in the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import tzinfo
from enum import StrEnum
from typing import Self, TypeVar
from urllib.parse import urlencode

from onememory.domain.errors import InvalidInput
from onememory.domain.memories import ContentType, MemoryState
from onememory.domain.provenance import Trust
from onememory.domain.search import Filters
from onememory.ports import MemoryQuery
from onememory.web.days import begin_of, day_of, end_of

PATH = "/memories"

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class MemoryFilters:
    """The fields of the form, by the names that they have in the address; what is empty narrows nothing."""

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

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Those of an address."""
        return cls(**{field.name: query.get(field.name, "").strip() for field in fields(cls)})

    def query(self, zone: tzinfo) -> MemoryQuery:
        """Which memories to list; days are those of the zone. Raises InvalidInput."""
        return MemoryQuery(
            states=frozenset({_one_of(MemoryState, self.state) or MemoryState.ACTIVE}),
            filters=self.filters(),
            token_id=self.token or None,
            recorded_after=begin_of(day_of(self.recorded_from), zone),
            recorded_before=end_of(day_of(self.recorded_to), zone),
        )

    def filters(self) -> Filters:
        """What hits of a search must be; raises InvalidInput."""
        trust = _one_of(Trust, self.trust)
        return Filters(
            bucket_ids=frozenset({_number(self.bucket)}) if self.bucket else None,
            after=day_of(self.about_from),
            before=day_of(self.about_to),
            sources=frozenset({self.source}) if self.source else None,
            trusts=frozenset({trust}) if trust else None,
            content_type=_one_of(ContentType, self.type),
        )

    @property
    def given(self) -> dict[str, str]:
        """Those that are not empty."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

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

    def path(self, **more: str) -> str:
        """The address of the list with these."""
        query = urlencode(self.given | more)
        return f"{PATH}?{query}" if query else PATH


def _one_of(kind: type[E], text: str) -> E | None:
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInput(f'"{text[:40]}" is no choice here; it is one of {", ".join(kind)}.') from error


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise InvalidInput("A bucket is named by its number; choose one from the list.") from error
