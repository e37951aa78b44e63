"""What a list of conversations is narrowed to, as it stands in the address of the page."""

from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar

from onememory.ports.archive import ConversationQuery
from onememory.web.forms.address_fields import AddressFields
from onememory.web.forms.days import begin_of, day_of, end_of, require_order

PATH = "/history"


@dataclass(frozen=True, slots=True)
class ConversationFilters(AddressFields):
    """The fields of the form; what is empty narrows nothing."""

    page_path: ClassVar[str] = PATH

    q: str = ""
    platform: str = ""
    project: str = ""
    begins: str = ""
    ends: str = ""
    pinned: str = ""
    imported: str = ""  # the id of an import

    def query(self, zone: tzinfo) -> ConversationQuery:
        """Which conversations to list; days are those of the zone. Raises InvalidInput."""
        require_order(self.begins, self.ends)
        return ConversationQuery(
            platform=self.platform or None,
            project=self.project or None,
            created_from=begin_of(day_of(self.begins), zone),
            created_to=end_of(day_of(self.ends), zone),
            is_pinned=True if self.pinned else None,
            import_id=self.imported or None,
        )

    @property
    def are_more(self) -> bool:
        """Whether one is given of those that stand behind the fold."""
        return bool(self.begins or self.ends or self.pinned)
