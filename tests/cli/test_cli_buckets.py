import pytest

from commands import Commands


def test_a_bucket_is_made_renamed_and_described(commands: Commands) -> None:
    made = commands.ask("buckets", "create", "Kitchen", "--description", "Food")

    commands.ask("buckets", "rename", "kitchen", "Cooking")
    changed = commands.ask("buckets", "describe", "Cooking", "Food and drink")

    assert changed == {"id": made["id"], "name": "Cooking", "memoryCount": 0, "description": "Food and drink"}
    assert [bucket["name"] for bucket in commands.ask("buckets", "list")] == ["General", "Cooking"]


@pytest.mark.parametrize(
    ("where", "moved", "trashed"), [(("--move-to", "General"), 1, 0), (("--trash",), 0, 1)], ids=["moved", "trashed"]
)
def test_the_memories_of_a_deleted_bucket_go_where_they_are_told(
    commands: Commands, where: tuple[str, ...], moved: int, trashed: int
) -> None:
    commands.ask("buckets", "create", "Kitchen")
    commands.ask("add", "Salt is on the shelf", "--bucket", "Kitchen")

    answer = commands.ask("buckets", "delete", "Kitchen", *where)

    assert (answer["moved"], answer["trashed"]) == (moved, trashed)


@pytest.mark.parametrize("where", [(), ("--trash", "--move-to", "General")], ids=["nowhere", "both"])
def test_a_bucket_is_not_deleted_before_it_is_said_where_its_memories_go(
    commands: Commands, where: tuple[str, ...]
) -> None:
    assert commands.run("buckets", "delete", "General", *where, "--json").code == 2


def test_an_unknown_bucket_is_named(commands: Commands) -> None:
    commands.ask("buckets", "create", "Kitchen")

    assert commands.run("add", "text", "--bucket", "Kichen", "--json").error.startswith('There is no bucket "Kichen"')
