"""The HTTP application: every context's router behind one edge. It decides nothing."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Lifespan

from shopwright.app.health import health_router
from shopwright.app.live.feed import LiveFeed
from shopwright.app.openapi import install_document
from shopwright.app.pages.serving import install_pages
from shopwright.app.reference import install_reference
from shopwright.identity.access import Access
from shopwright.identity.deps import Authenticator
from shopwright.infra.platform import Platform
from shopwright.infra.settings import Environment, Settings
from shopwright.infra.web.edge import Compression, EdgeMiddleware, RequestObserver
from shopwright.infra.web.problem import install_error_handlers
from shopwright.infra.web.rates import RequestLimits
from shopwright.infra.web.routing import add_routers

OPENAPI_URL = "/api/openapi.json"
_SMALLEST_COMPRESSED = 1024
_NO_TELEMETRY: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}  # we have our own
_COMPRESSION = 4  # a third of the time of 9, for a tenth more bytes
_LOOPBACK_ORIGIN = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?"
_DESCRIPTION = """
One platform for people who sell online. Money is text with a currency beside it; lists are read by cursor; errors are
RFC 9457 problems with a stable `code`; writes take an `Idempotency-Key`; reads that repeat carry an `ETag`.
"""


def describe(routers: Sequence[APIRouter], lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Build the application without any resource: enough for its OpenAPI document."""
    app = FastAPI(
        title="Shopwright",
        version=version("shopwright"),
        description=_DESCRIPTION,
        openapi_url=OPENAPI_URL,
        docs_url=None,
        redoc_url=None,
        telemetry=_NO_TELEMETRY,
        lifespan=lifespan,
    )
    add_routers(app, (health_router(""), health_router("/api/v1"), *routers))
    install_error_handlers(app)
    install_document(app)
    install_reference(app, openapi_url=OPENAPI_URL)
    return app


def equip(
    app: FastAPI,
    platform: Platform,
    settings: Settings,
    *,
    authenticator: Authenticator,
    access: Access,
    limits: RequestLimits,
    live: LiveFeed,
    observe: RequestObserver,
) -> FastAPI:
    """Give the application its resources and its outer layers; it opens and closes nothing itself."""
    app.state.platform = platform
    app.state.authenticator = authenticator
    app.state.access = access
    app.state.limits = limits
    app.add_middleware(Compression, minimum_size=_SMALLEST_COMPRESSED, compresslevel=_COMPRESSION)
    app.state.live = live
    _allow_origins(app, settings)
    app.add_middleware(
        EdgeMiddleware,
        observe=observe,
        flights=platform.flights,
        largest_body=settings.http.request_limit_bytes,
        largest_upload=settings.http.upload_limit_bytes,
        secure=settings.environment is Environment.PRODUCTION,
    )
    install_pages(app)
    return app


def _allow_origins(app: FastAPI, settings: Settings) -> None:
    """Let the listed web origins call; none are listed by default in production, loopback is in development."""
    http = settings.http
    if not http.cors_origins and not http.cors_loopback:
        return
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(http.cors_origins),
        allow_origin_regex=_LOOPBACK_ORIGIN if http.cors_loopback else None,
        allow_credentials=http.cors_credentials,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["authorization", "content-type", "idempotency-key", "if-match", "if-none-match",
                       "x-request-id", "x-requested-with"],
        expose_headers=["etag", "retry-after", "x-request-id"],
    )  # fmt: skip
