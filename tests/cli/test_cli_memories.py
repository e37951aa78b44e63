from typing import Any

import pytest

from commands import Commands


@pytest.fixture
def tea(commands: Commands) -> str:
    memory_id: str = commands.ask("add", "Ada drinks green tea")["memoryId"]
    return memory_id


def test_what_was_added_is_found(commands: Commands, tea: str) -> None:
    answer = commands.ask("search", "green", "tea")

    assert [hit["id"] for hit in answer["hits"]] == [tea]
    assert answer["confidence"] == "strong"


def test_a_memory_comes_from_standard_input(commands: Commands) -> None:
    commands.ask("add", "-", piped="Two\nlines\n")

    assert commands.ask("list")["memories"][0]["text"] == "Two\nlines"


@pytest.mark.usefixtures("tea")
def test_a_search_takes_every_filter(commands: Commands) -> None:
    commands.ask("add", "2024-05-01: green tea was drunk in Kyoto", "--source", "diary")
    filters = ("--after", "2024-01-01", "--before", "2024-12-31", "--from-source", "diary", "--trust", "stated")

    hits = commands.ask("search", "tea", *filters, "--content-type", "text", "--bucket", "general", "--explain")["hits"]

    assert [hit["text"] for hit in hits] == ["2024-05-01: green tea was drunk in Kyoto"]
    assert {signal["name"] for signal in hits[0]["explanation"]["signals"]} >= {"words", "meaning"}


def test_a_list_goes_on_over_the_pages_of_the_api(commands: Commands, tmp_path: Any) -> None:
    (tmp_path / "lines.txt").write_text("".join(f"Line number {i}\n" for i in range(1_005)))
    commands.ask("import", tmp_path / "lines.txt")

    assert len(commands.ask("list", "--all")["memories"]) == 1_005
    assert len(commands.ask("list", "--count", 1_003)["memories"]) == 1_003
    assert len(commands.ask("list", "--count", 5, "--skip", 1_002)["memories"]) == 3


def test_show_tells_versions_and_what_changed(commands: Commands, tea: str) -> None:
    commands.ask("edit", tea, "Ada drinks black tea")

    memory = commands.ask("show", tea)

    assert [version["change"] for version in memory["versions"]] == ["edited", "created"]
    shown = commands.run("show", tea).out
    assert "[-green-]" in shown
    assert "[+black+]" in shown


def test_a_memory_is_moved_by_the_name_of_a_bucket(commands: Commands, tea: str) -> None:
    commands.ask("buckets", "create", "Kitchen")

    commands.ask("move", tea, "--to", "kitchen")

    assert commands.ask("show", tea)["metadata"]["bucketName"] == "Kitchen"
    assert commands.ask("list", "--bucket", "Kitchen")["memories"][0]["id"] == tea


def test_what_was_removed_lies_in_the_trash_and_comes_back(commands: Commands, tea: str) -> None:
    assert commands.ask("rm", tea) == {"deleted": 1, "failed": 0}
    assert [memory["id"] for memory in commands.ask("list", "--trash")["data"]] == [tea]

    assert commands.ask("restore", tea) == {"changed": 1, "missing": []}
    assert commands.ask("search", "tea")["hits"]


@pytest.mark.usefixtures("tea")
@pytest.mark.parametrize("command", ["rm", "restore"])
def test_an_id_that_is_not_there_makes_the_command_fail(commands: Commands, command: str) -> None:
    assert commands.run(command, "01m83n0we6000de5mg40we8ydc").code == 1


@pytest.mark.usefixtures("tea")
def test_an_error_is_the_sentence_of_the_api(commands: Commands) -> None:
    ran = commands.run("show", "nothing", "--json")

    assert (ran.code, ran.out) == (1, "")
    assert ran.error == "There is no memory with this id."


def test_text_cannot_steer_the_terminal(commands: Commands) -> None:
    commands.ask("add", "quiet \x1b[2J please")

    assert "\x1b" not in commands.run("list").out
    assert commands.ask("list")["memories"][0]["text"] == "quiet \x1b[2J please"


def test_a_pipe_gets_a_line_for_each_memory(commands: Commands, tea: str) -> None:
    fields = commands.run("list").out.removesuffix("\n").split("\t")

    assert (fields[0], *fields[2:]) == (tea, "General", "", "Ada drinks green tea")


@pytest.mark.sqlite
def test_reading_makes_no_data_directory(commands: Commands, data: Any) -> None:
    assert "There is no data directory" in commands.run("list", "--json").error
    assert not data.exists()


def test_a_move_is_told_in_words(commands: Commands) -> None:
    tea = commands.ask("add", "Likes tea")["memoryId"]

    ran = commands.run("move", tea, "--to", "General")

    assert (ran.code, ran.out.strip()) == (0, "Moved 1 to General.")
