from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onememory.blobs.keys import kept_key
from onememory.domain.errors import StorageFailed


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "links.key"

    key = kept_key(path, 32)

    assert (len(key), kept_key(path, 32)) == (32, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["links.key"]


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert kept_key(tmp_path / "a", 32) != kept_key(tmp_path / "b", 32)


def test_those_who_make_it_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_key(tmp_path / "links.key", 32), range(32)))

    assert len(keys) == 1


def test_a_damaged_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "links.key").write_bytes(b"short")

    with pytest.raises(StorageFailed, match="damaged"):
        kept_key(tmp_path / "links.key", 32)
