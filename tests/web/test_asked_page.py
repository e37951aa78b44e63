"""What tools asked, what they got, and the same question asked again."""

from datetime import timedelta

from chats import ingest, sent
from people import Person
from servers import Server
from visitors import Visitor


def _ask(server: Server, ada: Person, query: str, **more: object) -> str:
    """Ask as a tool; the path of the question's page."""
    ada.get("/api/search", query=query, **more)
    server.settle()
    return f"/search/asked/{ada.get('/api/questions')[0]['id']}"


def test_without_questions_the_page_says_what_it_is_for(browser: Visitor) -> None:
    page = browser.see("/search/asked").text

    assert "Nothing was asked yet" in page
    assert 'href="/connections"' in page


def test_the_list_says_what_was_asked_by_whom_and_what_it_got(browser: Visitor, server: Server, ada: Person) -> None:
    ada.store("Ada keeps bees")
    path = _ask(server, ada, "who keeps <b>bees</b>?")
    _ask(server, ada, "wifi password", minConfidence="strong")
    page = browser.see("/search/asked").text
    wifi, bees = page.split("<li>")[-2:]

    assert "who keeps &lt;b&gt;bees&lt;/b&gt;?" in bees
    assert f'href="{path}"' in bees
    assert "1 memory" in bees
    assert "Ada" in bees
    assert "found nothing" in wifi


def test_the_list_is_narrowed_to_what_found_nothing_and_to_one_tool(
    browser: Visitor, server: Server, ada: Person
) -> None:
    ada.store("Ada keeps bees")
    _ask(server, ada, "bees")
    ada.with_token().get("/api/search", query="wifi password", minConfidence="strong")
    server.settle()
    token_id = ada.get("/api/questions")[0]["tokenId"]

    for narrowed in ({"empty": "1"}, {"token": token_id}):
        page = browser.see("/search/asked", **narrowed).text
        assert "wifi password" in page
        assert ">bees<" not in page
    assert "No such question" in browser.see("/search/asked", kind="chats").text


def test_a_long_list_goes_on(browser: Visitor, server: Server, ada: Person) -> None:
    for number in range(60):
        ada.get("/api/search", query=f"question {number:02}")
    server.settle()
    first = browser.see("/search/asked", kind="memories").text
    more = first.partition('data-more="asked" href="')[2].partition('"')[0].replace("&amp;", "&")
    rest = browser.see(more).text

    assert "question 10" in first
    assert "question 09" not in first
    assert "kind=memories" in more
    assert "question 09" in rest
    assert 'data-more="asked"' not in rest


def test_one_question_shows_what_it_got_as_it_was_then(browser: Visitor, server: Server, ada: Person) -> None:
    work = ada.bucket("Work")
    kept, erased = (ada.store(text, bucketId=work) for text in ("bees are kept", "bees were counted"))
    path = _ask(server, ada, "bees", bucketId=work, after="2020-01-01", source="claude")
    server.installation.clock.advance(timedelta(seconds=1))
    ada.post("/api/v2/memory/update", memoryId=kept, text="bees are loved")
    ada.delete(f"/api/memories/{erased}")
    page = browser.see(path).text

    assert "bees are kept" in page
    assert "bees are loved" not in page
    assert page.count("changed since") == 1
    assert page.count("in the trash now") == 1
    assert "<dd><bdi>Work</bdi></dd>" in page
    assert "<dd><bdi>1 Jan 2020</bdi></dd>" in page
    assert "calls itself <bdi>claude</bdi>" in page
    assert "/search?q=bees&amp;about_from=2020-01-01" in page


def test_what_it_got_and_was_removed_for_good_is_not_shown(browser: Visitor, server: Server, ada: Person) -> None:
    secret = ada.store("bees have a secret")
    path = _ask(server, ada, "bees")
    server.installation.clock.advance(timedelta(seconds=1))
    ada.post("/api/v2/memory/update", memoryId=secret, text="bees hum")
    ada.send("POST", f"/api/memories/{secret}/versions/1/redact")
    page = browser.see(path).text

    assert "What it said then was removed for good." in page
    assert "bees hum" not in page


def test_a_question_asked_again_is_compared(browser: Visitor, server: Server, ada: Person) -> None:
    first, second = ada.store("bees are kept"), ada.store("bees were counted last summer by the bees' own keeper")
    path = _ask(server, ada, "bees")
    ada.delete(f"/api/memories/{first}")
    ada.store("bees, bees and nothing else")
    page = browser.see(path, again="1").text
    rows = {
        row for row in ("new", "no longer", "the same", "higher", "lower") if f'<td class="change">{row}</td>' in page
    }

    assert {"new", "no longer"} <= rows
    assert f'href="/memories/{second}"' in page
    assert "How it was found" in page
    server.settle()
    assert len(ada.get("/api/questions")) == 1


def test_what_was_erased_since_is_said_to_be_erased(browser: Visitor, server: Server, ada: Person) -> None:
    ada.store("bees are kept", source="app")
    path = _ask(server, ada, "bees")
    ada.post("/api/memories/purge", source="app", erase=True)

    assert "It was erased since." in browser.see(path).text
    assert "erased since" in browser.see(path, again="1").text


def test_a_question_to_the_chats_leads_to_its_messages(browser: Visitor, server: Server, ada: Person) -> None:
    chat_id = ingest(ada, sent("c1", "Where do giraffes sleep?", "They sleep standing up."), platform="chatgpt")
    server.settle()
    ada.post("/api/chat-history/inject", query="giraffes", maxTokens=300)
    ada.post("/api/chat-history/search", query="giraffes")
    server.settle()
    for question in ada.get("/api/questions"):
        path = f"/search/asked/{question['id']}"
        assert f'href="/history/{chat_id}?at=' in browser.see(path).text
        again = browser.see(path, again="1").text
        assert '<td class="change">the same</td>' in again
        assert "How it was found" in again


def test_one_question_is_forgotten(browser: Visitor, server: Server, ada: Person) -> None:
    path = _ask(server, ada, "bees")
    browser.see(path)
    answer = browser.send(f"{path}/forget")

    assert "This question is forgotten." in browser.see(answer.headers["location"]).text
    assert browser.see(path).status_code == 404
    assert ada.get("/api/questions") == []


def test_all_questions_are_forgotten_after_a_question(browser: Visitor, server: Server, ada: Person) -> None:
    _ask(server, ada, "bees")
    assert "erased for good" in browser.see("/search/asked/forget").text
    answer = browser.send("/search/asked/forget")

    assert "Everything that was asked is forgotten." in browser.see(answer.headers["location"]).text
    assert ada.get("/api/questions") == []


def test_somebody_elses_question_does_not_exist(browser: Visitor, server: Server, ben: Person) -> None:
    path = _ask(server, ben, "bees")
    browser.see("/search/asked")

    assert [browser.see(path).status_code, browser.send(f"{path}/forget").status_code] == [404, 404]
    assert len(ben.get("/api/questions")) == 1
