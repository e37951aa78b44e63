"""`onememory move` for users, as a person types it; for memories see test_cli_memories.py."""

from pathlib import Path

import pytest

from commands import Commands
from databases import DATABASES
from onememory.domain.errors import Unavailable


@pytest.fixture
def ada(commands: Commands) -> Commands:
    """A data directory with Ada, who keeps one memory."""
    commands.ask("user", "create", "Ada")
    commands.ask("add", "Ada likes tea")
    return commands


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another data directory, which is not there yet."""
    return tmp_path / "other"


@pytest.fixture
def elsewhere(commands: Commands, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The command line where the environment names no database."""
    monkeypatch.setattr(DATABASES, "variables", lambda _: {"ONEMEMORY_DATABASE_URL": ""})
    return commands


def test_everybody_moves_to_another_folder(ada: Commands, other: Path) -> None:
    ran = ada.run("move", "--everyone", "--to", other)

    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"Ada is in {other}: 1 memory, 0 chats; all ")
    assert "--remove erases it" in ran.out


def test_what_has_moved_is_there_and_can_no_more_be_changed_here(
    ada: Commands, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.ask("move", "--user", "ada", "--to", other)

    assert "has moved" in ada.run("add", "Ada likes coffee", "--json").error
    monkeypatch.setattr(DATABASES, "variables", lambda _: {"ONEMEMORY_DATABASE_URL": ""})
    assert [hit["text"] for hit in ada.ask("search", "tea", "--data", other)["hits"]] == ["Ada likes tea"]
    ada.ask("add", "Ada likes coffee", "--data", other)
    assert ada.ask("doctor", "--data", other)["ok"]


def test_doctor_and_status_say_who_has_moved(ada: Commands, other: Path) -> None:
    ada.ask("move", "--user", "ada", "--to", other)

    told = {check["name"]: check["detail"] for check in ada.ask("doctor")["checks"]}
    assert "has moved to another onememory" in told["user Ada"]
    assert "has moved to another onememory" in ada.run("status").out


def test_the_answer_counts_and_proves(ada: Commands, other: Path) -> None:
    answer = ada.ask("move", "--user", "Ada", "--to", other, "--remove")

    (user,) = answer["users"]
    assert (user["user"], user["removed"], user["files"], user["sharesLeftBehind"]) == ("Ada", True, 0, 0)
    assert user["tables"]["memories"]["rows"] == user["tables"]["the index"]["rows"] == 1
    assert all(len(table["sha256"]) == 64 for table in user["tables"].values())
    assert ada.run("move", "--everyone", "--to", other, "--json").error.startswith("There is nobody in")


def test_a_move_to_a_database_and_back_by_its_url(ada: Commands, other: Path, tmp_path: Path) -> None:
    url = DATABASES.url_for(tmp_path / "database")

    ada.ask("move", "--everyone", "--to", url)
    back = ada.run("move", "--everyone", "--from", url, "--to", other)

    assert back.code == 0, back.err
    assert back.out.startswith(f"Ada is in {other}: 1 memory")


def test_a_folder_whose_settings_name_a_database_stands_for_that(ada: Commands, other: Path, tmp_path: Path) -> None:
    url = DATABASES.url_for(tmp_path / "database")
    other.mkdir()
    (other / "settings.toml").write_text(f'database_url = "{url}"\n')

    assert ada.ask("move", "--everyone", "--to", other)["to"] == url.replace("postgres@", "")
    assert not (other / "onememory.db").exists()


def test_who_has_moved_is_marked_in_the_list_of_users(ada: Commands, other: Path) -> None:
    ada.ask("move", "--everyone", "--to", other)

    assert ada.ask("user", "list")[0]["moving"] == "left"
    assert "moved elsewhere" in ada.run("user", "list").out
    assert "administrator, moved elsewhere" in ada.run("user", "show", "ada").out


def test_a_move_is_given_up(ada: Commands, other: Path) -> None:
    ada.ask("move", "--everyone", "--to", other)

    assert ada.ask("move", "--user", "ada", "--reopen") == {"users": ["Ada"]}
    ada.ask("add", "Ada likes coffee")


def test_a_move_of_everybody_is_given_up(ada: Commands, other: Path) -> None:
    ada.ask("user", "create", "Ben")
    ada.ask("move", "--everyone", "--to", other)
    ada.run("move", "--user", "ben", "--reopen")

    assert ada.run("move", "--everyone", "--reopen").out.startswith("Ada is let in again in ")
    assert ada.run("move", "--everyone", "--reopen", "--json").error == "Nobody is on the move from here."
    assert [user["moving"] for user in ada.ask("user", "list")] == [None, None]


def test_a_move_that_is_broken_off_says_how_it_goes_on(
    ada: Commands, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def give_up(*_: object) -> None:
        raise Unavailable("The network is gone.")

    with monkeypatch.context() as patch:
        patch.setattr("onememory.services.moving.copying.Copying.compare", give_up)
        ran = ada.run("move", "--everyone", "--to", other)

    assert (ran.code, "Broken off: Ada stays signed out" in ran.err) == (1, True)
    assert ada.run("move", "--everyone", "--to", other).code == 0


def test_an_administrator_among_others_is_pointed_out(elsewhere: Commands, other: Path) -> None:
    elsewhere.ask("user", "create", "Ada")
    elsewhere.ask("user", "create", "Eve", "--data", other)

    told = elsewhere.run("move", "--user", "ada", "--to", other).out

    assert "Ada may administer the others there: `onememory user admin Ada --off` ends that." in told


WRONG = {
    "nothing": ([], "Say what to move"),
    "nobody named": (["--to", "./x"], "Say what to move"),
    "no place": (["--everyone"], "Say where to"),
    "both": (["--everyone", "--user", "ada", "--to", "./x"], "not both"),
    "memories and users": (["abc", "--everyone", "--to", "./x"], "leave out"),
    "a name": (["--everyone", "--to", "Work"], "write ./Work"),
    "another kind of URL": (["--everyone", "--to", "mysql://host/name"], "no place for users"),
    "a URL with one slash": (["--everyone", "--to", "postgresql:/u:swordfish@host/x"], "no place for users"),
    "a short one": (["--everyone", "--to", "postgres:/u:swordfish@host/x"], "no place for users"),
    "another with one slash": (["--everyone", "--to", "mysql:/u:swordfish@host/x"], "no place for users"),
    "a bad URL to come from": (["--everyone", "--from", "postgresql:/u:swordfish@host/x", "--to", "./x"], "no place"),
    "a server's address": (["--everyone", "--to", "https://memory.example.org"], "no place for users"),
    "a server": (["--everyone", "--to", "./x", "--url", "http://127.0.0.1:1"], "data directory itself"),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_wrong_use_is_told(
    ada: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(tmp_path)

    ran = ada.run("move", *arguments, "--json")

    assert (ran.code, words in ran.error, "swordfish" in ran.err) == (2, True, False), ran.error
    assert not {"x", "postgresql:", "postgres:", "mysql:"} & {path.name for path in tmp_path.iterdir()}


def test_a_file_is_no_folder(ada: Commands, tmp_path: Path) -> None:
    (tmp_path / "onememory.db").touch()

    assert "is a file" in ada.run("move", "--everyone", "--to", tmp_path / "onememory.db", "--json").error


def test_where_nothing_is_nothing_is_moved(elsewhere: Commands, other: Path, tmp_path: Path) -> None:
    assert "no data directory" in elsewhere.run("move", "--everyone", "--to", other, "--json").error
    assert (
        "no data directory"
        in elsewhere.run("move", "--everyone", "--from", tmp_path / "x", "--to", other, "--json").error
    )
    assert not other.exists()


def test_a_database_that_cannot_be_reached_is_named_without_its_password(ada: Commands) -> None:
    ran = ada.run("move", "--everyone", "--to", "postgresql://ada:swordfish@127.0.0.1:1/x", "--json")

    assert ran.error.startswith("postgresql://127.0.0.1:1/x: PostgreSQL cannot be reached")
    assert "swordfish" not in ran.out + ran.err
    assert ada.ask("list")["memories"]


@pytest.mark.parametrize("password", ["top/secret", "p@secret", "50%secret", "1/secret?x"])
def test_a_url_whose_password_is_not_escaped_is_refused_and_not_repeated(ada: Commands, password: str) -> None:
    ran = ada.run("move", "--everyone", "--to", f"postgresql://u:{password}@localhost:1/x")

    assert (ran.code, "in a password @ / # % [ : are written" in ran.err) == (2, True)
    assert "secret" not in ran.out + ran.err
