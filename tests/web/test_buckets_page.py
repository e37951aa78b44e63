"""The buckets: made, renamed, described, and deleted with a choice of where their memories go."""

import re

import pytest

from people import Person
from visitors import Visitor


def _names(ada: Person) -> list[str]:
    return [bucket["name"] for bucket in ada.get("/api/buckets")]


def test_the_buckets_are_listed_with_what_they_hold(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    ada.store("at work", bucketId=work)
    page = browser.see("/buckets").text

    assert re.findall(r"<h2><a[^>]*><bdi>(.*?)</bdi>", page) == ["General", "Work"]
    assert re.search(rf'href="/memories\?bucket={work}">1 memory<', page)
    assert "No memories yet" in page


def test_a_bucket_is_made(browser: Visitor, ada: Person) -> None:
    browser.see("/buckets")
    answer = browser.send("/buckets", name=" Work ", description="Orders\r\nand people")
    page = browser.see(answer.headers["location"]).text

    assert "The bucket is there." in page
    assert "Nothing in it yet" in page
    made = ada.get("/api/buckets")[1]
    assert (made["name"], made["description"]) == ("Work", "Orders\nand people")


@pytest.mark.parametrize("name", ["", "general", "123", "x" * 300, "Taken"])
def test_a_bucket_that_cannot_be_made_loses_nothing(browser: Visitor, ada: Person, name: str) -> None:
    ada.bucket("Taken")
    browser.see("/buckets")
    answer = browser.send("/buckets", name=name, description="what it is for")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert f'value="{name}"' in answer.text
    assert "what it is for</textarea>" in answer.text
    assert _names(ada) == ["General", "Taken"]


def test_a_bucket_is_renamed_and_described(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    browser.see(f"/buckets/{work}")
    answer = browser.send(f"/buckets/{work}", name="Job", description="Orders")
    page = browser.see(answer.headers["location"]).text

    assert "Saved." in page
    assert "<h1><bdi>Job</bdi></h1>" in page
    assert "Orders" in page
    assert browser.send(f"/buckets/{work}", name="general", description="Others").status_code == 400
    assert _names(ada) == ["General", "Job"]


def test_general_keeps_its_name_and_gets_a_description(browser: Visitor, ada: Person) -> None:
    path = f"/buckets/{ada.general()}"
    page = browser.see(path).text
    assert 'name="name"' not in page
    assert "Delete this bucket" not in page
    browser.send(path, name="Other", description="The rest")

    assert (ada.get("/api/buckets")[0]["name"], ada.get("/api/buckets")[0]["description"]) == ("General", "The rest")
    assert browser.see(f"{path}/delete").status_code == 400


def test_a_bucket_shows_its_newest_memories_and_leads_to_all(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    for n in range(7):
        ada.store(f"note {n}", bucketId=work)
    page = browser.see(f"/buckets/{work}").text

    assert re.findall(r'memory-text">(.*?)</div>', page) == [f"note {n}" for n in (6, 5, 4, 3, 2)]
    assert re.search(rf'href="/memories\?bucket={work}">Show all 7<', page)
    assert f'href="/map?bucket={work}"' in page


@pytest.mark.parametrize(
    ("where", "sentence", "bucket", "state"),
    [("move", "1 memory moved", "Home", "active"), ("trash", "1 memory put into the trash", "General", "trashed")],
)
def test_a_bucket_is_deleted_and_its_memories_go_where_one_says(
    browser: Visitor, ada: Person, where: str, sentence: str, bucket: str, state: str
) -> None:
    work, home = ada.bucket("Work"), ada.bucket("Home")
    memory_id = ada.store("note", bucketId=work)
    assert "Where does its memory go?" in browser.see(f"/buckets/{work}/delete").text
    answer = browser.send(f"/buckets/{work}/delete", where=where, to=str(home))
    page = browser.see(answer.headers["location"]).text

    assert f"The bucket is deleted, {sentence}." in page
    memory = ada.get(f"/api/memories/{memory_id}")
    assert (memory["metadata"]["bucketName"], memory["state"]) == (bucket, state)
    assert _names(ada) == ["General", "Home"]


def test_an_empty_bucket_is_deleted_without_a_choice(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    assert "It holds no memory." in browser.see(f"/buckets/{work}/delete").text
    answer = browser.send(f"/buckets/{work}/delete")

    assert "it was empty" in browser.see(answer.headers["location"]).text
    assert _names(ada) == ["General"]


@pytest.mark.parametrize(("where", "to"), [("", ""), ("move", "itself"), ("move", "99999999"), ("move", "x")])
def test_without_a_place_for_its_memories_a_bucket_stays(browser: Visitor, ada: Person, where: str, to: str) -> None:
    work = ada.bucket("Work")
    ada.store("note", bucketId=work)
    browser.see(f"/buckets/{work}/delete")
    answer = browser.send(f"/buckets/{work}/delete", where=where, to=to.replace("itself", str(work)))

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert _names(ada) == ["General", "Work"]


@pytest.mark.parametrize("bucket_id", ["0", "x", "-1", "99999999", "9" * 30])
def test_a_bucket_that_is_not_there_is_not_found(browser: Visitor, bucket_id: str) -> None:
    browser.see("/buckets")
    for path in (f"/buckets/{bucket_id}", f"/buckets/{bucket_id}/delete"):
        assert browser.see(path).status_code == 404
        assert browser.send(path, name="x", where="trash").status_code == 404


def test_somebody_elses_bucket_does_not_exist(browser: Visitor, ben: Person) -> None:
    theirs = ben.bucket("Ben's own")
    browser.see("/buckets")

    assert browser.see(f"/buckets/{theirs}").status_code == 404
    assert browser.send(f"/buckets/{theirs}", name="Ada was here").status_code == 404
    assert browser.send(f"/buckets/{theirs}/delete", where="trash").status_code == 404
    assert _names(ben) == ["General", "Ben's own"]
