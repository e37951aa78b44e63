"""Fields of a form that stand in the address of its page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar, Self
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class AddressFields:
    """What a page is asked for, by the names in its address; a field that is left empty is as if it were not there."""

    page_path: ClassVar[str]

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Those of an address."""
        read = {field.name: query.get(field.name, "").strip() for field in fields(cls)}
        return cls(**{name: value for name, value in read.items() if value})

    @property
    def given(self) -> dict[str, str]:
        """Those that are not empty."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    def path(self, **changes: str) -> str:
        """The address of the page with these."""
        query = urlencode({name: value for name, value in (self.given | changes).items() if value})
        return f"{self.page_path}?{query}" if query else self.page_path
