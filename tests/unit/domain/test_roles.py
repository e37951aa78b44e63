"""What each role may do in a shared bucket, and nothing else."""

import pytest

from factories import make_actor, make_memory
from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.actors import Action, Actor, may, require, require_on
from onememory.domain.errors import Forbidden
from onememory.domain.provenance import Channel, Provenance, Trust
from onememory.domain.sharing import Role, Share

WRITES = {Action.READ, Action.ADD, Action.CHANGE, Action.DELETE}
ALLOWED = {Role.VIEWER: {Action.READ}, Role.CONTRIBUTOR: WRITES, Role.EDITOR: WRITES}


def _guest(role: Role, **changes: object) -> Actor:
    return make_actor("u2", **changes).as_guest(Share("u1", "ada", 9, role))


def _by(author_id: str | None) -> Provenance:
    return Provenance(Channel.API, Trust.STATED, author_id=author_id)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_a_guest_does_what_the_role_allows_and_nothing_else(role: Role, action: Action) -> None:
    assert may(_guest(role), action) is (action in ALLOWED[role])


@pytest.mark.parametrize(
    ("role", "author_id", "is_allowed"),
    [
        (Role.VIEWER, "u2", False),
        (Role.CONTRIBUTOR, "u2", True),
        (Role.CONTRIBUTOR, "u3", False),
        (Role.CONTRIBUTOR, None, False),
        (Role.EDITOR, "u2", True),
        (Role.EDITOR, "u3", True),
        (Role.EDITOR, None, True),
    ],
)
@pytest.mark.parametrize("action", [Action.CHANGE, Action.DELETE])
def test_whose_memories_a_guest_changes(role: Role, author_id: str | None, is_allowed: bool, action: Action) -> None:
    memory = make_memory(provenance=_by(author_id))
    if is_allowed:
        require_on(_guest(role), memory, action)
    else:
        with pytest.raises(Forbidden, match=f"a {role} of this shared bucket: you may .* Ask its owner for"):
            require_on(_guest(role), memory, action)


def test_the_owner_changes_what_others_wrote() -> None:
    require_on(make_actor("u1"), make_memory(provenance=_by("u2")), Action.CHANGE)


def test_a_role_gives_a_token_no_more_than_it_has() -> None:
    reads = make_actor("u2", permissions=frozenset({Permission.READ}), token_id="t").as_guest(
        Share("u1", "ada", 9, Role.EDITOR)
    )
    files = _guest(Role.EDITOR, policy=WritePolicy.INBOX)

    assert (may(reads, Action.READ), may(reads, Action.ADD)) == (True, False)
    assert (may(files, Action.ADD), may(files, Action.CHANGE)) == (True, False)


def test_a_guest_is_limited_to_the_one_bucket_and_never_administers() -> None:
    guest = _guest(Role.EDITOR, token_id="t")

    assert (guest.user_id, guest.person_id, guest.scope.bucket_ids) == ("u1", "u2", frozenset({9}))
    assert not guest.is_admin


def test_what_a_guest_writes_bears_their_name_and_not_their_token() -> None:
    origin = _guest(Role.EDITOR, token_id="t").provenance("app")

    assert (origin.author_id, origin.token_id, origin.source) == ("u2", None, "app")


def test_nobody_takes_what_another_has_done_for_their_own() -> None:
    guest, owner = _guest(Role.EDITOR), make_actor("u1")

    assert guest.has_made(guest.provenance())
    assert not guest.has_made(owner.provenance())
    assert not owner.has_made(guest.provenance())


@pytest.mark.parametrize("changes", [{"policy": WritePolicy.PROPOSE}, {"bucket_ids": frozenset({9})}])
def test_sharing_is_for_whoever_may_do_all(changes: dict[str, object]) -> None:
    with pytest.raises(Forbidden):
        require(make_actor("u1", **changes), Action.SHARE)
