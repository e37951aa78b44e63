"""Which memories are files of an assistant."""

from collections.abc import Sequence
from typing import Protocol

from onememory.domain.memory_files import MemoryFile


class MemoryFileRows(Protocol):
    """The files of one scope."""

    def all(self, bucket_id: int) -> list[MemoryFile]:
        """Those of a bucket whose memories are active and still in it, in the order of their paths."""
        ...

    def put(self, bucket_id: int, path: str, memory_id: str) -> None:
        """Say that this memory lies under this path; what lay there before lies nowhere."""
        ...

    def remove(self, bucket_id: int, paths: Sequence[str]) -> None:
        """Forget these paths; the memories stay."""
        ...
