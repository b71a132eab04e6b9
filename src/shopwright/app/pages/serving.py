"""Serves the web pages: hashed assets for ever, everything else that is not the API as the one page that routes itself.

It knows nothing of what the pages show. Without pages it says so, and how to get them, while the API serves all the same.
"""

import asyncio
import gzip
from html import escape
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Match, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from shopwright.app.pages.building import REMEDY, STAMP, STATIC

POLICY: Final = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
_TEXTS: Final = frozenset({".js", ".css", ".svg"})
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_ASK_AGAIN: Final = "no-cache"
_NOT_FOUND: Final = 404
_UNAVAILABLE: Final = 503
_MISSING: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shopwright</title></head>
<body><main><h1>The pages are not built</h1><p>{}</p>
<p>The API serves all the same: <a href="/docs">its reference</a>.</p></main></body></html>
"""


def install_pages(app: FastAPI, folder: Path = STATIC) -> None:
    """Serve the pages of a folder, which may be empty or missing. To be called after every other route is there."""
    files = _Files(folder)

    async def page(request: Request) -> Response:
        return await files.page(request)

    app.mount("/assets", _Assets(folder), name="assets")
    app.router.routes.append(_PageRoute("/{path:path}", page, methods=["GET", "HEAD"], include_in_schema=False))


class _PageRoute(Route):
    """Every address that is not the API's: what the API does not have stays a problem, in its own words."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether an address is a page's."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or path == "/api" or path.startswith("/api/"):
            return Match.NONE, {}
        return super().matches(scope)


class _Assets(StaticFiles):
    """Files whose names change with their contents: each is compressed once, as well as it can be, and kept so."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder / "assets", check_dir=False)
        self._packed: dict[str, bytes] = {}

    async def check_config(self) -> None:
        """Take a missing folder for an empty one: the pages may be built later."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, to be kept for ever."""
        response = await super().get_response(path, scope)
        if isinstance(response, FileResponse) and scope["method"] == "GET" and Path(path).suffix in _TEXTS:
            response = await self._packed_if_wanted(response, Headers(scope=scope))
        response.headers["cache-control"] = _FOR_EVER
        return response

    async def _packed_if_wanted(self, whole: FileResponse, asked: Headers) -> Response:
        if "range" in asked or "gzip" not in asked.get("accept-encoding", ""):
            return whole
        file = str(whole.path)
        if file not in self._packed:
            self._packed[file] = await asyncio.to_thread(lambda: gzip.compress(Path(file).read_bytes(), mtime=0))
        headers = {"content-encoding": "gzip", "vary": "Accept-Encoding"}
        return Response(self._packed[file], headers=headers, media_type=whole.media_type)


class _Files(StaticFiles):
    """The page, and the few files beside it, such as its icon."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)

    async def page(self, request: Request) -> Response:
        """Return the file at an address, or the page, which finds out by itself what to show."""
        name = request.path_params["path"]
        wanted = name if name and "/" not in name and name != STAMP else "index.html"
        response = await self._find(wanted, request.scope) or await self._find("index.html", request.scope)
        if response is None:
            response = HTMLResponse(_MISSING.format(escape(REMEDY)), _UNAVAILABLE, {"cache-control": "no-store"})
        else:
            response.headers["cache-control"] = _ASK_AGAIN
        response.headers["content-security-policy"] = POLICY
        return response

    async def _find(self, name: str, scope: Scope) -> Response | None:
        try:
            return await self.get_response(name, scope)
        except HTTPException as error:
            if error.status_code != _NOT_FOUND:
                raise
            return None
