"""What members do in a shared bucket: as whom, with which right, and what becomes of it."""

import pytest

from housemates import acting, keep, share
from onememory.domain.accounts import WritePolicy
from onememory.domain.actors import Scope
from onememory.domain.audit import AuditEntry
from onememory.domain.errors import AccessChanged, Conflict, Forbidden, InvalidInput, NotFound, UnknownIds
from onememory.domain.memories import Draft, Memory, MemoryState
from onememory.domain.proposals import WAITING_OF_A_GUEST
from onememory.domain.provenance import Trust
from onememory.domain.search import Filters
from onememory.domain.sharing import Role, Share
from onememory.ports import MemoryQuery, Transaction
from onememory.services.finding.search import Ask
from onememory.services.notebook.memories import Edit
from people import Person
from servers import Server


@pytest.fixture
def work(ada: Person) -> int:
    """A bucket of Ada's."""
    return ada.bucket("Work")


def _texts(server: Server, person: Person, bucket_id: int) -> list[str]:
    query = MemoryQuery(filters=Filters(bucket_ids=frozenset({bucket_id})))
    return [m.text for m in server.run(server.services.memories.page(acting(person), query, 50)).memories]


def _log(server: Server, person: Person) -> list[AuditEntry]:
    server.settle()
    return server.run(server.services.audit.newest(acting(person), 50, 0))


def test_what_a_member_adds_is_the_owners_memory_with_its_author(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    draft = Draft("tea", work, "app", conversation_id="c1", message_id="m1")
    memory = server.run(server.services.memories.store(acting(ben, token_id="t1"), draft))
    (seen,) = server.run(server.services.memories.page(acting(ada), MemoryQuery(), 10)).memories

    assert seen == memory
    assert (seen.provenance.author_id, seen.provenance.source) == (ben.user_id, "app")
    assert (seen.provenance.token_id, seen.provenance.conversation_id, seen.provenance.message_id) == (None,) * 3


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.EDITOR])
def test_whose_memories_are_changed_depends_on_the_role(
    server: Server, ada: Person, ben: Person, work: int, role: Role
) -> None:
    share(server, ada, work, ben, role)
    mine, hers = keep(server, acting(ben), "mine", work), keep(server, acting(ada), "hers", work)
    memories = server.services.memories
    for change in (memories.edit(acting(ben), mine.id, Edit("mine!")), memories.delete(acting(ben), mine.id)):
        server.run(change)
    for change in (memories.edit(acting(ben), hers.id, Edit("hers!")), memories.delete(acting(ben), hers.id)):
        if role is Role.EDITOR:
            server.run(change)
        else:
            with pytest.raises(Forbidden, match="what you wrote yourself"):
                server.run(change)

    assert _texts(server, ada, work) == ([] if role is Role.EDITOR else ["hers"])


@pytest.mark.parametrize("policy", [WritePolicy.FULL, WritePolicy.PROPOSE, WritePolicy.INBOX])
def test_a_contributor_replaces_only_what_they_wrote_whatever_their_tool_may(
    server: Server, ada: Person, ben: Person, work: int, policy: WritePolicy
) -> None:
    share(server, ada, work, ben)
    hers, private = keep(server, acting(ada), "hers", work), keep(server, acting(ada), "private")
    drafts = [Draft("mine now", work, supersedes=each) for each in (hers.id, private.id)]
    outcomes = server.run(server.services.memories.store_many(acting(ben, policy=policy), drafts))

    assert [type(outcome) for outcome in outcomes] == [Forbidden, NotFound]
    assert server.run(server.services.memories.get(acting(ada), hers.id)).superseded_by is None
    assert server.run(server.services.inbox.waiting(acting(ada))) == 0


