import re

import pytest

from commands import Commands
from servers import Server


@pytest.fixture
def house(commands: Commands) -> Commands:
    """Ada, who has a bucket, and Ben."""
    commands.ask("user", "create", "ada")
    commands.ask("user", "create", "ben")
    commands.ask("buckets", "create", "Pond")
    return commands


def _comes_in(house: Commands, role: str = "contributor") -> None:
    house.ask("buckets", "share", "Pond", "ben", "--role", role)
    house.ask("buckets", "accept", "Pond", "--user", "ben")


def _names(house: Commands, user: str) -> list[str]:
    return [bucket["name"] for bucket in house.ask("buckets", "list", "--user", user)]


def test_a_bucket_is_shared_and_left_again(house: Commands) -> None:
    house.ask("buckets", "share", "Pond", "ben", "--role", "viewer")
    (invited,) = house.ask("buckets", "invitations", "--user", "ben")
    house.ask("buckets", "accept", "pond", "--user", "ben")

    assert (invited["bucketName"], invited["sharedBy"], invited["role"]) == ("Pond", "ada", "viewer")
    assert _names(house, "ben") == ["General", "Pond"]
    assert [member["name"] for member in house.ask("buckets", "members", "Pond")] == ["ben"]
    house.ask("buckets", "leave", "Pond", "--user", "ben")
    assert _names(house, "ben") == ["General"]


def test_a_role_is_changed_and_access_taken_away(house: Commands) -> None:
    house.ask("buckets", "share", "Pond", "ben")
    house.ask("buckets", "accept", "Pond", "--user", "ben")

    assert house.ask("buckets", "role", "Pond", "ben", "editor")["role"] == "editor"
    house.ask("buckets", "unshare", "Pond", "ben")
    assert _names(house, "ben") == ["General"]
    assert "is not shared with" in house.run("buckets", "unshare", "Pond", "ben", "--json").error


@pytest.mark.parametrize("whole", [True, False], ids=["the whole link", "its last part"])
def test_a_link_lets_in_until_it_is_revoked(house: Commands, whole: bool) -> None:
    url = house.run("buckets", "link", "Pond", "--days", "1").out.strip()
    link = url if whole else url.rpartition("/")[2]

    assert house.ask("buckets", "join", link, "--user", "ben")["name"] == "Pond"
    assert len(house.ask("buckets", "links", "Pond")) == 1
    house.ask("buckets", "unlink", "Pond")
    house.ask("user", "create", "cy")
    assert house.run("buckets", "join", link, "--user", "cy", "--json").code == 1


@pytest.mark.parametrize("command", [("buckets", "link", "Pond"), ("user", "link", "ben")], ids=["bucket", "password"])
@pytest.mark.parametrize("base", [None, "https://memory.example.org"], ids=["loopback", "public"])
def test_a_link_that_works_on_one_machine_only_is_called_so(
    house: Commands, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], base: str | None
) -> None:
    if base:
        monkeypatch.setenv("ONEMEMORY_PUBLIC_URL", base)
    made = house.run(*command)

    assert made.out.startswith(base or "http://127.0.0.1")
    assert ("this machine only" in made.err and "ONEMEMORY_PUBLIC_URL" in made.err) is (base is None)


def test_an_invitation_is_declined(house: Commands) -> None:
    house.ask("buckets", "share", "Pond", "ben")
    house.ask("buckets", "decline", "Pond", "--user", "ben")

    assert house.ask("buckets", "members", "Pond") == []
    assert "no invitation" in house.run("buckets", "accept", "Pond", "--user", "ben", "--json").error


def test_lists_say_whose_a_bucket_is_and_who_wrote_what(house: Commands) -> None:
    house.ask("buckets", "share", "Pond", "ben")
    house.ask("buckets", "accept", "Pond", "--user", "ben")
    stored = house.ask("add", "the carp", "--bucket", "Pond", "--user", "ben")["memoryId"]

    assert re.search(r"Pond\t\d+\t1\t\tby ada, as contributor", house.run("buckets", "list", "--user", "ben").out)
    assert re.search(r"Pond\t\d+\t1\t\twith 1 person", house.run("buckets", "list").out)
    assert re.search(r"author: +ben", house.run("show", stored).out)
    assert all("\tPond\tby ben\t" in house.run(*words).out for words in (["list"], ["search", "carp"]))


def test_a_guest_reads_which_versions_the_owner_made(house: Commands) -> None:
    _comes_in(house)
    memory_id = house.ask("add", "the pike", "--bucket", "Pond")["memoryId"]

    assert re.search(r"Version 1, .*, ada$", house.run("show", memory_id, "--user", "ben").out, re.MULTILINE)
    assert "ada" not in house.run("show", memory_id).out


