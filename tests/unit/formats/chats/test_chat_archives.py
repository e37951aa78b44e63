import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from export_readings import EXPORTS, reading, reading_at

from onememory.domain.errors import InvalidInput
from onememory.formats.chats import archives
from onememory.formats.chats.archives import opened_export

CHATS = (EXPORTS / "deepseek" / "synthetic-conversations.json").read_bytes()


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def opener(data: bytes) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(data)


def outcome(data: bytes) -> tuple[list[str], str]:
    """The names of the members, and why others are none."""
    with opened_export("a.zip", opener(data)) as export:
        return [member.name for member in export.members], " | ".join(item.reason for item in export.skipped)


def test_a_file_that_is_no_archive_is_its_own_member() -> None:
    with opened_export("a.json", opener(b"[1]")) as export:
        (member,) = export.members
        assert (member.name, member.head, export.is_archive) == ("a.json", b"[1]", False)


def test_members_can_be_read_again_and_side_by_side() -> None:
    with opened_export("a.zip", opener(packed(("b", b"1" * 100_000), ("c", b"2" * 100_000)))) as export:
        first, second = export.members
        with first.open() as one, second.open() as two:
            assert (one.read(10), two.read(10), one.read(10)) == (b"1" * 10, b"2" * 10, b"1" * 10)
        assert (first.head, first.head) == (b"1" * 65_536,) * 2


@pytest.mark.parametrize("name", ["../a.json", "a/../../b.json", "/a.json", "C:/a.json", "..\\a.json", "\\a.json"])
def test_a_name_that_points_outside_is_skipped(name: str) -> None:
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    assert outcome(packed((entry, b"[]"))) == ([], "Its name points outside of the archive.")


def test_a_link_is_skipped() -> None:
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert outcome(packed((entry, b"/etc/passwd"))) == ([], "It is a link and not a file.")


def test_leftovers_of_a_mac_are_passed_over() -> None:
    assert outcome(packed(("__MACOSX/._a.json", b"x"), ("b/.DS_Store", b"x"), ("b/", b""), ("b/a.json", b"1"))) == (
        ["b/a.json"],
        "",
    )


def test_an_encrypted_entry_is_skipped() -> None:
    data = bytearray(packed(("a.json", b"[]")))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert outcome(bytes(data))[1] == "It is encrypted; unpack the archive with its password first."


@pytest.mark.parametrize("declared", [None, 300_000, 30_000_000])
def test_what_unpacks_out_of_all_proportion_is_cut_whatever_it_declares(declared: int | None) -> None:
    data = bytearray(packed(("a.json", CHATS[:-1] + b"," + b" " * 40_000_000 + b"]")))
    if declared:
        at = data.index(b"PK\x01\x02") + 24
        data[at : at + 4] = struct.pack("<I", declared)
    with opened_export("a.zip", opener(bytes(data))) as export:
        found = reading(*export.members)
        reasons = found.reasons + "".join(item.reason for item in export.skipped)
    assert any(reason in reasons for reason in ("more than 200 times", "It is damaged in the archive"))


def test_real_bytes_are_counted_whatever_was_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened_export("a.zip", opener(packed(("a", b"1" * 100_000)))) as export:
        monkeypatch.setattr(archives, "RATIO_LIMIT", 1)
        monkeypatch.setattr(archives, "FREE_BYTES", 1)
        with pytest.raises(InvalidInput, match="times its size"), export.members[0].open() as stream:
            stream.read()


def test_well_packed_chats_within_the_free_megabytes_are_read() -> None:
    data = packed(("conversations.json", CHATS + b" " * 5_000_000))
    with opened_export("a.zip", opener(data)) as export:
        assert len(reading(*export.members).conversations) == 2


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "ENTRY_LIMIT", 3)
    with pytest.raises(InvalidInput, match="4 entries; at most 3"):
        outcome(packed(*((f"{number}", b"") for number in range(4))))


def test_a_list_of_entries_that_is_too_long_is_refused_unread() -> None:
    data = bytearray(packed(("a", b"")))
    at = data.rindex(b"PK\x05\x06") + 12
    data[at : at + 4] = struct.pack("<I", 2**31)
    with pytest.raises(InvalidInput, match="more than 50,000 entries"):
        outcome(bytes(data))


def test_bytes_of_all_entries_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "TOTAL_LIMIT", 150_000)
    with opened_export("a.zip", opener(packed(("a", b"1" * 100_000), ("b", b"2" * 100_000)))) as export:
        first, second = export.members
        assert len(first.head) == 65_536
        assert second.head
        with pytest.raises(InvalidInput, match="unpacks to more than"):
            assert first.head


DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[: len(data) // 2],
    "no list of entries": lambda data: data[: data.index(b"PK\x01\x02")],
    "only a beginning": lambda data: data[:4],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_archive_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="damaged ZIP archive"):
        outcome(DAMAGED[name](packed(("a.json", CHATS))))


def test_a_damaged_entry_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(packed(("a.json", CHATS), ("b.json", CHATS)))
    data[60:200] = b"\x00" * 140
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    found = reading_at(path)
    assert len(found.conversations) == 2
    assert "damaged in the archive" in found.reasons


def test_a_checksum_that_does_not_fit_is_found_at_the_end() -> None:
    data = packed(("a.json", CHATS), method=zipfile.ZIP_STORED).replace(b"Garden", b"Warden")
    with opened_export("a.zip", opener(data)) as export:
        found = reading(*export.members)
    assert "damaged in the archive" in found.reasons
