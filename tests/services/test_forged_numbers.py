"""Nobody's bucket passes for that of another by its number, which an export can be made to hold."""

import pytest

from housemates import acting, share
from onememory.domain.accounts import Permission
from onememory.domain.actors import Actor, Scope
from onememory.domain.errors import Conflict
from onememory.domain.memories import Draft
from onememory.domain.provenance import Channel
from onememory.domain.questions import QuestionQuery
from onememory.domain.sharing import Membership, MemberState, Role
from onememory.services.notebook.memories import Edit
from people import Person
from servers import Server
from visitors import Visitor

TEAM = "Team"


@pytest.fixture
def team(ada: Person) -> int:
    """Ada's bucket, whose number others have learned."""
    return ada.bucket(TEAM)


def _forge(ada: Person, forger: Person) -> int:
    """Restore what Ada has, numbers and all; the number of the forger's bucket."""
    assert forger.send("POST", "/api/import", content=ada.send("GET", "/api/export").content).status_code == 200
    return next(int(b["id"]) for b in forger.get("/api/buckets") if b["name"] == TEAM and not b.get("sharedBy"))


def test_a_restore_keeps_the_number_of_a_bucket_that_nobody_shares(ada: Person, cy: Person, team: int) -> None:
    assert _forge(ada, cy) == team


