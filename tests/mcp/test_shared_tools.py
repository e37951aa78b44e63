"""Shared buckets through the tools: whose they are, who wrote what, and what a role does not let a model do."""

from pathlib import Path

import pytest
from tool_callers import Caller, Household, together

from onememory.domain.sharing import Role

pytestmark = pytest.mark.usefixtures("database")


async def _shared(people: Household, role: Role) -> tuple[Caller, Caller, int]:
    """Ada, Ben who may do this in her bucket, and its number."""
    ada, ben = await people.person("Ada"), await people.person("Ben")
    bucket: int = (await ada.done("create_bucket", name="Pond"))["id"]
    await ada.services.sharing.invite(ada.by_hand().actor, bucket, "Ben", role)
    await ben.services.joining.accept(ben.by_hand().actor, bucket)
    return ada, ben, bucket


def test_the_list_of_buckets_says_whose_they_are(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        _, ben, bucket = await _shared(people, Role.VIEWER)
        shared = (await ben.done("list_buckets"))["buckets"][-1]
        assert shared == {"id": bucket, "name": "Pond", "memoryCount": 0, "sharedBy": "Ada", "role": "viewer"}

    together(tmp_path, use)


def test_search_finds_private_and_shared_together_and_says_who_wrote(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada, ben, bucket = await _shared(people, Role.VIEWER)
        await ada.store("Ada's own pike")
        await ada.store("The pike of the pond", bucketId=bucket)
        await ben.store("Ben caught a pike")
        found = (await ben.done("search_memories", query="pike"))["memories"]
        assert {item["text"]: item.get("author") for item in found} == {
            "The pike of the pond": "Ada",
            "Ben caught a pike": None,
        }
        titles = [result["title"] for result in (await ben.done("search", query="pike"))["results"]]
        assert [title.partition(" by ")[2] for title in sorted(titles, key=len)] == ["", "Ada: The pike of the pond"]

    together(tmp_path, use)


def test_the_profile_of_the_owner_says_what_guests_wrote(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada, ben, bucket = await _shared(people, Role.CONTRIBUTOR)
        await ada.store("The pike is mine", bucketId=bucket)
        await ben.store("Ada wants all pike sold", bucketId=bucket)
        await ada.done("search_memories", query="pike")
        await ada.services.audit.flush()
        lines = (await ada.profile()).splitlines()
        (hers,) = [line for line in lines if "The pike is mine" in line]
        (his,) = [line for line in lines if "Ada wants all pike sold" in line]
        assert "\u00b7 Ben \u00b7" in his
        assert "Ben \u00b7" not in hers

    together(tmp_path, use)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR])
def test_a_model_is_told_why_it_may_not_change_a_memory(tmp_path: Path, role: Role) -> None:
    async def use(people: Household) -> None:
        ada, ben, bucket = await _shared(people, role)
        memory_id = await ada.store("The pike of the pond", bucketId=bucket)
        said = {
            await ben.refused("update_or_move_memories", memoryId=memory_id, text="No pike"),
            await ben.refused("delete_memories", memoryIds=[memory_id]),
        }
        assert all(role.value in sentence for sentence in said)
        assert (await ada.done("fetch", id=memory_id))["text"] == "The pike of the pond"

    together(tmp_path, use)


def test_a_memory_moved_out_of_a_shared_bucket_is_a_copy_with_a_new_id(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada, ben, bucket = await _shared(people, Role.CONTRIBUTOR)
        memory_id = await ben.store("The carp", bucketId=bucket)
        moved = await ben.done("update_or_move_memories", memoryIds=[memory_id], bucketName="General")
        (copy,) = moved["changed"]
        assert copy != memory_id
        assert (await ben.done("fetch", id=copy))["text"] == "The carp"
        assert (await ada.done("get_memories_and_buckets", bucketId=bucket))["memories"] == []

    together(tmp_path, use)


def test_a_near_duplicate_in_the_shared_bucket_is_named(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        ada, ben, bucket = await _shared(people, Role.CONTRIBUTOR)
        await ada.store("The pike of the pond weighs 12 kilograms", bucketId=bucket)
        stored = await ben.done("store_memory", text="The pike of the pond weighs 12 kilograms", bucketId=bucket)
        assert [item["author"] for item in stored["nearDuplicates"]] == ["Ada"]
        assert stored["bucket"] == "Pond"

    together(tmp_path, use)


def test_a_model_is_told_in_whose_trash_it_puts_something(tmp_path: Path) -> None:
    async def use(people: Household) -> None:
        _, ben, bucket = await _shared(people, Role.CONTRIBUTOR)
        ids = [await ben.store(f"The carp {n}", bucketId=where) for n, where in enumerate([bucket, bucket, bucket])]
        own, other = await ben.store("The pike"), await ben.store("The eel")
        said = [
            (await ben.done("delete_memories", memoryIds=some))["message"]
            for some in (ids[:1], [*ids[1:], own], [other])
        ]
        assert said == [
            "Deleted. It is in the trash of Ada, who can restore it.",
            "Deleted; restore_memories brings back the user's own. 2 are in the trash of Ada, who can restore them.",
            "Moved to the trash; restore_memories brings them back.",
        ]

    together(tmp_path, use)
