from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pyotp import TOTP

from commands import Commands
from onememory.cli.moments import relative
from servers import Server
from visitors import PASSWORD, with_password

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def test_the_first_user_is_an_administrator_and_the_next_is_not(commands: Commands) -> None:
    assert commands.ask("user", "create", "ada")["isAdmin"]
    assert not commands.ask("user", "create", "ben")["isAdmin"]
    assert [user["name"] for user in commands.ask("user", "list")] == ["ada", "ben"]


def test_users_are_apart(commands: Commands) -> None:
    commands.ask("user", "create", "ada")
    commands.ask("user", "create", "ben")
    commands.ask("add", "Ben's secret", "--user", "ben")

    assert commands.ask("list", "--user", "ada")["memories"] == []
    assert len(commands.ask("list", "--user", "BEN")["memories"]) == 1


def test_a_name_that_is_taken_is_refused(commands: Commands) -> None:
    commands.ask("user", "create", "ada")

    assert "exists already" in commands.run("user", "create", "Ada", "--json").error


def test_a_password_comes_from_standard_input_alone(commands: Commands) -> None:
    commands.ask("user", "create", "ada", "--password-stdin", piped="correct horse\n")

    assert commands.ask("user", "password", "--user", "ada", "--password-stdin", piped="battery staple\n")
    assert commands.run("user", "create", "ben", "--password", "secret", "--json").code == 2


def test_who_lost_their_phone_is_let_in_without_codes(server: Server, commands: Commands) -> None:
    phoneless = with_password(server, server.person("Phoneless"))
    key = phoneless.post("/api/account/second-factor")["key"]
    phoneless.put(
        "/api/account/second-factor", key=key, code=TOTP(key).at(server.installation.clock.now()), password=PASSWORD
    )

    told = commands.run("user", "codes-off", "--user", "Phoneless", "--data", server.settings.data).out

    assert "asks for no codes any more" in told
    assert phoneless.get("/api/account")["user"]["hasSecondFactor"] is False
    again = commands.run("user", "codes-off", "--user", "Phoneless", "--data", server.settings.data).out
    assert "asked for no codes before" in again


def test_a_token_carries_what_was_asked_for(commands: Commands) -> None:
    commands.ask("user", "create", "ada")
    kitchen = commands.ask("buckets", "create", "Kitchen")["id"]

    limits = ("--policy", "inbox", "--bucket", "Kitchen", "--bucket", "General")
    token = commands.ask(
        "token", "create", "phone", "--user", "ada", "--scopes", "read,write", "--scopes", "delete", *limits
    )

    assert token["token"].startswith("om_")
    assert (token["scopes"], token["policy"]) == (["delete", "read", "write"], "inbox")
    assert int(kitchen) in token["bucketIds"]
    assert kitchen in commands.run("token", "list", "--user", "ada").out


@pytest.mark.parametrize(("given", "days"), [("30d", 30), ("2w", 14), ("48h", 2)])
def test_a_token_expires_after_a_while(commands: Commands, given: str, days: int) -> None:
    token = commands.ask("token", "create", "phone", "--expires", given)

    left = datetime.fromisoformat(token["expiresAt"]) - datetime.fromisoformat(token["createdAt"])
    assert timedelta(days=days, minutes=-1) < left <= timedelta(days=days)


@pytest.mark.parametrize("given", ["soon", "2026-13-01", "5 minutes"])
def test_a_time_that_is_none_is_wrong_use(commands: Commands, given: str) -> None:
    assert commands.run("token", "create", "phone", "--expires", given, "--json").code == 2


def test_a_revoked_token_is_listed_as_such(commands: Commands) -> None:
    made = commands.ask("token", "create", "phone")

    commands.ask("token", "revoke", made["id"])

    assert commands.ask("token", "list")[0]["revokedAt"]
    assert "revoked" in commands.run("token", "list").out


def test_what_an_inbox_token_adds_waits_until_it_is_approved(server: Server, commands: Commands) -> None:
    here = ("--data", server.settings.data)
    commands.ask("user", "create", "Inboxer", *here)
    secret = commands.ask("token", "create", "x", "--user", "Inboxer", "--policy", "inbox", *here)["token"]
    commands.ask("add", "Waits for review", "--url", server.url, "--token", secret)

    mine = ("--user", "Inboxer", *here)
    assert commands.ask("search", "review", *mine)["hits"] == []
    assert len(commands.ask("inbox", "list", *mine)["data"]) == 1
    assert commands.ask("inbox", "approve", "--all", *mine)["changed"] == 1
    assert len(commands.ask("search", "review", *mine)["hits"]) == 1


def test_what_waits_can_be_rejected(server: Server, commands: Commands) -> None:
    mine = ("--user", "Rejecter", "--data", server.settings.data)
    commands.ask("user", "create", "Rejecter", *mine[2:])
    secret = commands.ask("token", "create", "x", "--policy", "inbox", *mine)["token"]
    memory_id = commands.ask("add", "Not wanted", "--url", server.url, "--token", secret)["memoryId"]

    assert commands.run("inbox", "reject", *mine, "--json").code == 2
    assert commands.ask("inbox", "reject", memory_id, *mine) == {"changed": 1, "missing": [], "refused": []}
    assert len(commands.ask("list", "--trash", *mine)["data"]) == 1


