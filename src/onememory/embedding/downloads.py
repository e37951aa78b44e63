"""One file over HTTP: continued where it was interrupted, checked, and put in place whole."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from onememory.domain.errors import StorageFailed, Unavailable
from onememory.embedding.revisions import sha256_of


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the download of one file is, in bytes."""

    file: str
    done: int
    total: int | None  # None where the server does not say


def download(
    client: httpx.Client, url: str, target: Path, sha256: str | None, on_progress: Callable[[Progress], None]
) -> None:
    """Put the content of an address at `target`.

    What has arrived stays beside it as `.part`, with the server's ETag as `.etag`; it is continued if that still holds.
    Raises Unavailable for a failing server or another hash, StorageFailed for a disk that refuses.
    """
    partial, tag = (target.with_name(target.name + suffix) for suffix in (".part", ".etag"))
    try:
        _receive(client, url, (partial, tag), on_progress)
    except httpx.HTTPError as error:
        kind = type(error).__name__
        raise Unavailable(f"{url} cannot be downloaded ({kind}): try again, what has arrived is kept.") from error
    except OSError as error:
        raise StorageFailed(f"{partial} cannot be written ({error.strerror}): make room there, then go on.") from error
    found = sha256_of(partial)
    if sha256 is not None and found != sha256.lower():
        partial.unlink()
        tag.unlink(missing_ok=True)
        raise Unavailable(f"{url} has the SHA-256 {found} and not {sha256}: nothing was kept.")
    partial.replace(target)
    tag.unlink(missing_ok=True)


def _receive(client: httpx.Client, url: str, kept: tuple[Path, Path], on_progress: Callable[[Progress], None]) -> None:
    partial, tag = kept
    done = partial.stat().st_size if partial.is_file() and tag.is_file() else 0
    headers = {"accept-encoding": "identity"}
    if done:
        headers |= {"range": f"bytes={done}-", "if-range": tag.read_text(encoding="ascii")}
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and done:
            return  # it is whole already; the hash will tell
        response.raise_for_status()
        done = done if response.status_code == HTTPStatus.PARTIAL_CONTENT else 0
        _remember(tag, response.headers.get("etag", ""))
        length = response.headers.get("content-length")
        total = done + int(length) if length else None
        with partial.open("ab" if done else "wb") as file:
            for block in response.iter_bytes():  # as it comes: what was buffered would be lost when it breaks off
                file.write(block)
                done += len(block)
                on_progress(Progress(partial.stem, done, total))


def _remember(tag: Path, etag: str) -> None:
    if etag.startswith('"'):  # a weak one does not vouch for the bytes
        tag.write_text(etag, encoding="ascii")
    else:
        tag.unlink(missing_ok=True)
