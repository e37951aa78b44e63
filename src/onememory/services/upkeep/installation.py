"""What administrators choose for everybody while the service runs.

A setting of the environment, of the settings file or of the command line counts before a choice made here, and a choice
before a default. A choice counts at once in this process, and in others as soon as they look again.
"""

import asyncio
from collections.abc import Mapping

from onememory.domain.actors import Action, Actor, require
from onememory.domain.errors import Conflict, InvalidInput
from onememory.domain.installation import (
    Choice,
    Choosable,
    Chosen,
    OnSecret,
    Preset,
    checked_choice,
    choice_of,
    days,
)
from onememory.ports import Clock, Store
from onememory.services.audit import Audit
from onememory.services.index.model_switch import ModelSwitch
from onememory.services.upkeep.retention import Periods


class InForce:
    """What counts at present; use cases ask each time."""

    def __init__(self, presets: Mapping[Choosable, Preset]) -> None:
        self._presets = presets
        self.choices: Mapping[Choosable, Choice] = {}
        self.take({})

    def take(self, chosen: Mapping[Choosable, Chosen]) -> None:
        """From now on these choices count, as far as no setting does."""
        self.choices = {name: choice_of(name, preset, chosen.get(name)) for name, preset in self._presets.items()}

    def periods(self) -> Periods:
        """For how long things are kept."""
        kept = (Choosable.TRASH_DAYS, Choosable.AUDIT_DAYS, Choosable.QUESTION_DAYS)
        return Periods(*(days(self.choices, name) for name in kept))

    def on_secret(self) -> OnSecret:
        """What is done with a text that holds a secret."""
        return OnSecret(self.choices[Choosable.SECRETS].value)


class Installation:
    """The use cases of looking after an installation; for administrators."""

    def __init__(self, store: Store, in_force: InForce, switch: ModelSwitch, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._in_force = in_force
        self._switch = switch
        self._audit = audit
        self._clock = clock
        self._turn = asyncio.Lock()

    async def choices(self, actor: Actor) -> Mapping[Choosable, Choice]:
        """Everything that can be chosen, with what counts at present."""
        require(actor, Action.MANAGE_INSTALLATION)
        await self.refresh()
        return self._in_force.choices

    async def choose(self, actor: Actor, values: Mapping[Choosable, str | None]) -> Mapping[Choosable, Choice]:
        """Make choices, which count at once; None goes back to the default.

        Raises InvalidInput, Conflict where a setting says otherwise, and Unavailable for a model that is not here.
        """
        require(actor, Action.MANAGE_INSTALLATION)
        checked = {name: self._checked(name, value) for name, value in values.items()}
        if embedder := checked.get(Choosable.EMBEDDER):
            async with self._turn:
                await self._switch.use(embedder)
        now = self._clock.now()
        await self._store.write_directory(lambda directory: directory.installation.choose(checked, now))
        names = [str(name) for name in checked]
        await self._store.write(actor.scope, lambda tx: self._audit.write(tx, actor, "installation.change", names))
        await self.refresh()
        return self._in_force.choices

    async def refresh(self) -> None:
        """Look again what has been chosen, here or in another process."""
        async with self._turn:
            self._in_force.take(await self._store.read_directory(lambda d: d.installation.all(), brief=True))
            embedder = self._in_force.choices[Choosable.EMBEDDER]
            if embedder.fixed_by is None:
                await self._switch.follow(embedder.value)

    def require_choosable(self, name: Choosable) -> None:
        """Raises Conflict where a setting says what counts."""
        if fixed_by := self._in_force.choices[name].fixed_by:
            raise Conflict(f"`{name}` is set by {fixed_by}, which counts before what is chosen here: change it there.")

    def _checked(self, name: Choosable, value: str | None) -> str | None:
        if name not in self._in_force.choices:
            raise InvalidInput(f"`{name}` cannot be chosen on this installation.")
        self.require_choosable(name)
        if value is None:
            return None
        checked = checked_choice(name, value)
        if name is Choosable.EMBEDDER:
            self._switch.check(checked)
        return checked
