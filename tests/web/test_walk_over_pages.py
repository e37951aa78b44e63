"""All pages, filled with hostile text: nothing of it is markup, nobody else sees them, rows cost no statements."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from databases import DATABASES
from furnishing import LINK, PATHS, Furnished, furnish
from onememory.web.pages import PAGES
from people import Person
from servers import Server, serving
from visitors import Visitor

OPEN = {
    *("/sign-in", "/set-up", "/sign-in/code", "/sign-in/with-provider", "/sign-in/provider"),
    *("/choose-password/{secret}", "/join/{secret}", "/oauth/authorize", "/no-such-page"),
}
LISTED = re.compile(r"\((:\w+|\d+)(, ?(:\w+|\d+))*\)(, \((:\w+|\d+)(, ?(:\w+|\d+))*\))*")  # as many as there are rows
NAMES = re.compile(r"(?<=words_u)\w+|\b\d{13}\b")  # of one person's table of words, of a moment
DOWNLOADS = {"/settings/account/export"}
LONG_TEXT = re.compile(
    r"<(div|span|p|blockquote|textarea|pre|option|bdi)\b[^<>]*>[^<]*</\1>"
)  # kept apart by the style


@pytest.fixture(scope="module")
def server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("walked"), public_url=None) as running:
        yield running


@pytest.fixture(scope="module")
def home(server: Server) -> Furnished:
    return furnish(server, server.person("Ada", is_admin=True))


@pytest.fixture(scope="module")
def palace(server: Server) -> Furnished:
    """An account with more rows of everything."""
    return furnish(server, server.person("Grace", is_admin=True), size=12)


@pytest.fixture
def browser(server: Server, home: Furnished) -> Iterator[Visitor]:
    with Visitor(server) as visitor:
        yield visitor.arrive(server, home.person)


@pytest.mark.parametrize("path", [*PATHS, LINK])
def test_hostile_text_is_shown_and_is_no_markup(browser: Visitor, home: Furnished, path: str) -> None:
    page = browser.see(path.format(**home.ids))

    assert page.status_code == (404 if path == "/no-such-page" else 200)
    bare = re.sub(r'="[^"]*"|</?(ins|del|mark)>', "", page.text)
    assert not re.search(r"<img src=x|<script>alert|>49<", page.text)
    assert not re.search(r"<script(?! [^>]*src)|<[^>]+\sstyle\b|<[^>]+\son[a-z]+\b", bare)
    assert "\u202e" not in LONG_TEXT.sub("", bare), "it would turn round what stands behind it"
    assert len(re.findall(r"<h1[ >]", page.text)) == 1
    assert re.search(r"<title>[^<]+ · onememory</title>", page.text)


def test_no_page_is_forgotten() -> None:
    walked = {path.partition("?")[0] for path in PATHS}
    patterns = {page.path: re.compile(re.sub(r"\{[^}]*\}", "[^/]+", page.path)) for page in PAGES if page.show}
    missed = {path for path, pattern in patterns.items() if not any(pattern.fullmatch(each) for each in walked)}
    assert missed - OPEN - DOWNLOADS == set()


@pytest.mark.parametrize("number", range(len(PATHS)), ids=PATHS)
def test_who_is_not_signed_in_sees_nothing(server: Server, home: Furnished, number: int) -> None:
    with Visitor(server) as stranger:
        answer = stranger.http.get(home.paths[number])
    assert answer.status_code == 404 or answer.headers.get("location", "").startswith("/sign-in")


@pytest.mark.parametrize("number", range(len(PATHS)), ids=PATHS)
def test_somebody_else_sees_nothing_of_it(server: Server, home: Furnished, ben: Person, number: int) -> None:
    with Visitor(server).arrive(server, ben) as other:
        text = other.see(home.paths[number]).text
    assert "onerror" not in text
    assert "Ada plants" not in text


@pytest.mark.parametrize("number", range(len(PATHS)), ids=PATHS)
def test_a_page_asks_as_many_questions_of_the_store_however_many_rows_there_are(
    server: Server, home: Furnished, palace: Furnished, number: int
) -> None:
    counts = [_statements(server, furnished, furnished.paths[number]) for furnished in (home, palace)]
    assert counts[1] - counts[0] == Counter()


def _statements(server: Server, furnished: Furnished, path: str) -> Counter[str]:
    """What a second visit of the page executes, each statement without its lists of parameters."""
    seen: list[str] = []
    with Visitor(server).arrive(server, furnished.person) as visitor, pytest.MonkeyPatch.context() as patch:
        visitor.see(path)
        server.settle()
        original = DATABASES.connections.rows

        def recording(self: object, sql: str, values: dict[str, object]) -> object:
            seen.append(LISTED.sub("(…)", " ".join(sql.split())))
            return original(self, sql, values)  # type: ignore[arg-type]

        patch.setattr(DATABASES.connections, "rows", recording)
        visitor.http.get(path)
    return Counter(NAMES.sub("…", each) for each in seen)
