"""`onememory doctor`."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from onememory import settings as configuration
from onememory.cli import assembly
from onememory.cli.commands import Target, command
from onememory.cli.output import counted, present, print_table, say
from onememory.domain.accounts import User
from onememory.domain.errors import DatabaseAway, DatabaseFailed, InvalidInput, NewerSchema, OneMemoryError, Unavailable
from onememory.domain.jobs import JobState
from onememory.domain.moving import Moving
from onememory.domain.provenance import Channel
from onememory.settings import Chosen, Settings, SettingsError

if TYPE_CHECKING:
    from onememory.services import Services

_SPACE = 500_000_000  # bytes free on the disk
_PROVIDER_REMEDY = (
    "Mend the settings whose names begin with oidc_, or the provider; for a certificate of an authority of your own, "
    "let SSL_CERT_FILE name a file with that authority."
)
_ON_THE_MOVE = {
    Moving.LEFT: "What is kept of them here is what it was then; the same `onememory move` with `--remove` erases it.",
    Moving.LEAVING: "If the move was broken off, run it again; `onememory move --reopen` gives it up.",
    Moving.ARRIVING: "If the move was broken off, run it again where it began.",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what to do where it is not well."""

    name: str
    ok: bool
    detail: str
    remedy: str | None = None


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "doctor")(doctor)


async def doctor(
    target: Target,
    settings: Annotated[bool, typer.Option("--settings", help="List all settings, and where each was said.")] = False,
) -> None:
    """Check settings, data, index and model, and say what to do about what is wrong."""
    if settings:
        chosen = await _with_choices(target.data_settings(), configuration.explain({"data": target.data}))
        present(target, [_described(c) for c in chosen], _show_settings)
        return
    checks = [check async for check in _checks(target)]
    answer = {"ok": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}
    present(target, answer, _show_checks)
    if not answer["ok"]:
        raise typer.Exit(1)


async def _with_choices(settings: Settings, said: Sequence[Chosen]) -> Sequence[Chosen]:
    """The settings with what an administrator has chosen on the page, which counts before a default."""
    if not assembly.bootstrap.is_set_up(settings.data, settings.database_url):
        return said
    try:
        async with assembly.bootstrap.running(settings) as (services, _):
            choices = await services.installation.choices(await services.accounts.owner(None, Channel.CLI))
    except OneMemoryError:  # what hinders it is for the checks to say
        return said
    chosen = {str(c.name): c.value for c in choices.values() if c.chosen_at is not None and c.fixed_by is None}
    return [
        replace(each, value=each.setting.read(chosen[each.setting.name]), origin="settings page")
        if each.setting.name in chosen
        else each
        for each in said
    ]


async def _checks(target: Target) -> AsyncIterator[Check]:
    try:
        settings = target.data_settings()
    except SettingsError as error:
        yield Check("settings", ok=False, detail=str(error), remedy="Mend them; `--settings` lists what there is.")
        return
    unknown = ", ".join(configuration.unknown_variables())
    mend = f"No setting is named {unknown}; `onememory doctor --settings` lists them all." if unknown else None
    yield Check("settings", ok=True, detail="They can be used.", remedy=mend)
    directory = _directory(settings.data)
    yield directory
    if not directory.ok:
        return
    data = await _data(settings)
    yield data
    if data.ok:
        async for check in _model(settings):
            yield check


def _directory(data: Path) -> Check:
    if not data.is_dir():
        remedy = "Name another with --data, or start with `onememory serve`."
        return Check("directory", ok=False, detail=f"There is none at {data}.", remedy=remedy)
    if not os.access(data, os.W_OK):
        return Check("directory", ok=False, detail=f"{data} cannot be written.", remedy="Give yourself the permission.")
    free = shutil.disk_usage(data).free
    detail = f"{data}, {free / 1e9:,.1f} GB free."
    return Check("directory", free > _SPACE, detail, None if free > _SPACE else "Free some space on this disk.")


