"""One request of a browser: who is there, and what they filled in."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from starlette.requests import Request

from onememory.asgi.bodies import limited_body
from onememory.domain.accounts import User
from onememory.domain.actors import Actor
from onememory.domain.errors import InvalidInput
from onememory.domain.time_zones import UTC_ZONE, zone_named
from onememory.security.form_tokens import form_token
from onememory.services import Services

HOME = "/"
FORM_LIMIT = 256 * 1024  # bytes, of a stranger's form; one with a long memory, whose session has ended, fits
PERSONS_FORM_LIMIT = 16 * 1024 * 1024  # bytes: the longest text that may be stored, percent-encoded
MOST_FIELDS = 1_000
ZONE_COOKIE = "zone"
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

    def all(self, name: str) -> list[str]:
        """Every value of this name, in the order of the page."""
        return list(self.fields.get(name, []))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in."""

    actor: Actor
    user: User
    session_id: str | None  # None: a proxy says with each request who is there
    waiting: int = 0  # how much of the inbox waits for review


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser."""

    request: Request
    services: Services
    public_url: str
    secret: str  # of the visitor's cookie; a new one where there was none
    someone: Person | None
    upload_limit: int  # bytes of a form with files
    form: Form = field(default_factory=lambda: Form({}))
    data: Path | None = None  # the data directory, where commands must be told it

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
    def data_option(self) -> str:
        """What a command that is shown needs to find the data directory; its path is told to administrators alone."""
        if self.data is None:
            return ""
        is_told = self.someone is not None and self.someone.user.is_admin
        return f" --data {shlex.quote(str(self.data.absolute())) if is_told else 'FOLDER'}"

    @property
    def zone(self) -> tzinfo:
        """The time zone that the person has chosen, else the one that the browser told, else UTC."""
        chosen = self.someone.user.time_zone if self.someone else None
        return zone_named(chosen) or zone_named(unquote(self.request.cookies.get(ZONE_COOKIE, ""))) or UTC_ZONE

    @property
    def query(self) -> Mapping[str, str]:
        """The arguments behind the path."""
        return self.request.query_params

    @property
    def before(self) -> str:
        """The path of the page from which the browser came, with its query."""
        parts = urlsplit(self.request.headers.get("referer", ""))
        return own_path(parts.path + (f"?{parts.query}" if parts.query else ""))

    @property
    def agent(self) -> str:
        """What the browser calls itself."""
        return self.request.headers.get("user-agent", "")

    @property
    def here(self) -> str:
        """The path of this page with its query."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")


async def form_of(visit: Visit) -> Form:
    """What was filled in; raises InvalidInput and TooLarge."""
    request = visit.request
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != URL_ENCODED:
        raise InvalidInput(f"A form is sent as `{URL_ENCODED}`.")
    body = await limited_body(request, PERSONS_FORM_LIMIT if visit.someone else FORM_LIMIT)
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
