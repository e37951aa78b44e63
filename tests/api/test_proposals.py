"""Changes that wait for the user: how they are shown, approved, rejected and outlived."""

import pytest

from onememory.domain.proposals import WAITING_AT_MOST
from people import Client, Person, refused
from proposing import CHANGES, approve, change, proposals, state


@pytest.fixture
def agent(ada: Person) -> Client:
    return ada.with_token(policy="propose")


@pytest.mark.parametrize("name", CHANGES)
def test_an_approved_change_is_what_was_asked_for(ada: Person, agent: Client, name: str) -> None:
    ada.bucket("Work")
    proposed, at_once = ada.store("old"), ada.store("old")
    (proposal_id,) = change(agent, name, proposed)["proposalIds"]
    change(ada, name, at_once)

    assert approve(ada, proposal_id) == {"changed": 1, "missing": [], "refused": []}

    assert state(ada, proposed) == state(ada, at_once)
    assert proposals(ada) == []
    assert (ada.found("new") == ["new", "new"]) is (name == "edit")


def test_a_person_sees_before_and_after_and_who_proposed(ada: Person, agent: Client) -> None:
    work, memory_id = ada.bucket("Work"), ada.store("Ada lives in Oslo")
    edit = {"memoryId": memory_id, "text": "Ada lives in Bergen", "bucketId": work, "source": "codex"}
    agent.post("/api/v2/memory/update", **edit)

    (proposal,) = proposals(ada)

    assert (proposal["before"]["text"], proposal["after"]["text"]) == ("Ada lives in Oslo", "Ada lives in Bergen")
    assert (proposal["before"]["bucketName"], proposal["after"]["bucketName"]) == ("General", "Work")
    assert (proposal["kind"], proposal["memoryId"], proposal["isOutdated"]) == ("edit", memory_id, False)
    origin = proposal["provenance"]
    assert (origin["trust"], origin["source"]) == ("assistant", "codex")
    connection = ada.get("/api/tokens")[0]
    assert (origin["tokenId"], proposal["connection"]) == (connection["id"], connection["name"])


