"""A program asks for access, and the person decides."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.responses import RedirectResponse, Response

from onememory.domain.accounts import Permission, WritePolicy
from onememory.domain.authorization import AuthorizationRequest, Decision, OAuthError
from onememory.domain.errors import InvalidInput
from onememory.security.oauth.redirect_uris import host_shown, is_loopback
from onememory.security.oauth.rfc6749_parameters import single_values
from onememory.web.failures import failure_page
from onememory.web.pages import connections
from onememory.web.rendering import HEADERS, page
from onememory.web.visits import Person, Visit
from onememory.web.wording.permissions import PERMISSIONS, POLICIES, Words
from onememory.web.wording.sentences import sentence_of

PATH = "/oauth/authorize"
UNTICKED = frozenset({Permission.ADMIN})  # a person must want it


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the program's answer goes, as a person reads it."""

    shown: str
    is_loopback: bool
    is_own_scheme: bool  # of a program's own, such as `cursor:`


@dataclass(frozen=True, slots=True)
class Asker:
    """A program that sent the person here, by the name that it gives itself."""

    name: str
    destination: Destination


@dataclass(frozen=True, slots=True)
class Choice:
    """A box to tick or a button to choose."""

    value: str
    words: Words
    is_chosen: bool


async def ask(visit: Visit) -> Response:
    """What the program asks for, as a form; a request that cannot be granted is answered to the program."""
    try:
        request = await _request(visit)
    except OAuthError as error:
        return _refused(error)
    return _form(visit, visit.person, request)


async def asker_of(visit: Visit, path: str) -> Asker | None:
    """Who asks for access on the consent page at this path; None where it is another page, or nobody can be named."""
    parts = urlsplit(path)
    if parts.path != PATH:
        return None
    try:
        parameters = single_values(parse_qsl(parts.query, keep_blank_values=True))
        request = await visit.services.authorization.begin(parameters, visit.public_url)
    except OAuthError:
        return None
    return Asker(request.client.name, _destination(request.redirect_uri))


async def decide(visit: Visit) -> Response:
    """Send the browser back to the program, with a code or with a refusal."""
    person = visit.person
    try:
        request = await _request(visit)
    except OAuthError as error:
        return _refused(error)
    authorization = visit.services.authorization
    if visit.form.one("answer") != "allow":
        return _leaving(visit, request, authorization.refuse(request))
    try:
        url = await authorization.approve(person.actor, request, _decision(visit, request))
    except InvalidInput as error:
        return _form(visit, person, request, sentence_of(error))
    return _leaving(visit, request, url)


async def _request(visit: Visit) -> AuthorizationRequest:
    parameters = single_values(visit.request.query_params.multi_items())
    return await visit.services.authorization.begin(parameters, visit.public_url)


def _decision(visit: Visit, request: AuthorizationRequest) -> Decision:
    ticked = {*visit.form.all("may"), Permission.READ}
    try:
        policy = WritePolicy(visit.form.one("policy"))
    except ValueError as error:
        raise InvalidInput("Choose what becomes of what the program writes.") from error
    return Decision(frozenset(scope for scope in request.scopes if scope in ticked), policy)


def _form(visit: Visit, person: Person, request: AuthorizationRequest, problem: str = "") -> Response:
    offered = request.scopes & person.actor.permissions
    return page(
        visit,
        "consent.html",
        400 if problem else 200,
        problem=problem,
        client=request.client,
        identity=_host(request.client.id),
        home=_host(request.client.uri),
        destination=_destination(request.redirect_uri),
        acts=[
            Choice(a, words, a not in UNTICKED) for a, words in PERMISSIONS.items() if a in offered - {Permission.READ}
        ],
        reading=PERMISSIONS[Permission.READ] if Permission.READ in offered else None,
        policies=[Choice(p, words, p is WritePolicy.PROPOSE) for p, words in POLICIES.items()],
        list=connections.PATH,
    )


def _destination(redirect_uri: str) -> Destination:
    is_web = urlsplit(redirect_uri).scheme in {"https", "http"}
    return Destination(host_shown(redirect_uri), is_loopback(redirect_uri), not is_web)


def _host(url: str | None) -> str | None:
    return host_shown(url) if url and url.startswith("https://") else None


def _leaving(visit: Visit, request: AuthorizationRequest, url: str) -> Response:
    """The page that leads back to the program.

    A page and no redirect: Chromium holds redirects after a form, and those that follow them, to `form-action`; and
    where a program of the computer takes the answer, the browser stays here.
    """
    return page(
        visit,
        "leaving.html",
        url=url,
        client=request.client,
        destination=_destination(request.redirect_uri),
        has_allowed=visit.form.one("answer") == "allow",
        list=connections.PATH,
    )


def _refused(error: OAuthError) -> Response:
    if error.redirect_to:
        return RedirectResponse(error.redirect_to, 302, HEADERS)
    sentence = (
        f"{error.description} Nothing was allowed. Go back to the program that sent you here and connect it again; "
        "if this happens again, its maker has to mend it."
    )
    return failure_page(400, sentence, title="This program cannot be connected")
