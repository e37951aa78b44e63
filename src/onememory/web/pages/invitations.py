"""Into which buckets of others somebody is invited: accepted or declined, and the page behind a link."""

from starlette.responses import Response

from onememory.asgi.addresses import JOIN_PATH
from onememory.asgi.errors import status_of
from onememory.domain.errors import Conflict, InvalidInput, OneMemoryError
from onememory.web.pages import buckets
from onememory.web.rendering import page, see
from onememory.web.visits import Visit
from onememory.web.wording.permissions import ROLES
from onememory.web.wording.sentences import sentence_of

ANSWER = "/invitations/{bucket_id}"
JOIN = f"{JOIN_PATH}/{{secret}}"


async def answer(visit: Visit) -> Response:
    """Accept or decline an invitation."""
    bucket_id, owner_id = buckets.id_of(visit), visit.form.one("owner")
    match visit.form.one("act"):
        case "accept":
            try:
                bucket = await visit.services.joining.accept(visit.person.actor, bucket_id, owner_id)
            except (Conflict, InvalidInput) as error:
                return await buckets.listed(visit, refusal=error)
            return see(f"{buckets.path_of(bucket.id)}?done=joined")
        case "decline":
            await visit.services.joining.decline(visit.person.actor, bucket_id, owner_id)
            return see(f"{buckets.PATH}?done=declined")
    raise InvalidInput("Choose one of the buttons of the page.")


async def look(visit: Visit) -> Response:
    """What a link lets into, and the button; to look at it uses nothing up."""
    return await _landing(visit)


async def join(visit: Visit) -> Response:
    """Come in by the link."""
    try:
        bucket = await visit.services.joining.accept_link(visit.person.actor, _secret(visit))
    except (Conflict, InvalidInput) as error:
        return await _landing(visit, error)
    return see(f"{buckets.path_of(bucket.id)}?done=joined")


async def _landing(visit: Visit, error: OneMemoryError | None = None) -> Response:
    invitation = await visit.services.joining.look_at_link(visit.person.actor, _secret(visit))
    return page(
        visit,
        "join.html",
        status_of(error) if error else 200,
        invitation=invitation,
        is_own=invitation.share.owner_id == visit.person.user.id,
        role=ROLES[invitation.share.role],
        path=visit.request.url.path,
        problem=sentence_of(error) if error else "",
    )


def _secret(visit: Visit) -> str:
    return str(visit.request.path_params["secret"])
