"""How a command is declared: an async function whose dataclass parameters stand for groups of options."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_type_hints

import typer

from onememory import settings
from onememory.settings import Settings

Work = TypeVar("Work", bound=Callable[..., Coroutine[Any, Any, None]])

_PANEL = "Where, and how it is answered"


class WrongUse(typer.TyperException):
    """The command was given what does not go together."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Target:
    """Whose memories a command is about, and how it answers."""

    data: Annotated[
        Path | None, typer.Option(help="Work on this data directory.", rich_help_panel=_PANEL, show_default=False)
    ] = None
    url: Annotated[str | None, typer.Option(help="Speak to this server instead.", rich_help_panel=_PANEL)] = None
    token: Annotated[str | None, typer.Option(help="The token for that server.", rich_help_panel=_PANEL)] = None
    user: Annotated[
        str | None,
        typer.Option(help="Whose memories, in a data directory; else the first user's.", rich_help_panel=_PANEL),
    ] = None
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.", rich_help_panel=_PANEL)] = False

    def settings(self) -> Settings:
        """The settings in force; raises SettingsError, and WrongUse where options contradict each other."""
        if self.url and self.data:
            raise WrongUse("Give --data or --url, not both.")
        return settings.load({"data": self.data, "url": self.url, "token": self.token})

    def data_settings(self) -> Settings:
        """The same for a command that works on the data directory itself; raises WrongUse for --url."""
        if self.url:
            raise WrongUse("This command works on the data directory itself: give --data and run it where that lies.")
        return self.settings()


def command(app: typer.Typer, name: str) -> Callable[[Work], Work]:
    """Add a function to the command line; the fields of each dataclass it takes become options beside its own."""

    def register(work: Work) -> Work:
        groups = {n: hint for n, hint in get_type_hints(work).items() if _is_group(hint)}

        def run(**values: Any) -> None:
            for group, shape in groups.items():
                values[group] = shape(**{field.name: values.pop(field.name) for field in fields(shape)})
            asyncio.run(work(**values))

        parameters = _parameters(work)
        run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        run.__doc__ = work.__doc__
        app.command(name)(run)
        return work

    return register


def _is_group(hint: Any) -> bool:
    return isinstance(hint, type) and is_dataclass(hint)


def _parameters(work: Callable[..., object]) -> list[Parameter]:
    hints = get_type_hints(work, include_extras=True)
    own: list[Parameter] = []
    grouped: list[Parameter] = []
    for parameter in signature(work).parameters.values():
        shape = hints[parameter.name]
        if _is_group(shape):
            field_hints = get_type_hints(shape, include_extras=True)
            grouped += [_option(field, field_hints[field.name]) for field in fields(shape)]
        else:
            own.append(parameter.replace(annotation=shape, kind=Parameter.KEYWORD_ONLY))
    return own + grouped


def _option(field: Field[Any], hint: Any) -> Parameter:
    default = Parameter.empty if field.default is MISSING else field.default
    return Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=hint)
