"""What administrators choose for everybody, and copies of everything."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from onememory.api import wire
from onememory.api.operations import Call
from onememory.domain.errors import InvalidInput
from onememory.domain.installation import Choosable
from onememory.ports.backups import Backup
from onememory.ports.models import OfferedModel
from onememory.services.upkeep.model_fetching import Fetching


class ChoiceBody(Struct, rename="camel"):
    """One thing that can be chosen."""

    name: Choosable
    value: Annotated[str, Meta(description="What counts at present.")]
    default: str
    fixed_by: Annotated[str | None, Meta(description="The setting that counts before any choice, where there is one.")]
    chosen_at: datetime | None


class ModelBody(Struct, rename="camel"):
    """A model of the catalogue."""

    name: str
    embedder: Annotated[str, Meta(description="The value of `embedder` that uses it.")]
    megabytes: int
    is_multilingual: bool
    is_here: bool


class FetchingBody(Struct, rename="camel"):
    """How the fetching of a model goes; bytes of its present file."""

    name: str
    done: int
    total: int | None
    is_running: bool
    error: str | None


class InstallationBody(Struct, rename="camel"):
    """What counts for everybody."""

    choices: list[ChoiceBody]
    embedder: Annotated[str, Meta(description="The one in force in this process.")]
    dimension: int
    embedder_problem: Annotated[str | None, Meta(description="Why the chosen one is not the one in force.")]
    models: list[ModelBody]
    fetching: FetchingBody | None


class ChangeInstallation(Struct, rename="camel", forbid_unknown_fields=True):
    """Arguments of PATCH /api/installation; null goes back to the default."""

    embedder: Annotated[str | UnsetType | None, Meta(description="wordllama, none, or one of the catalogue.")] = UNSET
    secrets: Annotated[str | UnsetType | None, Meta(description="block, mask or allow.")] = UNSET
    trash_days: Annotated[int | UnsetType | None, Meta(description="0 keeps for ever.")] = UNSET
    audit_days: Annotated[int | UnsetType | None, Meta(description="0 keeps for ever.")] = UNSET
    question_days: Annotated[int | UnsetType | None, Meta(description="0 keeps nothing.")] = UNSET

    @property
    def values(self) -> dict[Choosable, str | None]:
        """Those that are given."""
        given = {name: getattr(self, name) for name in Choosable}
        return {name: None if value is None else str(value) for name, value in given.items() if value is not UNSET}


class FetchModel(Struct):
    """Arguments of POST /api/installation/model."""

    name: Annotated[str, Meta(description="Its name in the catalogue.")]


class BackupBody(Struct, rename="camel"):
    """A copy of everything."""

    name: str
    created: datetime
    files: int
    bytes: int
    version: Annotated[str, Meta(description="Of the onememory that made it.")]


class BackupsBody(Struct):
    """The copies in the data directory."""

    folder: str
    backups: list[BackupBody]


class OneBackup(Struct):
    """Names a backup."""

    name: str


async def get_installation(call: Call, given: object) -> InstallationBody:
    """Get what counts for everybody; for administrators."""
    choices = await call.services.installation.choices(call.actor)
    fetching, switch = call.services.model_fetching, call.services.model_switch
    state = fetching.state(call.actor)
    return InstallationBody(
        choices=[ChoiceBody(c.name, c.value, c.default, c.fixed_by, c.chosen_at) for c in choices.values()],
        embedder=switch.current,
        dimension=switch.dimension,
        embedder_problem=switch.problem,
        models=[_model(model) for model in fetching.offered(call.actor)],
        fetching=_fetching(state) if state else None,
    )


async def change_installation(call: Call, given: ChangeInstallation) -> InstallationBody:
    """Choose what counts for everybody from now on; for administrators."""
    if not given.values:
        raise InvalidInput(f"Say what to change: {', '.join(_names())}.")
    await call.services.installation.choose(call.actor, given.values)
    return await get_installation(call, None)


async def fetch_model(call: Call, given: FetchModel) -> FetchingBody:
    """Start to fetch a model, which is used as soon as it is here; for administrators."""
    return _fetching(call.services.model_fetching.begin(call.actor, given.name))


async def list_backups(call: Call, given: object) -> BackupsBody:
    """List the backups in the data directory, newest first; for administrators."""
    backups = call.services.backups
    return BackupsBody(backups.place(call.actor), [_backup(backup) for backup in await backups.all(call.actor)])


async def make_backup(call: Call, given: object) -> BackupBody:
    """Copy everything into the data directory's folder of backups, and verify it; for administrators."""
    return _backup(await call.services.backups.make(call.actor))


async def delete_backup(call: Call, given: OneBackup) -> wire.Message:
    """Delete one backup for good; for administrators."""
    await call.services.backups.drop(call.actor, given.name)
    return wire.Message("Backup deleted")


def _names() -> list[str]:
    return ["embedder", "secrets", "trashDays", "auditDays", "questionDays"]


def _model(model: OfferedModel) -> ModelBody:
    return ModelBody(model.name, model.embedder, model.megabytes, model.is_multilingual, model.is_here)


def _fetching(state: Fetching) -> FetchingBody:
    return FetchingBody(state.model.name, state.done, state.total, state.is_running, state.error)


def _backup(backup: Backup) -> BackupBody:
    return BackupBody(backup.name, backup.created, backup.files, backup.size, backup.version)
