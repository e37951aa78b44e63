"""Importing at a browser without scripts: the look, the word, the report, and the way back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest

from chats import chat, chatgpt_export, sample, upload
from handing_in import Field, hand_in, imported, looked_through, send
from people import Person
from servers import Server, serving
from visitors import Visitor

CHATS = "/api/chat-history/chats"
COUNT = "/api/chat-history/count"
TWO = chatgpt_export(chat("a", "Where is the giraffe?", "In Basel."), chat("b", "Tea?", "Yes."))


def _words(page: str) -> str:
    """What a person reads, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def _files(server: Server) -> list[str]:
    folder = server.settings.data / "uploads"
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_an_empty_account_is_told_how_to_begin(browser: Visitor) -> None:
    words = _words(browser.see("/import").text)

    assert "You see what a file holds before anything of it is kept." in words
    assert "ChatGPT Settings, Data controls, Export data." in words
    assert "Earlier imports" not in words


def test_a_file_is_looked_through_before_anything_is_kept(browser: Visitor, server: Server, ada: Person) -> None:
    path = looked_through(browser, server, "export.json", TWO)
    words = _words(browser.see(path).text)

    assert "What it holds 2 chats of ChatGPT Messages 4" in words
    assert "New 2 chats" in words
    assert "Chat a Chat b" in words
    assert "Import 2 chats" in words
    assert ada.get(COUNT) == {"count": 0}
    assert "export.json waits for you" in _words(browser.see("/import").text)


def test_on_the_word_it_is_imported_and_reported(browser: Visitor, server: Server, ada: Person) -> None:
    path = imported(browser, server, "export.json", TWO)
    words = _words(browser.see(path).text)

    assert "Imported" in words
    assert "2 chats came new." in words
    assert ada.get(COUNT) == {"count": 2}
    assert f'href="/history?imported={path.rpartition("/")[2]}"' in browser.see(path).text
    assert "export.json imported" in _words(browser.see("/import").text)
    assert path.rpartition("/")[2] not in _files(server)


def test_the_look_tells_what_is_here_already(browser: Visitor, server: Server) -> None:
    imported(browser, server, "old.json", TWO)
    newer = chatgpt_export(chat("a", "Where is the giraffe?", "In Bern."), chat("c", "Salt?", "No."))
    path = looked_through(browser, server, "new.json", newer)

    assert "New 1 chat; 1 is here already" in _words(browser.see(path).text)
    browser.send(f"{path}/start")
    server.settle()
    assert "1 chat came new, 1 renewed." in _words(browser.see(path).text)


def test_titles_are_forgotten_with_the_look(browser: Visitor, server: Server) -> None:
    path = imported(browser, server, "export.json", TWO)

    assert "Chat a" not in browser.see(path).text


def test_a_list_of_memories_is_shown_and_goes_into_the_chosen_bucket(
    browser: Visitor, server: Server, ada: Person
) -> None:
    work = ada.bucket("Work")
    ada.store("Ada drinks tea")
    path = looked_through(browser, server, "list.txt", b"- Ada drinks tea\n- Ada grows beans\n")
    words = _words(browser.see(path).text)

    assert "2 memories in a list New 1 memory; 1 is here already" in words
    assert ada.texts(all=True) == ["Ada drinks tea"]
    browser.send(f"{path}/start", bucket=str(work))
    server.settle()
    assert "1 memory came new, 1 unchanged." in _words(browser.see(path).text)
    assert [memory["text"] for memory in ada.get("/api/memories", bucketId=work)["data"]] == ["Ada grows beans"]


def test_what_comes_twice_in_a_file_is_counted_apart_and_labels_are_named(browser: Visitor, server: Server) -> None:
    path = looked_through(browser, server, "groups.json", b'{"Work": ["tea", "milk", "tea"], "Home": ["tea"]}')
    words = _words(browser.see(path).text)

    assert "New 2 memories; 2 say the same as another" in words
    assert "Not kept 2 labels, which are no buckets: Work, Home" in words
    browser.send(f"{path}/start")
    server.settle()
    words = _words(browser.see(path).text)
    assert "2 memories came new, 2 the same as another." in words
    assert "which are no buckets: Work, Home" in words


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"- Ada drinks tea\n", "All of it is here already"), (b'[{"text": ""}]', "Nothing of it can be taken")],
)
def test_what_would_bring_nothing_is_not_offered(
    browser: Visitor, server: Server, ada: Person, content: bytes, reason: str
) -> None:
    ada.store("Ada drinks tea")
    page = browser.see(looked_through(browser, server, "list.json", content)).text

    assert reason in _words(page)
    assert ('form="start"' in page, 'form="drop"' in page) == (False, True)
    assert reason in _words(browser.see("/import").text)


