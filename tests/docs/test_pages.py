"""What the pages for people say is there: pages, headings, pictures, commands, settings and files."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from onememory.cli.main import app
from onememory.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "integrations").rglob("*.md")]
LINK = re.compile(r"\]\(([^):]+)\)")
BLOCK = re.compile(r"```sh[^\n]*\n(.*?)```", re.DOTALL)
INLINE = re.compile(r"(?<!`)`((?:[A-Z_]+=\S+ )*onememory [^`]+)`(?!`)")
CALL = re.compile(r"(?:^|[ /])onememory (?=[a-z])")
END = re.compile(r" [|&]|;|…|\)$|\) ")  # of a command in a line of the shell
OTHERS = ("#", "docker", "kubectl", "git", "sudo useradd", "sudo systemctl", "sudo cp", "sudo journalctl")
SETTING = re.compile(r"\bONEMEMORY_([A-Z_]+[A-Z])\b")
SOURCE = re.compile(r"`([\w./-]+/[\w-]+\.(?:py|sql|toml|html|css|js))`")


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _leads(page: Path, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = page.parent / path if path else page
    return target.exists() and (not anchor or anchor in _anchors(target))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_to_a_page_and_heading_that_are_there(page: Path) -> None:
    assert [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not _leads(page, link)] == []


def test_every_page_of_the_docs_is_in_their_index_and_the_index_on_the_front_page() -> None:
    listed = {(DOCS / link).resolve() for link in LINK.findall(INDEX.read_text(encoding="utf-8"))}

    assert set(DOCS.rglob("*.md")) - listed == {INDEX}
    assert "docs/README.md" in LINK.findall((ROOT / "README.md").read_text(encoding="utf-8"))


def test_every_picture_is_shown_on_a_page() -> None:
    shown = {
        (page.parent / link).resolve() for page in PAGES for link in LINK.findall(page.read_text(encoding="utf-8"))
    }

    assert set((DOCS / "pictures").iterdir()) - shown == set()


def _given(text: str) -> Iterator[str]:
    """What stands after `onememory` in the blocks of a page, to be typed as it is."""
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if not line.startswith(OTHERS):
                yield from (END.split(call)[0] for call in CALL.split(line)[1:])


def _mentioned(text: str) -> Iterator[str]:
    """The same of its sentences, where the arguments may be left to the reader."""
    for words in INLINE.findall(text):
        yield from (END.split(call)[0] for call in CALL.split(words)[1:])


def _mistake(call: str) -> str:
    words = shlex.split(call, comments=True)
    command = typer.main.get_command(app)
    try:
        while hasattr(command, "commands") and words:
            command = command.commands[words.pop(0)]
        if not hasattr(command, "commands"):
            command.make_context("onememory", words)
    except KeyError as unknown:
        return f"{call}: there is no command {unknown}"
    except typer.TyperException as wrong:
        return f"{call}: {wrong.format_message()}"
    return ""


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_command_is_one_and_takes_what_it_is_given(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert [wrong for call in _given(text) if (wrong := _mistake(call))] == []
    assert [wrong for call in _mentioned(text) if (wrong := _mistake(call)) and "Missing argument" not in wrong] == []


def test_a_command_that_is_not_there_is_noticed() -> None:
    (call,) = _given("```sh\n.venv/bin/onememory buckets share Home ben --rolle editor  # or so\n```")
    (mentioned,) = _mentioned("Say `onememory bucket list` again.")

    assert "--rolle" in _mistake(call)
    assert "no command 'bucket'" in _mistake(mentioned)
    assert "Missing argument" in _mistake("buckets share Home")


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_setting_that_is_named_is_one(page: Path) -> None:
    named = {name.removesuffix("_FILE") for name in SETTING.findall(page.read_text(encoding="utf-8"))}

    assert named - {setting.name.upper() for setting in SETTINGS} - {"SETTINGS"} == set()


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")], ids=_name)
def test_every_file_of_ours_that_is_named_is_there(page: Path) -> None:
    places = (ROOT, ROOT / "src" / "onememory")
    named = SOURCE.findall(page.read_text(encoding="utf-8"))

    assert [name for name in named if not any((place / name).exists() for place in places)] == []
