"""One's own account: password, browsers, time zone, everything as a file, and the end of it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from starlette.responses import Response, StreamingResponse

from onememory.asgi.errors import status_of
from onememory.domain.errors import Conflict, Forbidden, InvalidInput, OneMemoryError, RateLimited
from onememory.domain.sessions import Session
from onememory.domain.time_zones import zone_names
from onememory.services.users.own_account import Farewell
from onememory.web.arrivals import told
from onememory.web.forms.passwords import new_password
from onememory.web.pages import sign_in
from onememory.web.rendering import HEADERS, page, see
from onememory.web.visits import Visit
from onememory.web.wording.browsers import browser_name
from onememory.web.wording.sentences import sentence_of

PATH = "/settings/account"
PASSWORD = "/settings/account/password"  # noqa: S105 - a path
FIRST_PASSWORD = "/settings/account/first-password"  # noqa: S105 - a path
TIME_ZONE = "/settings/account/time-zone"
SESSION = "/settings/account/browsers/{session_id}/sign-out"
EXPORT = "/settings/account/export"
DELETE = "/settings/account/delete"
DONE = {
    "password": "Your password is changed. Every other browser is signed out.",
    "time-zone": "Times are shown in the zone that you chose.",
    "session": "That browser is signed out.",
    "first-password": "Your password is set. Every other browser is signed out.",
    "linked": "Linked. From now on you can sign in with it.",
    "unlinked": "Unlinked. It signs you in no more.",
    "codes-off": "The sign-in asks for no codes any more.",
}
REFUSALS = (InvalidInput, Forbidden, Conflict, RateLimited)


@dataclass(frozen=True, slots=True)
class SignedInBrowser:
    """A session as a person reads it."""

    session: Session
    name: str
    is_this: bool

    @property
    def path(self) -> str:
        """Where it is signed out."""
        return SESSION.replace("{session_id}", self.session.id)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one of the forms did not do."""

    form: str
    sentence: str
    status: int


async def show(visit: Visit) -> Response:
    """Everything about the account."""
    return await _page(visit)


async def change_password(visit: Visit) -> Response:
    """Set a new password; this browser stays signed in."""
    person, form = visit.person, visit.form
    try:
        password = new_password(form)
        await visit.services.own_account.change_password(person.actor, form.one("present"), password, visit.secret)
    except REFUSALS as error:
        return told(await _page(visit, Refusal("password", sentence_of(error), status_of(error))), error)
    return see(f"{PATH}?done=password")


async def choose_password(visit: Visit) -> Response:
    """Set the first password of one who signs in another way."""
    try:
        password = new_password(visit.form)
        await visit.services.own_account.choose_password(visit.person.actor, password, visit.secret)
    except REFUSALS as error:
        return await refused(visit, "password", error)
    return see(f"{PATH}?done=first-password")


async def refused(visit: Visit, form: str, error: OneMemoryError) -> Response:
    """The page, saying at one of its forms why it did not do."""
    return told(await _page(visit, Refusal(form, str(error), status_of(error))), error)


async def choose_time_zone(visit: Visit) -> Response:
    """Show times in another zone."""
    try:
        await visit.services.own_account.choose_time_zone(visit.person.actor, visit.form.one("zone") or None)
    except InvalidInput as error:
        return await _page(visit, Refusal("time-zone", sentence_of(error), status_of(error)))
    return see(f"{PATH}?done=time-zone")


async def end_session(visit: Visit) -> Response:
    """Sign one browser out."""
    await visit.services.sessions.end(visit.person.actor, visit.request.path_params["session_id"])
    return see(f"{PATH}?done=session")


async def export(visit: Visit) -> Response:
    """Everything as a file."""
    exports, actor = visit.services.exports, visit.person.actor
    match visit.query.get("format"):
        case "markdown":
            return _file(exports.as_markdown(actor), "onememory-export.md", "text/markdown; charset=utf-8")
        case "csv":
            return _file(exports.as_csv(actor), "onememory-export.csv", "text/csv; charset=utf-8")
        case _:
            return _file(exports.as_json(actor), "onememory-export.json", "application/json")


def _file(pieces: AsyncIterator[bytes], name: str, media_type: str) -> Response:
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, headers=headers, media_type=media_type)


async def ask_to_delete(visit: Visit) -> Response:
    """What deleting the account means, and the form."""
    return await _farewell(visit, "")


async def delete(visit: Visit) -> Response:
    """Erase the account and all that is in it."""
    farewell = Farewell(visit.form.one("name"), visit.form.one("password"))
    try:
        await visit.services.own_account.erase(visit.person.actor, farewell)
    except REFUSALS as error:
        return await _farewell(visit, farewell.name, error)
    return sign_in.left(visit, "erased")


async def _farewell(visit: Visit, name: str, error: OneMemoryError | None = None) -> Response:
    standing = await visit.services.status.of(visit.person.actor)
    buckets = await visit.services.buckets.all(visit.person.actor)
    shown = page(
        visit,
        "account_delete.html",
        status_of(error) if error else 200,
        standing=standing,
        obstacle=await visit.services.own_account.obstacle(visit.person.actor),
        shared_buckets=sum(bucket.members > 0 for bucket in buckets),
        name=name,
        problem=sentence_of(error) if error else "",
    )
    return told(shown, error) if error else shown


async def _page(visit: Visit, refusal: Refusal | None = None) -> Response:
    person = visit.person
    return page(
        visit,
        "account.html",
        refusal.status if refusal else 200,
        has_password=await visit.services.own_account.has_password(person.actor),
        identities=await visit.services.identities.of(person.actor),
        provider=visit.services.provider_sign_in.name,
        codes_left=await visit.services.second_factors.codes_left(person.actor),
        browsers=_browsers(await visit.services.sessions.all(person.actor), person.session_id),
        zones=zone_names(),
        refusal=refusal,
        done=DONE.get(visit.query.get("done", ""), ""),
    )


def _browsers(sessions: Sequence[Session], present_id: str | None) -> list[SignedInBrowser]:
    """The present one first."""
    found = [SignedInBrowser(each, browser_name(each.agent), each.id == present_id) for each in sessions]
    return sorted(found, key=lambda browser: not browser.is_this)
