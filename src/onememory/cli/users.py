"""`onememory user`."""

import sys
from typing import Annotated, Any

import typer

from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.connection import Api, acting, at, connected, opened
from onememory.cli.moments import now, relative
from onememory.cli.output import counted, present, print_table, say, show_link
from onememory.domain.errors import NotFound
from onememory.domain.ids import is_user_id
from onememory.domain.moving import Moving

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
async def list_(
    target: Target,
    start: Annotated[str, typer.Argument(help="List those whose names begin so.", show_default=False)] = "",
) -> None:
    """List the users by their names."""
    answer: list[dict[str, Any]] = []
    async with connected(target) as api:
        while part := await api.get(at("users"), q=start, after=answer[-1]["name"] if answer else ""):
            answer += part
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


UserName = Annotated[str, typer.Argument(help="The user's name or id.", show_default=False)]


@command(app, "show")
async def show(target: Target, name: UserName) -> None:
    """Show one user, and how much they keep."""
    async with connected(target) as api:
        answer = await api.get(at("users", await _id_of(api, name)))
    present(target, answer, _show_one)


@command(app, "link")
async def link(target: Target, name: UserName) -> None:
    """Make a one-time link with which a user chooses a password."""
    async with connected(target) as api:
        answer = await api.send("POST", at("users", await _id_of(api, name), "password-link"))
    present(target, answer, show_link)


@command(app, "admin")
async def admin(
    target: Target,
    name: UserName,
    off: Annotated[bool, typer.Option("--off", help="Let them administer no more.")] = False,
) -> None:
    """Let a user administer the installation."""
    await _change(target, name, isAdmin=not off)


@command(app, "deactivate")
async def deactivate(target: Target, name: UserName) -> None:
    """Keep a user out from now on: browsers are signed out and tokens revoked, and what they keep stays."""
    await _change(target, name, isActive=False)


@command(app, "reactivate")
async def reactivate(target: Target, name: UserName) -> None:
    """Let a deactivated user in again."""
    await _change(target, name, isActive=True)


@command(app, "quota")
async def quota(
    target: Target,
    name: UserName,
    memories: Annotated[str | None, typer.Option(help="How many memories they may keep, or `none`.")] = None,
    size: Annotated[str | None, typer.Option("--bytes", help="How many bytes of text, or `none`.")] = None,
) -> None:
    """Limit what a user may keep."""
    given = {"memoryQuota": memories, "byteQuota": size}
    wanted = {key: _limit(text) for key, text in given.items() if text is not None}
    if not wanted:
        raise WrongUse("Give --memories, --bytes or both; `none` takes a limit away.")
    await _change(target, name, **wanted)


@command(app, "erase")
async def erase(
    target: Target,
    name: UserName,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase a user and all that is theirs, for good; backups that were made before still hold it."""
    async with connected(target) as api:
        user_id = await _id_of(api, name)
        user = (await api.get(at("users", user_id)))["user"]
        if not yes:
            typer.confirm(f"Erase {user['name']} and all that is theirs, for good?", abort=True, err=True)
        answer = await api.send("DELETE", at("users", user_id), name=user["name"])
    present(target, answer, lambda done: say(f"{done['message']} (there are {done['backups']})."))


async def _change(target: Target, name: str, **wanted: object) -> None:
    async with connected(target) as api:
        path = at("users", await _id_of(api, name))
        answer = await api.send_all("PATCH", path, wanted)
    present(target, answer, _show_one)


async def _id_of(api: Api, name: str) -> str:
    for user in await api.get(at("users"), q=name):
        if name.casefold() == user["name"].casefold():
            return str(user["id"])
    if is_user_id(name):
        return name
    raise NotFound(f'There is no user named "{name}"; `onememory user list` shows who there is.')


def _limit(text: str) -> int | None:
    if text.strip().lower() == "none":
        return None
    if not (text.isascii() and text.isdecimal()):
        raise WrongUse(f"A quota is a whole number or `none`, not {text!r}.")
    return int(text)


def _show_one(one: dict[str, Any]) -> None:
    user = one["user"]
    role = "administrator" if user["isAdmin"] else "user"
    say(", ".join([f"{user['name']} ({user['id']})", role, *_standing(user)]))
    for key, limit, noun in (("memories", "memoryQuota", "memory"), ("bytes", "byteQuota", "byte")):
        most = f", of at most {one[limit]:,}" if one[limit] is not None else ""
        say(f"{counted(one[key], noun, key)}{' of text' if noun == 'byte' else ''}{most}")
    say(f"{counted(one['sessions'], 'browser')}, {counted(one['tokens'], 'token')}")


def _standing(user: dict[str, Any]) -> list[str]:
    """Why nobody is let in as this user, where that is so."""
    why = ["deactivated"] if user["disabledAt"] else []
    return [*why, Moving(user["moving"]).words] if user["moving"] else why


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
            ", ".join(_standing(user)),
        )
        for user in users
    ]
    print_table(("name", "id", "role", "made", ""), rows)