def test_a_restore_takes_no_number_of_a_bucket_that_others_share(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    share(server, ada, team, ben)

    assert _forge(ada, cy) != team


def test_a_restore_takes_no_number_of_a_bucket_that_is_only_offered(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    server.run(server.services.sharing.invite(acting(ada), team, ben.name))

    assert _forge(ada, cy) != team


def test_a_restore_takes_no_number_to_which_a_link_leads(server: Server, ada: Person, cy: Person, team: int) -> None:
    server.run(server.services.sharing.make_link(acting(ada), team))

    assert _forge(ada, cy) != team


def test_a_restore_takes_no_number_of_somebody_who_is_deactivated(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    share(server, ada, team, ben)
    document = ada.send("GET", "/api/export").content
    _deactivate(server, ada)
    cy.send("POST", "/api/import", content=document)

    assert team not in {int(bucket["id"]) for bucket in cy.get("/api/buckets")}


def test_of_two_invitations_with_one_number_none_is_chosen(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    _offer_both(server, ada, ben, cy, team)
    joining = server.services.joining
    for attempt in (joining.accept, joining.decline):
        with pytest.raises(Conflict, match=f"(?=.*{cy.name} )(?=.*{ada.name} )Several people"):
            server.run(attempt(acting(ben), team))

    bucket = server.run(joining.accept(acting(ben), team, ada.user_id))
    server.run(joining.decline(acting(ben), team, cy.user_id))

    assert bucket.share
    assert bucket.share.owner_id == ada.user_id
    assert server.run(joining.invitations(acting(ben))) == []


def test_over_rest_an_invitation_says_whose_it_is(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    _offer_both(server, ada, ben, cy, team)
    assert ben.send("POST", f"/api/invitations/{team}/accept").status_code == 409
    owners = {each["sharedBy"]: each["ownerId"] for each in ben.get("/api/invitations")}

    assert ben.post(f"/api/invitations/{team}/accept", ownerId=owners[ada.name])["sharedBy"] == ada.name


@pytest.mark.parametrize("is_open", [True, False], ids=["open", "deactivated"])
def test_who_has_joined_one_is_let_into_no_other_of_its_number(
    server: Server, ada: Person, ben: Person, cy: Person, team: int, *, is_open: bool
) -> None:
    _offer_both(server, ada, ben, cy, team)
    server.run(server.services.joining.accept(acting(ben), team, ada.user_id))
    if not is_open:
        _deactivate(server, ada)

    with pytest.raises(Conflict, match=f"joined a bucket of {ada.name}"):
        server.run(server.services.joining.accept(acting(ben), team, cy.user_id))


def test_who_has_a_bucket_themselves_is_let_into_no_other_of_its_number(
    server: Server, ada: Person, cy: Person, team: int
) -> None:
    _forge(ada, cy)
    _invite(server, ada, team, cy)

    with pytest.raises(Conflict, match=f'Your own bucket "{TEAM}"'):
        server.run(server.services.joining.accept(acting(cy), team))


def test_of_two_buckets_with_one_number_none_is_written_into(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    _open_both(server, ada, ben, cy, team)
    memories, memory = server.services.memories, ben.store("Ben's")
    with pytest.raises(Conflict, match=f"several buckets with the id {team}"):
        server.run(memories.store(acting(ben), Draft("x", team)))
    with pytest.raises(Conflict, match=f"several buckets with the id {team}"):
        server.run(memories.move_many(acting(ben), [memory], Edit(bucket_id=team)))

    server.run(server.services.joining.leave(acting(ben), team, cy.user_id))
    server.run(memories.store(acting(ben), Draft("x", team)))
    assert ada.texts(bucketId=team) == ["x"]


def test_the_page_to_leave_tells_buckets_with_one_number_apart(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    _open_both(server, ada, ben, cy, team)
    with Visitor(server) as browser:
        asked = browser.arrive(server, ben).see(f"/buckets/{team}/leave").text
        browser.send(f"/buckets/{team}/leave", owner=cy.user_id)

    assert ada.name in asked
    assert cy.name in asked
    assert [bucket.get("sharedBy") for bucket in ben.get("/api/buckets")] == [None, ada.name]


def test_nor_is_one_that_has_the_number_of_ones_own(server: Server, ada: Person, cy: Person, team: int) -> None:
    _forge(ada, cy)
    _let_in(server, ada, team, cy)

    with pytest.raises(Conflict, match=f"of yourself and {ada.name}"):
        server.run(server.services.memories.store(acting(cy), Draft("x", team)))


def test_of_two_memories_with_one_id_none_is_read_or_changed(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    memory = ada.store("tea", bucketId=team)
    _open_both(server, ada, ben, cy, team)
    memories, actor = server.services.memories, acting(ben)
    with pytest.raises(Conflict, match="Several memories have this id"):
        server.run(memories.get(actor, memory))
    with pytest.raises(Conflict, match="Several memories have this id"):
        server.run(memories.edit(actor, memory, Edit("coffee")))
    with pytest.raises(Conflict, match="Several memories have this id"):
        server.run(memories.delete_many(actor, [memory]))

    assert ben.texts() == ["tea", "tea"]


def test_a_memory_of_ones_own_counts_before_others_with_its_id(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    memory = ada.store("tea", bucketId=team)
    _forge(ada, ben)
    _open_both(server, ada, ben, cy, team)
    server.run(server.services.memories.edit(acting(ben), memory, Edit("coffee")))

    assert ada.texts() == cy.texts() == ["tea"]


def test_a_question_tells_nothing_of_memories_that_have_one_id(
    server: Server, ada: Person, ben: Person, cy: Person, team: int
) -> None:
    memory, _ = ada.store("tea", bucketId=team), _forge(ada, cy)
    server.settle()
    _let_in(server, ada, team, ben)
    assert ben.found("tea") == ["tea"]
    server.settle()
    questions = server.services.questions
    (asked,) = server.run(questions.newest(acting(ben), QuestionQuery(), 1))
    before = server.run(questions.given(acting(ben), asked))
    _let_in(server, cy, team, ben)

    assert list(before.memories) == [memory]
    assert server.run(questions.given(acting(ben), asked)).memories == {}


def _invite(server: Server, owner: Person, bucket_id: int, member: Person) -> None:
    server.run(server.services.sharing.invite(acting(owner), bucket_id, member.name, Role.EDITOR))


def _offer_both(server: Server, ada: Person, ben: Person, cy: Person, team: int) -> None:
    """Invite Ben into Cy's forged bucket, then into Ada's."""
    assert _forge(ada, cy) == team
    for owner in (cy, ada):
        _invite(server, owner, team, ben)


def _open_both(server: Server, ada: Person, ben: Person, cy: Person, team: int) -> None:
    """Let Ben into both, as it could happen before numbers were looked at."""
    assert _forge(ada, cy) == team
    for owner in (ada, cy):
        _let_in(server, owner, team, ben)


def _let_in(server: Server, owner: Person, bucket_id: int, member: Person) -> None:
    now = server.installation.clock.now()
    membership = Membership(member.user_id, member.name, Role.EDITOR, MemberState.ACCEPTED, now, now)
    scope = Scope(owner.user_id)
    server.run(server.installation.store.write(scope, lambda tx: tx.members.add(bucket_id, membership)))


def _deactivate(server: Server, person: Person) -> None:
    server.person(f"{person.name}-admin", is_admin=True)
    actor = Actor(person.user_id, Channel.API, frozenset(Permission), is_admin=True)
    server.run(server.services.people.deactivate(actor, person.user_id))