def test_a_new_token_works_at_a_server_that_runs_already(server: Server, commands: Commands) -> None:
    commands.ask("user", "create", "Late", "--data", server.settings.data)
    secret = commands.ask("token", "create", "x", "--user", "Late", "--data", server.settings.data)["token"]

    answer = httpx.get(f"{server.url}/api/account", headers={"authorization": f"Bearer {secret}"})

    assert answer.json()["user"]["name"] == "Late"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-10T11:59:30Z", "just now"),
        ("2026-03-10T11:59:00Z", "1 minute ago"),
        ("2026-03-10T09:00:00+00:00", "3 hours ago"),
        ("2026-03-08T12:00:00Z", "2 days ago"),
        ("2026-03-12T12:00:00Z", "in 2 days"),
        ("2025-03-10T12:00:00Z", "2025-03-10"),
        (None, ""),
    ],
)
def test_times_are_told_as_seen_from_now(moment: str | None, words: str) -> None:
    assert relative(moment, NOON) == words


@pytest.fixture
def proposing(server: Server, commands: Commands) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """Options of a user's own commands, and of an agent that may only propose."""
    mine = ("--user", "Proposer", "--data", server.settings.data)
    if "Proposer" not in {user["name"] for user in commands.ask("user", "list", *mine[2:])}:
        commands.ask("user", "create", "Proposer", *mine[2:])
    secret = commands.ask("token", "create", "agent", "--policy", "propose", *mine)["token"]
    return mine, ("--url", server.url, "--token", secret)


def test_a_proposed_edit_is_shown_as_before_and_after(
    commands: Commands, proposing: tuple[tuple[object, ...], tuple[object, ...]]
) -> None:
    mine, agent = proposing
    memory_id = commands.ask("add", "Ada drinks green tea", *mine)["memoryId"]
    assert "waits for the user's review" in commands.run("edit", memory_id, "Ada drinks black tea", *agent).out

    shown = commands.run("inbox", "list", *mine).out
    assert "[-green-][+black+]" in shown
    assert f"edit of {memory_id}" in shown

    assert commands.ask("inbox", "approve", "--all", *mine)["changed"] == 1
    assert commands.ask("show", memory_id, *mine)["text"] == "Ada drinks black tea"


def test_moves_deletions_and_restorations_are_proposed_and_told_as_such(
    commands: Commands, proposing: tuple[tuple[object, ...], tuple[object, ...]]
) -> None:
    mine, agent = proposing
    kept, gone = (commands.ask("add", text, *mine)["memoryId"] for text in ("kept", "gone"))
    commands.ask("rm", gone, *mine)
    commands.run("buckets", "create", "Kitchen", *mine)

    told = [commands.run(*words, *agent).out for words in (("move", kept, "--to", "Kitchen"), ("rm", kept))]
    told.append(commands.run("restore", gone, *agent).out)

    assert all("1 change proposed; see `onememory inbox list`." in out for out in told)
    shown = commands.run("inbox", "list", *mine).out
    assert all(words in shown for words in ("General → Kitchen", "kept → in the trash", "in the trash → kept"))
    commands.ask("inbox", "reject", "--all", *mine)


def test_a_proposal_that_cannot_be_approved_is_told_with_its_reason(
    commands: Commands, proposing: tuple[tuple[object, ...], tuple[object, ...]]
) -> None:
    mine, agent = proposing
    memory_id = commands.ask("add", "Ada drinks green tea", *mine)["memoryId"]
    commands.run("edit", memory_id, "Ada drinks black tea", *agent)
    commands.ask("edit", memory_id, "Ada drinks water", *mine)

    ran = commands.run("inbox", "approve", "--all", *mine)

    assert (ran.code, "has changed since" in ran.out) == (1, True)
    commands.ask("inbox", "reject", "--all", *mine)


def test_an_administrator_looks_after_users(commands: Commands) -> None:
    for name in ("ada", "ben"):
        commands.ask("user", "create", name)

    assert commands.ask("user", "admin", "ben")["user"]["isAdmin"]
    assert not commands.ask("user", "admin", "BEN", "--off")["user"]["isAdmin"]
    assert commands.ask("user", "deactivate", "ben")["user"]["disabledAt"]
    assert not commands.ask("user", "reactivate", "ben")["user"]["disabledAt"]
    assert "/choose-password/om_" in commands.ask("user", "link", "ben")["url"]


def test_a_quota_is_set_and_taken_away(commands: Commands) -> None:
    for name in ("ada", "ben"):
        commands.ask("user", "create", name)
    limited = commands.ask("user", "quota", "ben", "--memories", 1, "--bytes", 1_000)
    commands.ask("add", "one", "--user", "ben")

    assert (limited["memoryQuota"], limited["byteQuota"]) == (1, 1_000)
    assert "Your quota is 1 memory; you have 1," in commands.run("add", "two", "--user", "ben", "--json").error
    assert commands.ask("user", "quota", "ben", "--memories", "none")["memoryQuota"] is None
    assert commands.ask("user", "show", "ben")["byteQuota"] == 1_000
    assert commands.run("user", "quota", "ben", "--json").code == 2
    assert commands.run("user", "quota", "ben", "--bytes", "much", "--json").code == 2


def test_a_user_is_erased_when_that_is_meant(commands: Commands) -> None:
    for name in ("ada", "ben"):
        commands.ask("user", "create", name)

    assert "no user named" in commands.run("user", "erase", "cy", "--yes", "--json").error
    assert "backups" in commands.run("user", "erase", "ben", "--yes").out
    assert [user["name"] for user in commands.ask("user", "list")] == ["ada"]
    assert "only administrator" in commands.run("user", "erase", "ada", "--yes", "--json").error
