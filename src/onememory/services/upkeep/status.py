"""How the installation and one account are doing."""

import asyncio
from dataclasses import dataclass

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import OneMemoryError
from onememory.domain.jobs import Job, JobKind, JobState
from onememory.domain.memories import MemoryState
from onememory.domain.models import ModelIdentity
from onememory.ports import Embedders, MemoryQuery, Store, Transaction

PATIENCE = 5  # seconds for the database or the model to answer
JOBS_READ = 50  # newest ones, to find the one that embeds


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """Figures of one account and of the installation it lives on."""

    memories: int
    inbox: int  # memories
    proposals: int  # changes that wait
    trash: int
    buckets: int
    model: str  # the one in force
    answering_model: str | None  # the one whose vectors answer; None where words alone count
    without_vector: int
    jobs: list[Job]
    bytes_on_disk: int

    @property
    def has_meaning(self) -> bool:
        """Whether a model is in force that gives texts a meaning."""
        return ModelIdentity.from_key(self.model).dimension > 0


class Status:
    """The use cases of looking after things."""

    def __init__(self, store: Store, embedders: Embedders) -> None:
        self._store = store
        self._embedders = embedders
        self._is_leaving = False

    async def of(self, actor: Actor) -> AccountStatus:
        """How the account is doing."""
        require(actor, Action.READ)
        identity = self._embedders.current.identity

        def work(tx: Transaction) -> AccountStatus:
            counts = {s: tx.memories.count(MemoryQuery(states=frozenset({s}))) for s in MemoryState}
            return AccountStatus(
                memories=counts[MemoryState.ACTIVE],
                inbox=counts[MemoryState.INBOX],
                proposals=tx.proposals.count(MemoryQuery()),
                trash=counts[MemoryState.TRASHED],
                buckets=len(tx.buckets.all()),
                model=identity.key,
                answering_model=tx.index.answering_model() if identity.dimension else None,
                without_vector=_without_vector(tx, identity),
                jobs=tx.jobs.newest(5),
                bytes_on_disk=self._store.size(),
            )

        return await self._store.read(actor.scope, work)

    def leave(self) -> None:
        """Say from now on that nobody should be sent here any more."""
        self._is_leaving = True

    async def unready(self) -> list[str]:
        """Why requests cannot be served now, in words; empty when they can."""
        reasons = ["This server is being stopped."] if self._is_leaving else []
        for name, part in (("database", self._store), ("model", self._embedders.current)):
            try:
                async with asyncio.timeout(PATIENCE):
                    await part.ping()
            except OneMemoryError as error:
                reasons.append(str(error))
            except TimeoutError:
                reasons.append(f"The {name} has not answered for {PATIENCE} seconds.")
        return reasons

    async def problems(self) -> list[str]:
        """What is wrong with data, index or model, in words; empty when all is well."""
        return [*await self._store.check(), *await self.unready()]


def _without_vector(tx: Transaction, model: ModelIdentity) -> int:
    """How many memories lack a vector of this model.

    Counting walks over all of them, so it is done only where some may: what comes in without one leaves a job behind.
    """
    if not model.dimension:
        return 0
    jobs = tx.jobs.newest(JOBS_READ)
    newest = next((job for job in jobs if job.kind is JobKind.EMBED), None)
    is_done = len(jobs) < JOBS_READ if newest is None else newest.state is JobState.DONE
    return 0 if is_done and tx.index.answering_model() == model.key else tx.index.count_without_vector(model.key)
