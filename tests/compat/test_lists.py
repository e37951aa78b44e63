"""How lists are cut into pages."""

import pytest

from people import Person, refused

PATHS = ["/api/memory", "/api/v2/memory"]


def _texts(ada: Person, path: str, **query: object) -> list[str]:
    answer = ada.get(path, **query, v=2)
    memories = answer["data"] if path == "/api/memory" else answer["memories"]
    return [memory["text"] for memory in memories]


@pytest.mark.requirement("rest:lists:newest")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(("question", "answered"), [({}, 10), ({"count": 3}, 3), ({"latest": True, "count": 2}, 2), (
    {"latest": True}, 10), ({"count": 0}, 0), ({"query": ""}, 10)])  # fmt: skip
def test_without_a_question_the_newest_are_listed(
    ada: Person, path: str, question: dict[str, object], answered: int
) -> None:
    texts = [f"memory {n}" for n in range(12)]
    ada.store_all(*texts)

    assert _texts(ada, path, **question) == texts[::-1][:answered]


@pytest.mark.requirement("rest:lists:all")
@pytest.mark.requirement("rest:lists:skip")
@pytest.mark.parametrize("path", PATHS)
def test_all_gives_a_thousand_at_a_time_and_skip_goes_on(ada: Person, path: str) -> None:
    texts = [f"memory {n}" for n in range(1_250)]
    ada.store_all(*texts[:1_000])
    ada.store_all(*texts[1_000:])

    pages = [_texts(ada, path, all=True, skip=skip) for skip in (0, 1_000, 2_000)]

    assert [len(page) for page in pages] == [1_000, 250, 0]
    assert pages[0] + pages[1] == texts[::-1]


@pytest.mark.requirement("rest:lists:skip")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("question", [{}, {"latest": True}])
def test_skip_goes_on_without_gap_or_repetition(ada: Person, path: str, question: dict[str, object]) -> None:
    texts = [f"memory {n}" for n in range(25)]
    ada.store_all(*texts)

    pages = [_texts(ada, path, count=7, skip=skip, **question) for skip in range(0, 28, 7)]

    assert [text for page in pages for text in page] == texts[::-1]


@pytest.mark.requirement("rest:lists:skip-query")
@pytest.mark.parametrize(("path", "size"), [("/api/memory", 5), ("/api/v2/memory", 40)])
@pytest.mark.parametrize("stored", [60, 420])
def test_skip_goes_on_in_the_same_ranking(ada: Person, path: str, size: int, stored: int) -> None:
    texts = {
        f"{'green ' * (n % 5)}tea with {word} {n}" for n, word in enumerate(["milk", "honey", "mint"] * (stored // 3))
    }
    ada.store_all(*texts)

    pages: list[list[str]] = []
    while page := _texts(ada, path, query="green tea with honey", count=size, skip=len(pages) * size):
        pages.append(page)

    gathered = [text for page in pages for text in page]
    assert len(gathered) == len(set(gathered))
    assert set(gathered) == texts


@pytest.mark.requirement("rest:lists:skip-query")
def test_a_page_of_a_ranking_is_the_same_in_every_cut(ada: Person) -> None:
    ada.store_all(*(f"{'green ' * (n % 7)}tea number {n}" for n in range(300)))

    long = _texts(ada, "/api/v2/memory", query="green tea", count=250)

    assert _texts(ada, "/api/v2/memory", query="green tea", count=50) == long[:50]
    assert _texts(ada, "/api/v2/memory", query="green tea", count=30, skip=200) == long[200:230]


@pytest.mark.requirement("rest:lists:count")
@pytest.mark.parametrize("stored", [30, 260])
@pytest.mark.parametrize("question", [{}, {"all": True}, {"latest": True}, {"query": "tea"}])
def test_count_is_the_number_over_all_pages(ada: Person, stored: int, question: dict[str, object]) -> None:
    trashed, *_ = ada.store_all(*(f"tea number {n}" for n in range(stored + 1)))
    ada.delete(f"/api/memories/{trashed}")

    counts = {
        ada.get("/api/memory", count=3, skip=skip, **question)["count"] for skip in (0, 3, stored - 1, stored + 9)
    }

    assert counts == {stored}


@pytest.mark.requirement("rest:lists:numbers")
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", ["count", "skip"])
@pytest.mark.parametrize("value", ["-1", "abc", "1.5", "1e99", "NaN", "99999999999999999999999", "²"])
def test_a_number_that_is_none_is_a_400(ada: Person, path: str, name: str, value: str) -> None:
    assert name in refused(ada.send("GET", path, params={name: value}), 400)


@pytest.mark.requirement("rest:lists:numbers")
@pytest.mark.parametrize("value", ["-1", "abc", "1.5", "General"])
def test_a_bucket_id_that_is_no_number_is_refused(ada: Person, value: str) -> None:
    answer = ada.send("GET", "/api/v2/memory", params={"bucketId": value})

    refused(answer, 404 if value == "-1" else 400)