def test_what_a_guest_proposes_and_adds_waits_under_their_name(server: Server, commands: Commands) -> None:
    where = ("--data", server.settings.data)
    for name in ("host", "guest"):
        commands.ask("user", "create", name, *where)
    commands.ask("buckets", "create", "Waits", "--user", "host", *where)
    commands.ask("buckets", "share", "Waits", "guest", "--role", "editor", "--user", "host", *where)
    commands.ask("buckets", "accept", "Waits", "--user", "guest", *where)
    memory_id = commands.ask("add", "the pike", "--bucket", "Waits", "--user", "host", *where)["memoryId"]
    secret = commands.ask("token", "create", "x", "--policy", "propose", "--user", "guest", *where)["token"]
    commands.run("edit", memory_id, "the carp", "--url", server.url, "--token", secret)

    assert "by guest (api)" in commands.run("inbox", "list", "--user", "host", *where).out


def test_whoever_deletes_in_a_shared_bucket_is_told_who_can_restore_it(house: Commands) -> None:
    _comes_in(house)
    his, hers = (house.ask("add", "the carp", "--bucket", "Pond", "--user", who)["memoryId"] for who in ("ben", "ada"))

    deleted = house.run("rm", his, "--user", "ben").out
    assert deleted == "1 deleted. It is in the trash of ada, who can restore it.\n"
    assert "`onememory restore ID`" in house.run("rm", hers).out


def test_a_move_between_people_tells_the_new_id(house: Commands) -> None:
    _comes_in(house)
    memory_id = house.ask("add", "the eel", "--user", "ben")["memoryId"]
    moved = house.run("move", memory_id, "--to", "Pond", "--user", "ben").out

    (copy,) = house.ask("list", "--bucket", "Pond")["memories"]
    assert copy["id"] in moved
    assert copy["id"] != memory_id


def test_a_name_that_two_people_share_needs_the_id(house: Commands) -> None:
    house.ask("user", "create", "cy")
    house.ask("buckets", "create", "Pond", "--user", "cy")
    for owner in ("ada", "cy"):
        house.ask("buckets", "share", "Pond", "ben", "--user", owner)
    assert "give its id" in house.run("buckets", "accept", "Pond", "--user", "ben", "--json").error

    for invitation in house.ask("buckets", "invitations", "--user", "ben"):
        house.ask("buckets", "accept", invitation["bucketId"], "--user", "ben")
    error = house.run("add", "x", "--bucket", "Pond", "--user", "ben", "--json").error
    assert all(name in error for name in ("ada", "cy", "give its id"))


@pytest.fixture
def ponds(house: Commands) -> Commands:
    """Ben has come into a bucket of Ada's and one of Cy's, which bear the name of one of his own."""
    house.ask("user", "create", "cy")
    for owner in ("ben", "cy"):
        house.ask("buckets", "create", "Pond", "--user", owner)
    for owner in ("ada", "cy"):
        house.ask("buckets", "share", "Pond", "ben", "--user", owner)
        house.ask("buckets", "accept", "Pond", "--of", owner, "--user", "ben")
    return house


def test_of_several_buckets_of_one_name_it_is_said_whose_is_left(ponds: Commands) -> None:
    error = ponds.run("buckets", "leave", "Pond", "--user", "ben", "--json").error
    assert sorted(re.findall(r"\d+ of (\w+)", error.partition("`--of NAME`: ")[2])) == ["ada", "cy"]

    assert [each["name"] for each in ponds.ask("buckets", "members", "Pond", "--of", "cy", "--user", "ben")] == ["ben"]
    ponds.ask("buckets", "leave", "pond", "--of", "CY", "--user", "ben")
    assert ponds.ask("buckets", "members", "Pond", "--user", "cy") == []
    assert "cy does not share" in ponds.run("buckets", "leave", "Pond", "--of", "cy", "--user", "ben", "--json").error
    ponds.ask("buckets", "leave", "Pond", "--user", "ben")
    assert [bucket.get("sharedBy") for bucket in ponds.ask("buckets", "list", "--user", "ben")] == [None, None]


def test_of_several_invitations_into_buckets_of_one_name_it_is_said_whose_is_meant(house: Commands) -> None:
    house.ask("user", "create", "cy")
    house.ask("buckets", "create", "Pond", "--user", "cy")
    for owner in ("ada", "cy"):
        house.ask("buckets", "share", "Pond", "ben", "--user", owner)

    assert "--of NAME" in house.run("buckets", "accept", "Pond", "--user", "ben", "--json").error
    assert house.ask("buckets", "accept", "Pond", "--of", "Cy", "--user", "ben")["sharedBy"] == "cy"
    house.ask("buckets", "decline", "Pond", "--user", "ben")
    assert house.ask("buckets", "invitations", "--user", "ben") == []
