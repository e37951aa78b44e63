"""`onememory user`."""

import sys
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import acting, at, connected, opened
from onememory.cli.moments import now, relative
from onememory.cli.output import present, print_table, say

app = typer.Typer(help="Keep the users of an installation.", no_args_is_help=True)

FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@command(app, "create")
async def create(
    target: Target,
    name: Annotated[str, typer.Argument(help="A name without spaces.", show_default=False)],
    admin: Annotated[bool, typer.Option("--admin", help="Let them manage users; the first one always may.")] = False,
    password: Annotated[bool, typer.Option("--password", help="Ask for a password.")] = False,
    password_stdin: FromStdin = False,
) -> None:
    """Make a user."""
    if target.user:
        raise WrongUse("The new user's name is the argument: leave out --user.")
    chosen = _password(is_piped=password_stdin) if password or password_stdin else None
    settings = target.settings()
    if settings.url and not target.data:
        async with connected(target) as api:
            answer = await api.send("POST", at("users"), name=name, password=chosen, isAdmin=admin)
    else:
        async with opened(settings, may_create=True) as services:
            await services.accounts.add_user(name, chosen, is_admin=admin)
            async with acting(services, settings, name.strip()) as api:
                answer = (await api.get(at("account")))["user"]
    present(target, answer, lambda made: say(f"Made {made['name']} ({made['id']})."))


@command(app, "list")
async def list_(target: Target) -> None:
    """List the users."""
    async with connected(target) as api:
        answer = await api.get(at("users"))
    present(target, answer, _show)


@command(app, "password")
async def password(target: Target, password_stdin: FromStdin = False) -> None:
    """Set the password of a user on the machine with the data directory; over --url a first one alone."""
    chosen = _password(is_piped=password_stdin)
    async with connected(target) as api:
        answer = await api.send("PUT", at("account", "password"), password=chosen)
    present(target, answer, lambda done: say(f"{done['message']}."))


@command(app, "codes-off")
async def codes_off(target: Target) -> None:
    """Let a user who lost their phone sign in without codes, on the machine with the data directory."""
    async with connected(target) as api:
        answer = await api.send("DELETE", at("account", "second-factor"))
    present(target, answer, lambda done: say(f"{done['message']}."))


def _password(*, is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise WrongUse("There is no terminal to ask at: pipe the password in with --password-stdin.")
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return answer


def _show(users: list[dict[str, Any]]) -> None:
    present_moment = now()
    rows = [
        (
            user["name"],
            user["id"],
            "administrator" if user["isAdmin"] else "user",
            relative(user["createdAt"], present_moment),
            "deactivated" if user["disabledAt"] else "",
        )
        for user in users
    ]
    print_table(("name", "id", "role", "made", ""), rows)
