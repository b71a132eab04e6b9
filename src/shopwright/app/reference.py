"""The API reference at /docs, served from files of the installation: it works without the internet."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_ASSETS: Final = Path(str(files("fastapi_offline") / "static"))
_ROOT: Final = "/docs/assets"
_POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"
)


def install_reference(app: FastAPI, *, openapi_url: str) -> None:
    """Serve the interactive reference at /docs and the one for reading at /redoc."""
    app.mount(_ROOT, StaticFiles(directory=_ASSETS), name="reference-assets")

    async def interactive(_: Request) -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url=openapi_url,
            title=f"{app.title} API",
            swagger_js_url=f"{_ROOT}/swagger-ui-bundle.js",
            swagger_css_url=f"{_ROOT}/swagger-ui.css",
            swagger_favicon_url=f"{_ROOT}/favicon.png",
        )
        return _with_policy(page)

    async def reading(_: Request) -> HTMLResponse:
        page = get_redoc_html(
            openapi_url=openapi_url,
            title=f"{app.title} API",
            redoc_js_url=f"{_ROOT}/redoc.standalone.js",
            redoc_favicon_url=f"{_ROOT}/favicon.png",
            with_google_fonts=False,
        )
        return _with_policy(page)

    app.add_route("/docs", interactive, include_in_schema=False)
    app.add_route("/redoc", reading, include_in_schema=False)


def _with_policy(page: HTMLResponse) -> HTMLResponse:
    page.headers["content-security-policy"] = _POLICY
    return page
