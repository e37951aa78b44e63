"""One request of a browser: who is there, and what they filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request

from onememory.asgi.bodies import limited_body
from onememory.domain.accounts import User
from onememory.domain.actors import Actor
from onememory.domain.errors import InvalidInput
from onememory.security.form_tokens import form_token
from onememory.services import Services

HOME = "/connections"
FORM_LIMIT = 64 * 1024  # bytes
MOST_FIELDS = 1_000
URL_ENCODED = "application/x-www-form-urlencoded"


class SignInNeeded(Exception):
    """Somebody who is not signed in asks for what only a person may see; the browser is sent to the sign-in page."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in; a name may come several times."""

    fields: Mapping[str, Sequence[str]]

    def one(self, name: str) -> str:
        """The first value of this name, or nothing."""
        return self.fields.get(name, [""])[0]

    def all(self, name: str) -> frozenset[str]:
        """Every value of this name."""
        return frozenset(self.fields.get(name, []))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    actor: Actor
    user: User


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser."""

    request: Request
    services: Services
    public_url: str
    secret: str  # of the visitor's cookie; a new one where there was none
    someone: Person | None
    form: Form

    @property
    def person(self) -> Person:
        """Who is signed in; raises SignInNeeded."""
        if self.someone is None:
            raise SignInNeeded
        return self.someone

    @property
    def form_token(self) -> str:
        """What belongs in every form that this visitor gets."""
        return form_token(self.secret)

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    @property
    def here(self) -> str:
        """The path of this page with its query."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")


async def form_of(request: Request) -> Form:
    """What was filled in; raises InvalidInput and TooLarge."""
    if request.method != "POST":
        return Form({})
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URL_ENCODED:
        raise InvalidInput(f"A form is sent as `{URL_ENCODED}`.")
    body = await limited_body(request, FORM_LIMIT)
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:  # of which UnicodeDecodeError is one
        raise InvalidInput("The form could not be read; it is not percent-encoded UTF-8.") from error
    return Form(fields)


def own_path(text: str) -> str:
    """The text where it is a path of ours with its query, else the home page: nobody is sent elsewhere by a link."""
    is_plain = text.isascii() and text.isprintable() and " " not in text and "\\" not in text
    if not is_plain or not text.startswith("/") or text.startswith("//"):
        return HOME
    parts = urlsplit(text)
    return HOME if parts.scheme or parts.netloc else text
