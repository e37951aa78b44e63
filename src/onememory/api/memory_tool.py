"""The commands of Anthropic's memory tool, as models send them."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from onememory.api.operations import Call
from onememory.domain.errors import InvalidInput
from onememory.services.notebook.memory_files import BUCKET, Insertion, Replacement


class Command(StrEnum):
    """What an assistant can do with its files."""

    VIEW = "view"
    CREATE = "create"
    STR_REPLACE = "str_replace"
    INSERT = "insert"
    DELETE = "delete"
    RENAME = "rename"


_NEEDED = {
    Command.VIEW: ("path",),
    Command.CREATE: ("path", "file_text"),
    Command.STR_REPLACE: ("path", "old_str", "new_str"),
    Command.INSERT: ("path", "insert_line", "insert_text"),
    Command.DELETE: ("path",),
    Command.RENAME: ("old_path", "new_path"),
}

Path = Annotated[str, Meta(description="A path that begins with /memories.")]


class MemoryToolCommand(Struct):
    """One command of the tool `memory_20250818`, and the bucket that holds the files."""

    command: Command
    path: Path | None = None
    view_range: Annotated[list[int], Meta(description="First and last line; -1 is the end.")] | None = None
    file_text: str | None = None
    old_str: str | None = None
    new_str: str | None = None
    insert_line: int | None = None
    insert_text: str | None = None
    old_path: Path | None = None
    new_path: Path | None = None
    bucket: Annotated[str, Meta(description="The name of the bucket; made where there is none.")] = BUCKET


class MemoryToolResult(Struct):
    """What to hand to the model."""

    result: str


async def run_memory_tool(call: Call, given: MemoryToolCommand) -> MemoryToolResult:
    """Run a command of Anthropic's memory tool."""
    missing = [name for name in _NEEDED[given.command] if getattr(given, name) is None]
    if missing:
        raise InvalidInput(f"The command `{given.command}` needs {', '.join(f'`{name}`' for name in missing)}.")
    return MemoryToolResult(await _HANDLERS[given.command](call, given))


async def _view(call: Call, given: MemoryToolCommand) -> str:
    lines = given.view_range
    if lines is not None and len(lines) != 2:
        raise InvalidInput("`view_range` has two numbers: the first line, from 1, and the last, or -1 for the end.")
    shown = (lines[0], lines[1]) if lines else None
    return await call.services.memory_files.view(call.actor, given.path or "", shown, given.bucket)


async def _create(call: Call, given: MemoryToolCommand) -> str:
    return await call.services.memory_files.create(call.actor, given.path or "", given.file_text or "", given.bucket)


async def _replace(call: Call, given: MemoryToolCommand) -> str:
    change = Replacement(given.old_str or "", given.new_str or "")
    return await call.services.memory_files.edit(call.actor, given.path or "", change, given.bucket)


async def _insert(call: Call, given: MemoryToolCommand) -> str:
    change = Insertion(given.insert_line or 0, given.insert_text or "")
    return await call.services.memory_files.edit(call.actor, given.path or "", change, given.bucket)


async def _delete(call: Call, given: MemoryToolCommand) -> str:
    return await call.services.memory_files.delete(call.actor, given.path or "", given.bucket)


async def _rename(call: Call, given: MemoryToolCommand) -> str:
    return await call.services.memory_files.rename(call.actor, given.old_path or "", given.new_path or "", given.bucket)


_HANDLERS = {
    Command.VIEW: _view,
    Command.CREATE: _create,
    Command.STR_REPLACE: _replace,
    Command.INSERT: _insert,
    Command.DELETE: _delete,
    Command.RENAME: _rename,
}