def test_our_own_export_with_new_chats_alone_is_offered(browser: Visitor, server: Server, ada: Person) -> None:
    imported(browser, server, "export.json", TWO)
    export = ada.send("GET", "/api/export").content
    gone = [each["id"] for each in ada.get(CHATS)["items"][:1]]
    assert ada.send("DELETE", CHATS, json={"ids": gone}).status_code == 200
    path = looked_through(browser, server, "own.json", export)

    assert "1 new chat" in _words(browser.see(path).text)
    assert 'form="start"' in browser.see(path).text


def test_files_of_no_use_are_named_and_dropped_at_once(browser: Visitor, server: Server) -> None:
    files = [("good.txt", b"- tea\n"), ("one.json", b"[]"), ("two.json", b'[{"text": ""}]'), ("bad.zip", b"PK\x03\x04")]
    after = hand_in(browser, *files).headers["location"]
    server.settle()
    page = browser.see(after).text

    told = re.search(r'<p class="warning"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert told
    assert [name in told[1] for name, _ in files] == [False, True, True, True]
    assert '<span class="kind failed">failed' in page
    useless = page.split('action="/import/drop"')[1].split("</form>")[0]
    browser.send("/import/drop", id=re.findall(r'name="id" value="([^"]*)"', useless))
    page = browser.see("/import").text
    assert ["good.txt" in page, "one.json" in page, "two.json" in page] == [True, False, False]


def test_a_pasted_list_is_looked_through_like_a_file(browser: Visitor, server: Server, ada: Person) -> None:
    answer = hand_in(browser, text="- Ada drinks tea\r\n- Ada grows beans\r\n")
    server.settle()
    path = answer.headers["location"]

    assert "Ada drinks tea Ada grows beans" in _words(browser.see(path).text)
    browser.send(f"{path}/start")
    server.settle()
    assert set(ada.texts(all=True)) == {"Ada drinks tea", "Ada grows beans"}


def test_several_files_are_looked_through_one_by_one_and_imported_together(
    browser: Visitor, server: Server, ada: Person
) -> None:
    answer = hand_in(browser, ("one.json", TWO), ("two.txt", b"- tea\n- milk\n"), text="- salt\n")
    server.settle()
    page = browser.see(answer.headers["location"]).text

    assert "The files are here." in page
    assert all(name in page for name in ("one.json", "two.txt", "Pasted text", "Import all 3"))
    browser.send("/import/start", id=re.findall(r'name="id" value="([^"]*)"', page))
    server.settle()
    assert (ada.get(COUNT)["count"], len(ada.texts(all=True))) == (2, 3)


def test_what_waits_can_be_sent_away(browser: Visitor, server: Server) -> None:
    path = looked_through(browser, server, "export.json", TWO)

    assert browser.send(f"{path}/stop").headers["location"] == "/import?done=dropped"
    assert "Nothing of it was kept" in browser.see("/import?done=dropped").text
    assert browser.see(path).status_code == 404
    assert path.rpartition("/")[2] not in _files(server)


def test_what_waits_too_long_is_forgotten_with_its_file(data_factory: pytest.TempPathFactory) -> None:
    with serving(data_factory.mktemp("old")) as server, Visitor(server) as visitor:
        visitor.arrive(server, server.person("Eve"))
        path = looked_through(visitor, server, "export.json", TWO)
        server.installation.clock.advance(timedelta(days=2))
        server.run(server.services.retention.sweep())

        assert _files(server) == []
        assert visitor.see(path).status_code == 404


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (sample("chatgpt/synthetic-classic.zip")[:-60], "damaged ZIP archive"),
        (b"<html><body>hello</body></html>", "save it as plain text"),
        (b"", "It failed"),
    ],
)
def test_what_cannot_be_read_says_why(browser: Visitor, server: Server, content: bytes, reason: str) -> None:
    path = looked_through(browser, server, "export.zip", content)

    assert reason in _words(browser.see(path).text)
    assert path.rpartition("/")[2] not in _files(server)


