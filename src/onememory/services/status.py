"""How the installation and one account are doing."""

from dataclasses import dataclass

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import OneMemoryError
from onememory.domain.jobs import Job
from onememory.domain.memories import MemoryState
from onememory.ports import Embedders, MemoryQuery, Store, Transaction


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """Figures of one account and of the installation it lives on."""

    memories: int
    inbox: int  # memories
    proposals: int  # changes that wait
    trash: int
    buckets: int
    model: str  # the one in force
    answering_model: str | None  # the one whose vectors answer
    without_vector: int
    jobs: list[Job]
    bytes_on_disk: int


class Status:
    """The use cases of looking after things."""

    def __init__(self, store: Store, embedders: Embedders) -> None:
        self._store = store
        self._embedders = embedders

    async def of(self, actor: Actor) -> AccountStatus:
        """How the account is doing."""
        require(actor, Action.READ)
        identity = self._embedders.current.identity

        def work(tx: Transaction) -> AccountStatus:
            counts = {s: tx.memories.count(MemoryQuery(states=frozenset({s}))) for s in MemoryState}
            return AccountStatus(
                memories=counts[MemoryState.ACTIVE],
                inbox=counts[MemoryState.INBOX],
                proposals=tx.proposals.count(),
                trash=counts[MemoryState.TRASHED],
                buckets=len(tx.buckets.all()),
                model=identity.key,
                answering_model=tx.index.answering_model(),
                without_vector=tx.index.count_without_vector(identity.key) if identity.dimension else 0,
                jobs=tx.jobs.newest(5),
                bytes_on_disk=self._store.size(),
            )

        return await self._store.read(actor.scope, work)

    async def unready(self) -> list[str]:
        """Why requests cannot be served now, in words; empty when they can."""
        reasons = []
        for part in (self._store, self._embedders.current):
            try:
                await part.ping()
            except OneMemoryError as error:
                reasons.append(str(error))
        return reasons

    async def problems(self) -> list[str]:
        """What is wrong with data, index or model, in words; empty when all is well."""
        return [*await self._store.check(), *await self.unready()]
