"""The candidates of one query out of one or several houses, in one pool, so that they stand in one ranking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from onememory.domain.memories import Memory
from onememory.ports import Probe, Transaction
from onememory.ports.search import Corpus
from onememory.retrieval.fusion import Pool

Key = tuple[int, int]  # number of the house, key of its index


@dataclass(frozen=True, slots=True)
class Nominees:
    """The union of the lists; row i of the pool describes the memory behind `keys[i]`."""

    keys: Sequence[Key]
    pool: Pool
    frequencies: Mapping[str, int]  # of the probe's terms: in how many memories of all houses each stands
    total: int  # memories that were searched
    models: frozenset[str]  # the stamps whose vectors answer
    is_whole: bool  # whether no list of any house was cut


def nominate(txs: Sequence[Transaction], probe: Probe) -> Nominees:
    """The best of all houses, whose words are weighed as if all memories were of one."""
    asked = _asked(txs, probe.filters.bucket_ids)
    if len(asked) > 1:
        probe = replace(probe, corpus=joint_corpus([txs[number] for number in asked], probe.terms))
    found = [txs[number].index.nominate(probe) for number in asked]
    return Nominees(
        keys=[(number, key) for number, each in zip(asked, found, strict=True) for key in each.keys],
        pool=found[0].pool if len(found) == 1 else Pool.joined([each.pool for each in found]),
        frequencies=found[0].frequencies,
        total=probe.corpus.total if probe.corpus else found[0].total,
        models=frozenset(each.model for each in found if each.model),
        is_whole=all(len(each.keys) < probe.limit for each in found),
    )


def _asked(txs: Sequence[Transaction], bucket_ids: frozenset[int] | None) -> list[int]:
    """The numbers of the houses that may hold something of these buckets; at least one's own."""
    if not bucket_ids:
        return list(range(len(txs)))
    abroad = {number: tx.scope.bucket_ids or frozenset() for number, tx in enumerate(txs) if tx.scope.guest}
    asked = [number for number, reach in abroad.items() if reach & bucket_ids]
    is_at_home = not asked or bucket_ids - frozenset().union(*abroad.values())
    return sorted({number for number in range(len(txs)) if is_at_home and number not in abroad} | set(asked))


def joint_corpus(txs: Sequence[Transaction], terms: Sequence[str]) -> Corpus:
    """What these terms are weighed by in all houses together."""
    return reduce(add, (tx.index.corpus(terms) for tx in txs))


def memories_behind(txs: Sequence[Transaction], keys: Sequence[Key]) -> dict[Key, Memory]:
    """The memories behind these keys; what left the store meanwhile is left out."""
    found: dict[Key, Memory] = {}
    for number, tx in enumerate(txs):
        if of_house := list({key for at, key in keys if at == number}):
            ids = tx.index.memory_ids(of_house)
            rows = tx.memories.get(list(ids.values()))
            found |= {(number, key): rows[memory_id] for key, memory_id in ids.items() if memory_id in rows}
    return found
