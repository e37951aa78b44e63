"""What tests in a browser take for granted of the style sheets."""

import re
from pathlib import Path

import pytest

from onememory import web

SHEETS = [sheet.read_text() for sheet in (Path(web.__file__).parent / "static").glob("*.css")]
DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{\s*:root \{([^}]*)\}\s*\}")


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if "prefers-color-scheme" in sheet])
def test_the_dark_differs_from_the_light_in_colours_alone(sheet: str) -> None:
    (block,) = DARK.findall(sheet)
    assert sheet.count("prefers-color-scheme") == 1
    for declaration in block.strip().rstrip(";").split(";"):
        assert re.fullmatch(r"\s*--[\w-]+: (#[0-9a-f]{6}|none)", declaration)
