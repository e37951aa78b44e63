"""Inviting, accepting, leaving and taking access away over REST, and what shared memories look like."""

import pytest
from stages import come_in

from people import Person, refused
from servers import Server


@pytest.fixture
def pond(ada: Person) -> int:
    return ada.bucket("Pond")


def _bucket(person: Person, bucket: int) -> dict[str, object] | None:
    found: dict[str, object] | None = next((b for b in person.get("/api/buckets") if b["id"] == str(bucket)), None)
    return found


def test_an_invitation_is_shown_and_lets_in_once_it_is_accepted(ada: Person, ben: Person, pond: int) -> None:
    made = ada.post(f"/api/buckets/{pond}/members", name=ben.name.upper(), role="viewer")

    assert (made["userId"], made["name"], made["role"], made["state"]) == (ben.user_id, ben.name, "viewer", "invited")
    (invitation,) = ben.get("/api/invitations")
    offered = {"bucketId": str(pond), "bucketName": "Pond", "ownerId": ada.user_id, "sharedBy": ada.name}
    assert invitation == offered | {"role": "viewer"}
    assert _bucket(ben, pond) is None
    assert ben.post(f"/api/invitations/{pond}/accept") == _bucket(ben, pond)
    assert ben.get("/api/invitations") == []
    assert [m["state"] for m in ada.get(f"/api/buckets/{pond}/members")] == ["accepted"]


def test_a_shared_bucket_says_whose_it_is_and_its_own_says_with_how_many(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)

    assert _bucket(ada, pond) == {"id": str(pond), "name": "Pond", "memoryCount": 0, "memberCount": 1}
    shared = {"id": str(pond), "name": "Pond", "memoryCount": 0, "sharedBy": ada.name, "role": "contributor"}
    assert _bucket(ben, pond) == shared | {"ownerId": ada.user_id}
    (numbered,) = [b for b in ben.get("/api/v2/memory")["buckets"] if b["id"] == pond]
    assert numbered == shared | {"id": pond}


def test_an_invitation_that_is_declined_lets_nobody_in(ada: Person, ben: Person, pond: int) -> None:
    ada.post(f"/api/buckets/{pond}/members", name=ben.name)
    ben.post(f"/api/invitations/{pond}/decline")

    assert ben.get("/api/invitations") == []
    refused(ben.send("POST", f"/api/invitations/{pond}/accept"), 404)
    assert ada.get(f"/api/buckets/{pond}/members") == []


