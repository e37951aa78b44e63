"""What a list of conversations is narrowed to, as it stands in the address of the page."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import tzinfo
from typing import Self
from urllib.parse import urlencode

from onememory.ports.archive import ConversationQuery
from onememory.web.days import begin_of, day_of, end_of

PATH = "/history"


@dataclass(frozen=True, slots=True)
class ConversationFilters:
    """The fields of the form, by the names that they have in the address; what is empty narrows nothing."""

    q: str = ""
    platform: str = ""
    project: str = ""
    begins: str = ""
    ends: str = ""
    pinned: str = ""
    imported: str = ""  # the id of an import

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Those of an address."""
        return cls(**{field.name: query.get(field.name, "").strip() for field in fields(cls)})

    def query(self, zone: tzinfo) -> ConversationQuery:
        """Which conversations to list; days are those of the zone. Raises InvalidInput."""
        return ConversationQuery(
            platform=self.platform or None,
            project=self.project or None,
            created_from=begin_of(day_of(self.begins), zone),
            created_to=end_of(day_of(self.ends), zone),
            is_pinned=True if self.pinned else None,
            import_id=self.imported or None,
        )

    @property
    def given(self) -> dict[str, str]:
        """Those that are not empty."""
        return {field.name: value for field in fields(self) if (value := getattr(self, field.name))}

    @property
    def are_more(self) -> bool:
        """Whether one is given of those that stand behind the fold."""
        return bool(self.begins or self.ends or self.pinned)

    def path(self, **more: str) -> str:
        """The address of the list with these."""
        query = urlencode(self.given | more)
        return f"{PATH}?{query}" if query else PATH
