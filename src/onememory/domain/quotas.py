"""How much one person may keep here, where an administrator has set a limit."""

from dataclasses import dataclass

from onememory.domain.errors import InvalidInput

MOST_MEMORIES = 1_000_000_000
MOST_BYTES = 1_000_000_000_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """What somebody keeps: memories, the trash too, and the bytes of all texts, those of chats and proposals too."""

    memories: int = 0
    size: int = 0

    def __add__(self, more: "Usage") -> "Usage":
        return Usage(self.memories + more.memories, self.size + more.size)


@dataclass(frozen=True, slots=True)
class Quota:
    """The limits of one person; None is no limit."""

    memories: int | None = None
    size: int | None = None  # bytes

    @property
    def is_unlimited(self) -> bool:
        """Whether it limits nothing."""
        return self.memories is None and self.size is None

    def problem(self, used: Usage, more: Usage) -> str | None:
        """What stands against keeping more, as a sentence; what adds nothing to a figure is never too much of it."""
        if self.memories is not None and more.memories and used.memories + more.memories > self.memories:
            return (
                f"Your quota is {self.memories:,} {'memory' if self.memories == 1 else 'memories'}; you have "
                f"{used.memories:,}, the trash included, and this would add {more.memories:,}."
            )
        if self.size is not None and more.size and used.size + more.size > self.size:
            return (
                f"Your quota is {self.size:,} bytes of text; memories with their earlier versions, "
                f"proposed changes and chats take {used.size:,}, and this would add {more.size:,}."
            )
        return None


def checked_quota(quota: Quota) -> Quota:
    """The quota; raises InvalidInput for figures that are none."""
    for figure, most, what in ((quota.memories, MOST_MEMORIES, "memories"), (quota.size, MOST_BYTES, "bytes")):
        if figure is not None and not 0 <= figure <= most:
            raise InvalidInput(f"A quota of {what} is a whole number from 0 to {most:,}; leave it out for no limit.")
    return quota