def test_what_was_not_taken_is_listed_with_the_reason(browser: Visitor, server: Server) -> None:
    path = looked_through(browser, server, "claude.zip", sample("claude/synthetic-claude-export.zip"))
    words = _words(browser.see(path).text)

    assert "Not taken: 2" in words
    assert "users.json Personal and account data beside the chats; it is not read." in words
    assert "Left out 1 thinking part, 2 outputs of tools, 1 hidden message" in words
    assert "Suggested 5 memories, to choose from after the import" in words


def test_ticked_suggestions_become_memories_and_the_others_stay_offers(
    browser: Visitor, server: Server, ada: Person
) -> None:
    path = imported(browser, server, "claude.zip", sample("claude/synthetic-claude-export.zip"))
    answer = browser.send(f"{path}/suggestions", place=["3", "1"])
    page = browser.see(answer.headers["location"]).text

    assert "Kept 2 memories." in page
    assert set(ada.texts(all=True)) == {"Project uses FastAPI and SQLite.", "Be brief."}
    assert re.findall(r'name="place" value="(\d+)"', page) == ["0", "2", "4"]
    assert re.findall(r">(General)</option>", page) == ["General"]
    browser.send(f"{path}/suggestions", place=["1"])
    assert len(ada.texts(all=True)) == 2


def test_without_a_tick_nothing_is_kept(browser: Visitor, server: Server, ada: Person) -> None:
    path = imported(browser, server, "claude.zip", sample("claude/synthetic-claude-export.zip"))

    for places in ([], ["99"], ["x"]):
        answer = browser.send(f"{path}/suggestions", place=places)
        assert (answer.status_code, 'role="alert"' in answer.text) == (400, True)
    assert ada.texts(all=True) == []


def test_chats_are_taken_back_after_a_question(browser: Visitor, server: Server, ada: Person) -> None:
    imported(browser, server, "old.json", chatgpt_export(chat("a", "Where is the giraffe?", "In Basel.")))
    path = imported(browser, server, "new.json", TWO)

    assert "Take back 1 chat?" in _words(browser.see(f"{path}/undo").text)
    assert browser.send(f"{path}/undo").headers["location"] == path
    server.settle()
    assert "Taken back" in _words(browser.see(path).text)
    assert [each["title"] for each in ada.get(CHATS)["items"]] == ["Chat a"]
    assert browser.send(f"{path}/undo").status_code == 409
    assert "Nothing to take back" in browser.see(f"{path}/undo").text


def test_a_chat_that_was_renewed_or_pinned_is_not_taken_back(browser: Visitor, server: Server, ada: Person) -> None:
    imported(browser, server, "old.json", chatgpt_export(chat("a", "Where is the giraffe?", "In Bern.")))
    path = imported(browser, server, "new.json", TWO)
    ada.post("/api/chat-history/pin", ids=[c["id"] for c in ada.get(CHATS)["items"] if c["title"] == "Chat b"])

    browser.send(f"{path}/undo")
    server.settle()
    assert ada.get(COUNT) == {"count": 2}


def test_memories_are_taken_back_into_the_trash_unless_they_have_changed(
    browser: Visitor, server: Server, ada: Person
) -> None:
    path = imported(browser, server, "list.txt", b"- tea\n- milk\n- salt\n")
    (milk,) = [m["id"] for m in ada.get("/api/memory", all=True)["data"] if m["text"] == "milk"]
    ada.post("/api/v2/memory/update", memoryId=milk, text="oat milk")

    assert "Take back 2 memories?" in _words(browser.see(f"{path}/undo").text)
    browser.send(f"{path}/undo")
    server.settle()
    assert "2 memories were put into the trash." in _words(browser.see(path).text)
    assert ada.texts(all=True) == ["oat milk"]
    assert ada.get("/api/trash")["count"] == 2


def test_an_import_is_begun_once(browser: Visitor, server: Server) -> None:
    path = imported(browser, server, "export.json", TWO)

    answer = browser.send(f"{path}/start")
    assert (answer.status_code, "was imported already" in answer.text) == (409, True)
    assert browser.send(f"{path}/stop").status_code == 409


def test_nothing_chosen_is_said_and_what_was_pasted_stays(browser: Visitor) -> None:
    empty = hand_in(browser)
    too_many = hand_in(browser, *[(f"{n}.txt", b"- tea\n") for n in range(101)], text="- kept <b>here</b>")

    assert (empty.status_code, "There is nothing to look through" in empty.text) == (400, True)
    assert (too_many.status_code, "Up to 100 files" in too_many.text) == (400, True)
    assert "- kept &lt;b&gt;here&lt;/b&gt;</textarea>" in too_many.text


