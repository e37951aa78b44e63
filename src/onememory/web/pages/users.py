"""Other people's accounts, for administrators: who there is, what they may keep, and whether they may come in."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from starlette.responses import Response

from onememory.asgi.addresses import password_link, warning_of
from onememory.asgi.errors import status_of
from onememory.domain.actors import Actor
from onememory.domain.errors import Conflict, InvalidInput, OneMemoryError
from onememory.domain.quotas import Quota
from onememory.ports import UserQuery
from onememory.services.users.people import People
from onememory.web.forms.address_fields import AddressFields
from onememory.web.pages import sign_in
from onememory.web.rendering import page, see
from onememory.web.visits import Visit

PATH = "/settings/users"
ONE = "/settings/users/{user_id}"
CHANGE = "/settings/users/{user_id}/change"
QUOTA = "/settings/users/{user_id}/quota"
LINK = "/settings/users/{user_id}/link"
ERASE = "/settings/users/{user_id}/erase"
SHOWN = 100  # at once; the list goes on
MEGABYTE = 1_000_000  # bytes
DONE = {
    "promote": "They administer this installation now.",
    "demote": "They administer no more.",
    "deactivate": "Deactivated. They are signed out everywhere, and their tools are disconnected.",
    "reactivate": "They may come in again. Their tools have to be connected anew.",
    "quota": "The quota is changed. It counts at once.",
}
CHANGES: Mapping[str, Callable[[People, Actor, str], Awaitable[None]]] = {
    "promote": lambda people, actor, user_id: people.set_admin(actor, user_id, is_admin=True),
    "demote": lambda people, actor, user_id: people.set_admin(actor, user_id, is_admin=False),
    "deactivate": People.deactivate,
    "reactivate": People.reactivate,
}
REFUSALS = (InvalidInput, Conflict)

_WHOLE = re.compile(r"[0-9]{1,12}")
_FIGURE = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class UserFilters(AddressFields):
    """What the list is narrowed to, and the name behind which it goes on."""

    page_path: ClassVar[str] = PATH

    q: str = ""
    after: str = ""


async def show(visit: Visit) -> Response:
    """Everybody, and the form for one more."""
    return await _list(visit)


async def create(visit: Visit) -> Response:
    """Make a user, with a link to choose a password."""
    actor, form, services = visit.person.actor, visit.form, visit.services
    try:
        user = await services.accounts.create_user(actor, form.one("name"), None, is_admin=form.one("admin") == "yes")
    except REFUSALS as error:
        return await _list(visit, form.one("name"), error)
    return await _with_link(visit, user.id, is_new=True)


async def show_one(visit: Visit) -> Response:
    """One account: who, and how much is kept; never what."""
    return await _one(visit)


async def change(visit: Visit) -> Response:
    """Another role, or whether they may come in."""
    wanted = visit.form.one("to")
    if wanted not in CHANGES:
        raise InvalidInput("Choose one of the buttons of the page.")
    try:
        await CHANGES[wanted](visit.services.people, visit.person.actor, _id(visit))
    except REFUSALS as error:
        return await _one(visit, error)
    return see(f"{_path(ONE, _id(visit))}?done={wanted}")


async def limit(visit: Visit) -> Response:
    """Set the quota; an empty field is no limit."""
    try:
        quota = Quota(_memories(visit.form.one("memories")), _bytes(visit.form.one("megabytes")))
        await visit.services.people.set_quota(visit.person.actor, _id(visit), quota)
    except REFUSALS as error:
        return await _one(visit, error)
    return see(f"{_path(ONE, _id(visit))}?done=quota")


async def make_link(visit: Visit) -> Response:
    """A new link to choose a password."""
    try:
        return await _with_link(visit, _id(visit), is_new=False)
    except REFUSALS as error:
        return await _one(visit, error)


async def ask_to_erase(visit: Visit) -> Response:
    """What erasing means, and the form."""
    return await _farewell(visit)


async def erase(visit: Visit) -> Response:
    """Erase a person and all that is theirs."""
    try:
        await visit.services.people.erase(visit.person.actor, _id(visit), visit.form.one("name"))
    except REFUSALS as error:
        return await _farewell(visit, error)
    if _id(visit) == visit.person.user.id:
        return sign_in.left(visit, "erased")
    return see(f"{PATH}?done=erased")


async def _list(visit: Visit, name: str = "", error: OneMemoryError | None = None) -> Response:
    actor, filters = visit.person.actor, UserFilters.of(visit.query)
    users = await visit.services.accounts.users(actor, UserQuery(filters.q, filters.after, SHOWN + 1))
    return page(
        visit,
        "users.html",
        status_of(error) if error else 200,
        users=users[:SHOWN],
        filters=filters,
        more=filters.path(after=users[SHOWN - 1].name) if len(users) > SHOWN else "",
        typed=name,
        problem=str(error) if error else "",
        backups=await visit.services.people.backups(actor) if visit.query.get("done") == "erased" else None,
    )


async def _one(visit: Visit, error: OneMemoryError | None = None) -> Response:
    one = await visit.services.people.one(visit.person.actor, _id(visit))
    return page(
        visit,
        "user.html",
        status_of(error) if error else 200,
        one=one,
        megabyte=MEGABYTE,
        megabytes=_megabytes(one.quota.size),
        problem=str(error) if error else "",
        done=DONE.get(visit.query.get("done", ""), "") if not error else "",
    )


async def _with_link(visit: Visit, user_id: str, *, is_new: bool) -> Response:
    link = await visit.services.password_links.make(visit.person.actor, user_id)
    url, warning = password_link(visit.public_url, link.secret), warning_of(visit.public_url)
    return page(visit, "user_link.html", link=link, url=url, warning=warning, is_new=is_new)


async def _farewell(visit: Visit, error: OneMemoryError | None = None) -> Response:
    actor, people = visit.person.actor, visit.services.people
    return page(
        visit,
        "user_erase.html",
        status_of(error) if error else 200,
        one=await people.one(actor, _id(visit)),
        backups=await people.backups(actor),
        problem=str(error) if error else "",
    )


def _id(visit: Visit) -> str:
    return str(visit.request.path_params["user_id"])


def _path(pattern: str, user_id: str) -> str:
    return pattern.replace("{user_id}", user_id)


def _memories(text: str) -> int | None:
    text = text.strip().replace(",", "")
    if text and not _WHOLE.fullmatch(text):
        raise InvalidInput("A quota of memories is a whole number; leave the field empty for no limit.")
    return int(text) if text else None


def _bytes(text: str) -> int | None:
    text = text.strip().replace(",", "")
    if text and not _FIGURE.fullmatch(text):
        raise InvalidInput("A quota of text is a number of MB, such as 50; leave the field empty for no limit.")
    return int(Decimal(text) * MEGABYTE) if text else None


def _megabytes(size: int | None) -> str:
    """As it is filled in, without loss."""
    return "" if size is None else f"{Decimal(size) / MEGABYTE:f}"
