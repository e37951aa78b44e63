"""What was asked, as it is kept for a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from onememory.domain.questions import AskedQuestion, QuestionQuery


class QuestionRows(Protocol):
    """The questions of one user."""

    def add(self, questions: Sequence[AskedQuestion]) -> None:
        """Append."""
        ...

    def newest(self, query: QuestionQuery, limit: int) -> list[AskedQuestion]:
        """Newest first."""
        ...

    def get(self, question_id: str) -> AskedQuestion | None:
        """The question with this id."""
        ...

    def remove(self, question_id: str) -> bool:
        """Forget one; whether it was there."""
        ...

    def clear(self) -> int:
        """Forget all; how many there were."""
        ...

    def forget_before(self, moment: datetime) -> int:
        """Drop what is older; how many were dropped."""
        ...
