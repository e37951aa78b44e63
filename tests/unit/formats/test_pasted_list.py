from datetime import UTC, datetime
from pathlib import Path

import pytest

from onememory.formats.content import Content
from onememory.formats.imported import ImportedMemory
from onememory.formats.memories.pasted_list import read

SAMPLE = Path(__file__).parents[2] / "data" / "exports" / "pasted" / "synthetic-memory-dump.md"


def texts(text: str) -> list[str]:
    return [memory.text for memory in read(Content(text.encode())).memories]


def test_the_sample_is_read_with_its_days_in_front() -> None:
    found = read(Content(SAMPLE.read_bytes()))
    assert not found.problems
    assert [memory.text for memory in found.memories] == [
        "2025-11-02 Always answer in British English.",
        "Name is Ines, 36, lives in Coimbra.",
        "2024-05-01 Nurse at the university hospital.",
        "2026-01-05 Ward rota planner in FastAPI.",
        "Prefers window seats.",
    ]


def test_a_section_is_a_label_and_no_bucket() -> None:
    memory = read(Content(SAMPLE.read_bytes())).memories[0]
    day = datetime(2025, 11, 2, tzinfo=UTC)
    assert memory == ImportedMemory(2, memory.text, None, day, labels=("Instructions",))


@pytest.mark.parametrize(
    "line",
    [
        "- Likes tea.",
        "* Likes tea.",
        "+ Likes tea.",
        "\u2022 Likes tea.",
        "\u2013 Likes tea.",
        "7. Likes tea.",
        "12) Likes tea.",
        "  - Likes tea.",
        "- [unknown] - Likes tea.",
        "[Unknown] \u2014 Likes tea.",
        "- [n/a]: Likes tea.",
        "- [no date] Likes tea.",
    ],
)
def test_every_kind_of_bullet_is_taken_away(line: str) -> None:
    assert texts(line) == ["Likes tea."]


@pytest.mark.parametrize(
    "line", ["- [2026-01-31] - Likes tea.", "[2026-01-31] - Likes tea.", "- [2026-01-31] 2026-01-31 Likes tea."]
)
def test_a_day_goes_in_front_once(line: str) -> None:
    assert texts(line) == ["2026-01-31 Likes tea."]


@pytest.mark.parametrize(
    "text", ["[2026-02-31] - Likes tea.", "[2026-01] - Likes tea.", "[x] Likes tea.", "2026-01-31: Likes tea."]
)
def test_what_is_no_day_stays_in_the_text(text: str) -> None:
    assert texts(f"- {text}") == [text]


@pytest.mark.parametrize(
    "heading", ["## Food", "# Food #", "**Food**", "**Food:**", "**Food**:", "Food:", "###   Food"]
)
def test_headings_are_known_in_many_forms(heading: str) -> None:
    found = read(Content(f"{heading}\n- Likes tea.".encode()))
    assert [memory.labels for memory in found.memories] == [("Food",)]


def test_indented_lines_belong_to_their_item() -> None:
    text = "- Pets:\n  - a dog\n  - a cat\n\n  All well.\n- Likes tea.\nand coffee."
    assert texts(text) == ["Pets:\n- a dog\n- a cat\n\nAll well.", "Likes tea.\nand coffee."]


def test_indented_dated_items_are_their_own() -> None:
    assert texts("- Work\n  - [2024-05-01] - Nurse.\n  - [unknown] - Cook.") == ["Work", "2024-05-01 Nurse.", "Cook."]


def test_lines_of_a_section_without_items_are_memories() -> None:
    found = read(
        Content(b"Sure, here you go.\n## Identity\nName is Ines.\nIs 36.\n## Food\n- Likes tea.\n\nAnything else?")
    )
    assert [memory.text for memory in found.memories] == ["Name is Ines.", "Is 36.", "Likes tea."]
    assert [problem.position for problem in found.problems] == [1, 8]


def test_fences_and_rules_are_no_memories() -> None:
    found = read(Content(b"```markdown\n- Likes tea.\n---\n- Has a dog.\n```"))
    assert [memory.text for memory in found.memories] == ["Likes tea.", "Has a dog."]
    assert not found.problems


@pytest.mark.parametrize(
    "text", [r"Keeps notes in C:\temp\_new", r"\\server\share", r"Uses \(x\) and \[y\]", "AT&T; R&D"]
)
def test_backslashes_of_people_stay(text: str) -> None:
    assert texts(f"- {text}\n- b") == [text, "b"]