@pytest.mark.parametrize("token", ["", "another"])
def test_a_form_of_somebody_else_is_refused_before_its_file_is_kept(
    browser: Visitor, server: Server, token: str
) -> None:
    before = _files(server)
    assert hand_in(browser, ("export.json", TWO), token=token).status_code == 403
    file_first: list[Field] = [("file", ("export.json", TWO)), ("form_token", (None, browser.token.encode()))]
    assert send(browser, file_first).status_code == 403
    assert _files(server) == before


@pytest.mark.parametrize(
    "body",
    [b"", b"--x\r\n", b"nothing of the kind", b'--x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n'],
)
def test_a_form_that_is_no_form_is_refused_in_words(browser: Visitor, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x", "sec-fetch-site": "same-origin"}

    assert browser.http.post("/import", content=body, headers=headers).status_code in {400, 403}


def test_a_file_that_breaks_off_in_the_middle_is_not_kept(browser: Visitor, server: Server) -> None:
    browser.see("/import")
    before = _files(server)
    body = (
        f'--x\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n{browser.token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n- tea\r\n- mi'
    ).encode()
    headers = {"content-type": "multipart/form-data; boundary=x", "sec-fetch-site": "same-origin"}
    answer = browser.http.post("/import", content=body, headers=headers)

    assert (answer.status_code, "did not arrive whole" in answer.text) == (400, True)
    assert _files(server) == before


@pytest.fixture(scope="module")
def small(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("small"), upload_limit_mb=1, embedder="none") as running:
        yield running


def test_too_much_at_once_is_said_with_the_limit(small: Server) -> None:
    with Visitor(small).arrive(small, small.person("Eve")) as visitor:
        answer = hand_in(visitor, ("big.txt", b"x" * 1_100_000), text="- Ada drinks tea")
        form = visitor.see("/import").text

    assert (answer.status_code, "more than 1 MB" in answer.text) == (413, True)
    assert "- Ada drinks tea</textarea>" in answer.text
    assert form.index('name="text"') < form.index('name="file"'), "a browser sends the fields in the order of the page"
    assert _files(small) == []


def test_what_there_is_no_room_for_waits_on_with_the_reason(browser: Visitor, server: Server, ada: Person) -> None:
    ada.send("PATCH", f"/api/users/{ada.user_id}", json={"memoryQuota": 1})
    path = imported(browser, server, "two.txt", b"- tea\n- milk\n")
    words = _words(browser.see(path).text)

    assert "Your quota is 1 memory" in words
    assert "Nothing was imported; it waits on." in words
    assert "Import 2 memories" in words
    assert "two.txt waits for you" in _words(browser.see("/import").text)


def test_whoever_has_too_many_files_waiting_reads_what_to_do(browser: Visitor, server: Server, ada: Person) -> None:
    ada.send("PATCH", f"/api/users/{ada.user_id}", json={"byteQuota": 100})
    looked_through(browser, server, "one.txt", b"- tea\n")
    words = _words(hand_in(browser, ("two.txt", b"- milk\n" * 100)).text)

    assert "Your quota is 100 bytes, and the files that wait for their import take" in words
    assert "Import or drop some of those first." in words


def test_nobody_sees_or_moves_the_imports_of_another(browser: Visitor, server: Server, ben: Person) -> None:
    path = looked_through(browser, server, "export.json", TWO)
    with Visitor(server).arrive(server, ben) as other:
        assert "export.json" not in other.see("/import").text
        assert [other.see(p).status_code for p in (path, f"{path}/undo")] == [404, 404]
        for act in ("start", "stop", "undo", "suggestions"):
            assert other.send(f"{path}/{act}", place=["0"]).status_code == 404
    assert browser.see(path).status_code == 200


def test_the_list_of_earlier_imports_goes_on_to_its_end(browser: Visitor, ada: Person) -> None:
    for n in range(30):
        upload(ada, f"- tea {n}\n".encode(), fileName=f"list-{n}.txt")
    page = browser.see("/import").text
    seen = re.findall(r"list-\d+\.txt", page)
    more = re.search(r'data-more="imports" href="([^"]*)"', page)
    assert more
    last = browser.see(unescape(more[1])).text

    assert seen + re.findall(r"list-\d+\.txt", last) == [f"list-{n}.txt" for n in reversed(range(30))]
    assert "data-more" not in last
