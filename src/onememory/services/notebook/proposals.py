"""Changes that wait for the user's review: how they come to wait, and what becomes of them when they are approved."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Action, Actor, must_propose, require_on
from onememory.domain.errors import Conflict
from onememory.domain.ids import mint
from onememory.domain.memories import Change, Memory, MemoryState, Version
from onememory.domain.proposals import (
    WAITING_AT_MOST,
    WAITING_OF_A_GUEST,
    Outcome,
    Proposal,
    ProposalKind,
    WaitingProposal,
)
from onememory.domain.provenance import Provenance
from onememory.ports import Transaction, Vectors
from onememory.retrieval.dates import leading_date
from onememory.services import quotas
from onememory.services.audit import Audit
from onememory.services.notebook.buckets import bucket_of
from onememory.services.notebook.changes import Changes


class Proposals:
    """Makes changes, or lets them wait; other use cases ask inside their transactions."""

    def __init__(self, changes: Changes, audit: Audit) -> None:
        self._changes = changes
        self._audit = audit

    def carry_out(
        self,
        tx: Transaction,
        actor: Actor,
        afters: Sequence[Memory],
        change: Change,
        vectors: Mapping[str, Mapping[str, Vectors]],
        source: str | None = None,
    ) -> Outcome:
        """Bring memories into these states, or let that wait where the actor may only propose it.

        `vectors` are by text those of texts that are new or back. Raises Conflict when too many changes wait, and
        Forbidden for a guest who may not do this with one of them.
        """
        befores = tx.memories.get([after.id for after in afters])
        by = actor.provenance(source)
        outcome, passed, made = Outcome(), [], []
        for after in afters:
            before = befores[after.id]
            require_on(actor, before, _ACTIONS.get(change, Action.CHANGE))
            if after == before:
                passed.append(before)
            elif _must_wait(tx, actor, before):
                outcome.proposed.append(self._proposal(before, after, change, by))
            else:
                passed.append(before)
                made.append(after)
        done: dict[str, Memory] = {}
        if made:
            done = {m.id: m for m in self._changes.apply_all(tx, made, change, by, vectors)}
            self._audit.write(tx, actor, f"memory.{change}", list(done), source)
        changed = [done.get(before.id, before) for before in passed]
        return replace(outcome, changed=changed, proposed=self._waiting(tx, actor, outcome.proposed, source))

    def _proposal(self, before: Memory, after: Memory, change: Change, by: Provenance) -> Proposal:
        now = self._changes.now()
        return Proposal(
            id=mint(now),
            memory_id=before.id,
            kind=_KINDS[change],
            base_version=before.version,
            created_at=now,
            provenance=by,
            text=None if after.text == before.text else after.text,
            bucket_id=None if after.bucket_id == before.bucket_id else after.bucket_id,
        )

    def _waiting(self, tx: Transaction, actor: Actor, wanted: Sequence[Proposal], source: str | None) -> list[Proposal]:
        """The proposals that wait now; where one repeats another, the one that waits already."""
        if not wanted:
            return []
        waiting = tx.proposals.about([proposal.memory_id for proposal in wanted])
        put = [_put(tx, proposal, waiting) for proposal in wanted]
        _check_room(tx, actor)
        self._audit.write(tx, actor, "proposal.add", [proposal.memory_id for proposal in put], source)
        return put

    def shown(self, tx: Transaction, proposals: Sequence[Proposal]) -> list[WaitingProposal]:
        """Proposals with their memories."""
        memories = tx.memories.get([proposal.memory_id for proposal in proposals])
        outdated = _outdated(tx, proposals, memories)
        return [WaitingProposal(p, memories[p.memory_id], p.id in outdated) for p in proposals]

    def approve(self, tx: Transaction, actor: Actor, proposal: Proposal, vectors: Mapping[str, Vectors]) -> None:
        """Make the change; one version says who proposed it, the next who approved it.

        The memory's trust stays what it was: the user stands by the new text too, and a change that was approved once
        must not open a statement of the user's to changes that nobody reviews. Raises Conflict where it is outdated
        and NotFound where the bucket is gone.
        """
        memory = self._opened(tx, proposal)
        after = _applied(proposal, memory)
        after = self._changes.apply(tx, after, _CHANGES[proposal.kind], proposal.provenance, vectors)
        trusted = replace(after, provenance=memory.provenance)
        self._changes.apply(tx, trusted, Change.APPROVED, actor.provenance())

    def take_up(self, tx: Transaction, proposal: Proposal) -> Memory:
        """The memory with what was asked for, in the inbox until that is put right: no guest ever reads it.

        Raises as `approve` does.
        """
        after = replace(_applied(proposal, self._opened(tx, proposal)), state=MemoryState.INBOX)
        return self._changes.apply(tx, after, _CHANGES[proposal.kind], proposal.provenance)

    def _opened(self, tx: Transaction, proposal: Proposal) -> Memory:
        """The memory that a proposal is about, which waits no more."""
        if not tx.proposals.get([proposal.id]):
            raise Conflict("Another change that was approved with this one has settled it.")
        memory = tx.memories.get([proposal.memory_id])[proposal.memory_id]
        if _outdated(tx, [proposal], {memory.id: memory}):
            raise Conflict(
                "The memory has changed since this was proposed, so it was left as it is. Reject the proposal."
            )
        if proposal.bucket_id is not None:
            bucket_of(tx, proposal.bucket_id)
        tx.proposals.remove([proposal.id])  # so that its text is not counted beside the memory's
        return memory


_KINDS = {
    Change.EDITED: ProposalKind.EDIT,
    Change.MOVED: ProposalKind.MOVE,
    Change.TRASHED: ProposalKind.DELETE,
    Change.RESTORED: ProposalKind.RESTORE,
}
_ACTIONS = {Change.TRASHED: Action.DELETE}
_CHANGES = {kind: change for change, kind in _KINDS.items()}


def _applied(proposal: Proposal, memory: Memory) -> Memory:
    after = proposal.applied_to(memory)
    return replace(after, about=leading_date(after.text)[0])


def _must_wait(tx: Transaction, actor: Actor, memory: Memory) -> bool:
    """As `must_propose`; and who may only propose takes out of the trash what they put there themselves."""
    if memory.state is not MemoryState.TRASHED or must_propose(actor, memory):
        return must_propose(actor, memory)
    last = tx.memories.versions([memory.id])[memory.id][-1].provenance
    return actor.policy is WritePolicy.PROPOSE and not actor.has_made(last)


def _check_room(tx: Transaction, actor: Actor) -> None:
    """Raises Conflict where too many wait: a guest's leave room for those of the owner's own tools."""
    if tx.proposals.count_of_user() > WAITING_AT_MOST:
        raise Conflict(f"{WAITING_AT_MOST:,} changes wait for the user's review and no more can; review some first.")
    if actor.guest and tx.proposals.count_of_author(actor.person_id) > WAITING_OF_A_GUEST:
        raise Conflict(
            f"{WAITING_OF_A_GUEST} changes of yours wait for the owner's review and no more can; ask for a review."
        )


def _put(tx: Transaction, wanted: Proposal, waiting: Sequence[Proposal]) -> Proposal:
    for earlier in waiting:
        if wanted.essence == earlier.essence:
            if earlier.base_version == wanted.base_version:
                return earlier
            tx.proposals.remove([earlier.id])  # it may be outdated, and the new one asks the same
    if wanted.text:
        quotas.take(tx, 0, [wanted.text])
    tx.proposals.add(wanted)
    return wanted


def _outdated(tx: Transaction, proposals: Sequence[Proposal], memories: Mapping[str, Memory]) -> set[str]:
    """The ids of those that would change what has changed since."""
    later = [p for p in proposals if p.base_version != memories[p.memory_id].version]
    versions = tx.memories.versions([p.memory_id for p in later])
    seen = {(v.memory_id, v.number): v for of_one in versions.values() for v in of_one}
    return {p.id for p in later if _is_outdated(p, seen.get((p.memory_id, p.base_version)), memories[p.memory_id])}


def _is_outdated(proposal: Proposal, seen: Version | None, memory: Memory) -> bool:
    if seen is None:
        return True
    has_moved = proposal.bucket_id is not None and seen.bucket_id != memory.bucket_id
    return has_moved or (proposal.kind is not ProposalKind.MOVE and seen.text != memory.text)
