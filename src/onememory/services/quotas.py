"""Quotas of persons: whatever adds to what somebody keeps asks here, within its own transaction."""

from collections.abc import Iterable

from onememory.domain.errors import OverQuota
from onememory.domain.quotas import Usage
from onememory.ports import Transaction

REMEDY = "Erase what you do not need (the trash counts until it is emptied), or ask an administrator for more."

ANOTHER_ONES = "The owner of this shared bucket has reached the limit of what they may keep; ask them to make room."


def take(tx: Transaction, memories: int, texts: Iterable[str]) -> None:
    """Count in what is about to be kept; raises OverQuota. Costs next to nothing where there is no limit.

    What is noted as used is the last count and what was added since, so it may be more than there is: what was erased
    is noticed when the limit is reached, by counting again.
    """
    found = tx.quotas.get()
    if found is None:
        return
    quota, used = found
    more = Usage(memories, _size(texts))
    if quota.problem(used, more):
        used = tx.quotas.count()
        if problem := quota.problem(used, more):
            raise OverQuota(ANOTHER_ONES if tx.scope.guest else f"{problem} {REMEDY}")
    tx.quotas.put(quota, used + more)


def note(tx: Transaction, texts: Iterable[str]) -> None:
    """Count in what is kept whatever the limit, such as the version that says that a memory was put into the trash."""
    if found := tx.quotas.get():
        quota, used = found
        tx.quotas.put(quota, used + Usage(0, _size(texts)))


def _size(texts: Iterable[str]) -> int:
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
