"""Memories of somebody else's bucket on the pages: who wrote them, what a guest is told, and what is typed in vain."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest

from housemates import acting, share
from onememory.domain.sharing import Role
from people import Person
from servers import Server
from themes import TEXTS
from visitors import Visitor


@pytest.fixture
def pond(server: Server, ada: Person, ben: Person) -> int:
    """A bucket of Ada's in which Ben is an editor."""
    pond = ada.bucket("Pond")
    share(server, ada, pond, ben, Role.EDITOR)
    return pond


@pytest.fixture
def guest(server: Server, ben: Person, pond: int) -> Iterator[Visitor]:  # noqa: ARG001 - who has come in already
    """Ben at a browser of his own."""
    with Visitor(server) as visitor:
        yield visitor.arrive(server, ben)


def _demoted(server: Server, ada: Person, pond: int, ben: Person) -> None:
    server.run(server.services.sharing.change_role(acting(ada), pond, ben.user_id, Role.VIEWER))


def test_who_comes_later_is_told_the_first_author_of_what_another_changed(
    server: Server, ada: Person, ben: Person, cy: Person, pond: int
) -> None:
    carp = ben.store("the carp", bucketId=pond)
    ada.post("/api/v2/memory/update", memoryId=carp, text="the old carp")
    share(server, ada, pond, cy, Role.VIEWER)

    with Visitor(server) as latecomer:
        page = latecomer.arrive(server, cy).see(f"/memories/{carp}")
    assert page.status_code == 200
    assert re.search(rf"<dt>By</dt>\s*<dd><bdi>{ben.name}</bdi>", page.text)
    assert re.search(rf"Edited</b> by <bdi>{ada.name}</bdi>", page.text)


