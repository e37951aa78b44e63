"""The activity: who did what in words, narrowed, part by part, with links to what it was done to."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

import onememory.services
from housemates import acting
from onememory.domain.audit import ACCESS, READS
from onememory.domain.memories import Change
from onememory.domain.sharing import Role
from onememory.web.wording.acts import ACTS, in_words
from people import Client, Person
from servers import Server
from visitors import Visitor


@pytest.fixture
def claude(ada: Person) -> Client:
    return ada.with_token("Claude")


def _lines(browser: Visitor, **query: str) -> list[str]:
    """What was done, without markup."""
    page = browser.see("/activity", **query).text
    acts = re.findall(r'<p class="act">(.*?)</p>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", "", act).split()) for act in acts]


def test_every_act_that_is_noted_has_words() -> None:
    folder = Path(onememory.services.__path__[0])
    code = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    nouns = {action.partition(".")[0] for action in ACTS}
    noted = {action for action in re.findall(r'"(\w+\.\w+)"', code) if action.partition(".")[0] in nouns}

    assert len(noted) > 40
    assert (noted | READS | ACCESS | {f"memory.{change}" for change in Change}) - ACTS.keys() == set()


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("history.unpin", "unpinned no chats"),
        ("history.list", "looked for chats and found none"),
        ("memory.search", "searched your memories and got no memories"),
    ],
)
def test_none_is_told_in_words(action: str, words: str) -> None:
    assert in_words(action, 0) == words


def test_what_a_tool_did_is_told_with_what_it_was_done_to(
    browser: Visitor, ada: Person, claude: Client, server: Server
) -> None:
    tea = ada.store("Ada likes tea")
    claude.found("tea")
    server.settle()
    page = browser.see("/activity").text

    assert "Claude searched your memories and got 1 memory" in _lines(browser)
    assert f'<a href="/memories/{tea}">' in page
    assert f'<a href="/connections/{ada.get("/api/tokens")[0]["id"]}">' in page


def test_the_same_several_times_in_a_row_is_one_line(browser: Visitor, claude: Client, server: Server) -> None:
    for n in range(3):
        claude.store(f"note {n}")
    for _ in range(2):
        claude.found("something else altogether")
    server.settle()

    lines = _lines(browser)
    assert "Claude added 3 memories" in lines
    assert any(re.fullmatch(r"Claude searched your memories and got .*, 2 times", line) for line in lines)


def test_what_was_erased_is_told_without_a_link(browser: Visitor, ada: Person, claude: Client) -> None:
    tea = claude.store("tea")
    ada.post("/api/memories/purge", tokenId=ada.get("/api/tokens")[0]["id"], erase=True)

    assert "Claude added 1 memory" in _lines(browser)
    assert tea not in browser.see("/activity").text


def test_ones_own_looking_around_is_left_out_until_it_is_wanted(browser: Visitor, ada: Person, server: Server) -> None:
    ada.store("tea")
    browser.see("/memories")
    server.settle()

    assert not [line for line in _lines(browser) if line.startswith("You looked")]
    assert "You looked through 1 memory" in _lines(browser, own="1")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("read", "Claude searched your memories"), ("write", "Claude added 1 memory"), ("access", "made a connection")],
)
def test_one_kind_of_acts(browser: Visitor, claude: Client, server: Server, kind: str, expected: str) -> None:
    claude.store("tea")
    claude.found("tea")
    server.settle()
    lines = _lines(browser, kind=kind)

    assert any(expected in line for line in lines)
    assert len(lines) < len(_lines(browser))


def test_what_one_connection_did(browser: Visitor, ada: Person, claude: Client) -> None:
    claude.store("tea")
    ada.store("coffee")

    assert _lines(browser, token=ada.get("/api/tokens")[0]["id"]) == ["Claude added 1 memory"]
    assert "Nothing that was done fits" in browser.see("/activity", token="unknown").text


def test_what_was_done_on_one_day_of_the_persons_zone(browser: Visitor, ada: Person, server: Server) -> None:
    browser.http.cookies.set("zone", "Pacific/Kiritimati")  # 14 hours ahead
    ada.store("tea")
    there = (server.installation.clock.now() + timedelta(hours=14)).date()

    assert any("added 1 memory" in line for line in _lines(browser, day=there.isoformat()))
    assert _lines(browser, day=(there - timedelta(days=400)).isoformat()) == []
    assert browser.see("/activity", day="yesterday").status_code == 400
    assert browser.see("/activity", kind="odd").status_code == 400


def test_a_long_log_is_shown_in_parts(browser: Visitor, ada: Person) -> None:
    for n in range(70):
        ada.store(f"note {n}")
        ada.bucket(f"Bucket {n}")
    lines, path = [], "/activity?kind=write"
    while path:
        page = browser.see(path).text
        lines += re.findall(r"made a bucket: <bdi>(.*?)</bdi>", page)
        onward = re.search(r'data-more="acts" href="([^"]*)"', page)
        path = onward[1].replace("&amp;", "&") if onward else ""

    assert lines == [f"Bucket {n}" for n in reversed(range(70))]


def test_somebody_elses_acts_are_not_shown(browser: Visitor, ben: Person) -> None:
    theirs = ben.store("Ben's own")

    assert theirs not in browser.see("/activity", token=ben.get("/api/tokens")[0]["id"]).text
    assert not any("added" in line for line in _lines(browser))


def test_to_whom_something_was_done_is_told_by_name(browser: Visitor, server: Server, ada: Person, ben: Person) -> None:
    work, sharing = ada.bucket("Work"), server.services.sharing
    friends = [server.person(f"{ada.name}-friend{n}") for n in range(4)]
    for friend in friends:
        server.run(sharing.invite(acting(ada), work, friend.name))
    server.run(sharing.change_role(acting(ada), work, friends[0].user_id, Role.VIEWER))
    server.run(sharing.remove(acting(ada), work, friends[0].user_id))
    server.run(sharing.invite(acting(ada), work, ben.name))

    assert [line.removeprefix("A program ") for line in _lines(browser, kind="access")[:4]] == [
        f"invited {ben.name} into a bucket: Work",
        f"took {friends[0].name} out of a bucket: Work",
        f"gave {friends[0].name} another role in a bucket: Work",
        f"invited {', '.join(friend.name for friend in friends[:0:-1])} and 1 more into a bucket: Work",
    ]


def test_of_whom_is_erased_the_log_keeps_no_name(browser: Visitor, ada: Person, ben: Person, cy: Person) -> None:
    ada.post(f"/api/buckets/{ada.bucket('Work')}/members", name=ben.name)
    ada.patch(f"/api/users/{cy.user_id}", isActive=False)
    ada.send("DELETE", f"/api/users/{ben.user_id}", json={"name": ben.name})

    assert [line.partition(" ")[2] for line in _lines(browser, kind="access")[:3]] == [
        "erased a user: someone who has left",
        f"deactivated a user: {cy.name}",
        "invited someone who has left into a bucket: Work",
    ]


def test_what_was_done_to_a_bucket_that_is_gone_is_told(browser: Visitor, ada: Person) -> None:
    ada.delete(f"/api/buckets/{ada.bucket('Work')}")

    assert [line.partition(" ")[2] for line in _lines(browser)[:2]] == [
        "deleted a bucket: one that is gone",
        "made a bucket: one that is gone",
    ]


def test_buckets_beyond_those_that_are_named_are_counted(browser: Visitor, ada: Person) -> None:
    for n in range(5):
        ada.bucket(f"Bucket {n}")
    ada.delete(f"/api/buckets/{ada.bucket('Gone')}")
    told = "made a bucket, 6 times: one that is gone, Bucket 4, Bucket 3 and 3 more"

    assert _lines(browser)[1].partition(" ")[2] == told


@pytest.mark.usefixtures("claude")
def test_a_wrong_day_leaves_the_form_as_it_is(browser: Visitor) -> None:
    page = browser.see("/activity", day="yesterday", kind="write")

    assert page.status_code == 400
    assert re.search(r'role="alert">&#34;yesterday&#34; is no day', page.text)
    assert '<option value="write" selected>' in page.text
    assert ">Claude</option>" in page.text
