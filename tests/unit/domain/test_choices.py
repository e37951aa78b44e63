"""What counts on an installation: a setting, else a choice, else the default."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from onememory import settings
from onememory.domain.errors import InvalidInput
from onememory.domain.installation import Choice, Choosable, Chosen, Preset, checked_choice, choice_of

AT = datetime(2026, 11, 23, tzinfo=UTC)
DAYS = Choosable.TRASH_DAYS


@pytest.mark.parametrize(
    ("preset", "chosen", "counts"),
    [
        (Preset("30"), None, Choice(DAYS, "30", "30", None, None)),
        (Preset("30"), Chosen("7", AT), Choice(DAYS, "7", "30", None, AT)),
        (Preset("9", "ONEMEMORY_TRASH_DAYS"), None, Choice(DAYS, "9", "9", "ONEMEMORY_TRASH_DAYS", None)),
        (Preset("9", "ONEMEMORY_TRASH_DAYS"), Chosen("7", AT), Choice(DAYS, "9", "9", "ONEMEMORY_TRASH_DAYS", None)),
    ],
)
def test_what_counts(preset: Preset, chosen: Chosen | None, counts: Choice) -> None:
    assert choice_of(DAYS, preset, chosen) == counts


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [(DAYS, " 007 ", "7"), (DAYS, "36500", "36500"), (Choosable.SECRETS, "mask", "mask")],
)
def test_a_choice_is_kept_in_one_form(name: Choosable, value: str, kept: str) -> None:
    assert checked_choice(name, value) == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [(DAYS, ""), (DAYS, "-1"), (DAYS, "1.5"), (DAYS, "٣"), (DAYS, "36501"), (DAYS, "9" * 99), (Choosable.SECRETS, "")],
)
def test_what_cannot_be_is_refused(name: Choosable, value: str) -> None:
    with pytest.raises(InvalidInput):
        checked_choice(name, value)


@pytest.mark.parametrize(
    ("overrides", "environment", "fixed_by"),
    [
        ({}, {}, None),
        ({}, {"ONEMEMORY_TRASH_DAYS": "9"}, "ONEMEMORY_TRASH_DAYS"),
        ({"trash_days": 9}, {}, "the command line"),
    ],
)
def test_settings_tell_who_fixed_what(
    tmp_path: Path, overrides: dict[str, object], environment: dict[str, str], fixed_by: str | None
) -> None:
    loaded = settings.load({"data": tmp_path, **overrides}, environment)

    assert loaded.presets[DAYS] == Preset("9" if fixed_by else "30", fixed_by)


def test_the_settings_file_fixes_too(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('secrets = "mask"\n')

    loaded = settings.load({"data": tmp_path}, {})

    assert loaded.presets[Choosable.SECRETS] == Preset("mask", "the settings file")


def test_a_command_that_needs_no_model_gets_none_whatever_was_chosen(tmp_path: Path) -> None:
    loaded = settings.load({"data": tmp_path}, {}).with_embedder("none")

    assert loaded.presets[Choosable.EMBEDDER] == Preset("none", "this command")
