"""Web pages call the REST interface from a browser only where the settings let them (CORS)."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from onememory import settings
from onememory.settings import SettingsError
from people import Client, Person
from servers import Server, serving

PAGE = "https://www.typingmind.com"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}


@pytest.fixture(scope="module")
def open_server(data_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(data_factory.mktemp("open"), browser_origins=f"{PAGE}/, http://127.0.0.1:3000") as running:
        yield running


def _asked(http: httpx.Client, origin: str) -> httpx.Response:
    return http.options("/api/memory", headers={"origin": origin} | PREFLIGHT)


@pytest.mark.parametrize("origin", [PAGE, "http://127.0.0.1:3000"])
def test_a_page_that_is_named_may_call(open_server: Server, origin: str) -> None:
    asked = _asked(open_server.http, origin)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, origin)

    ada = open_server.person(f"Ada at {origin}".replace(" ", "-"))
    answer = ada.send("POST", "/api/memory", json={"text": "Likes tea."}, headers={"origin": origin})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, origin)
    assert "access-control-allow-credentials" not in answer.headers


def test_another_page_may_not(open_server: Server) -> None:
    asked = _asked(open_server.http, "https://evil.example")

    assert "access-control-allow-origin" not in asked.headers


def test_no_page_may_by_default(ada: Person, nobody: Client) -> None:
    assert "access-control-allow-origin" not in _asked(nobody.http, PAGE).headers
    assert "access-control-allow-origin" not in ada.send("GET", "/api/buckets", headers={"origin": PAGE}).headers


@pytest.mark.parametrize("value", ["*", "typingmind.com", "https://a.example/path", "ftp://a.example"])
def test_what_is_no_origin_is_refused(value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="origins with commas"):
        settings.load({"data": tmp_path, "browser_origins": value}, {})
