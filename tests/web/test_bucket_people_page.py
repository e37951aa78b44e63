"""The people of a bucket: invited, let in by a link, given another role, taken out, and leaving by themselves."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from housemates import share
from people import Person
from servers import Server, serving
from visitors import Visitor


@pytest.fixture
def pond(ada: Person) -> int:
    return ada.bucket("Pond")


@pytest.fixture
def guest(server: Server, ben: Person) -> Iterator[Visitor]:
    """Ben at a browser of his own."""
    with Visitor(server) as visitor:
        yield visitor.arrive(server, ben)


def _roles(ada: Person, pond: int) -> dict[str, str]:
    return {member["name"]: member["role"] for member in ada.get(f"/api/buckets/{pond}/members")}


def _invited(browser: Visitor, ben: Person, pond: int, role: str = "contributor") -> str:
    browser.see(f"/buckets/{pond}/people")
    sent = browser.send(f"/buckets/{pond}/people", name=ben.name, role=role)
    return browser.see(sent.headers["location"]).text


def test_somebody_is_invited_and_comes_in_from_the_start_page(
    browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    assert "The invitation is there." in _invited(browser, ben, pond)
    home = guest.see("/").text
    assert "1 invitation" in home
    assert ada.name in home

    page = guest.see(guest.send(f"/invitations/{pond}", act="accept", owner=ada.user_id).headers["location"]).text

    assert "You are in." in page
    assert "<h1><bdi>Pond</bdi></h1>" in page
    assert "invitation" not in guest.see("/").text
    assert _roles(ada, pond) == {ben.name: "contributor"}


def test_an_invitation_is_declined(browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int) -> None:
    _invited(browser, ben, pond)
    guest.see("/buckets")
    page = guest.see(guest.send(f"/invitations/{pond}", act="decline", owner=ada.user_id).headers["location"]).text

    assert "The invitation is declined." in page
    assert _roles(ada, pond) == {}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("nobody-here", "nobody named"), ("{ada}", "your own"), ("", "name")],
    ids=["unknown", "self", "no"],
)
def test_who_cannot_be_invited_is_said_beside_the_form(
    browser: Visitor, ada: Person, pond: int, name: str, sentence: str
) -> None:
    browser.see(f"/buckets/{pond}/people")
    answer = browser.send(f"/buckets/{pond}/people", name=name.format(ada=ada.name), role="viewer")

    assert answer.status_code in {400, 404}
    assert 'role="alert"' in answer.text
    assert sentence in answer.text
    assert _roles(ada, pond) == {}


def test_a_role_is_changed_and_access_taken_away(browser: Visitor, ada: Person, ben: Person, pond: int) -> None:
    _invited(browser, ben, pond)
    ben.post(f"/api/invitations/{pond}/accept")
    path = f"/buckets/{pond}/people/change"

    browser.send(path, who=ben.user_id, role="editor", act="role")
    assert _roles(ada, pond) == {ben.name: "editor"}
    taken = browser.send(path, who=ben.user_id, role="editor", act="remove")
    assert "It counts at once" in browser.see(taken.headers["location"]).text
    assert _roles(ada, pond) == {}


def test_a_link_is_shown_once_and_lets_in_who_opens_it(
    browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    browser.see(f"/buckets/{pond}/people")
    made = browser.send(f"/buckets/{pond}/people/link", role="viewer", days="1").text
    path = _link_in(made)
    people = browser.see(f"/buckets/{pond}/people").text
    assert "A link for viewers" in people
    assert path not in people

    landing = guest.see(path).text
    assert f"<bdi>{ada.name}</bdi> shares this bucket" in landing
    assert "You are in." in guest.see(guest.send(path).headers["location"]).text
    assert _roles(ada, pond) == {ben.name: "viewer"}


def test_a_link_that_works_on_the_server_alone_is_called_so(data_factory: pytest.TempPathFactory) -> None:
    with serving(data_factory.mktemp("unnamed"), embedder="none", public_url=None) as server:
        ada = server.person("ada", is_admin=True)
        with Visitor(server) as visitor:
            visitor.arrive(server, ada).see("/")
            links = [f"/buckets/{ada.bucket('Pond')}/people/link", f"/settings/users/{ada.user_id}/link"]
            made = [visitor.send(path, role="viewer", days="1").text for path in links]

    assert all("works on this machine only" in page for page in made)


def _link_in(page: str) -> str:
    found = re.search(r"(/join/[\w-]+)", unescape(page))
    assert found, page
    return found[1]


def test_a_link_opened_by_a_stranger_leads_back_to_it_after_the_sign_in(
    server: Server, browser: Visitor, pond: int
) -> None:
    browser.see(f"/buckets/{pond}/people")
    path = _link_in(browser.send(f"/buckets/{pond}/people/link", role="viewer", days="1").text)

    with Visitor(server) as stranger:
        led = stranger.http.get(path)
    assert led.status_code == 303
    assert led.headers["location"].startswith("/sign-in?next=%2Fjoin%2F")


def test_a_revoked_link_leads_nowhere(browser: Visitor, guest: Visitor, pond: int) -> None:
    browser.see(f"/buckets/{pond}/people")
    path = _link_in(browser.send(f"/buckets/{pond}/people/link", role="viewer", days="1").text)
    browser.send(f"/buckets/{pond}/people/unlink")

    page = guest.see(path)
    assert (page.status_code, "Pond" in page.text) == (404, False)


def test_a_guest_sees_who_shares_what_they_may_do_and_how_to_leave(
    browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    _invited(browser, ben, pond, role="viewer")
    ben.post(f"/api/invitations/{pond}/accept")
    page = guest.see(f"/buckets/{pond}").text

    assert f"<bdi>{ada.name}</bdi> shares it with you. You may read it" in page
    assert not re.search(r"Delete this bucket|Rename|Write one|Write a memory", page)
    assert "Leave" in guest.see(f"/buckets/{pond}/leave").text
    left = guest.send(f"/buckets/{pond}/leave", owner=ada.user_id)
    assert "You have left the bucket." in guest.see(left.headers["location"]).text
    assert guest.see(f"/buckets/{pond}").status_code == 404


def test_memories_of_a_shared_bucket_say_who_wrote_them(
    browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    _invited(browser, ben, pond)
    ben.post(f"/api/invitations/{pond}/accept")
    hers, his = ada.store("the pike", bucketId=pond), ben.store("the carp", bucketId=pond)

    listed = guest.see(f"/memories?bucket={pond}").text
    assert re.search(rf"by <bdi>{ada.name}</bdi>", listed)
    assert "<span>by you</span>" in listed
    assert "Edit or move" not in guest.see(f"/memories/{hers}").text
    assert f"<bdi>{ada.name}</bdi> vouches for it" in guest.see(f"/memories/{hers}").text
    assert re.search("Edit or move.*You vouch for it", guest.see(f"/memories/{his}").text, re.DOTALL)
    assert re.search(rf"<bdi>{ben.name}</bdi>, over the API", browser.see(f"/memories/{his}").text)


def test_ones_own_bucket_is_not_left_and_general_has_no_people(
    browser: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    assert browser.see(f"/buckets/{pond}/leave").status_code == 400
    assert "Share it" not in browser.see(f"/buckets/{ada.general()}").text
    answer = browser.send(f"/buckets/{ada.general()}/people", name=ben.name, role="viewer")
    assert (answer.status_code, "cannot be shared" in answer.text) == (400, True)


@pytest.mark.parametrize("path", ["people", "leave"])
def test_the_people_of_somebody_elses_bucket_are_not_shown(browser: Visitor, ben: Person, path: str) -> None:
    assert browser.see(f"/buckets/{ben.bucket('Own')}/{path}").status_code == 404


def test_what_a_guest_deletes_can_be_taken_back(
    browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    _invited(browser, ben, pond)
    ben.post(f"/api/invitations/{pond}/accept")
    his = ben.store("the carp", bucketId=pond)
    guest.see(f"/memories/{his}")
    deleted = guest.send("/memories/selected", act="delete", id=his, back="/memories")
    assert "Put 1 memory into the trash." in guest.see(deleted.headers["location"]).text
    assert ada.get("/api/trash")["count"] == 1


def test_a_link_tells_who_is_in_already_and_the_owner_so(
    browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    _invited(browser, ben, pond, role="viewer")
    ben.post(f"/api/invitations/{pond}/accept")
    path = ada.post(f"/api/buckets/{pond}/links", role="editor")["url"].partition("/join/")[2]
    his, hers = guest.see(f"/join/{path}").text, browser.see(f"/join/{path}").text

    assert f"You are in already, as a viewer. To have another role, ask <bdi>{ada.name}</bdi>" in his
    assert "This bucket is your own. Send the link to whoever is to come in: they would be an editor." in hers
    assert not re.search("Come in<|You would be", his + hers)


def test_a_link_promises_no_other_role_than_that_of_an_invitation_that_waits(
    browser: Visitor, guest: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    _invited(browser, ben, pond, role="viewer")
    path = ada.post(f"/api/buckets/{pond}/links", role="editor")["url"].partition("/join/")[2]

    assert "You would be a viewer there" in guest.see(f"/join/{path}").text
    guest.send(f"/join/{path}")
    assert _roles(ada, pond) == {ben.name: "viewer"}


def test_whoever_deletes_a_shared_bucket_or_its_owner_is_told_of_the_others(
    server: Server, browser: Visitor, ada: Person, ben: Person, pond: int
) -> None:
    paths = [f"/buckets/{pond}/delete", "/settings/account/delete", f"/settings/users/{ada.user_id}/erase"]
    boss = server.person("boss-of-ponds", is_admin=True)
    with Visitor(server) as office:
        pages = [browser, browser, office.arrive(server, boss)]
        before = [each.see(path).text for each, path in zip(pages, paths, strict=True)]
        share(server, ada, pond, ben)
        after = [each.see(path).text for each, path in zip(pages, paths, strict=True)]

    assert [bool(re.search("other uses it|others use too", text)) for text in before] == [False] * 3
    assert "1 other uses it and loses it" in after[0]
    assert ["1 bucket that others use too, with what those wrote in it" in text for text in after[1:]] == [True, True]
