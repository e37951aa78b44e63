"""Sign-in in two steps: switching it on with an app, new recovery codes, switching it off."""

from starlette.responses import Response

from onememory.asgi.errors import status_of
from onememory.domain.errors import OneMemoryError
from onememory.web.arrivals import told
from onememory.web.pages import account
from onememory.web.pictures.qr_codes import qr_code
from onememory.web.rendering import page, see
from onememory.web.visits import Visit
from onememory.web.wording.sentences import sentence_of

PATH = "/settings/account/two-steps"
NEW_CODES = "/settings/account/two-steps/codes"
OFF = "/settings/account/two-steps/off"


async def show(visit: Visit) -> Response:
    """How it stands: the way to switch it on, or what can be done once it is on."""
    return await _page(visit)


async def switch_on(visit: Visit) -> Response:
    """Ask for codes from now on; the recovery codes are on the page that follows, and on no other."""
    actor, form = visit.person.actor, visit.form
    try:
        codes = await visit.services.second_factors.switch_on(
            actor, form.one("key"), form.one("code"), form.one("password")
        )
    except account.REFUSALS as error:
        return await _page(visit, error, form.one("key"))
    return page(visit, "two_steps_codes.html", codes=codes, is_new=True, back=account.PATH)


async def renew_codes(visit: Visit) -> Response:
    """New recovery codes in place of those before."""
    try:
        codes = await visit.services.second_factors.renew_codes(visit.person.actor, visit.form.one("password"))
    except account.REFUSALS as error:
        return await _page(visit, error)
    return page(visit, "two_steps_codes.html", codes=codes, is_new=False, back=account.PATH)


async def switch_off(visit: Visit) -> Response:
    """Ask for no codes any more."""
    try:
        await visit.services.second_factors.switch_off(visit.person.actor, visit.form.one("password"))
    except account.REFUSALS as error:
        return await _page(visit, error)
    return see(f"{account.PATH}?done=codes-off")


async def _page(visit: Visit, error: OneMemoryError | None = None, key: str = "") -> Response:
    person, factors = visit.person, visit.services.second_factors
    status, problem = (status_of(error), sentence_of(error)) if error else (200, "")
    left = await factors.codes_left(person.actor)
    if left is not None:
        shown = page(visit, "two_steps.html", status, codes_left=left, problem=problem, back=account.PATH)
    else:
        enrolment = await (factors.enrolment(person.actor, key) if key else factors.begin(person.actor))
        shown = page(
            visit,
            "two_steps_on.html",
            status,
            enrolment=enrolment,
            key_in_parts=" ".join(enrolment.key[i : i + 4] for i in range(0, len(enrolment.key), 4)),
            picture=qr_code(enrolment.uri),
            problem=problem,
            back=account.PATH,
        )
    return told(shown, error) if error else shown
