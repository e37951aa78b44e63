"""Files handed in at the page of imports, as a browser without scripts sends them."""

import httpx

from servers import Server
from visitors import Visitor

FORM = "/import"

Field = tuple[str, tuple[str | None, bytes]]


def hand_in(browser: Visitor, *files: tuple[str, bytes], text: str = "", token: str | None = None) -> httpx.Response:
    """Open the page, choose the files, paste the text and send the form."""
    browser.see(FORM)
    token = browser.token if token is None else token
    fields: list[Field] = [("form_token", (None, token.encode())), ("text", (None, text.encode()))]
    fields += [("file", file) for file in files or [("", b"")]]  # a browser sends an empty one where none was chosen
    return send(browser, fields)


def send(browser: Visitor, fields: list[Field]) -> httpx.Response:
    """Send these fields in this order."""
    origin = {"origin": str(browser.http.base_url).rstrip("/"), "sec-fetch-site": "same-origin"}
    return browser.http.post(FORM, files=fields, headers=origin)


def looked_through(browser: Visitor, server: Server, name: str, content: bytes) -> str:
    """Hand in one file and wait until it is looked through; the path of its page, which was just seen."""
    answer = hand_in(browser, (name, content))
    assert answer.status_code == 303, answer.text
    server.settle()
    browser.see(answer.headers["location"])
    return str(answer.headers["location"])


def imported(browser: Visitor, server: Server, name: str, content: bytes) -> str:
    """Hand in one file and import it to its end; the path of its page, which was just seen."""
    path = looked_through(browser, server, name, content)
    assert browser.send(f"{path}/start").headers["location"] == path
    server.settle()
    browser.see(path)
    return path
