"""`onememory status`."""

from typing import Any

import typer

from onememory.cli.commands import Target, command
from onememory.cli.connection import at, connected
from onememory.cli.output import counted, present, say
from onememory.domain.moving import Moving


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "status")(status)


async def status(target: Target) -> None:
    """Show how an account is doing."""
    async with connected(target) as api:
        answer = await api.get(at("account"))
    present(target, answer, _show)


def _show(account: dict[str, Any]) -> None:
    say(
        f"{account['user']['name']}: {counted(account['memories'], 'memory', 'memories')}"
        f" in {counted(account['buckets'], 'bucket')},"
        f" {account['inbox'] + account['proposals']} in the inbox, {account['trash']} in the trash.",
        f"Model {account['model']}, {account['bytesOnDisk'] / 1e6:,.1f} MB on disk.",
    )
    if account["answeringModel"] not in {None, account["model"]}:
        say(f"The vectors of {account['answeringModel']} still answer.")
    if account["withoutVector"]:
        waiting = counted(account["withoutVector"], "memory waits", "memories wait")
        say(f"{waiting} for a vector and can be found by words meanwhile.")
    if account["user"]["moving"]:
        say(Moving(account["user"]["moving"]).sentence)
    for job in account["jobs"]:
        if job["state"] != "done":
            reason = f": {job['error']}" if job["error"] else ""
            say(f"Job {job['kind']} is {job['state']}, {job['done']} of {job['total']}{reason}")
