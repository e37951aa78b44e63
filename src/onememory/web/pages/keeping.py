"""For how long things are kept on this installation, and what is done about secrets."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.errors import Conflict, InvalidInput
from onememory.domain.installation import Choice, Choosable, OnSecret
from onememory.web.rendering import page, see
from onememory.web.visits import Visit
from onememory.web.wording.permissions import Words
from onememory.web.wording.sentences import sentence_of

PATH = "/settings/keeping"
RESET = "/settings/keeping/defaults"
DONE = {"saved": "Saved. It counts at once, for everybody here."}

DAYS = {
    Choosable.TRASH_DAYS: ("The trash", "Then what was deleted is erased for good. 0 keeps it for ever."),
    Choosable.AUDIT_DAYS: ("The activity log", "Who read and wrote what, without any text. 0 keeps it for ever."),
    Choosable.QUESTION_DAYS: (
        "What tools asked",
        "The questions and what was answered, for the search lab. 0 keeps none of it.",
    ),
}
ON_SECRET = {
    OnSecret.BLOCK: Words(
        "Refuse them", "A text with a key or a card number in it is not stored, and the tool is told why.", "refused"
    ),
    OnSecret.MASK: Words(
        "Take them out", "The text is stored, and says in their place what was taken out.", "taken out"
    ),
    OnSecret.ALLOW: Words(
        "Store them", "Nothing is looked for. Only where nobody else can get at the machine.", "stored"
    ),
}


@dataclass(frozen=True, slots=True)
class Period:
    """A field in which days are filled in."""

    choice: Choice
    title: str
    meaning: str
    value: str


async def show(visit: Visit) -> Response:
    """What counts at present."""
    return await _page(visit)


async def save(visit: Visit) -> Response:
    """Keep what the form says, as far as no setting says otherwise; what is the default already stays one."""
    actor, installation = visit.person.actor, visit.services.installation
    choices = await installation.choices(actor)
    given = {name: visit.form.one(name) for name in choices if name in visit.form.fields}
    changed = {name: value for name, value in given.items() if value.strip() != choices[name].value}
    try:
        if changed:
            await installation.choose(actor, changed)
    except (InvalidInput, Conflict) as error:
        return await _page(visit, given, sentence_of(error))
    return see(f"{PATH}?done=saved")


async def reset(visit: Visit) -> Response:
    """Go back to the defaults."""
    actor, installation = visit.person.actor, visit.services.installation
    choices = await installation.choices(actor)
    names = [name for name, choice in choices.items() if choice.chosen_at and name is not Choosable.EMBEDDER]
    await installation.choose(actor, dict.fromkeys(names))
    return see(f"{PATH}?done=saved")


async def _page(visit: Visit, given: Mapping[Choosable, str] | None = None, problem: str = "") -> Response:
    choices = await visit.services.installation.choices(visit.person.actor)
    given = given or {}
    return page(
        visit,
        "keeping.html",
        400 if problem else 200,
        problem=problem,
        done=DONE.get(visit.query.get("done", "")) if not problem else None,
        periods=[
            Period(choices[name], title, meaning, given.get(name, choices[name].value))
            for name, (title, meaning) in DAYS.items()
            if name in choices
        ],
        secrets=choices[Choosable.SECRETS],
        on_secret=given.get(Choosable.SECRETS, choices[Choosable.SECRETS].value),
        policies=ON_SECRET,
        has_choices=any(choice.chosen_at for name, choice in choices.items() if name is not Choosable.EMBEDDER),
    )