def test_memories_say_who_wrote_them_where_several_people_may(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    hers, his = ada.store("the pike", bucketId=pond), ben.store("the carp", bucketId=pond)
    alone = ada.store("her own")

    for person in (ada, ben):
        assert person.get(f"/api/memories/{his}")["author"] == ben.name
    assert ben.get(f"/api/memories/{hers}")["author"] == ada.name
    assert "author" not in ada.get(f"/api/memories/{alone}")
    assert {hit["author"] for hit in ben.get("/api/search", query="pike carp")["hits"]} == {ada.name, ben.name}


def test_private_and_shared_memories_stand_in_one_ranking_and_one_list(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    ada.store("Ada's own pike is in the freezer")
    ada.store("A pike of 12 kilograms lives in the pond", bucketId=pond)
    ben.store("Ben caught a pike on Sunday")
    ada.store("Nobody swims in the pond", bucketId=pond)

    assert set(ben.found("pike")[:2]) == {"A pike of 12 kilograms lives in the pond", "Ben caught a pike on Sunday"}
    assert not any("freezer" in text for text in ben.found("pike"))
    assert ben.texts(all=True) == [
        "Nobody swims in the pond",
        "Ben caught a pike on Sunday",
        "A pike of 12 kilograms lives in the pond",
    ]
    assert ben.get("/api/memory", all=True)["count"] == 3


def test_a_link_lets_in_whoever_has_it_until_it_is_revoked(ada: Person, ben: Person, cy: Person, pond: int) -> None:
    made = ada.post(f"/api/buckets/{pond}/links", role="editor", days=1)
    secret = made["url"].rpartition("/join/")[2]

    assert ben.get(f"/api/share-links/{secret}")["bucketName"] == "Pond"
    assert ben.post(f"/api/share-links/{secret}")["role"] == "editor"
    assert _bucket(ben, pond)
    assert "url" not in ada.get(f"/api/buckets/{pond}/links")[0]
    ada.delete(f"/api/buckets/{pond}/links")
    for method in ("GET", "POST"):
        refused(cy.send(method, f"/api/share-links/{secret}"), 404)
    assert _bucket(ben, pond), "who came in stays"


@pytest.mark.parametrize("leaves", [True, False], ids=["leaves", "is taken out"])
def test_who_is_out_sees_nothing_at_once(ada: Person, ben: Person, pond: int, leaves: bool) -> None:
    come_in(ada, ben, pond)
    memory_id = ben.store("the carp", bucketId=pond)

    (ben if leaves else ada).delete(f"/api/buckets/{pond}/members/{ben.user_id}")

    assert (ben.texts(all=True), ben.found("carp")) == ([], [])
    refused(ben.send("GET", f"/api/memories/{memory_id}"), 404)
    refused(ben.send("POST", "/api/memory", json={"text": "x", "bucketId": pond}), 404)
    assert ada.get(f"/api/memories/{memory_id}")["author"] == ben.name


def test_what_a_role_forbids_is_said_with_who_can_change_it(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond, role="viewer")
    sentence = refused(ben.send("POST", "/api/memory", json={"text": "x", "bucketId": pond}), 403)

    assert "viewer" in sentence
    assert "owner" in sentence or ada.name in sentence


@pytest.mark.parametrize(
    ("name", "status"), [("nobody-is-called-this", 404), ("{ada}", 400), ("", 404)], ids=["unknown", "oneself", "empty"]
)
def test_only_somebody_else_who_is_here_can_be_invited(ada: Person, pond: int, name: str, status: int) -> None:
    wanted = {"name": name.format(ada=ada.name)}
    refused(ada.send("POST", f"/api/buckets/{pond}/members", json=wanted), status)
    assert ada.get(f"/api/buckets/{pond}/members") == []


def test_general_is_not_shared(ada: Person, ben: Person) -> None:
    path = f"/api/buckets/{ada.general()}"
    refused(ada.send("POST", f"{path}/members", json={"name": ben.name}), 400)
    refused(ada.send("POST", f"{path}/links", json={}), 400)


def test_a_name_means_ones_own_bucket_before_a_shared_one(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    memory_id, second = ben.store_all("the carp", "the eel")
    moved = ben.post("/api/v2/memory/update", memoryId=memory_id, bucketName="Pond")
    assert ben.get(f"/api/memories/{moved['memoryIds'][0]}")["metadata"]["bucketId"] == pond

    own = ben.bucket("Pond")
    ben.post("/api/v2/memory/update", memoryId=second, bucketName="Pond")
    assert ben.get(f"/api/memories/{second}")["metadata"]["bucketId"] == own


def test_two_shared_buckets_of_one_name_have_to_be_told_apart(ada: Person, ben: Person, cy: Person) -> None:
    ponds = [owner.bucket("Pond") for owner in (ada, cy)]
    for owner, bucket in zip((ada, cy), ponds, strict=True):
        come_in(owner, ben, bucket)
    memory_id = ben.store("the carp")

    moving = {"memoryId": memory_id, "bucketName": "Pond"}
    sentence = refused(ben.send("POST", "/api/v2/memory/update", json=moving), 400)
    assert all(str(told) in sentence for told in (*ponds, ada.name, cy.name))


def test_a_token_can_be_limited_to_a_shared_bucket(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    ada.store("the pike", bucketId=pond)
    ben.store("his own")
    limited = ben.with_token(bucketIds=[pond])

    assert limited.texts(all=True) == ["the pike"]
    limited.store("the carp")
    assert set(ada.texts(all=True)) == {"the pike", "the carp"}


def test_a_token_that_is_limited_to_other_buckets_sees_no_shared_one(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    ada.store("the pike", bucketId=pond)
    limited = ben.with_token(bucketIds=[ben.bucket("Work")])

    assert limited.found("pike") == []
    assert [bucket["name"] for bucket in limited.get("/api/buckets")] == ["Work"]


def test_what_a_guests_tool_may_only_propose_waits_for_the_owner(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond, role="editor")
    memory_id = ada.store("the pike", bucketId=pond)
    ben.with_token(policy="propose").post("/api/v2/memory/update", memoryId=memory_id, text="the carp")
    ben.with_token("third", policy="inbox").store("the eel", bucketId=pond)

    inbox = ada.get("/api/inbox")
    assert [each["author"] for each in inbox["data"]] == [ben.name]
    assert [each["author"] for each in inbox["proposals"]] == [ben.name]
    assert ben.get("/api/inbox")["count"] == 0
    ada.post("/api/inbox/approve", ids=[inbox["proposals"][0]["id"], inbox["data"][0]["id"]])
    assert set(ada.texts(all=True)) == {"the carp", "the eel"}


def test_both_logs_say_what_a_guest_did(ada: Person, ben: Person, pond: int, server: Server) -> None:
    come_in(ada, ben, pond)
    memory_id = ben.store("the carp", bucketId=pond)
    server.settle()

    hers = [entry for entry in ada.get("/api/audit") if memory_id in entry["items"]]
    his = [entry for entry in ben.get("/api/audit") if memory_id in entry["items"]]
    assert [entry["author"] for entry in hers] == [ben.name]
    assert [entry["action"] for entry in his] == ["memory.add"]
    assert hers[0]["tokenId"] is None


def test_an_owners_export_holds_what_guests_wrote_and_a_guests_does_not(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    ben.store("the carp", bucketId=pond)

    assert "the carp" in ada.send("GET", "/api/export").text
    assert "the carp" not in ben.send("GET", "/api/export").text


def test_what_somebody_wrote_stays_when_their_account_is_gone(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    memory_id = ben.store("the carp", bucketId=pond)
    ada.send("DELETE", f"/api/users/{ben.user_id}", json={"name": ben.name})

    assert ada.get(f"/api/memories/{memory_id}")["author"] == "someone who has left"
    assert ada.get(f"/api/buckets/{pond}/members") == []


def test_each_version_says_which_guest_made_it(ada: Person, ben: Person, cy: Person, pond: int) -> None:
    for guest in (ben, cy):
        come_in(ada, guest, pond, role="editor")
    memory_id = ben.store("the carp", bucketId=pond)
    cy.post("/api/v2/memory/update", memoryId=memory_id, text="the koi")
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="the old koi")

    for person, owner in ((ben, ada.name), (ada, None)):
        versions = person.get(f"/api/memories/{memory_id}/versions")["versions"]
        assert [version.get("author") for version in versions] == [owner, cy.name, ben.name]
    assert cy.get(f"/api/memories/{memory_id}")["author"] == ben.name


def test_an_owner_does_not_undo_what_a_guest_did(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond, role="editor")
    memory_id = ada.store("the pike", bucketId=pond)
    ben.post("/api/v2/memory/update", memoryId=memory_id, text="the carp")

    assert ada.post("/api/memories/undo", memoryIds=[memory_id])["missing"] == [memory_id]
    assert ada.texts() == ["the carp"]


def test_the_owners_log_names_whom_they_invited_and_let_go_and_no_other_log_does(
    ada: Person, ben: Person, pond: int
) -> None:
    come_in(ada, ben, pond)
    ada.delete(f"/api/buckets/{pond}/members/{ben.user_id}")
    hers = {entry["action"]: entry for entry in ada.get("/api/audit", kind="access")}

    for action in ("member.invite", "member.remove"):
        assert (hers[action]["people"], hers[action]["items"]) == ([ben.name], [str(pond), ben.user_id])
    assert (hers["member.accept"]["author"], hers["member.accept"].get("people")) == (ben.name, None)
    assert not any("people" in entry for entry in ben.get("/api/audit"))


def test_a_move_into_a_shared_bucket_is_taken_back_at_both_ends(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    ids = ben.store_all("the carp", "the pike", "the eel")
    copies = ben.post("/api/v2/memory/update", memoryIds=ids, bucketId=pond)["memoryIds"]
    ada.post("/api/v2/memory/update", memoryId=copies[0], text="the old carp")
    ben.post("/api/memories/restore", memoryIds=[ids[1]])

    undone = ben.post("/api/memories/undo", memoryIds=ids, copyIds=copies)
    assert undone == {"changed": 1, "missing": ids[:2]}
    assert sorted(ada.texts()) == ["the old carp", "the pike"]
    assert sorted(ben.texts()) == ["the eel", "the old carp", "the pike", "the pike"], "one's own and the shared one's"
    assert ada.get("/api/trash")["count"] == 1


def test_a_move_out_of_a_shared_bucket_is_the_owners_to_take_back(ada: Person, ben: Person, pond: int) -> None:
    come_in(ada, ben, pond)
    carp = ben.store("the carp", bucketId=pond)
    (copy,) = ben.post("/api/v2/memory/update", memoryIds=[carp], bucketId=ben.general())["memoryIds"]

    assert ben.post("/api/memories/undo", memoryIds=[carp], copyIds=[copy]) == {"changed": 0, "missing": [carp]}
    assert (ada.texts(), ben.texts()) == ([], ["the carp"])
    refused(ben.send("POST", "/api/memories/undo", json={"memoryIds": [carp, copy], "copyIds": [copy]}), 400)