async def _data(settings: Settings) -> Check:
    try:
        # Without a model, so that what is said here is about the data.
        async with assembly.bootstrap.running(settings.with_embedder("none")) as (_, store):
            problems = await store.check()
            form = await _form(settings)
    except OneMemoryError as error:
        return Check("data", ok=False, detail=error.detail, remedy=_remedy(error, settings))
    if not problems:
        return Check("data", ok=True, detail=f"The database is sound and the index equals the memories.{form}")
    remedy = f"Run `onememory reindex`. What is still wrong then, a backup mends. {_restoring(settings)}"
    return Check("data", ok=False, detail="; ".join(problems), remedy=remedy)


async def _form(settings: Settings) -> str:
    if settings.database_url is None:
        return ""
    return f" Its tables are {await asyncio.to_thread(assembly.bootstrap.tables_form, settings.database_url)}."


def _remedy(error: OneMemoryError, settings: Settings) -> str:
    if isinstance(error, DatabaseAway):
        return "Start PostgreSQL, and check the URL in ONEMEMORY_DATABASE_URL."
    if isinstance(error, InvalidInput):
        return "Mend the URL in ONEMEMORY_DATABASE_URL."
    if isinstance(error, NewerSchema):
        return f"Start the newer version. {_restoring(settings)}"
    if isinstance(error, Unavailable):
        return "Do as it says."
    if isinstance(error, DatabaseFailed):
        return f"Give the database's user what it lacks. If the database is damaged: {_restoring(settings)}"
    return _restoring(settings)


def _restoring(settings: Settings) -> str:
    if settings.database_url is None:
        return "Restore a backup with `onememory restore-backup`."
    return "Restore a dump into an empty database with `pg_restore`, and let ONEMEMORY_DATABASE_URL name that."


async def _model(settings: Settings) -> AsyncIterator[Check]:
    remedy = "Do as it says, or set ONEMEMORY_EMBEDDER to another model."
    try:
        async with assembly.bootstrap.running(settings) as (services, _):
            reasons = await services.status.unready()
            detail = " ".join(reasons) or f"{settings.embedder} answers."
            yield Check("model", not reasons, detail, remedy if reasons else None)
            if services.provider_sign_in.name:
                yield await _provider(services, settings)
            async for user in services.accounts.everyone():
                yield await _account(services, user)
    except OneMemoryError as error:
        yield Check("model", ok=False, detail=error.detail, remedy=remedy)


async def _provider(services: "Services", settings: Settings) -> Check:
    try:
        await services.provider_sign_in.check()
    except Unavailable as error:
        return Check("provider", ok=False, detail=str(error), remedy=_PROVIDER_REMEDY)
    back = assembly.addresses.provider_return(settings.base_url)
    detail = f"{settings.oidc_issuer} answers. It must know the redirect URI {back}."
    return Check("provider", ok=True, detail=detail)


async def _account(services: "Services", user: User) -> Check:
    name = user.name
    if user.moving:
        return Check(f"user {name}", ok=True, detail=user.moving.sentence, remedy=_ON_THE_MOVE[user.moving])
    status = await services.status.of(await services.accounts.owner(name, Channel.CLI))
    failed = [job for job in status.jobs[:1] if job.state is JobState.FAILED]
    detail = f"{counted(status.memories, 'memory', 'memories')}, {status.without_vector:,} without a vector."
    if failed:
        return Check(f"user {name}", ok=False, detail=f"{detail} {failed[0].error}", remedy="Run `onememory reindex`.")
    remedy = "A running server, or `onememory reindex`, gives them theirs." if status.without_vector else None
    return Check(f"user {name}", ok=True, detail=detail, remedy=remedy)


def _described(chosen: Chosen) -> dict[str, Any]:
    setting, value = chosen.setting, chosen.value
    if setting.is_secret and value is not None:
        value = "(hidden)"
    shown = value if isinstance(value, bool | int | None) else str(value)
    return {
        "name": setting.name,
        "value": shown,
        "from": chosen.origin,
        "variable": setting.variable,
        "what": setting.what,
    }


def _show_settings(rows: list[dict[str, Any]]) -> None:
    cells = [(row["name"], "" if row["value"] is None else str(row["value"]), row["from"], row["what"]) for row in rows]
    print_table(("setting", "value", "from", "what it is"), cells)


def _show_checks(answer: dict[str, Any]) -> None:
    for check in answer["checks"]:
        say(f"{'well ' if check['ok'] else 'WRONG'}  {check['name']}: {check['detail']}")
        if check["remedy"]:
            say(f"       {check['remedy']}")
