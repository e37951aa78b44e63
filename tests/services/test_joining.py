"""People are invited by name or by link, come in, and are shut out again."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import pytest

from housemates import acting, share
from onememory.domain.buckets import Bucket
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from onememory.domain.sharing import MOST_WAITING_OF_ONE, Membership, MemberState, Role
from people import Person
from servers import Server


def _names(server: Server, person: Person) -> list[str]:
    return [bucket.name for bucket in server.run(server.services.buckets.all(acting(person)))]


def test_an_invitation_shows_whose_bucket_it_is_and_nothing_is_reached_before_it_is_accepted(
    server: Server, ada: Person, ben: Person
) -> None:
    work = ada.bucket("Work")
    server.run(server.services.sharing.invite(acting(ada), work, ben.name.upper(), Role.EDITOR))
    (invitation,) = server.run(server.services.joining.invitations(acting(ben)))

    assert (invitation.bucket_name, invitation.share.owner_name) == ("Work", ada.name)
    assert (invitation.share.role, invitation.share.bucket_id) == (Role.EDITOR, work)
    assert _names(server, ben) == ["General"]


def test_who_has_joined_sees_the_bucket_with_its_owner_and_role(server: Server, ada: Person, ben: Person) -> None:
    work = ada.bucket("Work")
    ada.store("tea", bucketId=work)
    share(server, ada, work, ben, Role.VIEWER)
    _, shared = server.run(server.services.buckets.all(acting(ben)))

    assert (shared.id, shared.name, shared.memory_count, shared.members) == (work, "Work", 1, 0)
    assert shared.share
    assert (shared.share.owner_name, shared.share.role) == (ada.name, Role.VIEWER)
    assert server.run(server.services.joining.invitations(acting(ben))) == []


def test_the_owner_sees_who_is_in_and_who_is_asked(server: Server, ada: Person, ben: Person, cy: Person) -> None:
    work = ada.bucket("Work")
    share(server, ada, work, ben)
    server.run(server.services.sharing.invite(acting(ada), work, cy.name))
    members = server.run(server.services.sharing.members(acting(ada), work))
    seen_by_ben = server.run(server.services.sharing.members(acting(ben), work))

    assert [(m.user_name, m.state) for m in members] == [
        (ben.name, MemberState.ACCEPTED),
        (cy.name, MemberState.INVITED),
    ]
    assert [m.user_name for m in seen_by_ben] == [ben.name]
    assert {b.name: b.members for b in server.run(server.services.buckets.all(acting(ada)))}["Work"] == 1


def test_who_is_shut_out_reaches_nothing_from_then_on(server: Server, ada: Person, ben: Person) -> None:
    work = ada.bucket("Work")
    share(server, ada, work, ben)
    server.run(server.services.sharing.remove(acting(ada), work, ben.user_id))

    assert _names(server, ben) == ["General"]
    with pytest.raises(NotFound):
        server.run(server.services.joining.accept(acting(ben), work))


def test_members_leave_and_decline_by_themselves(server: Server, ada: Person, ben: Person, cy: Person) -> None:
    work = ada.bucket("Work")
    share(server, ada, work, ben)
    server.run(server.services.sharing.invite(acting(ada), work, cy.name))
    server.run(server.services.joining.leave(acting(ben), work))
    server.run(server.services.joining.decline(acting(cy), work))

    assert server.run(server.services.sharing.members(acting(ada), work)) == []
    with pytest.raises(NotFound):
        server.run(server.services.joining.leave(acting(ben), work))


def test_a_link_lets_everybody_in_until_it_is_revoked(server: Server, ada: Person, ben: Person, cy: Person) -> None:
    work = ada.bucket("Work")
    sharing, joining = server.services.sharing, server.services.joining
    secret = server.run(sharing.make_link(acting(ada), work, Role.VIEWER)).secret
    invitation = server.run(joining.look_at_link(acting(ben), secret))
    joined = [server.run(joining.accept_link(acting(ben), secret)) for _ in range(2)]

    assert (invitation.bucket_name, invitation.share.owner_name) == ("Work", ada.name)
    assert [bucket.share and bucket.share.role for bucket in joined] == [Role.VIEWER, Role.VIEWER]
    assert server.run(sharing.revoke_links(acting(ada), work)) == 1
    with pytest.raises(NotFound, match="too old or was revoked"):
        server.run(joining.accept_link(acting(cy), secret))
    assert _names(server, ben) == ["General", "Work"]


def test_who_was_taken_out_does_not_come_back_by_an_old_link(
    server: Server, ada: Person, ben: Person, cy: Person
) -> None:
    work, sharing, joining = ada.bucket("Work"), server.services.sharing, server.services.joining
    old = server.run(sharing.make_link(acting(ada), work)).secret
    server.run(joining.accept_link(acting(ben), old))
    server.run(sharing.remove(acting(ada), work, ben.user_id))
    for follow in (joining.look_at_link, joining.accept_link):
        with pytest.raises(Forbidden, match="taken your access"):
            server.run(follow(acting(ben), old))
    with pytest.raises(NotFound):
        server.run(sharing.remove(acting(ada), work, ben.user_id))

    assert _names(server, ben) == ["General"]
    assert server.run(sharing.members(acting(ada), work)) == []
    assert server.run(joining.accept_link(acting(cy), old)).name == "Work"


@pytest.mark.parametrize("by_link", [True, False], ids=["by a new link", "by an invitation"])
def test_who_was_taken_out_comes_back_when_the_owner_wants_it(
    server: Server, ada: Person, ben: Person, by_link: bool
) -> None:
    work, sharing, joining = ada.bucket("Work"), server.services.sharing, server.services.joining
    old = server.run(sharing.make_link(acting(ada), work)).secret
    share(server, ada, work, ben, Role.VIEWER)
    server.run(sharing.remove(acting(ada), work, ben.user_id))
    server.installation.clock.advance(timedelta(seconds=1))
    if by_link:
        server.run(joining.accept_link(acting(ben), server.run(sharing.make_link(acting(ada), work)).secret))
    else:
        share(server, ada, work, ben, Role.EDITOR)
    server.run(joining.leave(acting(ben), work))

    assert server.run(joining.accept_link(acting(ben), old)).name == "Work", "who left may come back"


def test_one_person_puts_no_flood_of_invitations_in_front_of_another(server: Server, ada: Person, ben: Person) -> None:
    sharing, joining = server.services.sharing, server.services.joining
    buckets = [ada.bucket(f"Work {n}") for n in range(MOST_WAITING_OF_ONE + 1)]
    for bucket in buckets[:-1]:
        server.run(sharing.invite(acting(ada), bucket, ben.name))
    with pytest.raises(Conflict, match="wait for"):
        server.run(sharing.invite(acting(ada), buckets[-1], ben.name))
    server.run(joining.decline(acting(ben), buckets[0]))

    assert server.run(sharing.invite(acting(ada), buckets[-1], ben.name)).state is MemberState.INVITED


def test_only_so_many_invitations_wait_for_one_person(
    server: Server, ada: Person, ben: Person, cy: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onememory.services.shared_buckets.sharing.MOST_WAITING", 1)
    server.run(server.services.sharing.invite(acting(ada), ada.bucket("Work"), ben.name))

    with pytest.raises(Conflict, match="ask them to answer some"):
        server.run(server.services.sharing.invite(acting(cy), cy.bucket("Work"), ben.name))


async def _at_once(attempts: list[Coroutine[Any, Any, object]]) -> list[type]:
    """Of what kind each outcome is."""
    return [type(outcome) for outcome in await asyncio.gather(*attempts, return_exceptions=True)]


def test_of_those_who_join_or_invite_at_the_same_moment_only_as_many_get_in_as_there_is_room_for(
    server: Server, ada: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onememory.services.shared_buckets.joining.MOST_SHARES", 2)
    monkeypatch.setattr("onememory.services.shared_buckets.sharing.MOST_WAITING", 2)
    sharing, joining = server.services.sharing, server.services.joining
    hosts = [server.person(f"{ada.name}-friend{n}") for n in range(6)]
    places = [(acting(host), host.bucket("Work")) for host in hosts]
    secrets = [server.run(sharing.make_link(*place)).secret for place in places]
    joins = server.run(_at_once([joining.accept_link(acting(ben), secret) for secret in secrets]))
    invitations = server.run(_at_once([sharing.invite(*place, ada.name) for place in places]))

    assert (joins.count(Bucket), joins.count(Conflict)) == (2, 4)
    assert (invitations.count(Membership), invitations.count(Conflict)) == (2, 4)


def test_a_link_ends_by_itself(server: Server, ada: Person, ben: Person) -> None:
    secret = server.run(server.services.sharing.make_link(acting(ada), ada.bucket("Work"), days=1)).secret
    server.installation.clock.advance(timedelta(days=2))
    try:
        with pytest.raises(NotFound):
            server.run(server.services.joining.accept_link(acting(ben), secret))
    finally:
        server.installation.clock.advance(-timedelta(days=2))


def test_a_personal_invitation_counts_before_a_link(server: Server, ada: Person, ben: Person) -> None:
    work = ada.bucket("Work")
    server.run(server.services.sharing.invite(acting(ada), work, ben.name, Role.EDITOR))
    secret = server.run(server.services.sharing.make_link(acting(ada), work, Role.VIEWER)).secret
    bucket = server.run(server.services.joining.accept_link(acting(ben), secret))

    assert bucket.share
    assert bucket.share.role is Role.EDITOR


@pytest.mark.parametrize(
    ("name", "problem"),
    [("nobody-at-all", NotFound), ("{ada}", InvalidInput), ("{ben}", Conflict)],
    ids=["unknown", "oneself", "already in"],
)
def test_nobody_is_invited_in_vain(
    server: Server, ada: Person, ben: Person, name: str, problem: type[Exception]
) -> None:
    work = ada.bucket("Work")
    share(server, ada, work, ben)

    with pytest.raises(problem):
        server.run(server.services.sharing.invite(acting(ada), work, name.format(ada=ada.name, ben=ben.name)))


def test_general_is_not_shared(server: Server, ada: Person, ben: Person) -> None:
    sharing = server.services.sharing
    with pytest.raises(InvalidInput, match="General"):
        server.run(sharing.invite(acting(ada), ada.general(), ben.name))
    with pytest.raises(InvalidInput, match="General"):
        server.run(sharing.make_link(acting(ada), ada.general()))


def test_only_the_owner_manages_who_comes_in(server: Server, ada: Person, ben: Person, cy: Person) -> None:
    work = ada.bucket("Work")
    share(server, ada, work, ben, Role.EDITOR)
    sharing, buckets = server.services.sharing, server.services.buckets
    for attempt in (
        sharing.invite(acting(ben), work, cy.name),
        sharing.change_role(acting(ben), work, ben.user_id, Role.EDITOR),
        sharing.remove(acting(ben), work, ben.user_id),
        sharing.make_link(acting(ben), work),
        sharing.links(acting(ben), work),
        sharing.revoke_links(acting(ben), work),
        buckets.change(acting(ben), work, name="Mine"),
        buckets.delete(acting(ben), work, move_to=None, to_trash=True),
    ):
        with pytest.raises(Forbidden, match="You are an editor of this shared bucket"):
            server.run(attempt)


def test_a_stranger_is_told_that_there_is_no_such_bucket(server: Server, ada: Person, ben: Person) -> None:
    work = ada.bucket("Work")
    for attempt in (
        server.services.sharing.invite(acting(ben), work, ada.name),
        server.services.sharing.members(acting(ben), work),
        server.services.sharing.links(acting(ben), work),
    ):
        with pytest.raises(NotFound, match=f"There is no bucket {work}"):
            server.run(attempt)


def test_a_bucket_that_is_deleted_is_gone_for_everybody(server: Server, ada: Person, ben: Person, cy: Person) -> None:
    work = ada.bucket("Work")
    share(server, ada, work, ben)
    secret = server.run(server.services.sharing.make_link(acting(ada), work)).secret
    ada.delete(f"/api/buckets/{work}")

    assert _names(server, ben) == ["General"]
    with pytest.raises(NotFound):
        server.run(server.services.joining.look_at_link(acting(cy), secret))
