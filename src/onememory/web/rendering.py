"""Templates to answers, with the headers that every page has."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from onememory.domain.time_zones import UTC_ZONE
from onememory.security.plain_text import visible
from onememory.web.sharing import bucket_name
from onememory.web.static_files import url_of
from onememory.web.visits import Visit
from onememory.web.wording.counts import counted, number
from onememory.web.wording.marks import Piece
from onememory.web.wording.sentences import worded

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-frame-options": "DENY",
    # Not `no-referrer`: with it browsers send forms with `Origin: null`, and we could not tell who sends them.
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "vary": "Cookie",
}


def page(visit: Visit, template: str, status: int = 200, **values: object) -> Response:
    """A page for this visitor."""
    known: dict[str, object] = {
        "page_of": None,
        "person": visit.someone,
        "form_token": visit.form_token,
        "here": visit.here,
        "data_option": visit.data_option,
        "zone": visit.zone,
        "written_by": {},  # by the memory's id: of shared buckets, who wrote what
    }
    return HTMLResponse(_rendered(template, known | values), status, HEADERS)


def bare_page(template: str, status: int, **values: object) -> Response:
    """A page for nobody in particular, without forms."""
    return HTMLResponse(
        _rendered(template, {"page_of": None, "person": None, "zone": UTC_ZONE} | values), status, HEADERS
    )


def fragment(template: str, **values: object) -> Markup:
    """Part of a page that looks the same to everybody who may see it."""
    return Markup(_rendered(template, values))  # noqa: S704 - the template has escaped what it holds


def see(path: str) -> Response:
    """Send the browser on to another page of ours."""
    return RedirectResponse(path, 303, HEADERS)


def on_one_line(text: str) -> str:
    """A text of a stranger without invisible characters and line ends."""
    return " ".join(visible(text).split())


@pass_context
def day(context: Context, moment: datetime) -> Markup:
    """A day for a person, exact for a machine."""
    local = moment.astimezone(context["zone"])
    return _time(moment, f"{local.day} {local:%b %Y}")


@pass_context
def minute(context: Context, moment: datetime) -> Markup:
    """A time for a person, exact for a machine."""
    local = moment.astimezone(context["zone"])
    return _time(moment, f"{local.day} {local:%b %Y, %H:%M}")


def marked(pieces: Iterable[Piece]) -> Markup:
    """A text in which what was looked for stands out."""
    mark = Markup("<mark>{}</mark>")
    return Markup().join(mark.format(piece.text) if piece.is_marked else piece.text for piece in pieces)


def _time(moment: datetime, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(f"{moment:%Y-%m-%dT%H:%M:%SZ}", words)


def _rendered(template: str, values: Mapping[str, object]) -> str:
    return _environment.get_template(template).render(values)


def _make_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("onememory.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "on_one_line": on_one_line,
        "day": day,
        "minute": minute,
        "counted": counted,
        "number": number,
        "worded": worded,
        "marked": marked,
        "bucket_name": bucket_name,
    }
    environment.globals["static"] = url_of
    return environment


_environment = _make_environment()
