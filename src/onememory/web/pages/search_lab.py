"""A question tried out: what it finds and why, what is left out and why, and how long each part takes."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from onememory.domain.errors import InvalidInput, NotFound
from onememory.domain.platforms import platform_name
from onememory.ports.archive import ArchiveFilters
from onememory.services.finding.answers import Budgeted, Manner
from onememory.services.finding.search import Ask
from onememory.web.forms.address_fields import AddressFields
from onememory.web.forms.memory_filters import MemoryFilters
from onememory.web.rendering import page
from onememory.web.sharing import bucket_names, written_by
from onememory.web.visits import Visit
from onememory.web.wording.found import Outcome, outcome_of_chats, outcome_of_memories
from onememory.web.wording.origins import TRUSTS
from onememory.web.wording.sentences import sentence_of

PATH = "/search"
CHATS = "chats"
COUNTS = ("5", "10", "20", "50")
BUDGETS = ("200", "600", "1200", "2000")


@dataclass(frozen=True, slots=True)
class Lab(AddressFields):
    """The fields of the form beside the filters."""

    page_path: ClassVar[str] = PATH

    q: str = ""
    kind: str = ""
    platform: str = ""
    count: str = "10"
    tokens: str = "600"

    @property
    def is_of_chats(self) -> bool:
        """Whether past chats are asked, and not memories."""
        return self.kind == CHATS


async def show(visit: Visit) -> Response:
    """The form, and the answer where something is asked."""
    lab, filters, problem, outcome = Lab.of(visit.query), MemoryFilters.of(visit.query), "", None
    actor = visit.person.actor
    if lab.q:
        try:
            outcome = await (_of_chats(visit, lab, filters) if lab.is_of_chats else _of_memories(visit, lab, filters))
        except (InvalidInput, NotFound) as error:
            problem = sentence_of(error)
    volumes = await visit.services.history.volumes(actor)
    buckets = await visit.services.buckets.all(actor)
    return page(
        visit,
        "search_lab.html",
        400 if problem else 200,
        lab=lab,
        filters=filters,
        outcome=outcome,
        problem=problem,
        buckets=buckets,
        bucket_names=bucket_names(buckets),
        written_by=await written_by(visit, outcome.memories if outcome else [], buckets),
        platforms={volume.platform: platform_name(volume.platform) for volume in volumes},
        sources=await visit.services.browsing.sources(actor),
        trusts=TRUSTS,
        counts=COUNTS,
        budgets=BUDGETS,
    )


async def _of_memories(visit: Visit, lab: Lab, filters: MemoryFilters) -> Outcome:
    limit = int(lab.count) if lab.count in COUNTS else 10
    ask = Ask(lab.q, filters.filters(), limit, explain=True, traces=True)
    return outcome_of_memories(await visit.services.search.find(visit.person.actor, ask))


async def _of_chats(visit: Visit, lab: Lab, filters: MemoryFilters) -> Outcome:
    budgeted = Budgeted(lab.q, int(lab.tokens) if lab.tokens in BUDGETS else 600)
    days = filters.filters()
    platforms = frozenset({lab.platform}) if lab.platform else None
    archive_filters = ArchiveFilters(platforms, days.after, days.before)
    given = await visit.services.answers.give(
        visit.person.actor, [budgeted], archive_filters, Manner(traces=True, is_noted=False)
    )
    return outcome_of_chats(given[0])
