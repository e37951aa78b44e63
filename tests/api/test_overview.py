"""The account at a glance and its maps, as programs get them."""

import pytest

from people import Person, refused
from servers import Server
from themes import TEXTS


def test_the_overview_tells_what_the_start_page_tells(ada: Person, server: Server) -> None:
    memory_id = ada.store("Ada drinks green tea")
    ada.get("/api/search", query="tea")
    server.settle()
    overview = ada.get("/api/overview")

    assert (overview["memories"], overview["buckets"], overview["chats"], overview["inbox"]) == (1, 1, 0, 0)
    assert [each["id"] for each in overview["added"]] == [memory_id]
    assert [(each["times"], each["memoryIds"]) for each in overview["recalled"]] == [(1, [memory_id])]
    assert (overview["days"][-1]["added"], overview["days"][-1]["recalls"]) == (1, 1)
    assert overview["withoutVector"] == 0


def test_a_token_of_one_bucket_sees_that_bucket_alone(ada: Person, server: Server) -> None:
    ada.bucket("Work")
    ada.store("Ada drinks green tea")
    limited = ada.with_token(buckets=["Work"])
    limited.store("a report")
    limited.get("/api/search", query="report")
    server.settle()
    overview = limited.get("/api/overview")

    assert (overview["memories"], overview["days"][-1]["added"], overview["days"][-1]["recalls"]) == (1, 1, 0)
    assert ([each["text"] for each in overview["added"]], overview["recalled"]) == (["a report"], [])
    assert [month["count"] for month in limited.get("/api/map")["months"]] == [1]


def test_a_zone_that_there_is_not_is_refused(ada: Person) -> None:
    assert "Europe/Berlin" in refused(ada.send("GET", "/api/overview", params={"timeZone": "Mars"}), 400)


def test_the_map_counts_every_memory_once_and_is_the_same_each_time(ada: Person) -> None:
    ids = ada.store_all(*TEXTS)
    drawn = ada.get("/api/map")

    assert sum(cluster["count"] for cluster in drawn["clusters"]) == len(TEXTS)
    assert sorted(dot["memoryId"] for cluster in drawn["clusters"] for dot in cluster["dots"]) == sorted(ids)
    assert [(month["count"], drawn["note"]) for month in drawn["months"]] == [(len(TEXTS), None)]
    ada.delete(f"/api/memories/{ada.store('something else')}")
    assert ada.get("/api/map") == drawn


def test_a_cluster_is_read_in_parts_the_most_typical_first(ada: Person) -> None:
    ada.store_all(*TEXTS)
    cluster = ada.get("/api/map")["clusters"][0]
    path = f"/api/map/clusters/{cluster['memoryId']}"
    whole, part = ada.get(path), ada.get(path, count=2, skip=1)

    assert (whole["count"], len(whole["data"]), whole["words"]) == (
        cluster["count"],
        cluster["count"],
        cluster["words"],
    )
    assert part["data"] == whole["data"][1:3]
    assert whole["data"][0]["id"] == cluster["memoryId"]


@pytest.mark.parametrize("count", [0, 11])
def test_a_map_of_too_little_says_why_it_is_none(ada: Person, count: int) -> None:
    if count:
        ada.store_all(*TEXTS[:count])

    assert ada.get("/api/map")["clusters"] == []
    assert "12 memories" in ada.get("/api/map")["note"]
    assert ada.send("GET", "/api/map/clusters/any").status_code == 404


def test_memories_that_are_all_the_same_make_a_map_too(ada: Person) -> None:
    ada.store_all(*["tea"] * 20)

    assert sum(cluster["count"] for cluster in ada.get("/api/map")["clusters"]) == 20
