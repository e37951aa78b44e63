"""Takes pictures of the dashboard: a made-up account in a real browser, at two widths, in light and dark.

Without an argument it renews those that the docs show, in docs/pictures/; into a folder that is named it takes all.
"""

import json
import re
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from playwright.sync_api import Page  # noqa: E402

from chats import ingest, sample, sent, upload  # noqa: E402 - the tests' folder had to be on the path
from chromium import arrive, chromium, window  # noqa: E402
from databases import DATABASES, SQLITE  # noqa: E402
from people import Client, Person  # noqa: E402
from servers import Server, serving  # noqa: E402

DOCS = ROOT / "docs"
SHOWN = DOCS / "pictures"
MEMORIES = DOCS / "demo-memories.json"
WIDTHS = {"wide": 1440, "phone": 390}
CHATS = {
    "Pruning a pear tree": (
        "When should I prune my pear tree? It is fifteen years old.",
        "In late winter, on a dry day with light frost. Take out crossing branches first.",
        "It has a lot of upright shoots.",
        "Those are water shoots. Tear the young ones off in summer, so that fewer grow back.",
    ),
    "Knee exercises after running": (
        "My left knee hurts after 6 km. What helps?",
        "Step-downs strengthen what holds the knee. Two sets each morning, and shorter strides for a while.",
        "Could it be the shoes?",
        "If they have run more than 700 km, try a new pair before you change anything else.",
    ),
    "Moving a queue to PostgreSQL": (
        "We have 40 orders a minute in Kafka. Is a table enough?",
        "Yes. SELECT ... FOR UPDATE SKIP LOCKED gives each worker its own rows, and you keep one system to look after.",
    ),
    "A birthday cake without hazelnuts": (
        "I need a birthday cake without hazelnuts for twelve people.",
        "A lemon cake with almonds: 300 g almonds, 300 g butter, 250 g sugar, 6 eggs, the zest of three lemons.",
    ),
}
ASKED = (
    "sourdough hydration",
    "allergic to nuts",
    "when is Lena's birthday",
    "what do we use at work",
    "printer umlauts",
)


def main() -> None:
    """Fill an account, open each page, keep what it looks like."""
    target = Path(sys.argv[1]) if sys.argv[1:] else SHOWN
    wanted = _shown() if target == SHOWN else None
    target.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        DATABASES.choosing(SQLITE),
        serving(Path(data), public_url=None, embedder=None) as server,
        chromium() as browser,
    ):
        ada = server.person("ada", is_admin=True)
        pages = _furnished(server, ada)
        for scheme, width in product(("light", "dark"), WIDTHS):
            size = {"width": WIDTHS[width], "height": 900}
            with window(browser, color_scheme=scheme, viewport=size) as page:
                arrive(page, server, ada)
                for name, path in pages.items():
                    file = target / f"{name}-{width}{'-dark' * (scheme == 'dark')}.png"
                    if wanted is None or file.name in wanted:
                        _take(page, server.url + path, file)


def _shown() -> set[str]:
    """The names of the pictures that a page of the docs shows."""
    pages = (ROOT / "README.md", *DOCS.rglob("*.md"))
    return {name for page in pages for name in re.findall(r"pictures/([\w-]+\.png)", page.read_text(encoding="utf-8"))}


def _take(page: Page, address: str, file: Path) -> None:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    print(file)


def _furnished(server: Server, ada: Person) -> dict[str, str]:
    """The account, and the path of each page that is worth a picture."""
    upload(ada, json.dumps({"memories": list(_memories(server))}).encode(), fileName="notes.json")
    server.settle()
    chats = [ingest(ada, sent(f"c{n}", *said) | {"title": title}) for n, (title, said) in enumerate(CHATS.items())]
    begun = upload(ada, sample("chatgpt/synthetic-classic.zip"), fileName="chatgpt-export.zip")
    _agents(server, ada)
    server.settle()
    memory = ada.get("/api/search", query="sourdough hydration")["hits"][0]["id"]
    ada.post(
        "/api/v2/memory/update",
        memoryId=memory,
        text="Sourdough: 75 % hydration, bulk at 26 degrees for four hours, overnight in the fridge.",
    )
    home = _shared(server, ada)
    connection = ada.get("/api/tokens")[0]["id"]
    ada.get("/api/map")  # drawn before the pages are looked at
    return {
        "home": "/",
        "memories": "/memories",
        "memory": f"/memories/{memory}",
        "inbox": "/inbox",
        "buckets": "/buckets",
        "bucket-people": f"/buckets/{home}/people",
        "history": "/history",
        "conversation": f"/history/{chats[0]}",
        "import": "/import",
        "import-report": f"/import/{begun['importId']}",
        "search": "/search?q=which+cake+can+I+bake+without+nuts",
        "asked": "/search/asked",
        "map": "/map",
        "connections": "/connections",
        "connection": f"/connections/{connection}",
        "activity": "/activity",
        "settings": "/settings",
        "users": "/settings/users",
        "account": "/settings/account",
        "search-model": "/settings/model",
    }


def _memories(server: Server) -> Iterator[dict[str, str]]:
    """The made-up notes, spread over the last year."""
    random, now = Random(7), server.installation.clock.now()  # noqa: S311 - the same places each time
    for bucket, texts in json.loads(MEMORIES.read_text(encoding="utf-8")).items():
        for text in texts:
            moment = now - timedelta(days=random.triangular(0, 350, 30), hours=random.uniform(0, 12))
            yield {"text": text, "bucket": bucket, "created_at": moment.isoformat()}


def _agents(server: Server, ada: Person) -> None:
    """Two tools at work: one that asks and proposes, one that fills the inbox."""
    claude = _connected(ada, "Claude", "propose")
    for query in ASKED:
        claude.found(query)
    pears = ada.get("/api/search", query="pear tree was pruned")["hits"][0]["id"]
    change = "The pear tree was pruned on a frosty day in February; water shoots come off in summer."
    claude.post("/api/v2/memory/update", memoryId=pears, text=change)
    claude.store("Runs with a stride of 165 steps a minute since the knee hurt.")
    cursor = _connected(ada, "Cursor", "inbox")
    cursor.store("Uses ruff with a line length of 120 in every repository.")
    cursor.store("Tests are named after the promise they prove.")
    server.settle()


def _shared(server: Server, ada: Person) -> str:
    """The id of a bucket that Ada shares with two people; one of them shares another with her."""
    lena, tom = (server.person(name) for name in ("lena", "tom"))
    (shared,) = (str(bucket["id"]) for bucket in ada.get("/api/buckets") if bucket["name"] == "Home")
    for friend, role in ((lena, "editor"), (tom, "viewer")):
        ada.post(f"/api/buckets/{shared}/members", name=friend.name, role=role)
    lena.post(f"/api/invitations/{shared}/accept")
    choir = lena.bucket("Choir")
    lena.patch(f"/api/buckets/{choir}", description="Rehearsals, songs and who brings the cake.")
    lena.post(f"/api/buckets/{choir}/members", name=ada.name)
    ada.post(f"/api/invitations/{choir}/accept")
    return shared


def _connected(ada: Person, name: str, policy: str) -> Client:
    return Client(ada.http, ada.post("/api/tokens", name=name, policy=policy)["token"])


if __name__ == "__main__":
    main()
