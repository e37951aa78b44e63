"""The reference is what the program says of itself."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES: dict[str, str] = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["pages"]()


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_reference_is_what_would_be_generated(name: str) -> None:
    committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")

    assert committed == PAGES[name], "run scripts/docs"


def test_the_reference_has_every_command_setting_and_operation() -> None:
    assert "## onememory token create" in PAGES["cli.md"]
    assert "`ONEMEMORY_TRASH_DAYS`" in PAGES["settings.md"]
    assert "## AddNewMemory" in PAGES["rest.md"]
