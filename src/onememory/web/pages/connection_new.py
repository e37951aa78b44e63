"""Connecting a tool: which one, what it may do, and what to write where."""

from starlette.responses import Response

from onememory.domain.accounts import Permission
from onememory.domain.ai_tools import TOOLS
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from onememory.security.form_tokens import once_id, once_mark
from onememory.web.forms.tokens import TokenForm, form_sent
from onememory.web.pages.connections import ONE
from onememory.web.rendering import page
from onememory.web.visits import Visit
from onememory.web.wording.permissions import PERMISSIONS, POLICIES
from onememory.web.wording.sentences import sentence_of
from onememory.web.wording.tool_guides import PLACEHOLDER, Guide, guide_of, guides

PATH = "/connections/new"
OTHER = "other"  # a program that is none of the catalogue
_STALE = "This form is not the one that was shown to you last. Look at it once more, then send it."


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
    actor, token_id = visit.person.actor, once_id(visit.form.one("once"), visit.secret)
    if token_id is None:
        return await _form(visit, guide, form, _STALE)
    try:
        draft = form.draft(visit.zone)
        made = await visit.services.accounts.create_token(actor, draft, form.limited_to, token_id)
    except Conflict as error:
        return await _form(visit, guide, form, sentence_of(error), ONE.replace("{token_id}", token_id))
    except (InvalidInput, Forbidden, NotFound) as error:
        return await _form(visit, guide, form, sentence_of(error))
    guide = _guide(visit, guide.name, made.secret) if guide else None
    return page(visit, "connection_made.html", guide=guide, made=made, address=f"{visit.public_url}/mcp")


def _guide(visit: Visit, tool: str, token: str = PLACEHOLDER) -> Guide | None:
    if tool == OTHER:
        return None
    if tool not in TOOLS:
        raise NotFound("There are no steps for this tool here. Choose one of the list.")
    return guide_of(tool, visit.public_url, token)


async def _form(
    visit: Visit, guide: Guide | None, form: TokenForm, problem: str = "", made_before: str | None = None
) -> Response:
    """The fields; `made_before` is the page of a token that the same form has made already."""
    return page(
        visit,
        "connection_token.html",
        409 if made_before else 400 if problem else 200,
        guide=guide,
        problem=problem,
        made_before=made_before,
        once=once_mark(visit.secret, visit.services.accounts.next_token_id()),
        **await fields(visit, form),
    )


async def fields(visit: Visit, form: TokenForm) -> dict[str, object]:
    """What the template of the fields needs."""
    actor = visit.person.actor
    return {
        "form": form,
        "acts": {act: words for act, words in PERMISSIONS.items() if act in actor.permissions - {Permission.READ}},
        "reading": PERMISSIONS[Permission.READ],
        "policies": POLICIES,
        "buckets": await visit.services.buckets.all(actor),
    }
