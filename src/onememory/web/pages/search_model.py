"""The model that understands what texts mean: which one answers, and the change to another."""

from dataclasses import dataclass

from starlette.responses import Response

from onememory.domain.errors import Conflict, InvalidInput, Unavailable
from onememory.domain.installation import Choosable
from onememory.domain.jobs import JobKind, JobState
from onememory.domain.models import ModelIdentity
from onememory.services.upkeep.status import AccountStatus
from onememory.web.rendering import page, see
from onememory.web.visits import Visit
from onememory.web.wording.sentences import sentence_of

PATH = "/settings/model"
FETCH = "/settings/model/fetch"
DONE = {
    "chosen": "Chosen. It answers as soon as your memories are read through once.",
    "words": "Chosen. Your memories are found by their words alone from now on.",
    "fetching": "On its way. It is used as soon as it is here.",
}
_BUNDLED = {
    "wordllama": (
        "Small and quick",
        "Comes with onememory, needs no download and next to no time. Understands English best.",
    ),
    "none": ("Words alone", "Finds only what is said in the same words. Nothing is computed."),
}
_FETCHED = {
    "BAAI/bge-small-en-v1.5": ("English, better", "Understands English well. A good next step from the small one."),
    "sentence-transformers/all-MiniLM-L6-v2": ("English, well known", "Understands English; many programs use it."),
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2": (
        "50 languages",
        "A question in one language finds what was said in another.",
    ),
    "intfloat/multilingual-e5-small": ("100 languages", "Understands the most, and takes the most time."),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One model to choose."""

    embedder: str
    title: str
    meaning: str
    megabytes: int | None  # to be downloaded first; None: it is here
    fetched_as: str = ""

    @property
    def field_id(self) -> str:
        """For the page."""
        return f"model-{self.embedder.replace(':', '-').replace('/', '-')}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is, for a meter."""

    done: int
    total: int | None


async def show(visit: Visit) -> Response:
    """Which model answers, what is under way, and what there is to choose."""
    return await _page(visit)


async def choose(visit: Visit) -> Response:
    """Let a model that is here answer."""
    try:
        await visit.services.installation.choose(visit.person.actor, {Choosable.EMBEDDER: visit.form.one("embedder")})
    except (InvalidInput, Conflict, Unavailable) as error:
        return await _page(visit, sentence_of(error))
    return see(f"{PATH}?done={'chosen' if visit.services.model_switch.dimension else 'words'}")


async def fetch(visit: Visit) -> Response:
    """Download a model, which then answers."""
    try:
        visit.services.model_fetching.begin(visit.person.actor, visit.form.one("model"))
    except (InvalidInput, Conflict) as error:
        return await _page(visit, sentence_of(error))
    return see(f"{PATH}?done=fetching")


async def _page(visit: Visit, problem: str = "") -> Response:
    actor, services = visit.person.actor, visit.services
    choices = await services.installation.choices(actor)
    status = await services.status.of(actor)
    return page(
        visit,
        "search_model.html",
        400 if problem else 200,
        problem=problem or services.model_switch.problem,
        done=DONE.get(visit.query.get("done", "")) if not problem else None,
        choice=choices[Choosable.EMBEDDER],
        current=services.model_switch.current,
        is_here=not services.model_switch.current.startswith("openai:"),
        dimension=services.model_switch.dimension,
        answering=_name_of(status.answering_model),
        fetching=services.model_fetching.state(actor),
        reading=_reading(status),
        unread=status.without_vector,
        offers=_offers(visit),
    )


def _offers(visit: Visit) -> list[Offer]:
    bundled = [Offer(name, title, meaning, None) for name, (title, meaning) in _BUNDLED.items()]
    fetched = [
        Offer(model.embedder, *_FETCHED[model.name], None if model.is_here else model.megabytes, model.name)
        for model in visit.services.model_fetching.offered(visit.person.actor)
    ]
    return [*bundled, *fetched]


def _reading(status: AccountStatus) -> Progress | None:
    """How far the present model has read; None where it has read everything."""
    job = next((job for job in status.jobs if job.kind is JobKind.EMBED and job.state is JobState.RUNNING), None)
    if job and job.total:
        return Progress(job.done, job.total)
    return Progress(0, None) if status.without_vector else None


def _name_of(stamp: str | None) -> str | None:
    return ModelIdentity.from_key(stamp).name if stamp else None