def test_the_versions_show_who_proposed_and_who_approved(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")
    approve(ada, *change(agent, "edit", memory_id)["proposalIds"])
    agents, adas = (token["id"] for token in ada.get("/api/tokens"))

    versions = ada.get(f"/api/memories/{memory_id}/versions")["versions"]

    told = [(v["change"], v["provenance"]["tokenId"], v["provenance"]["trust"]) for v in versions]
    assert told == [("approved", adas, "stated"), ("edited", agents, "assistant"), ("created", adas, "stated")]


def test_a_rejected_change_is_not_made(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")
    (proposal_id,) = change(agent, "delete", memory_id)["proposalIds"]

    assert ada.post("/api/inbox/reject", ids=[proposal_id, "nothing"]) == {
        "changed": 1,
        "missing": ["nothing"],
        "refused": [],
    }

    assert (state(ada, memory_id)[2], proposals(ada)) == ("active", [])


def test_one_verdict_takes_memories_and_proposals(ada: Person, agent: Client) -> None:
    waiting = ada.with_token(policy="inbox").store("waits")
    (proposal_id,) = change(agent, "edit", ada.store("old"))["proposalIds"]

    assert approve(ada, waiting, proposal_id)["changed"] == 2

    assert set(ada.texts()) == {"waits", "new"}
    assert ada.get("/api/inbox") == {"data": [], "count": 0, "proposals": [], "proposalCount": 0}


def test_a_change_is_approved_once(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")
    (proposal_id,) = change(agent, "edit", memory_id)["proposalIds"]
    approve(ada, proposal_id)
    version = ada.get(f"/api/memories/{memory_id}")["version"]

    assert approve(ada, proposal_id) == {"changed": 0, "missing": [proposal_id], "refused": []}
    assert ada.get(f"/api/memories/{memory_id}")["version"] == version


def test_the_same_proposal_of_one_token_waits_once(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")

    first, again = change(agent, "edit", memory_id), change(agent, "edit", memory_id)
    change(ada.with_token(policy="propose"), "edit", memory_id)

    assert first["proposalIds"] == again["proposalIds"]
    assert len(proposals(ada)) == 2


def test_a_change_of_what_has_changed_since_is_refused(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")
    (proposal_id,) = change(agent, "edit", memory_id)["proposalIds"]
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="mine")

    assert proposals(ada)[0]["isOutdated"] is True
    answer = approve(ada, proposal_id)

    assert (answer["changed"], answer["refused"][0]["id"]) == (0, proposal_id)
    assert "has changed since" in answer["refused"][0]["error"]
    assert state(ada, memory_id)[0] == "mine"


def test_an_edit_of_what_was_only_moved_since_is_made(ada: Person, agent: Client) -> None:
    work, memory_id = ada.bucket("Work"), ada.store("old")
    (proposal_id,) = change(agent, "edit", memory_id)["proposalIds"]
    change(ada, "move", memory_id)

    assert approve(ada, proposal_id)["changed"] == 1
    assert state(ada, memory_id) == ("new", work, "active")


def test_an_outdated_proposal_gives_way_to_the_same_one_made_anew(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")
    change(agent, "edit", memory_id)
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="mine")

    fresh = change(agent, "edit", memory_id)["proposalIds"]

    assert [(p["id"], p["isOutdated"]) for p in proposals(ada)] == [(fresh[0], False)]


def test_the_first_of_two_approved_deletions_settles_the_other(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")
    first = change(agent, "delete", memory_id)["proposalIds"]
    second = change(ada.with_token(policy="propose"), "delete", memory_id)["proposalIds"]

    answer = approve(ada, *first, *second)

    assert (answer["changed"], [r["id"] for r in answer["refused"]]) == (1, second)
    assert (state(ada, memory_id)[2], proposals(ada)) == ("trashed", [])


def test_a_move_into_a_bucket_that_is_gone_is_refused_with_a_reason(ada: Person, agent: Client) -> None:
    work = ada.bucket("Work")
    (proposal_id,) = change(agent, "move", ada.store("old"))["proposalIds"]
    ada.delete(f"/api/buckets/{work}")

    (refusal,) = approve(ada, proposal_id)["refused"]

    assert "There is no bucket" in refusal["error"]


@pytest.mark.parametrize("take_away", ["trash", "erase", "redact"])
def test_what_was_proposed_for_a_memory_goes_with_it(ada: Person, agent: Client, take_away: str) -> None:
    memory_id = ada.store("old", source="app")
    ada.post("/api/v2/memory/update", memoryId=memory_id, text="without the secret")
    change(agent, "edit", memory_id)

    if take_away == "trash":
        ada.delete(f"/api/memories/{memory_id}")
    elif take_away == "erase":
        ada.post("/api/memories/purge", source="app", erase=True)
    else:
        ada.post(f"/api/memories/{memory_id}/versions/1/redact")

    assert proposals(ada) == []


def test_what_a_token_proposed_is_withdrawn_with_what_it_wrote(ada: Person, agent: Client) -> None:
    memory_id, token_id = ada.store("old"), ada.get("/api/tokens")[0]["id"]
    written = agent.store("by the agent")
    (proposal_id,) = change(agent, "edit", memory_id)["proposalIds"]
    change(ada.with_token(policy="propose"), "delete", memory_id)

    tried = ada.post("/api/memories/purge", tokenId=token_id, dryRun=True)
    assert (tried["memoryIds"], tried["proposalIds"], len(proposals(ada))) == ([written], [proposal_id], 2)

    ada.post("/api/memories/purge", tokenId=token_id)
    assert [proposal["kind"] for proposal in proposals(ada)] == ["delete"]


def test_no_more_proposals_wait_than_a_person_can_see_through(ada: Person, agent: Client) -> None:
    for _ in range(WAITING_AT_MOST // 100):
        agent.post("/api/memories/bulk-delete", memoryIds=ada.store_all(*(f"tea {n}" for n in range(100))))
    memory_id = ada.store("one more")

    sentence = refused(agent.send("DELETE", f"/api/memories/{memory_id}"), 409)

    assert "1,000 changes wait" in sentence
    assert ada.get("/api/inbox")["proposalCount"] == WAITING_AT_MOST


def test_a_bucket_token_sees_and_settles_proposals_of_its_buckets_alone(ada: Person, agent: Client) -> None:
    work = ada.bucket("Work")
    inside, outside = ada.store("old", bucketId=work), ada.store("old")
    limited = ada.with_token(bucketIds=[work])
    (mine,), (hidden,) = (change(agent, "edit", m)["proposalIds"] for m in (inside, outside))
    agent.post("/api/v2/memory/update", memoryId=inside, bucketName="General")

    seen = limited.get("/api/inbox")
    answer = limited.post("/api/inbox/approve", ids=[mine, hidden])

    assert ([p["id"] for p in seen["proposals"]], seen["proposalCount"]) == ([mine], 1)
    assert (answer["changed"], answer["missing"]) == (1, [hidden])
    assert state(ada, outside)[0] == "old"


def test_the_audit_tells_of_proposals_and_verdicts(ada: Person, agent: Client) -> None:
    memory_id = ada.store("old")
    approve(ada, *change(agent, "edit", memory_id)["proposalIds"])
    ada.post("/api/inbox/reject", ids=change(agent, "delete", memory_id)["proposalIds"])

    acts = [entry["action"] for entry in ada.get("/api/audit") if entry["action"].startswith("proposal.")]

    assert acts == ["proposal.reject", "proposal.add", "proposal.approve", "proposal.add"]
