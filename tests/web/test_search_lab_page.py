"""The search lab: what a question finds and why, what is left out and why, and how long it takes."""

import re

import pytest

from chats import ingest, sent
from people import Person
from servers import Server
from visitors import Visitor


def _shown(text: str) -> list[str]:
    """The texts of the hits in order, without marks."""
    hits = text.partition('<ol class="hits">')[2].partition("</ol>")[0]
    return [
        re.sub("<[^>]+>", "", each) for each in re.findall(r'<div class="memory-text">(.*?)</div>', hits, re.DOTALL)
    ]


def test_before_a_question_the_page_says_what_it_is_for(browser: Visitor) -> None:
    page = browser.see("/search").text

    assert "Why was that found?" in page
    assert 'href="/search/asked"' in page


def test_the_hits_come_as_they_come_for_a_tool(browser: Visitor, ada: Person) -> None:
    ada.store_all("Ada keeps bees", "Ben keeps chickens", "The bees swarmed in May")

    assert _shown(browser.see("/search", q="when did the bees swarm").text) == ada.found("when did the bees swarm")


def test_matching_words_are_marked_in_whatever_form(browser: Visitor, ada: Person) -> None:
    memory_id = ada.store("Ada's bees were swarming; beeswax <b>no</b>")
    page = browser.see("/search", q="bee swarms").text

    assert "<mark>bees</mark> were <mark>swarming</mark>; beeswax &lt;b&gt;no&lt;/b&gt;" in page
    assert f'href="/memories/{memory_id}"' in page


def test_every_hit_says_why_it_came_in_words_and_in_numbers(browser: Visitor, ada: Person) -> None:
    ada.store_all("2024-05-02 Ada's bees swarmed", "Ben keeps chickens")
    page = browser.see("/search", q="bees in May 2024").text

    for words in ("Same words", "Similar meaning", "The days you named"):
        assert f"<dt>{words}</dt>" in page
    assert '<th scope="row">Same words</th><td class="number">1.00</td>' in page
    assert "Days that the question names: 1 May 2024 to 31 May 2024." in page


def test_what_was_left_out_stands_under_its_reason(browser: Visitor, ada: Person) -> None:
    work = ada.bucket("Work")
    ada.store_all(*(f"tea number {number}" for number in range(7)))
    ada.store("tea at work", bucketId=work)

    assert "<b>Next in line</b> (3)" in browser.see("/search", q="tea", count="5").text
    page = browser.see("/search", q="tea", bucket=str(work)).text
    assert _shown(page) == ["tea at work"]
    assert "<b>Kept out by the filters</b> (7)" in page


def test_a_replaced_memory_names_the_newer_one(browser: Visitor, ada: Person) -> None:
    old = ada.store("Ada lives in Oslo")
    new = ada.store("Ada lives in Rome", supersedes=old)
    page = browser.see("/search", q="where does Ada live").text

    assert f'<a href="/memories/{new}">Replaced by a newer one</a>' in page
    assert "Replaced by a newer one<span" in page  # speaks against it


def test_an_unsure_answer_says_what_a_tool_would_be_told(browser: Visitor, ada: Person) -> None:
    ada.store("Ada keeps bees")
    page = browser.see("/search", q="quantum chromodynamics").text

    assert "No real match." in page
    assert "a tool would be told that nothing was found" in page


def test_chats_are_asked_within_the_tokens_of_a_tool(browser: Visitor, server: Server, ada: Person) -> None:
    chat_id = ingest(ada, sent("c1", "Where do giraffes sleep?", "They sleep standing up."), platform="chatgpt")
    for number in range(4):
        ingest(ada, sent(f"d{number}", f"Do giraffes of kind {number} sleep at night?"), platform="claude")
    server.settle()
    page = browser.see("/search", q="where do giraffes sleep", kind="chats", tokens="200").text

    assert f'href="/history/{chat_id}?at=' in page
    assert "in <bdi>Chat c1 · ChatGPT</bdi>" in page
    assert "What a tool is handed (" in page
    narrowed = browser.see("/search", q="where do giraffes sleep", kind="chats", platform="chatgpt").text
    assert "Kept out by the filters" in narrowed


def test_the_stages_are_told_with_their_times(browser: Visitor, ada: Person) -> None:
    ada.store("Ada keeps bees")
    page = browser.see("/search", q="bees").text

    for words in ("Working out the meaning", "Looking through words", "Putting the best first", "Reading the texts"):
        assert words in page
    assert re.search(r"1 memory out of 1, in [\d.]+ ms", page)


@pytest.mark.parametrize(("kind", "way_on"), [("", 'href="/memories/new"'), ("chats", 'href="/import"')])
def test_where_there_is_nothing_to_search_the_page_leads_on(browser: Visitor, kind: str, way_on: str) -> None:
    page = browser.see("/search", q="bees", kind=kind).text

    assert "There is nothing to search yet" in page
    assert way_on in page


@pytest.mark.parametrize("wrong", [{"about_from": "yesterday"}, {"bucket": "x"}, {"bucket": "77"}, {"trust": "much"}])
def test_a_filter_that_makes_no_sense_is_told_and_the_question_stays(browser: Visitor, wrong: dict[str, str]) -> None:
    answer = browser.see("/search", q="bees & wasps", **wrong)

    assert answer.status_code in {400, 404}
    assert 'role="alert"' in answer.text
    assert 'value="bees &amp; wasps"' in answer.text


def test_a_long_text_is_shown_where_it_matches(browser: Visitor, ada: Person) -> None:
    ada.store("word " * 600 + "giraffe " + "word " * 600)
    (shown,) = _shown(browser.see("/search", q="giraffe").text)

    assert "giraffe" in shown
    assert len(shown) < 700


def test_what_a_person_tries_is_not_noted(browser: Visitor, server: Server, ada: Person) -> None:
    browser.see("/search", q="bees")
    browser.see("/search", q="bees", kind="chats")
    browser.see("/memories", q="bees")
    server.settle()

    assert ada.get("/api/questions") == []
