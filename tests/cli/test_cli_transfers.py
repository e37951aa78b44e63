import json
from pathlib import Path

import pytest

from commands import Commands

FIELDS = {"path", "format", "read", "new", "updated", "unchanged", "skipped"}


def test_an_import_reports_each_file(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Likes tea\nLikes coffee\n")
    (tmp_path / "b.csv").write_text("text,bucket\nSalt is here,Kitchen\n")

    reports = commands.ask("import", tmp_path / "a.txt", tmp_path / "b.csv")

    assert all(set(report) >= FIELDS for report in reports)
    assert [(Path(r["path"]).name, r["read"], r["new"], r["updated"]) for r in reports] == [
        ("a.txt", 2, 2, 0),
        ("b.csv", 1, 1, 0),
    ]
    assert [bucket["name"] for bucket in commands.ask("buckets", "list")] == ["General", "Kitchen"]


def test_an_import_again_adds_nothing(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Likes tea\nLikes coffee\n")
    commands.ask("import", tmp_path / "a.txt")

    (report,) = commands.ask("import", tmp_path / "a.txt")

    assert (report["new"], report["unchanged"]) == (0, 2)


def test_a_folder_is_walked_without_what_is_hidden(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.txt").write_text("Likes tea\nLikes coffee\n")
    (tmp_path / "in" / ".hidden.txt").write_text("Hides\n")

    assert [Path(report["path"]).name for report in commands.ask("import", tmp_path / "in")] == ["a.txt"]


def test_a_file_that_fails_does_not_stop_the_others(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html></html>")
    (tmp_path / "z.txt").write_text("Likes tea\nLikes coffee\n")

    ran = commands.run("import", tmp_path / "missing.txt", tmp_path / "page.html", tmp_path / "z.txt", "--json")

    reports = json.loads(ran.out)
    assert ran.code == 1
    assert ["error" in report for report in reports] == [True, True, False]
    assert all(set(report) >= FIELDS for report in reports)


def test_a_file_that_is_not_there_is_named_once(commands: Commands, tmp_path: Path) -> None:
    missing = tmp_path / "missing.txt"

    assert commands.run("import", missing).out == f"{missing}: It cannot be read: No such file or directory.\n"


def test_a_preview_changes_nothing(commands: Commands, tmp_path: Path) -> None:
    commands.ask("user", "create", "ada")
    (tmp_path / "a.txt").write_text("Likes tea\nLikes coffee\n")

    (report,) = commands.ask("import", tmp_path / "a.txt", "--preview")

    assert (report["new"], [item["text"] for item in report["items"]]) == (2, ["Likes tea", "Likes coffee"])
    assert commands.ask("list")["memories"] == []


def test_an_import_has_its_vectors_when_it_is_done(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Likes tea\nLikes coffee\n")

    commands.ask("import", tmp_path / "a.txt", "--bucket", "General", "--format", "plain-lines", "--source", "old")

    assert commands.ask("status")["withoutVector"] == 0


def test_an_export_is_imported_without_loss(commands: Commands, tmp_path: Path) -> None:
    memory_id = commands.ask("add", "Likes tea")["memoryId"]
    commands.ask("edit", memory_id, "Likes coffee")
    written = commands.ask("export", "-o", tmp_path / "all.json")
    assert written["bytes"] == (tmp_path / "all.json").stat().st_size

    commands.ask("import", tmp_path / "all.json", "--data", tmp_path / "other")

    there = commands.ask("show", memory_id, "--data", tmp_path / "other")
    assert [version["text"] for version in there["versions"]] == ["Likes coffee", "Likes tea"]


@pytest.mark.parametrize(("form", "line"), [("markdown", "- "), ("csv", "Likes tea")])
def test_an_export_has_the_asked_form(commands: Commands, tmp_path: Path, form: str, line: str) -> None:
    commands.ask("add", "Likes tea")

    ran = commands.run("export", "--format", form, "-o", tmp_path / "out")

    assert ran.code == 0
    assert line in (tmp_path / "out").read_text()


def test_an_export_that_cannot_be_written_says_so(commands: Commands, tmp_path: Path) -> None:
    commands.ask("add", "Likes tea")

    assert "cannot be written" in commands.run("export", "-o", tmp_path / "no" / "out", "--json").error
    assert commands.run("export", "--format", "csv", "--json").code == 2
