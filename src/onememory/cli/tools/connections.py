"""One AI tool connected to the memories, or its connection undone."""

import contextlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from onememory import settings
from onememory.cli.commands import Target, WrongUse
from onememory.cli.connection import at, connected, require_data
from onememory.cli.output import notice, present, say
from onememory.cli.tools import addresses, settings_files, tokens
from onememory.cli.tools.connected import STATE, ChangedFile, ConnectedTool, ConnectedTools
from onememory.cli.tools.servers import Servers
from onememory.domain.accounts import WritePolicy
from onememory.domain.ai_tools import (
    SERVER,
    Access,
    Caller,
    ServersFile,
    Tool,
    Via,
    added_by_others,
    entry,
    token_in,
)
from onememory.domain.errors import Conflict, NotFound, OneMemoryError

PLACEHOLDER = "TOKEN"  # stands for a token that is not made yet


@dataclass(frozen=True, slots=True)
class How:
    """How the tool is connected."""

    via: Annotated[
        Via | None,
        typer.Option(
            help="Call a server, or start one of its own.", show_default="as it is, at first http where it can"
        ),
    ] = None
    policy: Annotated[
        WritePolicy | None,
        typer.Option(
            help="What becomes of what it writes; `propose`: it adds, and proposes changes of your own words.",
            show_default="as it is, at first propose",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done, and what is asked first."""

    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
    only_print: Annotated[bool, typer.Option("--print", help="Print what would be written, and change nothing.")] = (
        False
    )
    undo: Annotated[bool, typer.Option("--undo", help="Put the tool's file back and revoke the token.")] = False


def remembered() -> ConnectedTools:
    """The tools that were connected from this machine."""
    return ConnectedTools(Path.home() / ".onememory" / STATE)


class ToolConnection:
    """Connecting one tool, or undoing it."""

    def __init__(self, name: str, tool: Tool, target: Target, how: How, doing: Doing) -> None:
        self.name, self.tool, self.target, self.how, self.doing = name, tool, target, how, doing
        chosen = target.settings()
        self.is_remote = bool(chosen.url) and not target.data
        self.url = (chosen.url or "").rstrip("/") if self.is_remote else addresses.callable_here(chosen.base_url)
        self.data = None if self.is_remote else str(chosen.data.resolve())
        self.database_url = None if self.is_remote else chosen.database_url
        self.state = remembered()
        self.made = self.state.get(name)

    async def write(self, file: ServersFile) -> None:
        """Put the server into the tool's file."""
        via = Via(self.how.via or (self.made and self.made.via) or file.ways[0])
        if via not in file.ways:
            raise WrongUse(f"{self.tool.title} starts its servers itself: connect it with --via {file.ways[0]}.")
        servers = Servers(file.path(Path.home(), sys.platform), file.section)
        if self.doing.only_print:
            planned = entry(file, via, self._access(PLACEHOLDER))
            warning = self._warning(via)
            self._answer("printed", servers, via, entry=planned, text=servers.shown(planned), warning=warning)
            return
        found = self._found(servers)
        self._require_memories(via)
        because = await self._changes(file, found, via) if found is not None else []
        if found is not None and not because:
            is_answering = await self._is_let_in(token_in(found), via)
            self._answer("already connected", servers, via, warning=self._warning(via, is_answering=is_answering))
            return
        await self._put(file, servers, via, found, because)

    async def guide(self) -> None:
        """Say what the user has to do, with a token to paste where one is needed."""
        token, warning = PLACEHOLDER, self._warning(None)
        if self.tool.needs_token and not self.doing.only_print:
            self._require_memories(None)
            if self.made and (self.made.place != self._place(None) or await self._has_token(self.made)):
                raise Conflict(f"{self.tool.title} has a token already, shown when it was made; --undo revokes it.")
            self._ask(f"Make a token for {self.tool.title} and show it, this once?", None)
            async with self._new_token(None) as (made, is_answering):
                self.state.remember(self.name, self._connected(made, None, None))
            token, warning = made["token"], self._warning(None, is_answering=is_answering)
        text = self.tool.steps.format(url=self.url, mcp_url=self._access(token).mcp_url, token=token)
        self._answer("by hand", None, None, steps=text, warning=warning)

    async def undo(self) -> None:
        """Take the server out of the tool's file and make its token useless."""
        if self.made is None:
            raise NotFound(f"{self.tool.title} is not connected, as far as this command knows.")
        servers = None
        if self.made.changed and self.tool.file:
            servers = Servers(Path(self.made.changed.file), self.tool.file.section)
            self._ask(f"Take onememory out of {servers.file} and revoke its token?", None)
            servers.undo(self.made.changed)
            self.state.remember(self.name, replace(self.made, changed=None))
        await tokens.revoke(self.made, self.target)
        self.state.forget(self.name)
        self._answer("disconnected", servers, None)

    def _require_memories(self, via: Via | None) -> None:
        """Pass where whoever the tool calls finds the memories; raises NotFound, and Conflict for another database."""
        if self.data is None:
            return
        require_data(Path(self.data), self.database_url)
        if via is Via.STDIO and self._by_itself.database_url != self.database_url:
            raise Conflict(
                f"{self.tool.title} would start a server that knows {self.data} and not its database: "
                f"write database_url into {Path(self.data) / settings.SETTINGS_FILE}, or name a server with --url."
            )

    def _found(self, servers: Servers) -> dict[str, Any] | None:
        """What stands in the tool's file under our name; raises Conflict where somebody else has put it there."""
        found = servers.entry()
        if found is not None and (self.made is None or self.made.changed is None):
            raise Conflict(f"{servers.file} has a server `{SERVER}` that this command did not write: remove it first.")
        return found

    async def _changes(self, file: ServersFile, found: dict[str, Any], via: Via) -> list[str]:
        """Why an entry has to be written anew."""
        if self.made is None or self.made.place != self._place(via):
            return ["it was connected in another way"]
        wanted = added_by_others(file, found) | entry(file, via, self._access(token_in(found)))
        reasons = [] if found == wanted else ["its entry was out of date"]
        if not await self._has_token(self.made):
            reasons.append("its token had expired or was revoked")
        if self.made.policy != self._policy:
            reasons.append(f"its policy was `{self.made.policy}`")
        return reasons

    async def _is_let_in(self, token: str, via: Via | None) -> bool:
        """Whether the server here lets a token in that the tool will send it; raises Conflict where it refuses."""
        if self.data is None or via is Via.STDIO:
            return False
        return await tokens.is_let_in(self.url, token, self.data)

    async def _has_token(self, made: ConnectedTool) -> bool:
        return await tokens.is_usable(self.target, made.token_id)

    async def _put(
        self, file: ServersFile, servers: Servers, via: Via, found: dict[str, Any] | None, because: list[str]
    ) -> None:
        others = added_by_others(file, found or {})
        earlier = self.made.changed if self.made and found is not None else None
        planned = others | entry(file, via, self._access(PLACEHOLDER))
        servers.plan(planned, earlier)  # what cannot be edited is refused before anybody is asked
        question = f"Write this anew into {servers.file}, for {_listed(because)}?" if because else None
        self._ask(question or f"Add this to {servers.file}?", servers.shown(planned))
        async with self._new_token(via) as (token, is_answering):
            change = servers.plan(others | entry(file, via, self._access(token["token"])), earlier)
            # What is known to have been made can be undone, whatever happens next.
            self.state.remember(self.name, self._connected(token, via, change.changed))
            servers.make(change)
        left = await self._revoke_earlier()
        warnings = (self._warning(via, is_answering=is_answering), _exposure(servers.file), left)
        self._answer(
            "connected anew" if because else "connected",
            servers,
            via,
            tokenId=token["id"],
            because=because,
            warning=" ".join(filter(None, warnings)) or None,
        )

    def _access(self, token: str) -> Access:
        where = ("--url", self.url) if self.is_remote else ("--data", str(self.data))
        command = (sys.executable, "-m", "onememory", "mcp", *where)
        return Access(f"{self.url}/mcp", command, token, self._unusual_url())

    def _unusual_url(self) -> str | None:
        """Where the server is, if one that the tool starts on the data directory would not think so by itself."""
        if self.is_remote:
            return None
        return None if self.url == addresses.callable_here(self._by_itself.base_url) else self.url

    @property
    def _by_itself(self) -> settings.Settings:
        """What a server that the tool starts on the data directory reads there."""
        return settings.load({"data": self.data}, environment={})

    def _place(self, via: Via | None) -> tuple[str | None, ...]:
        return (via, self.url if self.is_remote else None, self.data, self.target.user)

    @property
    def _policy(self) -> WritePolicy:
        earlier = self.made.policy if self.made else None
        return self.how.policy or WritePolicy(earlier or WritePolicy.PROPOSE)

    @contextlib.asynccontextmanager
    async def _new_token(self, via: Via | None) -> AsyncIterator[tuple[dict[str, Any], bool]]:
        """A token for the tool, and whether a server let it in; it is revoked again where the block fails."""
        async with connected(self.target) as api:
            token: dict[str, Any] = await api.send("POST", at("tokens"), name=self.name, policy=self._policy)
            try:
                yield token, await self._is_let_in(token["token"], via)
            except OneMemoryError:
                await api.delete(at("tokens", token["id"]))
                if self.made:
                    self.state.remember(self.name, self.made)
                else:
                    self.state.forget(self.name)
                raise

    def _connected(self, token: dict[str, Any], via: Via | None, changed: ChangedFile | None) -> ConnectedTool:
        url = self.url if self.is_remote else None
        return ConnectedTool(via, url, self.data, self.target.user, token["id"], changed, self._policy)

    async def _revoke_earlier(self) -> str | None:
        """Make the token useless that a new one replaces; the sentence for the user where that cannot be done."""
        if self.made is None:
            return None
        if self.made.url in {None, self.url}:  # no other server is shown the token that was given for this one
            with contextlib.suppress(Conflict):
                await tokens.revoke(self.made, self.target)
                return None
        place, revoking = self.made.url or self.made.data, f"`onememory token revoke {self.made.token_id}`"
        return f"Its earlier token is not revoked: run {revoking} for {place}."

    def _warning(self, via: Via | None, *, is_answering: bool = False) -> str | None:
        if via is Via.STDIO or (is_answering and self.tool.caller is Caller.HERE):
            return None
        return addresses.warning(self.tool, self.url)

    def _ask(self, question: str, text: str | None) -> None:
        if self.doing.yes:
            return
        if text:
            say(text)
        typer.confirm(question, abort=True)

    def _answer(self, status: str, servers: Servers | None, via: Via | None, **more: Any) -> None:
        where = {"file": str(servers.file) if servers else None, "via": via, "url": self.url, "data": self.data}
        answer = {"tool": self.name, "status": status, **where, **more}
        present(self.target, answer, self._show)

    def _show(self, answer: dict[str, Any]) -> None:
        if "text" in answer:
            say(f"In {answer['file']}:", answer["text"])
        elif "steps" in answer:
            say(answer["steps"])
        else:
            file = f" ({answer['file']})" if answer["file"] else ""
            because = f", for {_listed(answer['because'])}" if answer.get("because") else ""
            say(f"{self.tool.title} is {answer['status']}{file}{because}.")
        if self.data and answer["status"] != "disconnected" and self.tool.needs_token:
            say(f"Its memories are in the data directory {self.data}.")
        if "tokenId" in answer:
            token = " --token TOKEN" if self.is_remote else ""
            say(f"Restart it to see the memories. To undo: onememory connect {self.name} --undo{token}")
        if warning := answer.get("warning"):
            notice(warning)


def _listed(reasons: list[str]) -> str:
    return " and ".join(reasons)


def _exposure(file: Path) -> str | None:
    if not settings_files.is_open_to_others(file):
        return None
    return f"Other users of this machine can read {file}, in which the token stands now: `chmod 600 {file}` ends that."
