from datetime import UTC, datetime

import pytest

from onememory.domain.errors import InvalidInput
from onememory.formats.manifest import BackedUpFile, Manifest, decode, differences, encode

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
FILE = BackedUpFile(3, "ab")


def test_a_manifest_comes_back_as_it_was() -> None:
    manifest = Manifest("1.0", NOON, {"blobs/ab/cd": FILE})

    assert decode(encode(manifest)) == manifest


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "", "..\\x"])
def test_a_path_outside_the_backup_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match="lies outside"):
        decode(encode(Manifest("1.0", NOON, {path: FILE})))


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"\xff", b'{"format": "other"}'])
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="is not that of a backup"):
        decode(data)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"a": FILE, "more": FILE}, []),
        ({}, ["a is missing"]),
        ({"a": BackedUpFile(4, "ab")}, ["a has 4 bytes and not 3"]),
        ({"a": BackedUpFile(3, "cd")}, ["a has another content"]),
    ],
)
def test_differences_are_told(found: dict[str, BackedUpFile], words: list[str]) -> None:
    assert differences(Manifest("1.0", NOON, {"a": FILE}), found) == words