def test_of_many_none_is_deleted_where_one_may_not_be(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    hers = keep(server, acting(ada), "hers", work)
    ids = [keep(server, acting(ben), "at home").id, keep(server, acting(ben), "mine", work).id, hers.id]
    with pytest.raises(Forbidden):
        server.run(server.services.memories.delete_many(acting(ben), ids))

    assert server.run(server.services.memories.delete_many(acting(ben), [*ids[:2], "nowhere"])).missing == ["nowhere"]
    assert _texts(server, ben, work) == ["hers"]


def test_what_a_member_deletes_is_restored_by_the_owner(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    memory = keep(server, acting(ben), "tea", work)
    server.run(server.services.memories.delete(acting(ben), memory.id))

    assert server.run(server.services.trash.content(acting(ada))).total == 1
    restored = server.run(server.services.memories.restore_many(acting(ada), [memory.id])).changed
    assert [each.provenance.author_id for each in restored] == [ben.user_id]
    assert _texts(server, ben, work) == ["tea"]


def test_a_member_takes_back_their_own_edit_and_nobody_elses(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben, Role.EDITOR)
    mine, hers = keep(server, acting(ada), "tea", work), keep(server, acting(ada), "milk", work)
    server.run(server.services.memories.edit(acting(ben), mine.id, Edit("green tea")))
    server.run(server.services.memories.edit(acting(ada), hers.id, Edit("oat milk")))
    outcome = server.run(server.services.undo.take_back(acting(ben), [mine.id, hers.id]))

    assert [memory.text for memory in outcome.changed] == ["tea"]
    assert outcome.missing == [hers.id]


def test_many_are_stored_each_where_it_belongs(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    drafts = [Draft("for all", work), Draft("for me"), Draft("for nobody", 999), Draft("for all too", work)]
    outcomes = server.run(server.services.memories.store_many(acting(ben), drafts))

    assert [each.text if isinstance(each, Memory) else type(each) for each in outcomes][:2] == ["for all", "for me"]
    assert isinstance(outcomes[2], NotFound)
    assert _texts(server, ada, work) == ["for all too", "for all"]


def test_what_waits_goes_to_the_owners_inbox_with_its_author(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    stated = keep(server, acting(ben), "stated by Ben", work)
    keep(server, acting(ben, policy=WritePolicy.INBOX), "to be looked at", work)
    agent = acting(ben, policy=WritePolicy.PROPOSE)
    server.run(server.services.memories.edit(agent, stated.id, Edit("said by Ben's agent")))
    page = server.run(server.services.inbox.page(acting(ada), MemoryQuery(frozenset({MemoryState.INBOX})), 10))

    assert [memory.provenance.author_id for memory in page.memories] == [ben.user_id]
    assert [each.proposal.provenance.author_id for each in page.proposals] == [ben.user_id]
    assert _texts(server, ben, work) == ["stated by Ben"]


def test_what_a_guest_proposes_leaves_the_owners_own_tools_room(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    memory = keep(server, acting(ben), "tea", work)
    tool, memories = acting(ben, policy=WritePolicy.PROPOSE), server.services.memories
    for number in range(WAITING_OF_A_GUEST):
        server.run(memories.edit(tool, memory.id, Edit(f"tea {number}")))
    with pytest.raises(Conflict, match="100 changes of yours wait for the owner's review"):
        server.run(memories.edit(tool, memory.id, Edit("one more tea")))

    server.run(memories.edit(acting(ada, policy=WritePolicy.PROPOSE), memory.id, Edit("milk")))
    assert server.run(server.services.inbox.waiting(acting(ada))) == WAITING_OF_A_GUEST + 1


def test_what_a_member_does_is_in_both_logs(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    keep(server, acting(ben, token_id="t1"), "tea", work)
    server.run(server.services.search.find(acting(ben, token_id="t1"), Ask("tea")))
    theirs = {(e.action, e.author_id, e.token_id) for e in _log(server, ada) if e.author_id}
    own = {(e.action, e.author_id, e.token_id) for e in _log(server, ben)}

    assert {("memory.add", ben.user_id, None), ("memory.search", ben.user_id, None)} <= theirs
    assert {("memory.add", None, "t1"), ("memory.search", None, "t1")} <= own


def test_a_search_of_ones_own_leaves_no_trace_with_others(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    keep(server, acting(ben), "private tea")
    server.run(server.services.search.find(acting(ben), Ask("private tea")))

    assert "memory.search" not in {entry.action for entry in _log(server, ada)}


def test_one_name_means_the_own_bucket_first(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    memory = keep(server, acting(ben), "tea")
    moved = server.run(server.services.memories.edit(acting(ben), memory.id, Edit(bucket_name="work"))).changed[0]
    assert moved.bucket_id == work
    mine = ben.bucket("Work")
    other = keep(server, acting(ben), "milk")

    outcome = server.run(server.services.memories.edit(acting(ben), other.id, Edit(bucket_name="work")))
    assert [each.bucket_id for each in outcome.changed] == [mine]


def test_one_name_of_two_shared_buckets_asks_for_an_id(
    server: Server, ada: Person, ben: Person, cy: Person, work: int
) -> None:
    other = cy.bucket("work")
    share(server, ada, work, ben)
    share(server, cy, other, ben)
    memory = keep(server, acting(ben), "tea")

    with pytest.raises(InvalidInput, match=rf"{work} \(of {ada.name}\), {other} \(of {cy.name}\)"):
        server.run(server.services.memories.edit(acting(ben), memory.id, Edit(bucket_name="Work")))


def test_a_move_between_houses_is_a_copy_there_and_trash_here(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    memory = keep(server, acting(ben), "2024-05-01: tea")
    outcome = server.run(server.services.memories.move_many(acting(ben), [memory.id], Edit(bucket_id=work)))
    (copy,) = server.run(server.services.memories.page(acting(ada), MemoryQuery(), 10)).memories

    assert outcome.copied == {memory.id: copy.id}
    assert (copy.text, copy.about, copy.created_at) == (memory.text, memory.about, memory.created_at)
    assert copy.provenance.author_id == ben.user_id
    gone = server.run(server.services.memories.get(acting(ben), memory.id))
    assert gone.state is MemoryState.TRASHED


def test_a_move_out_of_a_shared_bucket_needs_the_right_to_delete_there(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    hers = keep(server, acting(ada), "hers", work)
    with pytest.raises(Forbidden):
        server.run(server.services.memories.edit(acting(ben), hers.id, Edit("mine", ben.general())))
    server.run(server.services.sharing.change_role(acting(ada), work, ben.user_id, Role.EDITOR))
    outcome = server.run(server.services.memories.edit(acting(ben), hers.id, Edit("mine", ben.general())))

    assert [memory.text for memory in outcome.changed] == ["mine"]
    assert (_texts(server, ada, work), _texts(server, ben, ben.general())) == ([], ["mine"])


def test_an_agent_takes_over_what_others_said_as_no_more_than_its_own(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben, Role.EDITOR)
    hers = keep(server, acting(ada), "hers", work)
    agent = acting(ben, policy=WritePolicy.PROPOSE)
    with pytest.raises(Forbidden, match="cannot be proposed"):
        server.run(server.services.memories.edit(agent, hers.id, Edit(bucket_id=ben.general())))
    outcome = server.run(server.services.memories.edit(acting(ben), hers.id, Edit(bucket_id=ben.general())))

    assert outcome.changed[0].provenance.trust is Trust.STATED


def test_a_move_to_nowhere_moves_nothing(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    memory = keep(server, acting(ben), "tea", work)
    with pytest.raises(UnknownIds):
        server.run(server.services.memories.move_many(acting(ben), [memory.id, "nowhere"], Edit(bucket_id=work)))
    with pytest.raises(NotFound):
        server.run(server.services.memories.move_many(acting(ben), [memory.id], Edit(bucket_id=999)))

    assert _texts(server, ada, work) == ["tea"]


def test_a_right_that_ends_within_a_request_counts_no_more(server: Server, ada: Person, ben: Person, work: int) -> None:
    """Vectors are made between the look at the membership and the transaction that writes."""
    share(server, ada, work, ben, Role.EDITOR)
    guest = acting(ben).as_guest(Share(ada.user_id, ada.name, work, Role.EDITOR))
    ready = server.run(server.services.memories.ready(guest, Draft("tea", work)))
    server.run(server.services.sharing.change_role(acting(ada), work, ben.user_id, Role.VIEWER))
    with pytest.raises(AccessChanged, match="no longer shared with you, or in another role"):
        server.run(server.services.memories.keep(guest, ready))

    assert _texts(server, ada, work) == []


def test_what_a_member_brings_in_bulk_gets_its_vectors_in_the_owners_index(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    drafts = [Draft(f"tea number {n}", work) for n in range(40)]
    server.run(server.services.memories.store_many(acting(ben), drafts))
    server.settle()

    def missing(tx: Transaction) -> int:
        return tx.index.count_without_vector(tx.index.answering_model() or "")

    assert server.run(server.installation.store.read(Scope(ada.user_id), missing)) == 0
    assert len(_texts(server, ada, work)) == 40


def test_an_export_that_is_brought_in_takes_no_number_of_a_shared_bucket(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    ada.store("Ada's tea", bucketId=work)
    answer = ben.send("POST", "/api/import", content=ada.send("GET", "/api/export").content)
    assert answer.status_code == 200
    mine, shared = [b for b in server.run(server.services.buckets.all(acting(ben))) if b.name == "Work"]

    assert (shared.id, mine.share is None) == (work, True)
    assert mine.id != work
    assert _texts(server, ben, mine.id) == ["Ada's tea"]
