"""`onememory database`."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from onememory.cli import assembly
from onememory.cli.commands import Target, WrongUse, command
from onememory.cli.output import counted, present, say
from onememory.settings import Settings

app = typer.Typer(help="Make the tables of a PostgreSQL database.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Form:
    """How the tables are made."""

    partitions: Annotated[
        int | None, typer.Option(help="Split the tables of people into so many partitions.", show_default=False)
    ] = None
    citus: Annotated[bool, typer.Option("--citus", help="Spread them over the machines of a Citus cluster.")] = False

    def checked(self) -> "Form":
        """The form itself; raises WrongUse where both are asked for."""
        if self.partitions is not None and self.citus:
            raise WrongUse("Give --partitions or --citus, not both: Citus splits the tables itself.")
        return self


@app.callback()
def databases() -> None:
    """Make the tables of a PostgreSQL database."""


@command(app, "create")
async def create(target: Target, form: Form) -> None:
    """Make the tables in the empty database of the settings; without options as the first start would."""
    form, url = form.checked(), _url(target.data_settings())
    made = await asyncio.to_thread(assembly.bootstrap.make_tables, url, form.partitions, is_cluster=form.citus)
    lies = await asyncio.to_thread(assembly.bootstrap.tables_form, url)
    present(target, {"migrations": list(made), "form": lies}, _show)


@command(app, "script")
async def script(target: Target, form: Form) -> None:
    """Print the same as SQL, for psql; no database is needed."""
    form = form.checked()
    sql = assembly.bootstrap.tables_script(form.partitions, is_cluster=form.citus)
    present(target, {"sql": sql}, lambda answer: say(answer["sql"]))


def _url(settings: Settings) -> str:
    if settings.database_url is None:
        raise WrongUse("Set ONEMEMORY_DATABASE_URL to an empty PostgreSQL database, such as postgresql://host/name.")
    return settings.database_url


def _show(answer: dict[str, Any]) -> None:
    say(f"The tables are made {answer['form']}, by {counted(len(answer['migrations']), 'migration', 'migrations')}.")
