"""What a browser is answered when somebody has signed in, or has tried to."""

from urllib.parse import urlencode

from starlette.responses import Response

from onememory.asgi.errors import headers_of
from onememory.domain.errors import OneMemoryError, RateLimited
from onememory.services.signing_in.sign_in import SignedIn
from onememory.web.rendering import see
from onememory.web.sessions import keep, mark
from onememory.web.visits import Visit


def entered(visit: Visit, signed_in: SignedIn, way_on: str) -> Response:
    """Send who has just signed in on their way."""
    response = see(way_on)
    keep(response, visit.request, visit.public_url, signed_in.secret, is_signed_in=True)
    mark(response, visit, signed_in.mark)
    return response


def with_next(path: str, way_on: str) -> str:
    """The address of a page that sends the person on to another one in the end."""
    return f"{path}?{urlencode({'next': way_on})}"


def told(response: Response, error: OneMemoryError) -> Response:
    """The page with the headers that belong to its failure."""
    response.headers.update(headers_of(error) if isinstance(error, RateLimited) else {})
    return response
