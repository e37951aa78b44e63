"""With whom a bucket is shared: invited by name or let in by a link, given a role, taken out again."""

from starlette.responses import Response

from onememory.asgi.addresses import join_link, warning_of
from onememory.asgi.errors import status_of
from onememory.domain.errors import Conflict, InvalidInput, NotFound, OneMemoryError
from onememory.domain.sharing import Role
from onememory.web.forms.numbers import number_of
from onememory.web.pages import buckets
from onememory.web.rendering import page, see
from onememory.web.visits import Visit
from onememory.web.wording.permissions import ROLES
from onememory.web.wording.sentences import sentence_of

PATH = "/buckets/{bucket_id}/people"
CHANGE = "/buckets/{bucket_id}/people/change"
LINK = "/buckets/{bucket_id}/people/link"
UNLINK = "/buckets/{bucket_id}/people/unlink"
LEAVE = "/buckets/{bucket_id}/leave"
DONE = {
    "invited": "The invitation is there. It shows on their pages until they accept or decline it.",
    "role": "The role is changed. It counts at once.",
    "removed": "Taken out. It counts at once: they see nothing of this bucket any more, nor by an older link.",
    "unlinked": "The links let nobody in any more. Who came in by one stays.",
}


async def show(visit: Visit) -> Response:
    """Who is in it, and the forms for more."""
    return await _page(visit)


async def invite(visit: Visit) -> Response:
    """Invite somebody by their name here."""
    name, bucket_id = visit.form.one("name"), buckets.id_of(visit)
    try:
        await visit.services.sharing.invite(visit.person.actor, bucket_id, name, _role(visit))
    except (InvalidInput, Conflict, NotFound) as error:
        return await _page(visit, name, error)
    return _done(visit, "invited")


async def change(visit: Visit) -> Response:
    """Another role for somebody, or none any more."""
    actor, bucket_id, user_id = visit.person.actor, buckets.id_of(visit), visit.form.one("who")
    try:
        if visit.form.one("act") == "remove":
            await visit.services.sharing.remove(actor, bucket_id, user_id)
            return _done(visit, "removed")
        await visit.services.sharing.change_role(actor, bucket_id, user_id, _role(visit))
    except (InvalidInput, Conflict, NotFound) as error:
        return await _page(visit, error=error)
    return _done(visit, "role")


async def make_link(visit: Visit) -> Response:
    """A link that lets people in, shown this once."""
    actor, bucket_id = visit.person.actor, buckets.id_of(visit)
    days = number_of(visit.form.one("days"), digits=3)
    try:
        made = await visit.services.sharing.make_link(actor, bucket_id, _role(visit), days or 0)
    except (InvalidInput, Conflict) as error:
        return await _page(visit, error=error)
    bucket = await buckets.bucket_of(visit)
    url, warning = join_link(visit.public_url, made.secret), warning_of(visit.public_url)
    return page(visit, "bucket_link.html", bucket=bucket, link=made.link, url=url, warning=warning, roles=ROLES)


async def unlink(visit: Visit) -> Response:
    """Make every link of it useless."""
    await visit.services.sharing.revoke_links(visit.person.actor, buckets.id_of(visit))
    return _done(visit, "unlinked")


async def ask_to_leave(visit: Visit) -> Response:
    """What leaving means, and the button."""
    bucket_id = (await buckets.bucket_of(visit)).id
    every = await visit.services.buckets.all(visit.person.actor)
    shared = [bucket for bucket in every if bucket.id == bucket_id and bucket.share]
    if not shared:
        raise InvalidInput("This bucket is your own, so there is nothing to leave. You can delete it.")
    return page(visit, "bucket_leave.html", buckets=shared)


async def leave(visit: Visit) -> Response:
    """Leave a bucket that somebody else shares."""
    await visit.services.joining.leave(visit.person.actor, buckets.id_of(visit), visit.form.one("owner"))
    return see(f"{buckets.PATH}?done=left")


async def _page(visit: Visit, name: str = "", error: OneMemoryError | None = None) -> Response:
    bucket, actor, sharing = await buckets.bucket_of(visit), visit.person.actor, visit.services.sharing
    is_own = bucket.share is None
    return page(
        visit,
        "bucket_people.html",
        status_of(error) if error else 200,
        bucket=bucket,
        people=await sharing.members(actor, bucket.id),
        links=await sharing.links(actor, bucket.id) if is_own else [],
        roles=ROLES,
        typed=name,
        problem=sentence_of(error) if error else "",
        done=DONE.get(visit.query.get("done", ""), "") if not error else "",
    )


def _role(visit: Visit) -> Role:
    wanted = visit.form.one("role")
    if wanted not in set(Role):
        raise InvalidInput("Choose one of the roles.")
    return Role(wanted)


def _done(visit: Visit, key: str) -> Response:
    return see(f"{PATH.replace('{bucket_id}', str(buckets.id_of(visit)))}?done={key}")
