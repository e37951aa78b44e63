"""A guest sees one bucket of another person's house, and nothing through its walls."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from housemates import acting, keep, share
from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor
from onememory.domain.errors import Forbidden, NotFound
from onememory.domain.memories import Draft, Memory, MemoryState
from onememory.domain.questions import QuestionQuery
from onememory.domain.search import Filters
from onememory.domain.sharing import Role
from onememory.ports import MemoryQuery
from onememory.services import Services
from onememory.services.finding.search import Ask
from onememory.services.notebook.memories import Edit
from onememory.services.notebook.reviews import Correction
from people import Person
from servers import Server


@pytest.fixture
def work(ada: Person) -> int:
    """A bucket of Ada's."""
    return ada.bucket("Work")


def _listed(server: Server, actor: Actor, query: MemoryQuery | None = None) -> list[str]:
    page = server.run(server.services.memories.page(actor, query or MemoryQuery(), 50))
    assert page.total == len(page.memories)
    return [memory.text for memory in page.memories]


def _found(server: Server, actor: Actor, query: str, filters: Filters | None = None) -> list[str]:
    found = server.run(server.services.search.find(actor, Ask(query, filters or Filters())))
    return [hit.memory.text for hit in found.hits]


def _ways_in(services: Services, actor: Actor, memory_id: str) -> list[Awaitable[object]]:
    """Everything that takes the id of a memory and refuses where there is none."""
    return [
        services.memories.get(actor, memory_id),
        services.memories.edit(actor, memory_id, Edit("changed")),
        services.memories.delete(actor, memory_id),
        services.browsing.around(actor, memory_id),
        services.versions.of(actor, memory_id),
        services.versions.redact(actor, memory_id, 1),
        services.duplicates.of(actor, memory_id),
    ]


