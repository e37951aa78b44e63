"""`onememory token`."""

from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, command
from onememory.cli.connection import at, connected
from onememory.cli.moments import expiry, now, relative
from onememory.cli.output import present, print_table, say
from onememory.domain.accounts import WritePolicy

app = typer.Typer(help="Keep the tokens with which clients sign in.", no_args_is_help=True)


@command(app, "create")
async def create(
    target: Target,
    name: Annotated[str, typer.Argument(help="What it is for, such as `laptop`.", show_default=False)],
    scopes: Annotated[
        list[str] | None,
        typer.Option(
            help="What it may do: read, write, delete, admin; with commas or given again.", show_default=False
        ),
    ] = None,
    policy: Annotated[
        WritePolicy,
        typer.Option(
            help="`full`: writes at once; `propose`: adds at once, and its changes of what you said wait for your "
            "review; `inbox`: what it adds waits for review, and it changes nothing; `read`: no writes."
        ),
    ] = WritePolicy.FULL,
    bucket: Annotated[
        list[str] | None,
        typer.Option(help="Limit it to this bucket (name or id); may be repeated.", show_default=False),
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="A time, or how long from now: 12h, 30d, 8w.", show_default=False)
    ] = None,
) -> None:
    """Make a token and print it, this once."""
    wanted = [scope.strip() for text in scopes or [] for scope in text.split(",") if scope.strip()]
    body = {"scopes": wanted or None, "policy": policy, "buckets": bucket or None, "expiresAt": expiry(expires)}
    async with connected(target, may_create=True) as api:
        answer = await api.send("POST", at("tokens"), name=name, **body)
    present(target, answer, lambda made: say(made["token"]))


@command(app, "list")
async def list_(target: Target) -> None:
    """List the tokens, newest first, with their last use."""
    async with connected(target) as api:
        answer = await api.get(at("tokens"))
    present(target, answer, _show)


@command(app, "revoke")
async def revoke(
    target: Target, token_id: Annotated[str, typer.Argument(help="The id of the token.", show_default=False)]
) -> None:
    """Make a token useless from now on."""
    async with connected(target) as api:
        answer = await api.delete(at("tokens", token_id))
    present(target, answer, lambda done: say(f"{done['message']}."))


def _show(tokens: list[dict[str, Any]]) -> None:
    present_moment = now()
    rows = []
    for token in tokens:
        state = "revoked" if token["revokedAt"] else relative(token["expiresAt"], present_moment) or "never"
        used = relative(token["lastUsedAt"], present_moment) or "never"
        made = "OAuth" if token["clientId"] else "by hand"
        limit = "every one" if token["bucketIds"] is None else " ".join(map(str, token["bucketIds"]))
        may = (" ".join(token["scopes"]), token["policy"], limit)
        rows.append((token["id"], token["name"], made, *may, state, used))
    print_table(("id", "name", "made", "scopes", "policy", "buckets", "expires", "last used"), rows)