def test_what_a_guest_deletes_on_its_page_is_said_to_lie_in_the_trash_of_the_owner(
    guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    carp = ben.store("the carp", bucketId=pond)
    guest.see(f"/memories/{carp}")
    page = guest.see(
        guest.send("/memories/selected", act="delete", id=carp, back=f"/memories/{carp}").headers["location"]
    )

    assert page.status_code == 200
    assert "Put 1 memory into the trash." in page.text
    assert f"in the trash of {ada.name}, who can restore it" in page.text
    assert not re.search(r">Undo<|Open the trash", page.text)
    assert ada.get("/api/trash")["count"] == 1


def test_of_what_is_deleted_together_ones_own_can_be_taken_back(
    guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    carp, tea = ben.store("the carp", bucketId=pond), ben.store("tea")
    guest.see("/memories")
    page = guest.see(
        guest.send("/memories/selected", act="delete", id=[carp, tea], back="/memories").headers["location"]
    )
    assert "Put 2 memories into the trash." in page.text
    assert re.search(r'name="ids" value="([^"]*)"', page.text)[1] == tea  # type: ignore[index]

    undone = guest.send("/memories/undo", ids=tea, back="/memories")
    assert "Took the last change of 1 memory back." in guest.see(undone.headers["location"]).text
    assert (ben.texts(), ada.get("/api/trash")["count"]) == (["tea"], 1)


def test_undo_is_offered_where_a_guest_sees_what_there_was_before(
    server: Server, guest: Visitor, ada: Person, ben: Person
) -> None:
    old = ada.bucket("Old")
    carp = ada.store("the carp", bucketId=old)
    server.installation.clock.advance(timedelta(seconds=1))
    share(server, ada, old, ben, Role.EDITOR)
    guest.see(f"/memories/{carp}")
    offered = []
    for text in ("the pike", "the eel"):
        page = guest.see(guest.send(f"/memories/{carp}/edit", text=text, bucket=str(old)).headers["location"]).text
        assert "Saved 1 memory." in page
        offered.append(">Undo<" in page)

    assert offered == [False, True]


@pytest.mark.parametrize("where", ["the list", "its page"])
def test_a_move_into_a_shared_bucket_can_be_taken_back(
    guest: Visitor, ada: Person, ben: Person, pond: int, where: str
) -> None:
    tea = ben.store("tea")
    guest.see("/memories")
    if where == "the list":
        moved = guest.send("/memories/selected", act="move", to=str(pond), id=tea, back="/memories")
    else:
        moved = guest.send(f"/memories/{tea}/edit", text="tea", bucket=str(pond))
    page = guest.see(moved.headers["location"])
    form = page.text.partition('action="/memories/undo"')[2].partition("</form>")[0]
    sent = dict(re.findall(r'name="(ids|before|back)" value="([^"]*)"', unescape(form)))
    undone = guest.see(guest.send("/memories/undo", **sent).headers["location"])

    assert "Moved 1 memory, as a copy with another id; what was there before is in the trash." in page.text
    assert (sent["before"], ada.texts(), ben.texts()) == (tea, [], ["tea"])
    assert (undone.status_code, f"in the trash of {ada.name}, who can restore it" in undone.text) == (200, True)


def test_a_move_out_of_a_shared_bucket_says_in_whose_trash_it_is(
    guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    carp = ben.store("the carp", bucketId=pond)
    guest.see("/memories")
    moved = guest.send("/memories/selected", act="move", to=str(ben.general()), id=carp, back="/memories")
    page = guest.see(moved.headers["location"]).text

    assert f"in the trash of {ada.name}, who can restore it" in page
    assert ">Undo<" not in page


def test_what_was_typed_is_given_back_where_the_role_was_lowered_meanwhile(
    server: Server, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    carp = ada.store("the carp", bucketId=pond)
    guest.see(f"/memories/{carp}")
    _demoted(server, ada, pond, ben)
    edited = guest.send(f"/memories/{carp}/edit", text="the old carp", bucket=str(pond), version="1")
    added = guest.send("/memories/new", text="the pike", bucket=str(pond))

    for answer, typed in ((edited, "the old carp"), (added, "the pike")):
        assert re.search(rf'role="alert">.*viewer.*>\n{typed}</textarea>', answer.text, re.DOTALL)
    assert (edited.status_code, added.status_code, ada.texts()) == (403, 400, ["the carp"])


def test_what_was_typed_is_given_back_where_access_was_taken_away_meanwhile(
    server: Server, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    carp = ada.store("the carp", bucketId=pond)
    guest.see(f"/memories/{carp}")
    server.run(server.services.sharing.remove(acting(ada), pond, ben.user_id))
    answer = guest.send(f"/memories/{carp}/edit", text="the old carp", bucket=str(pond), version="1")

    assert answer.status_code == 404
    assert "This memory is not here for you any more." in answer.text
    assert "\nthe old carp</textarea>" in answer.text


@pytest.mark.parametrize(
    "path", ["/memories", "/memories/new", "/memories/{tea}", "/connections/new?tool=other", "/search?q=tea"]
)
def test_a_bucket_of_another_stands_among_others_with_whose_it_is(
    guest: Visitor, ada: Person, ben: Person, path: str
) -> None:
    ben.bucket("Pond")
    text = guest.see(path.format(tea=ben.store("tea"))).text

    assert re.findall(r">(?: <bdi>)?(Pond[^<]*)<", text)[:2] == ["Pond", f"Pond (of {ada.name})"]


def test_a_memory_of_another_names_its_bucket_with_whose_it_is(guest: Visitor, ada: Person, pond: int) -> None:
    carp = ada.store("the carp", bucketId=pond)
    for path in ("/memories", f"/memories/{carp}"):
        assert f'<a href="/memories?bucket={pond}"><bdi>Pond (of {ada.name})</bdi></a>' in guest.see(path).text


def _asked_again(server: Server, ada: Person) -> str:
    ada.get("/api/search", query="carp")
    server.settle()
    return f"/search/asked/{ada.get('/api/questions')[0]['id']}?again=1"


def _in_a_group(server: Server, ada: Person) -> str:
    ada.store_all(*TEXTS)
    server.settle()
    clusters = ada.get("/api/map")["clusters"]
    paths = [f"/map/clusters/{cluster['memoryId']}" for cluster in clusters]
    members = [[m["text"] for m in ada.get(f"/api{path}")["data"]] for path in paths]
    return next(path for path, texts in zip(paths, members, strict=True) if "the carp is glazed pottery" in texts)


def _at_home(server: Server, ada: Person) -> str:  # noqa: ARG001 - as the others
    return "/"


@pytest.mark.parametrize("page", [_at_home, _asked_again, _in_a_group])
def test_wherever_the_owner_reads_what_a_guest_wrote_the_guest_is_named(
    server: Server, ada: Person, ben: Person, pond: int, page: Callable[[Server, Person], str]
) -> None:
    ben.store("the carp is glazed pottery", bucketId=pond)
    path = page(server, ada)
    with Visitor(server) as owner:
        text = owner.arrive(server, ada).see(path).text

    assert "the carp is glazed pottery" in re.sub("</?mark>", "", text)
    assert f"<span>by <bdi>{ben.name}</bdi></span>" in text
