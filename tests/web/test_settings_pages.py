"""Settings of the installation, for administrators, without scripts."""

from collections.abc import Iterator
from typing import Any

import pytest

from people import Person
from servers import Server, serving
from visitors import Visitor


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One whose settings leave every choice but the audit's to the administrator."""
    with serving(data_factory.mktemp("settings"), embedder=None, audit_days=90) as running:
        yield running


@pytest.fixture(autouse=True)
def _defaults(ada: Person) -> Iterator[None]:
    yield
    ada.patch("/api/installation", embedder=None, secrets=None, trashDays=None)
    for backup in ada.get("/api/backups")["backups"]:
        ada.delete(f"/api/backups/{backup['name']}")


@pytest.fixture
def bens(server: Server, ben: Person) -> Iterator[Visitor]:
    """Ben, who is no administrator, at his browser."""
    with Visitor(server) as visitor:
        yield visitor.arrive(server, ben)


def _chosen(ada: Person) -> dict[str, str]:
    return {choice["name"]: choice["value"] for choice in ada.get("/api/installation")["choices"]}


def test_the_index_leads_to_each_part(browser: Visitor) -> None:
    page = browser.see("/settings").text

    for path in ("/settings/account", "/settings/model", "/settings/keeping", "/settings/backups"):
        assert f'href="{path}"' in page


def test_who_is_no_administrator_sees_no_more_than_their_own(bens: Visitor) -> None:
    page = bens.see("/settings").text

    assert "looked after by the administrators" in page
    assert "/settings/model" not in page


@pytest.mark.parametrize("path", ["/settings/model", "/settings/model/fetch", "/settings/keeping", "/settings/backups"])
def test_who_is_no_administrator_gets_nowhere(bens: Visitor, ada: Person, path: str) -> None:
    before = ada.get("/api/installation")

    assert bens.see(path).status_code in {403, 405}
    sent: dict[str, Any] = {
        "embedder": "none",
        "model": "BAAI/bge-small-en-v1.5",
        "trash_days": "1",
        "secrets": "allow",
    }
    assert bens.send(path, **sent).status_code == 403
    assert ada.get("/api/installation") == before
    assert ada.get("/api/backups")["backups"] == []


def test_periods_and_policy_are_saved_together(browser: Visitor, ada: Person) -> None:
    assert 'name="trash_days" type="number"' in browser.see("/settings/keeping").text

    answer = browser.send("/settings/keeping", trash_days="7", question_days="30", secrets="mask")

    page = browser.see(answer.headers["location"]).text
    assert "Saved" in page
    assert 'value="7"' in page
    assert (_chosen(ada)["trash_days"], _chosen(ada)["secrets"]) == ("7", "mask")


def test_what_is_the_default_stays_one(browser: Visitor, ada: Person) -> None:
    browser.see("/settings/keeping")
    browser.send("/settings/keeping", trash_days="30", question_days="30", secrets="mask")

    chosen = {c["name"] for c in ada.get("/api/installation")["choices"] if c["chosenAt"]}
    assert chosen == {"secrets"}


def test_a_bad_period_is_told_and_nothing_typed_is_lost(browser: Visitor, ada: Person) -> None:
    browser.see("/settings/keeping")
    answer = browser.send("/settings/keeping", trash_days="many", question_days="5", secrets="mask")

    assert (answer.status_code, "whole number" in answer.text) == (400, True)
    assert ('value="many"' in answer.text, 'value="5"' in answer.text) == (True, True)
    assert _chosen(ada)["question_days"] == "30"


def test_a_setting_counts_before_the_page_and_the_page_says_so(browser: Visitor) -> None:
    page = browser.see("/settings/keeping").text

    assert "Set by the command line, which counts before this page" in page
    assert 'name="audit_days"' not in page
    assert browser.send("/settings/keeping", audit_days="1").status_code == 400


def test_defaults_come_back(browser: Visitor, ada: Person) -> None:
    browser.see("/settings/keeping")
    browser.send("/settings/keeping", trash_days="7", secrets="mask")
    assert "Back to the defaults" in browser.see("/settings/keeping").text
    browser.send("/settings/keeping/defaults")

    assert (_chosen(ada)["trash_days"], _chosen(ada)["secrets"]) == ("30", "block")


def test_a_model_that_is_here_is_chosen(browser: Visitor, ada: Person, server: Server) -> None:
    ada.store("Likes tea")
    page = browser.see("/settings/model").text
    assert "<code>wordllama</code>, 256 dimensions" in page
    assert "Download 67 MB and use" in page

    answer = browser.send("/settings/model", embedder="none")

    page = browser.see(answer.headers["location"]).text
    assert "Your memories are found by their words alone from now on." in page
    assert ("Answers still" in page, "read through" in page) == (False, False)
    assert (ada.get("/api/account")["answeringModel"], ada.get("/api/overview")["answeringModel"]) == (None, None)
    browser.send("/settings/model", embedder="wordllama")
    server.settle()
    assert "are all read" in browser.see("/settings/model").text


@pytest.mark.parametrize("embedder", ["onnx:/etc", "fastembed:BAAI/bge-small-en-v1.5", ""])
def test_a_model_that_is_not_here_is_not_chosen(browser: Visitor, embedder: str) -> None:
    browser.see("/settings/model")
    answer = browser.send("/settings/model", embedder=embedder)

    assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert "<code>wordllama</code>" in answer.text


@pytest.mark.postgresql
def test_the_page_says_how_postgresql_is_backed_up(browser: Visitor, server: Server) -> None:
    browser.see("/settings/backups")
    browser.send("/settings/backups")
    server.run(server.services.backups.finish())

    assert "pg_dump" in browser.see("/settings/backups").text


@pytest.mark.sqlite
def test_a_backup_is_made_in_the_background_and_deleted_after_a_question(
    browser: Visitor, ada: Person, server: Server
) -> None:
    assert "There is none yet" in browser.see("/settings/backups").text
    answer = browser.send("/settings/backups")
    assert "is being made" in browser.see(answer.headers["location"]).text
    server.run(server.services.backups.finish())
    (made,) = ada.get("/api/backups")["backups"]
    assert made["name"] in browser.see("/settings/backups").text

    path = f"/settings/backups/{made['name']}/delete"
    assert "Delete the backup of" in browser.see(path).text
    answer = browser.send(path)

    assert "Deleted." in browser.see(answer.headers["location"]).text
    assert browser.see(path).status_code == 404
