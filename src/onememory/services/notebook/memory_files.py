"""Files that an assistant keeps: the commands of Anthropic's memory tool over memories of one bucket.

The answers are those that the tool's reference implementation gives, for models are trained on them.
Source: the tool `memory_20250818`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from onememory.domain.actors import Action, Actor, require
from onememory.domain.buckets import Bucket, checked_name
from onememory.domain.errors import Conflict, InvalidInput, NotFound, TooLarge
from onememory.domain.ids import mint, mint_bucket_id
from onememory.domain.memories import Change, ContentType, Memory, MemoryState
from onememory.domain.memory_files import (
    MemoryFile,
    below,
    checked_path,
    inserted,
    moved,
    replaced,
    shown_path,
)
from onememory.domain.provenance import Trust
from onememory.formats.memory_file_text import listing, numbered, snippet
from onememory.ports import Clock, Store, Transaction
from onememory.retrieval.dates import leading_date
from onememory.services.audit import Audit
from onememory.services.index.indexing import Indexing
from onememory.services.notebook.buckets import bucket_of
from onememory.services.notebook.changes import Changes
from onememory.services.screening import Screening

BUCKET = "Agent files"  # where no other is named
SOURCE = "memory-tool"
MOST_FILES = 1_000  # in one bucket


@dataclass(frozen=True, slots=True)
class Replacement:
    """The one occurrence of `old` is to become `new`."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Insertion:
    """A text that is to come after a line; 0 is the beginning."""

    line: int
    text: str


class MemoryFiles:
    """The use cases of an assistant's files; each answers the sentence that the tool hands to the model."""

    def __init__(
        self, store: Store, changes: Changes, indexing: Indexing, audit: Audit, clock: Clock, screening: Screening
    ) -> None:
        self._store = store
        self._changes = changes
        self._indexing = indexing
        self._audit = audit
        self._clock = clock
        self._screening = screening

    async def view(self, actor: Actor, path: str, lines: tuple[int, int] | None = None, bucket: str = BUCKET) -> str:
        """A file with numbered lines, or what lies in a directory, two levels deep; raises NotFound."""
        require(actor, Action.READ)
        wanted = checked_path(path)
        folder = await self._store.read(actor.scope, lambda tx: _Folder(tx, actor, bucket))
        if not wanted:
            return listing(folder.files, wanted)
        found = folder.some(wanted)
        if found[0].path != wanted:
            return listing(found, wanted)
        self._audit.note_read(actor, "memory_file.view", [found[0].memory_id])
        return numbered(found[0], lines)

    async def create(self, actor: Actor, path: str, text: str, bucket: str = BUCKET) -> str:
        """Keep a new file; raises Conflict where there is one."""
        require(actor, Action.KEEP_FILES)
        wanted = _named(path)
        if not text.strip():
            raise InvalidInput("An empty file cannot be kept; write something into it.")
        text = await self._screening.passed(text)
        vectors = (await self._indexing.vectors([text]))[0]

        def work(tx: Transaction) -> None:
            folder = _Folder(tx, actor, bucket)
            folder.require_free(wanted)
            bucket_id = folder.bucket_id or self._made_bucket(tx, actor, bucket)
            memory = self._memory(actor, bucket_id, text)
            self._changes.add(tx, [memory], [vectors], Change.CREATED)
            tx.memory_files.put(bucket_id, wanted, memory.id)
            self._audit.write(tx, actor, "memory_file.create", [memory.id])

        await self._store.write(actor.scope, work)
        return f"File created successfully at: {path}"

    def _made_bucket(self, tx: Transaction, actor: Actor, name: str) -> int:
        require(actor, Action.CREATE_BUCKETS)
        made = Bucket(mint_bucket_id(), checked_name(name), None, is_general=False, created_at=self._clock.now())
        tx.buckets.add(made)
        return made.id

    def _memory(self, actor: Actor, bucket_id: int, text: str) -> Memory:
        now = self._clock.now()
        return Memory(
            id=mint(now),
            bucket_id=bucket_id,
            text=text,
            content_type=ContentType.TEXT,
            state=MemoryState.ACTIVE,
            about=leading_date(text)[0],
            created_at=now,
            updated_at=now,
            version=1,
            provenance=actor.provenance(SOURCE, Trust.ASSISTANT),
        )

    async def edit(self, actor: Actor, path: str, change: Replacement | Insertion, bucket: str = BUCKET) -> str:
        """Change a file's text; raises InvalidInput where the change does not fit the text."""
        require(actor, Action.KEEP_FILES)
        wanted = _named(path)
        foreseen = await self._store.read(actor.scope, lambda tx: _Folder(tx, actor, bucket).file(wanted))
        # It may change before it is written; then its words are indexed at once and its meaning by the worker.
        expected = await self._screening.passed(_changed(foreseen.text, change, path))
        vectors = (await self._indexing.vectors([expected]))[0]

        def work(tx: Transaction) -> str:
            file = _Folder(tx, actor, bucket).file(wanted)
            text = self._screening.checked(_changed(file.text, change, path))
            after = replace(tx.memories.get([file.memory_id])[file.memory_id], text=text, about=leading_date(text)[0])
            by = actor.provenance(SOURCE, Trust.ASSISTANT)
            self._changes.apply(tx, after, Change.EDITED, by, vectors if text == expected else {})
            self._audit.write(tx, actor, "memory_file.edit", [file.memory_id])
            return text

        text = await self._store.write(actor.scope, work)
        if isinstance(change, Insertion):
            return f"The file {path} has been edited."
        heading = "The memory file has been edited. Here is the snippet showing the change (with line numbers):"
        return f"{heading}\n{snippet(text, change.new)}"

    async def delete(self, actor: Actor, path: str, bucket: str = BUCKET) -> str:
        """Put a file, or all files of a directory, into the trash."""
        require(actor, Action.KEEP_FILES)
        require(actor, Action.DELETE_FILES)
        wanted = _named(path)

        def work(tx: Transaction) -> None:
            ids = [f.memory_id for f in _Folder(tx, actor, bucket).some(wanted)]
            for memory in tx.memories.get(ids).values():
                trashed = replace(memory, state=MemoryState.TRASHED)
                self._changes.apply(tx, trashed, Change.TRASHED, actor.provenance(SOURCE, Trust.ASSISTANT))
            self._audit.write(tx, actor, "memory_file.delete", ids)

        await self._store.write(actor.scope, work)
        return f"Successfully deleted {path}"

    async def rename(self, actor: Actor, old_path: str, new_path: str, bucket: str = BUCKET) -> str:
        """Give a file or a directory another path; raises Conflict where the new one is taken."""
        require(actor, Action.KEEP_FILES)
        old, new = _named(old_path), _named(new_path)

        def work(tx: Transaction) -> None:
            folder = _Folder(tx, actor, bucket)
            paths = {f.path: checked_path(shown_path(moved(f.path, old, new))) for f in folder.some(old)}
            folder.require_free(new, but_for=frozenset(paths))
            folder.rename(paths)
            self._audit.write(tx, actor, "memory_file.rename", [f.memory_id for f in folder.files if f.path in paths])

        await self._store.write(actor.scope, work)
        return f"Successfully renamed {old_path} to {new_path}"


