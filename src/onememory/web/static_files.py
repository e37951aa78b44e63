"""Style sheets, scripts and pictures out of the package, under names that change with their content."""

import hashlib
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

from onememory.domain.errors import NotFound

PATH = "/static/{name}"
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOLDER = resources.files("onememory.web") / "static"
_CONTENTS = {entry.name: entry.read_bytes() for entry in _FOLDER.iterdir()}
_VERSIONS = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in _CONTENTS.items()}


def url_of(name: str) -> str:
    """Where the file is, in its present version."""
    return f"/static/{name}?v={_VERSIONS[name]}"


async def send(request: Request) -> Response:
    """The file; kept for a year where the version is asked for, else asked for again each time."""
    name = request.path_params["name"]
    if name not in _CONTENTS:
        raise NotFound("There is no such file.")
    version = _VERSIONS[name]
    is_present = request.query_params.get("v") == version
    headers = {
        "etag": f'"{version}"',
        "cache-control": "public, max-age=31536000, immutable" if is_present else "no-cache",
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(_CONTENTS[name], headers=headers, media_type=_TYPES[name.rpartition(".")[2]])