def test_lists_and_searches_hold_the_own_and_the_shared_together(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    keep(server, acting(ada), "tea of Ada's alone")
    keep(server, acting(ben), "tea of Ben's")
    share(server, ada, work, ben)
    keep(server, acting(ada), "tea for all", work)

    assert _listed(server, acting(ben)) == ["tea for all", "tea of Ben's"]
    assert sorted(_found(server, acting(ben), "tea")) == ["tea for all", "tea of Ben's"]
    assert sorted(_found(server, acting(ada), "tea")) == ["tea for all", "tea of Ada's alone"]


def test_a_filter_for_the_shared_bucket_leaves_out_the_own(server: Server, ada: Person, ben: Person, work: int) -> None:
    keep(server, acting(ben), "tea of Ben's")
    share(server, ada, work, ben)
    keep(server, acting(ada), "tea for all", work)
    filters = Filters(bucket_ids=frozenset({work}))

    assert _listed(server, acting(ben), MemoryQuery(filters=filters)) == ["tea for all"]
    assert _found(server, acting(ben), "tea", filters) == ["tea for all"]


@pytest.mark.parametrize("role", Role)
def test_what_lies_in_other_buckets_does_not_exist_for_any_role(
    server: Server, ada: Person, ben: Person, work: int, role: Role
) -> None:
    secret = keep(server, acting(ada), "Ada's secret tea")
    share(server, ada, work, ben, role)
    for attempt in _ways_in(server.services, acting(ben), secret.id):
        with pytest.raises(NotFound):
            server.run(attempt)  # type: ignore[arg-type]

    assert ada.texts() == ["Ada's secret tea"]
    assert server.run(server.services.browsing.some(acting(ben), [secret.id])) == []


def test_a_memory_that_is_moved_out_is_out_of_reach_with_its_past(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben, Role.EDITOR)
    memory = keep(server, acting(ada), "tea for a while", work)
    server.run(server.services.memories.edit(acting(ada), memory.id, Edit(bucket_id=ada.general())))
    for attempt in _ways_in(server.services, acting(ben), memory.id):
        with pytest.raises(NotFound):
            server.run(attempt)  # type: ignore[arg-type]

    now = server.installation.clock.now()
    assert server.run(server.services.versions.as_of(acting(ben), now, 10, 0)) == []
    assert _found(server, acting(ben), "tea") == []


def test_earlier_versions_stay_with_the_owner(server: Server, ada: Person, ben: Person, work: int) -> None:
    memory = keep(server, acting(ada), "the code is 1234")
    for edit in (Edit(bucket_id=work), Edit("the code is 5678"), Edit("there is a code")):
        server.run(server.services.memories.edit(acting(ada), memory.id, edit))
    share(server, ada, work, ben)
    seen = server.run(server.services.versions.of(acting(ben), memory.id))

    assert [each.version.text for each in seen] == ["there is a code"]
    assert server.run(server.services.versions.of(acting(ada), memory.id))[-1].version.text == "the code is 1234"


def test_what_the_owner_put_right_in_a_review_stays_in_the_review(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben, Role.EDITOR)
    waiting = ada.with_token(policy="inbox").store("the code is 1234", bucketId=work)
    edit = {"memoryId": ada.store("a code", bucketId=work), "text": "it is 1234"}
    (proposal,) = ada.with_token(policy="propose").post("/api/v2/memory/update", **edit)["proposalIds"]
    for item in (waiting, proposal):
        corrected = Correction("there is a code")
        memory = server.run(server.services.reviews.approve_corrected(acting(ada), item, corrected))
        seen = server.run(server.services.versions.of(acting(ben), memory.id))
        assert seen[0].version.text == "there is a code"
        assert "1234" not in str(seen)
        assert "1234" in str(server.run(server.services.versions.of(acting(ada), memory.id)))


def test_trash_and_inbox_are_the_owners_alone(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben, Role.EDITOR)
    trashed = keep(server, acting(ada), "trashed tea", work)
    server.run(server.services.memories.delete(acting(ada), trashed.id))
    ada.with_token(policy="inbox").store("waiting tea", bucketId=work)
    everything = MemoryQuery(states=frozenset(MemoryState))

    assert _listed(server, acting(ben), everything) == []
    assert server.run(server.services.memories.restore_many(acting(ben), [trashed.id])).missing == [trashed.id]
    assert server.run(server.services.trash.content(acting(ben))).total == 0
    assert server.run(server.services.inbox.page(acting(ben), everything, 10)).memories == []
    with pytest.raises(NotFound):
        server.run(server.services.memories.get(acting(ben), trashed.id))


def test_a_memory_names_nothing_outside_of_the_bucket(server: Server, ada: Person, ben: Person, work: int) -> None:
    old = keep(server, acting(ada), "old tea")
    draft = Draft("new tea", work, "app", supersedes=old.id, conversation_id="c1", message_id="m1")
    memory = server.run(server.services.memories.store(acting(ada, token_id="t1"), draft))
    share(server, ada, work, ben)
    around = server.run(server.services.browsing.around(acting(ben), memory.id))
    origin = around.memory.provenance

    assert (around.memory.supersedes, around.related, around.tokens, around.conversation) == (None, {}, {}, None)
    assert (origin.token_id, origin.conversation_id, origin.message_id) == (None, None, None)
    assert [bucket.name for bucket in around.buckets] == ["General", "Work"]
    (version,) = server.run(server.services.versions.of(acting(ben), memory.id))
    assert (version.version.provenance.token_id, version.version.provenance.conversation_id) == (None, None)


def test_what_a_guest_is_not_told_survives_their_edit(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben, Role.EDITOR)
    shared = keep(server, acting(ada), "old tea", work)
    newer = server.run(server.services.memories.store(acting(ada), Draft("new tea", supersedes=shared.id)))
    edited = server.run(server.services.memories.edit(acting(ben), shared.id, Edit("older tea")))

    assert edited.changed[0].superseded_by is None
    assert server.run(server.services.memories.get(acting(ada), shared.id)).superseded_by == newer.id


def test_how_much_the_owner_has_elsewhere_does_not_show(server: Server, ada: Person, ben: Person, work: int) -> None:
    keep(server, acting(ada), "saffron tea", work)
    share(server, ada, work, ben)
    before = server.run(server.services.search.find(acting(ben), Ask("saffron", explain=True, traces=True)))
    ada.store_all(*(f"saffron number {n}" for n in range(30)))
    after = server.run(server.services.search.find(acting(ben), Ask("saffron", explain=True, traces=True)))

    assert before.trace
    assert after.trace
    assert after.trace.searched == before.trace.searched == 1
    assert (after.hits, after.coverage, after.confidence) == (before.hits, before.coverage, before.confidence)
    assert after.candidates == before.candidates


def test_duplicates_are_looked_for_in_the_house_that_the_new_one_goes_to(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    keep(server, acting(ada), "Ada drinks green tea every morning")
    keep(server, acting(ben), "Ada drinks green tea every morning")
    shared = keep(server, acting(ada), "Ada drinks green tea every morning", work)
    share(server, ada, work, ben)
    kept = server.run(server.services.duplicates.store(acting(ben), Draft("Ada drinks green tea every morning", work)))

    assert [memory.id for memory in kept.same] == [shared.id]
    assert [bucket.name for bucket in kept.buckets] == ["Work"]


def test_the_owners_sources_of_other_buckets_are_not_named(server: Server, ada: Person, ben: Person, work: int) -> None:
    for source, bucket_id in (("diary", None), ("wiki", work)):
        server.run(server.services.memories.store(acting(ada), Draft("tea", bucket_id, source)))
    share(server, ada, work, ben)

    assert server.run(server.services.browsing.sources(acting(ben))) == ["wiki"]


def test_a_list_by_the_owners_token_answers_nothing(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    server.run(server.services.memories.store(acting(ada, token_id="t1"), Draft("tea", work)))

    assert _listed(server, acting(ben), MemoryQuery(token_id="t1")) == []


def test_the_owners_account_stays_their_own(server: Server, ada: Person, ben: Person, work: int) -> None:
    ada.store("tea", bucketId=work)
    share(server, ada, work, ben, Role.EDITOR)
    server.settle()

    assert all(entry.author_id is None for entry in server.run(server.services.audit.newest(acting(ben), 50, 0)))
    assert ben.get("/api/export")["memories"] == []
    assert [token["name"] for token in ben.get("/api/tokens")] == [f"{ben.name}'s"]


def test_the_owners_quota_is_told_without_its_figures(server: Server, ada: Person, ben: Person, work: int) -> None:
    share(server, ada, work, ben)
    ada.patch(f"/api/users/{ada.user_id}", memoryQuota=0)
    with pytest.raises(Exception, match="The owner of this shared bucket has reached the limit"):
        keep(server, acting(ben), "tea", work)


def _administrator(person: Person) -> Actor:
    """An administrator."""
    return replace(acting(person, is_admin=True), permissions=frozenset(Permission))


def _shut_out(server: Server, ada: Person, ben: Person, work: int) -> None:
    server.run(server.services.sharing.remove(acting(ada), work, ben.user_id))


def _leave(server: Server, _: Person, ben: Person, work: int) -> None:
    server.run(server.services.joining.leave(acting(ben), work))


def _deactivate_owner(server: Server, ada: Person, ben: Person, _: int) -> None:
    server.person(f"{ben.name}-admin", is_admin=True)
    server.run(server.services.people.deactivate(_administrator(ada), ada.user_id))


def _erase_owner(server: Server, ada: Person, ben: Person, _: int) -> None:
    server.person(f"{ben.name}-admin", is_admin=True)
    server.run(server.services.people.erase(_administrator(ada), ada.user_id, ada.name))


def _delete_bucket(server: Server, ada: Person, _: Person, work: int) -> None:
    server.run(server.services.buckets.delete(acting(ada), work, move_to=ada.general(), to_trash=False))


@pytest.mark.parametrize("end", [_shut_out, _leave, _deactivate_owner, _erase_owner, _delete_bucket])
def test_however_it_ends_nothing_is_left_within_reach(
    server: Server, ada: Person, ben: Person, work: int, end: Callable[[Server, Person, Person, int], None]
) -> None:
    share(server, ada, work, ben, Role.EDITOR)
    memory = keep(server, acting(ben), "Ben's tea in Ada's bucket", work)
    assert _found(server, acting(ben), "tea") == ["Ben's tea in Ada's bucket"]
    end(server, ada, ben, work)

    assert _found(server, acting(ben), "tea") == _listed(server, acting(ben)) == []
    assert [bucket.name for bucket in server.run(server.services.buckets.all(acting(ben)))] == ["General"]
    for attempt in (server.services.memories.get(acting(ben), memory.id), _storing(server, ben, work)):
        with pytest.raises(NotFound):
            server.run(attempt)  # type: ignore[arg-type]


def _storing(server: Server, ben: Person, work: int) -> Awaitable[Memory]:
    return server.services.memories.store(acting(ben), Draft("more tea", work))


def test_an_erased_member_has_left_and_their_memories_stay(
    server: Server, ada: Person, ben: Person, cy: Person, work: int
) -> None:
    share(server, ada, work, ben)
    keep(server, acting(ben), "Ben's tea", work)
    server.run(server.services.people.erase(_administrator(ada), ben.user_id, ben.name))
    (memory,) = server.run(server.services.memories.page(acting(ada), MemoryQuery(), 10)).memories

    assert server.run(server.services.sharing.members(acting(ada), work)) == []
    assert memory.provenance.author_id == ben.user_id
    names = server.run(server.services.authors.names([ben.user_id, cy.user_id]))
    assert names == {ben.user_id: "someone who has left", cy.user_id: cy.name}


@pytest.mark.parametrize("limit", ["own", "shared"])
def test_a_limited_token_reaches_shared_buckets_as_it_does_others(
    server: Server, ada: Person, ben: Person, work: int, limit: str
) -> None:
    share(server, ada, work, ben)
    mine = ben.bucket("Mine")
    keep(server, acting(ada), "Ada's tea", work)
    keep(server, acting(ben), "Ben's tea", mine)
    limited = acting(ben, bucket_ids=frozenset({mine if limit == "own" else work}))
    texts = ["Ben's tea"] if limit == "own" else ["Ada's tea"]

    assert _found(server, limited, "tea") == _listed(server, limited) == texts
    kept = keep(server, limited, "more tea")
    assert kept.bucket_id == (mine if limit == "own" else work)


def test_a_viewer_reads_and_does_no_more(server: Server, ada: Person, ben: Person, work: int) -> None:
    memory = keep(server, acting(ada), "tea", work)
    share(server, ada, work, ben, Role.VIEWER)
    assert server.run(server.services.memories.get(acting(ben), memory.id)).text == "tea"
    memories = server.services.memories
    for attempt in (
        memories.edit(acting(ben), memory.id, Edit("coffee")),
        memories.delete(acting(ben), memory.id),
        memories.store(acting(ben), Draft("more tea", work)),
    ):
        with pytest.raises(Forbidden, match="You are a viewer of this shared bucket: you may read it"):
            server.run(attempt)


def test_what_was_found_in_a_shared_bucket_can_be_looked_at_again(
    server: Server, ada: Person, ben: Person, work: int
) -> None:
    share(server, ada, work, ben)
    memory = keep(server, acting(ada), "tea for all", work)
    _found(server, acting(ben), "tea", Filters(bucket_ids=frozenset({work})))
    server.settle()
    questions = server.services.questions
    (question,) = server.run(questions.newest(acting(ben), QuestionQuery(), 10))

    assert set(server.run(questions.given(acting(ben), question)).memories) == {memory.id}
    assert [hit.id for hit in server.run(questions.replay(acting(ben), question.id)).hits] == [memory.id]
    _shut_out(server, ada, ben, work)
    assert server.run(questions.given(acting(ben), question)).memories == {}
    assert server.run(questions.replay(acting(ben), question.id)).hits == ()