class _Folder:
    """The files of one bucket inside a transaction; empty while the bucket does not exist."""

    def __init__(self, tx: Transaction, actor: Actor, bucket: str) -> None:
        self._tx = tx
        self.bucket_id = _bucket_id(tx, actor, bucket)
        self.files = [] if self.bucket_id is None else tx.memory_files.all(self.bucket_id)

    def some(self, path: str) -> list[MemoryFile]:
        """The file at this path, or all files of this directory; raises NotFound where there is none."""
        if found := below(self.files, path):
            return found
        raise NotFound(f"The path {shown_path(path)} does not exist. Please provide a valid path.")

    def file(self, path: str) -> MemoryFile:
        """The file at this path; raises NotFound, and InvalidInput for a directory."""
        found = self.some(path)
        if found[0].path != path:
            raise InvalidInput(f"The path {shown_path(path)} is not a file.")
        return found[0]

    def require_free(self, path: str, but_for: frozenset[str] = frozenset()) -> None:
        """Raises Conflict where the path is taken or lies below a file, TooLarge where there are too many files."""
        others = [f for f in self.files if f.path not in but_for]
        if len(others) >= MOST_FILES:
            raise TooLarge(f"There are {MOST_FILES:,} files already; delete some first.")
        if below(others, path):
            raise Conflict(f"File {shown_path(path)} already exists")
        if above := next((f.path for f in others if path.startswith(f"{f.path}/")), None):
            raise Conflict(f"The path {shown_path(above)} is a file, so nothing can lie below it")

    def rename(self, paths: Mapping[str, str]) -> None:
        """Give files new paths, by their old ones."""
        assert self.bucket_id is not None  # noqa: S101 - there are files, so there is a bucket
        self._tx.memory_files.remove(self.bucket_id, list(paths))
        for file in self.files:
            if file.path in paths:
                self._tx.memory_files.put(self.bucket_id, paths[file.path], file.memory_id)


def _bucket_id(tx: Transaction, actor: Actor, name: str) -> int | None:
    """The bucket of this name; a token that reaches one bucket only keeps its files there."""
    if actor.bucket_ids is not None and len(actor.bucket_ids) == 1:
        return bucket_of(tx, next(iter(actor.bucket_ids))).id
    bucket = tx.buckets.named(name)
    return bucket.id if bucket else None


def _named(path: str) -> str:
    """A path other than the root's."""
    checked = checked_path(path)
    if not checked:
        raise InvalidInput(f"This needs the path of a file or directory below {shown_path('')}, not {path} itself")
    return checked


def _changed(text: str, change: Replacement | Insertion, path: str) -> str:
    if isinstance(change, Insertion):
        return inserted(text, change.line, change.text)
    return replaced(text, change.old, change.new, path)
