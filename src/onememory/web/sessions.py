"""The visitor's cookie, and what proves that a form was sent from a page of ours.

One cookie for everybody: before the sign-in its secret is known to nobody but the browser and binds the form's token;
the sign-in replaces it with the secret of a session.
"""

from urllib.parse import quote, unquote, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from onememory.domain.sessions import LIFETIME, Browser
from onememory.security.form_tokens import is_form_token
from onememory.web.visits import HOME, Form, Visit, own_path

COOKIE = "onememory"
SECURE_COOKIE = "__Host-onememory"  # browsers take this name over https alone, for this host alone
MARK_COOKIE = "onememory-known"  # stays when the person signs out
WAY_COOKIE = "onememory-way"  # the page to go on to after a sign-in elsewhere: an address may hold a secret
WAY_LIFETIME = 15 * 60  # seconds
LONGEST_WAY = 3_600  # characters, as it is written; browsers drop cookies of over 4,096
SECURE_PREFIX = "__Host-"
MARK_LIFETIME = 365 * 24 * 60 * 60  # seconds
LONGEST = 200  # characters of a secret; ours have fewer


def visitor_secret(request: Request, public_url: str) -> str | None:
    """The secret of the visitor's cookie."""
    secret = request.cookies.get(_name(request, public_url), "")
    return secret if 0 < len(secret) <= LONGEST and secret.isascii() else None


def keep(response: Response, request: Request, public_url: str, secret: str, *, is_signed_in: bool) -> None:
    """Give the visitor this secret; before the sign-in it lasts until the browser closes."""
    response.set_cookie(
        _name(request, public_url),
        secret,
        max_age=int(LIFETIME.total_seconds()) if is_signed_in else None,
        path="/",
        secure=_is_secure(request, public_url),
        httponly=True,
        samesite="lax",
    )


def sets_secret(response: Response) -> bool:
    """Whether the response gives the visitor's cookie a value already, or takes it back."""
    names = (f"{COOKIE}=", f"{SECURE_COOKIE}=")
    return any(value.startswith(names) for value in response.headers.getlist("set-cookie"))


def browser_of(visit: Visit) -> Browser:
    """Where the visitor is, for the sign-in."""
    mark = visit.request.cookies.get(_prefixed(MARK_COOKIE, visit), "")
    return Browser(visit.address, visit.agent, mark if len(mark) <= LONGEST else "")


def mark(response: Response, visit: Visit, left: str) -> None:
    """Leave in the browser what it is known by at the next sign-in."""
    is_secure = _is_secure(visit.request, visit.public_url)
    name, age = _prefixed(MARK_COOKIE, visit), MARK_LIFETIME
    response.set_cookie(name, left, max_age=age, path="/", secure=is_secure, httponly=True, samesite="lax")


def keep_way(response: Response, visit: Visit, way_on: str) -> None:
    """Leave in the browser, where nobody else reads it, which page of ours it wants to see when it comes back."""
    is_secure = _is_secure(visit.request, visit.public_url)
    name, way = _prefixed(WAY_COOKIE, visit), quote(way_on)
    kept = way if len(way) <= LONGEST_WAY else HOME
    response.set_cookie(name, kept, max_age=WAY_LIFETIME, path="/", secure=is_secure, httponly=True, samesite="lax")


def way_kept(visit: Visit) -> str:
    """The page that the browser wanted to see when it left, else the home page."""
    return own_path(unquote(visit.request.cookies.get(_prefixed(WAY_COOKIE, visit), "")))


def forget(response: Response, request: Request, public_url: str) -> None:
    """Take the cookie back."""
    is_secure = _is_secure(request, public_url)
    response.delete_cookie(_name(request, public_url), path="/", secure=is_secure, httponly=True, samesite="lax")


def comes_from_us(request: Request, public_url: str) -> bool:
    """Whether the browser says that a page of ours sent this.

    Browsers name the origin with every POST, and over https and on loopback also whether it is the same site.
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin", "")
    hosts = {request.headers.get("host", ""), urlsplit(public_url).netloc}
    return urlsplit(origin).netloc in hosts - {""} if origin else "sec-fetch-site" in request.headers


def is_own_form(form: Form, secret: str) -> bool:
    """Whether the form holds the token of the visitor who sends it."""
    return is_form_token(form.one("form_token"), secret)


def _name(request: Request, public_url: str) -> str:
    return SECURE_COOKIE if _is_secure(request, public_url) else COOKIE


def _prefixed(name: str, visit: Visit) -> str:
    return f"{SECURE_PREFIX}{name}" if _is_secure(visit.request, visit.public_url) else name


def _is_secure(request: Request, public_url: str) -> bool:
    """Whether the visitor came by https, or by the name that is reached by https."""
    public = urlsplit(public_url)
    is_public_name = public.scheme == "https" and request.headers.get("host") == public.netloc
    return is_public_name or request.url.scheme == "https"
