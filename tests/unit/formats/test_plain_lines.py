from pathlib import Path

from onememory.formats.content import Content
from onememory.formats.memories.plain_lines import read

SAMPLE = Path(__file__).parents[2] / "data" / "exports" / "pasted" / "synthetic-chatgpt-saved-memories.txt"


def test_each_line_of_the_sample_is_a_memory() -> None:
    assert [memory.text for memory in read(Content(SAMPLE.read_bytes())).memories] == [
        "Is allergic to shellfish.",
        "Has a dog called Pipoca.",
        "Prefers window seats.",
    ]


def test_lines_end_as_in_an_editor_and_count_from_one() -> None:
    found = read(Content("a\r\n\r\n  b\u2028c\rd".encode()))
    assert [(memory.position, memory.text) for memory in found.memories] == [(1, "a"), (3, "b\u2028c"), (4, "d")]


def test_a_line_too_long_is_a_problem() -> None:
    found = read(Content(b"a\n" + b"x" * 20_001))
    assert [memory.text for memory in found.memories] == ["a"]
    assert "20,001 characters" in found.problems[0].reason
