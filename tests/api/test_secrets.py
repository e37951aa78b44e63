"""Secrets and private passages in what is written: blocked, masked or allowed, by setting."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chats import chat, chatgpt_export, ingest, sent, upload
from made_up import CARD, GITHUB, OURS, STRIPE, phrase
from onememory.domain.installation import OnSecret
from people import Person, refused
from servers import Server, serving

SECRETS = [GITHUB, STRIPE, OURS, CARD, phrase()]


@pytest.fixture(scope="module")
def masking(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("masking"), secrets=OnSecret.MASK, embedder="none") as running:
        yield running


@pytest.fixture(scope="module")
def allowing(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("allowing"), secrets=OnSecret.ALLOW, embedder="none") as running:
        yield running


@pytest.mark.parametrize("secret", SECRETS)
def test_by_default_a_text_with_a_secret_is_refused_and_nothing_is_stored(ada: Person, secret: str) -> None:
    answer = ada.send("POST", "/api/memory", json={"text": f"My {secret} is it"})
    assert refused(answer, 400).startswith("This text seems to hold a secret: ")
    assert f"(characters 4 to {3 + len(secret)})" in answer.text
    assert "Take the secret out" in answer.text
    assert ada.texts() == []


def test_neither_answer_nor_log_repeats_the_secret(ada: Person, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        answers = [ada.send("POST", "/api/memory", json={"text": f"my {secret}"}).text for secret in SECRETS]
        answers += [ada.send("POST", "/api/memories/bulk", json={"memories": [f"my {s}" for s in SECRETS]}).text]
    written = caplog.text + "".join(answers)
    assert not any(secret in written or secret[-12:] in written for secret in SECRETS)


def test_an_edit_is_refused_and_changes_nothing(ada: Person) -> None:
    memory_id = ada.store("The key is in the vault")
    refused(ada.send("POST", "/api/v2/memory/update", json={"memoryId": memory_id, "text": f"It is {GITHUB}"}), 400)
    assert ada.texts() == ["The key is in the vault"]


def test_of_many_texts_only_those_with_secrets_are_refused(ada: Person) -> None:
    results = ada.post("/api/memories/bulk", memories=["tea", f"card {CARD}", "coffee"])["results"]
    assert ["card number" in result.get("error", "") for result in results] == [False, True, False]
    assert sorted(ada.texts()) == ["coffee", "tea"]


def test_an_import_of_memories_says_which_were_refused(ada: Person) -> None:
    report = upload(ada, json.dumps(["tea", f"card {CARD}", "coffee"]).encode())
    assert (report["read"], report["new"], len(report["skipped"])) == (3, 2, 1)
    assert "card number (characters 6 to 24)" in report["skipped"][0]["reason"]
    assert CARD not in str(report)
    assert sorted(ada.texts()) == ["coffee", "tea"]


def test_a_chat_is_imported_without_its_secrets_and_the_report_counts_them(ada: Person, server: Server) -> None:
    talk = chat("c1", f"Use {GITHUB} and {CARD}", "I will", title=f"On {STRIPE}")
    begun = upload(ada, chatgpt_export(talk))
    server.settle()
    report = ada.get(f"/api/imports/{begun['importId']}")
    assert (report["state"], report["new"], report["secrets"]) == ("done", 1, 3)
    kept = said(ada)
    assert "Use [GitHub personal access token removed] and [card number removed]" in kept
    assert "On [Stripe access token removed]" in kept
    assert upload_again(ada, server, talk)["unchanged"] == 1


def test_a_chat_that_a_client_sends_is_kept_without_its_secrets(ada: Person) -> None:
    ingest(ada, sent("c1", f"My card is {CARD}", "<private>Psst</private>"))
    kept = said(ada)
    assert "My card is [card number removed]" in kept
    assert "[private passage removed]" in kept
    assert "Psst" not in kept


def test_a_text_that_an_export_suggests_as_a_memory_has_no_secret(ada: Person, server: Server) -> None:
    suggested = json.dumps([{"conversations_memory": f"Ada pays with {CARD}"}]).encode()
    begun = upload(ada, suggested, fileName="memories.json", format="chats")
    server.settle()
    report = ada.get(f"/api/imports/{begun['importId']}")
    assert [each["text"] for each in report["suggestions"]] == ["Ada pays with [card number removed]"]


def test_masked_is_what_is_stored_when_that_is_set(masking: Server) -> None:
    ada = masking.person("Ada")
    memory_id = ada.store(f"My card is {CARD}, my key {GITHUB}.")
    ada.post("/api/v2/memory/update", memoryId=ada.store("x"), text=f"om: {OURS}")
    ada.post("/api/memories/bulk", memories=[f"bulk {CARD}"])
    upload(ada, json.dumps([f"import {CARD}"]).encode())

    text = "My card is [card number removed], my key [GitHub personal access token removed]."
    assert ada.get(f"/api/memories/{memory_id}")["text"] == text
    assert set(ada.texts()) == {
        text, "om: [OneMemory token removed]", "bulk [card number removed]", "import [card number removed]"
    }  # fmt: skip


def test_a_secret_is_kept_when_that_is_set(allowing: Server) -> None:
    ada = allowing.person("Ada")
    ada.store(f"My card is {CARD}")
    ingest(ada, sent("c1", f"Use {GITHUB}"))
    assert ada.texts() == [f"My card is {CARD}"]
    assert f"Use {GITHUB}" in said(ada)


def test_an_export_with_secrets_is_restored_as_the_setting_says(allowing: Server, masking: Server, ada: Person) -> None:
    before = allowing.person("Before")
    before.store(f"My card is {CARD}")
    before.store("tea")
    ingest(before, sent("c1", f"Use {GITHUB}"))
    export = before.send("GET", "/api/export").content

    masked = masking.person("After")
    assert upload(masked, export)["new"] == 2
    assert set(masked.texts()) == {"My card is [card number removed]", "tea"}
    assert "Use [GitHub personal access token removed]" in said(masked)

    report = upload(ada, export)
    assert (report["new"], len(report["skipped"])) == (1, 1)
    assert ada.texts() == ["tea"]
    assert GITHUB not in said(ada)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("name", ["server", "masking", "allowing"])
def test_private_passages_are_never_stored(name: str, request: pytest.FixtureRequest) -> None:
    person = request.getfixturevalue(name).person(f"Carol-{name}")
    stored = person.post("/api/memory", text="Tea at five <private>with Carol</private> in the garden")
    assert "private passages and secrets were left out" in stored["note"]
    answer = person.post("/api/v2/memory/update", memoryId=stored["memoryId"], text="Tea <private>with Carol</private>")
    assert "were left out" in answer["note"]
    answer = person.send("POST", "/api/memory", json={"text": " <private>all of it</private> "})
    assert refused(answer, 400) == "All of `text` is marked as private, so nothing of it was stored."
    assert person.texts() == ["Tea"]


def said(person: Person) -> str:
    """All that the archive holds of a person's chats."""
    listed = person.get("/api/chat-history/chats", pageSize=100)["items"]
    return str([person.get("/api/chat-history/conversation", conversationId=each["id"]) for each in listed])


def upload_again(person: Person, server: Server, talk: Any) -> Any:
    """The report of another import of the same chat."""
    begun = upload(person, chatgpt_export(talk))
    server.settle()
    return person.get(f"/api/imports/{begun['importId']}")


def test_a_bucket_is_not_named_after_a_secret(ada: Person) -> None:
    bucket = ada.bucket("Keys")
    named = ada.send("POST", "/api/buckets", json={"name": f"b {GITHUB}"})
    described = ada.send("PATCH", f"/api/buckets/{bucket}", json={"description": f"Opens with {GITHUB}"})

    assert "GitHub personal access token" in refused(named, 400)
    assert "GitHub personal access token" in refused(described, 400)
