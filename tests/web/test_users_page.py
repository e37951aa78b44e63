"""The page of users: for administrators, without scripts, and without a look into anybody's memories."""

import html
import re

import pytest

from onememory.web.pages import users
from people import Person
from servers import Server
from visitors import PASSWORD, Visitor


def _page(person: Person) -> str:
    return f"/settings/users/{person.user_id}"


def test_a_new_user_gets_a_link_and_signs_in_with_the_password_chosen_there(
    browser: Visitor, ada: Person, server: Server
) -> None:
    browser.see("/settings/users")
    made = browser.send("/settings/users", name=f"{ada.name}s-friend").text
    link = re.search(r"(/choose-password/om_[\w-]+)", made)
    assert link
    with Visitor(server) as friend:
        assert "works once" in friend.see(link[1]).text
        friend.send(link[1], password=PASSWORD, again=PASSWORD)
        assert friend.sign_in(f"{ada.name}s-friend").status_code == 303


@pytest.mark.parametrize("name", ["", "two words", "Ben"])
def test_a_name_that_cannot_be_is_refused_beside_the_form(browser: Visitor, ben: Person, name: str) -> None:
    browser.see("/settings/users")
    page = browser.send("/settings/users", name=ben.name if name == "Ben" else name)

    assert page.status_code in {400, 409}
    assert 'role="alert"' in page.text


def test_each_act_is_a_button_that_says_what_it_did(browser: Visitor, ben: Person) -> None:
    for to, told in (
        ("promote", "They administer this installation now"),
        ("demote", "They administer no more"),
        ("deactivate", "signed out everywhere"),
        ("reactivate", "They may come in again"),
    ):
        assert f'value="{to}"' in browser.see(_page(ben)).text
        done = browser.send(f"{_page(ben)}/change", to=to)
        assert told in browser.see(done.headers["location"]).text
    assert browser.send(f"{_page(ben)}/change", to="nothing").status_code == 400


def test_a_quota_is_filled_in_and_emptied(browser: Visitor, ada: Person, ben: Person) -> None:
    browser.see(_page(ben))
    browser.send(f"{_page(ben)}/quota", memories="1,000", megabytes="5")
    assert 'value="1000"' in browser.see(_page(ben)).text
    assert ada.get(f"/api/users/{ben.user_id}")["byteQuota"] == 5_000_000
    for memories, megabytes in (("many", ""), ("1.5", ""), ("", "much"), ("", "1.2.3")):
        sent = browser.send(f"{_page(ben)}/quota", memories=memories, megabytes=megabytes)
        assert sent.status_code == 400
    browser.send(f"{_page(ben)}/quota", memories="", megabytes="")

    assert ada.get(f"/api/users/{ben.user_id}")["memoryQuota"] is None


@pytest.mark.sqlite
def test_erasing_wants_the_name_and_says_what_backups_hold(browser: Visitor, ada: Person, ben: Person) -> None:
    backup = ada.post("/api/backups")["name"]
    assert "backup" in browser.see(f"{_page(ben)}/erase").text
    assert browser.send(f"{_page(ben)}/erase", name="somebody").status_code == 400
    gone = browser.send(f"{_page(ben)}/erase", name=ben.name)

    assert "may still hold it" in browser.see(gone.headers["location"]).text
    assert browser.see(_page(ben)).status_code == 404
    ada.delete(f"/api/backups/{backup}")


def test_what_somebody_keeps_is_not_shown(browser: Visitor, ben: Person) -> None:
    ben.store("the zebrafish sleeps")
    page = browser.see(_page(ben)).text

    assert "They keep 1 memory" in page
    assert "zebrafish" not in page


@pytest.mark.parametrize("behind", ["", "/erase"])
def test_who_is_no_administrator_gets_nowhere(server: Server, ben: Person, cy: Person, behind: str) -> None:
    with Visitor(server) as visitor:
        visitor.arrive(server, ben)
        assert visitor.see("/settings/users").status_code == 403
        assert visitor.see(_page(cy) + behind).status_code == 403
        for path, field in (("/change", "to"), ("/quota", "memories"), ("/link", "x"), ("/erase", "name")):
            assert visitor.send(_page(cy) + path, **{field: "promote"}).status_code in {400, 403}
    assert cy.get("/api/account")["user"]["isAdmin"] is False


def test_what_the_form_shows_is_what_it_keeps(browser: Visitor, ada: Person, ben: Person) -> None:
    ada.patch(f"/api/users/{ben.user_id}", byteQuota=1_234)
    shown = re.search(r'name="megabytes"[^>]* value="([^"]*)"', browser.see(_page(ben)).text)
    assert shown
    browser.send(f"{_page(ben)}/quota", memories="7", megabytes=shown[1])

    assert ada.get(f"/api/users/{ben.user_id}")["byteQuota"] == 1_234


def test_a_long_list_goes_on_and_is_narrowed_by_the_beginning_of_a_name(
    browser: Visitor, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "SHOWN", 2)
    names = [f"{ada.name}-{letter}" for letter in "zyx"]
    for name in names:
        ada.post("/api/users", name=name)
    first = browser.see(f"/settings/users?q={ada.name.upper()}-").text
    onward = re.search(r'data-more="users" href="([^"]+)"', first)
    assert onward
    rest = browser.see(html.unescape(onward[1])).text

    assert [name in first for name in sorted(names)] == [True, True, False]
    assert [name in rest for name in sorted(names)] == [False, False, True]
    assert "Nobody has a name" in browser.see("/settings/users?q=nobody-at-all").text
