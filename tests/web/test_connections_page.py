"""The list of connections, and disconnecting."""

from people import Person
from servers import Server
from visitors import Visitor


def test_the_list_says_what_each_connection_may_do(browser: Visitor, ada: Person) -> None:
    ada.post("/api/tokens", name="Reader", scopes=["read"], policy="read", expiresAt="2099-03-01T00:00:00Z")
    ada.bucket("Work")
    ada.post("/api/tokens", name="Writer", policy="propose", buckets=["Work"])
    text = browser.see("/connections").text

    reader, writer = text.split("Reader")[1], text.split("Writer")[1]
    assert "<dd>read</dd>" in reader
    assert "writes nothing" in reader
    assert '<time datetime="2099-03-01T00:00:00Z">1 Mar 2099</time>' in reader
    assert "<dd>read, write, delete, only in 1 bucket</dd>" in writer
    assert "asks before it changes your words" in writer


def test_the_last_use_is_told_to_the_minute(browser: Visitor, server: Server, ada: Person) -> None:
    used = ada.with_token()
    assert "never" in browser.see("/connections").text.split("another")[1].split("</li>")[0]
    used.get("/api/memory")
    server.settle()

    assert ":" in browser.see("/connections").text.split("another")[1].split("</li>")[0]


def test_a_connection_is_ended_after_a_question(browser: Visitor, ada: Person) -> None:
    made = ada.post("/api/tokens", name="Old laptop")
    path = f"/connections/{made['id']}/disconnect"
    assert "Disconnect" in browser.see(path).text
    assert ada.send("GET", "/api/memory", headers={"authorization": f"Bearer {made['token']}"}).status_code == 200

    answer = browser.send(path)

    assert answer.headers["location"] == "/connections?done=disconnected"
    assert ada.send("GET", "/api/memory", headers={"authorization": f"Bearer {made['token']}"}).status_code == 401
    page = browser.see(answer.headers["location"]).text
    assert "Its next request will be refused" in page
    assert "1 connection that has ended" in page


def test_disconnecting_twice_is_disconnecting_once(browser: Visitor, ada: Person) -> None:
    made = ada.post("/api/tokens", name="Old laptop")
    path = f"/connections/{made['id']}/disconnect"
    browser.see(path)

    assert [browser.send(path).status_code for _ in range(2)] == [303, 303]
    assert [entry["action"] for entry in ada.get("/api/audit")].count("token.revoke") == 1
    assert "already" in browser.see(path).text


def test_somebody_elses_connection_does_not_exist(browser: Visitor, ben: Person) -> None:
    path = f"/connections/{ben.get('/api/tokens')[0]['id']}/disconnect"
    browser.see("/connections")

    assert [browser.see(path).status_code, browser.send(path).status_code] == [404, 404]
    assert ben.get("/api/memory")


def test_a_person_without_connections_is_told_how_to_make_one(browser: Visitor, ada: Person) -> None:
    (token,) = ada.get("/api/tokens")
    browser.see("/connections")
    browser.send(f"/connections/{token['id']}/disconnect")
    page = browser.see("/connections").text

    assert "Nothing is connected" in page
    assert 'href="/connections/new"' in page


def test_names_are_shown_as_text_without_what_is_invisible(browser: Visitor, ada: Person) -> None:
    ada.post("/api/tokens", name="<script>alert(1)</script>&amp;")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;" in browser.see("/connections").text
