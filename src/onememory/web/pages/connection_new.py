"""Connecting a tool: which one, what it may do, and what to write where."""

from starlette.responses import Response

from onememory.domain.accounts import Permission
from onememory.domain.ai_tools import TOOLS
from onememory.domain.errors import Forbidden, InvalidInput, NotFound
from onememory.web.rendering import page
from onememory.web.token_forms import TokenForm, form_sent
from onememory.web.tool_guides import PLACEHOLDER, Guide, guide_of, guides
from onememory.web.visits import Visit
from onememory.web.words import ACTS, POLICIES

PATH = "/connections/new"
OTHER = "other"  # a program that is none of the catalogue


async def show(visit: Visit) -> Response:
    """The tools to choose from, or one of them."""
    person, tool = visit.person, visit.query.get("tool", "")
    if not tool:
        return page(visit, "connection_new.html", guides=guides(visit.public_url), user=person.user)
    guide = _guide(visit, tool)
    if guide and not guide.needs_token:
        return page(visit, "connection_made.html", guide=guide, made=None, address=f"{visit.public_url}/mcp")
    return await _form(visit, guide, TokenForm(name=guide.title if guide else ""))


async def make(visit: Visit) -> Response:
    """Make the token and show it, this once."""
    form, guide = form_sent(visit.form), _guide(visit, visit.query.get("tool", "") or OTHER)
    try:
        made = await visit.services.accounts.create_token(visit.person.actor, form.draft(visit.zone), form.limited_to)
    except (InvalidInput, Forbidden, NotFound) as error:
        return await _form(visit, guide, form, str(error))
    guide = _guide(visit, guide.name, made.secret) if guide else None
    return page(visit, "connection_made.html", guide=guide, made=made, address=f"{visit.public_url}/mcp")


def _guide(visit: Visit, tool: str, token: str = PLACEHOLDER) -> Guide | None:
    if tool == OTHER:
        return None
    if tool not in TOOLS:
        raise NotFound("There are no steps for this tool here. Choose one of the list.")
    return guide_of(tool, visit.public_url, token)


async def _form(visit: Visit, guide: Guide | None, form: TokenForm, problem: str = "") -> Response:
    return page(
        visit,
        "connection_token.html",
        400 if problem else 200,
        guide=guide,
        problem=problem,
        **await fields(visit, form),
    )


async def fields(visit: Visit, form: TokenForm) -> dict[str, object]:
    """What the template of the fields needs."""
    actor = visit.person.actor
    return {
        "form": form,
        "acts": {act: words for act, words in ACTS.items() if act in actor.permissions - {Permission.READ}},
        "reading": ACTS[Permission.READ],
        "policies": POLICIES,
        "buckets": await visit.services.buckets.all(actor),
    }
