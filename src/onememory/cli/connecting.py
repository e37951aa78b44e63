"""`onememory connect`."""

import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import Refused, at, connected
from onememory.cli.output import notice, present, print_json, print_table, say
from onememory.cli.tools import addresses
from onememory.cli.tools.catalogue import SERVER, TOOLS, Access, ServersFile, Tool, Via, entry
from onememory.cli.tools.connected import STATE, ConnectedTool, ConnectedTools
from onememory.cli.tools.servers import Servers
from onememory.domain.accounts import WritePolicy
from onememory.domain.errors import Conflict, NotFound, OneMemoryError

PLACEHOLDER = "TOKEN"  # stands for a token that is not made yet


@dataclass(frozen=True, slots=True)
class How:
    """How the tool is connected."""

    via: Annotated[
        Via | None,
        typer.Option(help="Call a server, or start one of its own.", show_default="http where the tool can"),
    ] = None
    policy: Annotated[
        WritePolicy,
        typer.Option(
            help="What becomes of what it writes; `propose`: it adds, and proposes changes of your own words."
        ),
    ] = WritePolicy.PROPOSE


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done, and what is asked first."""

    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
    only_print: Annotated[bool, typer.Option("--print", help="Print what would be written, and change nothing.")] = (
        False
    )
    undo: Annotated[bool, typer.Option("--undo", help="Put the tool's file back and revoke the token.")] = False


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "connect")(connect)


async def connect(
    target: Target,
    how: How,
    doing: Doing,
    tool: Annotated[
        str | None, typer.Argument(help="The tool; without one, all are listed.", show_default=False)
    ] = None,
) -> None:
    """Connect an AI tool to your memories, with a token of its own; asks before it changes a file."""
    if tool is None:
        _list(target)
        return
    if tool not in TOOLS:
        raise WrongUse(f"`{tool}` is none of the tools: {', '.join(TOOLS)}.")
    if target.as_json and not (doing.yes or doing.only_print):
        raise WrongUse("With --json give --yes or --print, for nobody can be asked.")
    job = _Job(tool, TOOLS[tool], target, how, doing)
    if doing.undo:
        await job.undo()
    elif job.tool.file:
        await job.write(job.tool.file)
    else:
        await job.guide()


def _state() -> ConnectedTools:
    return ConnectedTools(Path.home() / ".onememory" / STATE)


def _list(target: Target) -> None:
    state, home = _state(), Path.home()
    rows = []
    for name, tool in TOOLS.items():
        made = state.get(name)
        rows.append(
            {
                "tool": name,
                "title": tool.title,
                "found": tool.file.place(home, sys.platform).is_dir() if tool.file else None,
                "connected": made is not None,
                "file": str(tool.file.path(home, sys.platform)) if tool.file else None,
            }
        )
    present(target, rows, _show_list)


def _show_list(rows: list[dict[str, Any]]) -> None:
    words = {True: "found here", False: "not found", None: "by hand"}
    cells = ((r["tool"], r["title"], "connected" if r["connected"] else words[r["found"]]) for r in rows)
    print_table(("tool", "what it is", "state"), cells)


class _Job:
    """Connecting one tool, or undoing it."""

    def __init__(self, name: str, tool: Tool, target: Target, how: How, doing: Doing) -> None:
        self.name, self.tool, self.target, self.how, self.doing = name, tool, target, how, doing
        settings = target.settings()
        self.is_remote = bool(settings.url) and not target.data
        self.url = (settings.url or "").rstrip("/") if self.is_remote else addresses.callable_here(settings.base_url)
        self.data = None if self.is_remote else str(settings.data.resolve())
        self.state = _state()

    async def write(self, file: ServersFile) -> None:
        """Put the server into the tool's file."""
        via = self.how.via or file.ways[0]
        if via not in file.ways:
            raise WrongUse(f"{self.tool.title} starts its servers itself: connect it with --via {file.ways[0]}.")
        servers = Servers(file.path(Path.home(), sys.platform), file.section)
        warning = addresses.warning(self.tool, self.url) if via is Via.HTTP else None
        shown = entry(file, via, self._access(PLACEHOLDER))
        if self.doing.only_print:
            self._answer("printed", servers, via, entry=shown, warning=warning)
            return
        if self._is_there(servers, via):
            self._answer("already connected", servers, via)
            return
        servers.plan(shown)  # what cannot be edited is refused before anybody is asked
        self._ask(f"Add this to {servers.file}?", shown)
        token_id = await self._write(file, servers, via)
        self._answer("connected", servers, via, tokenId=token_id, warning=warning)

    async def guide(self) -> None:
        """Say what the user has to do, with a token to paste where one is needed."""
        warning = addresses.warning(self.tool, self.url)
        token = PLACEHOLDER
        if self.tool.needs_token and not self.doing.only_print:
            if self.state.get(self.name):
                raise Conflict(f"{self.tool.title} has a token already, shown when it was made; --undo revokes it.")
            self._ask(f"Make a token for {self.tool.title} and show it, this once?", None)
            async with self._new_token() as made:
                self.state.remember(self.name, self._made(made, None))
            token = made["token"]
        text = self.tool.steps.format(url=self.url, mcp_url=self._access(token).mcp_url, token=token)
        self._answer("by hand", None, None, steps=text, warning=warning)

    async def undo(self) -> None:
        """Take the server out of the tool's file and make its token useless."""
        made = self.state.get(self.name)
        if made is None:
            raise NotFound(f"{self.tool.title} is not connected, as far as this command knows.")
        servers = None
        if made.changed and self.tool.file:
            servers = Servers(Path(made.changed.file), self.tool.file.section)
            self._ask(f"Take onememory out of {servers.file} and revoke its token?", None)
            servers.undo(made.changed)
            self.state.remember(self.name, replace(made, changed=None))
        await self._revoke(made)
        self.state.forget(self.name)
        self._answer("disconnected", servers, None)

    def _access(self, token: str) -> Access:
        where = ("--url", self.url) if self.is_remote else ("--data", str(self.data))
        return Access(f"{self.url}/mcp", (sys.executable, "-m", "onememory", "mcp", *where), token)

    def _is_there(self, servers: Servers, via: Via) -> bool:
        """Whether the tool is connected in this way already; raises Conflict where it is in another."""
        if servers.entry() is None:
            return False
        made = self.state.get(self.name)
        if made is None or made.changed is None:
            raise Conflict(f"{servers.file} has a server `{SERVER}` that this command did not write: remove it first.")
        if (made.via, made.url, made.data) != (via, self.url if self.is_remote else None, self.data):
            raise Conflict(f"{self.tool.title} is connected in another way: run the command with --undo first.")
        return True

    async def _write(self, file: ServersFile, servers: Servers, via: Via) -> str:
        if left_over := self.state.get(self.name):  # somebody has removed the entry by hand
            await self._revoke(left_over)
        async with self._new_token() as token:
            planned = servers.plan(entry(file, via, self._access(token["token"])))
            # What is known to have been made can be undone, whatever happens next.
            self.state.remember(self.name, replace(self._made(token, via), changed=planned.changed))
            servers.make(planned)
        token_id: str = token["id"]
        return token_id

    @contextlib.asynccontextmanager
    async def _new_token(self) -> AsyncIterator[dict[str, Any]]:
        """A token for the tool, revoked again where the block fails."""
        async with connected(self.target, may_create=True) as api:
            token: dict[str, Any] = await api.send("POST", at("tokens"), name=self.name, policy=self.how.policy)
            try:
                yield token
            except OneMemoryError:
                await api.delete(at("tokens", token["id"]))
                self.state.forget(self.name)
                raise

    def _made(self, token: dict[str, Any], via: Via | None) -> ConnectedTool:
        return ConnectedTool(via, self.url if self.is_remote else None, self.data, self.target.user, token["id"], None)

    async def _revoke(self, made: ConnectedTool) -> None:
        """Make a token useless; raises Conflict where that cannot be done now."""
        place = replace(self.target, url=made.url, data=None)  # with the token that is given now
        if made.data:
            place = Target(data=Path(made.data), user=made.user)
        try:
            async with connected(place) as api:
                await api.delete(at("tokens", made.token_id))
        except (OneMemoryError, WrongUse) as error:
            if isinstance(error, NotFound) or (isinstance(error, Refused) and error.status == 404):
                return  # it is gone, or all the data are
            reason = str(error).rstrip(".")
            raise Conflict(f"The token {made.token_id} is not revoked yet ({reason}); run this again then.") from error

    def _ask(self, question: str, shown: dict[str, Any] | None) -> None:
        if self.doing.yes:
            return
        if shown:
            print_json({SERVER: shown})
        typer.confirm(question, abort=True)

    def _answer(self, status: str, servers: Servers | None, via: Via | None, **more: Any) -> None:
        where = {"file": str(servers.file) if servers else None, "via": via, "url": self.url}
        answer = {"tool": self.name, "status": status, **where, **more}
        present(self.target, answer, self._show)

    def _show(self, answer: dict[str, Any]) -> None:
        if "entry" in answer:
            say(f"In {answer['file']}:")
            print_json({SERVER: answer["entry"]})
        elif "steps" in answer:
            say(answer["steps"])
        else:
            file = f" ({answer['file']})" if answer["file"] else ""
            say(f"{self.tool.title} is {answer['status']}{file}.")
        if answer["status"] == "connected":
            say(f"Restart it to see the memories. To undo: onememory connect {self.name} --undo")
        if warning := answer.get("warning"):
            notice(warning)
