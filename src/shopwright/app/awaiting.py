"""What a program answers while it waits for its database: that it lives and is not ready. It opens nothing else."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shopwright.infra.db import DatabaseUnavailable
from shopwright.infra.settings import HttpSettings
from shopwright.infra.web.problem import problem
from shopwright.kit.time import Clock

_PATIENCE: Final = 0.5  # seconds; a database that is up answers at once, and nothing has to be served meanwhile
_RETRY: Final = 2.0  # seconds
_GRACE: Final = 1
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class _Platform:
    """The one part of the platform that there is by now."""

    clock: Clock


def awaiting_application(clock: Clock) -> Starlette:
    """Build what answers: /health as ever, /ready with what is missing, and a 503 for all else."""
    routes = [
        *(Route(f"{prefix}/health", _health) for prefix in ("", "/api/v1")),
        *(Route(f"{prefix}/ready", _ready) for prefix in ("", "/api/v1")),
        Route("/{path:path}", _away, methods=_METHODS),
    ]
    app = Starlette(routes=routes)
    app.state.platform = _Platform(clock)
    return app


async def answer_until(awaited: Coroutine[Any, Any, None], http: HttpSettings, port: int, clock: Clock) -> None:
    """Wait for `awaited`, answering at the program's address if that takes long. Raises what it raises.

    The address is free again when this returns; whoever asks in between is refused a connection, for an instant.
    """
    waiting = asyncio.ensure_future(awaited)
    try:
        done, _ = await asyncio.wait({waiting}, timeout=_PATIENCE)
        if not done:
            await _serve_beside(waiting, http, port, clock)
    finally:
        waiting.cancel()
    await waiting


async def _serve_beside(waiting: "asyncio.Future[None]", http: HttpSettings, port: int, clock: Clock) -> None:
    server = uvicorn.Server(
        uvicorn.Config(
            awaiting_application(clock),
            host=http.host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ssl_certfile=http.tls_cert,
            ssl_keyfile=http.tls_key,
            timeout_graceful_shutdown=_GRACE,
        )
    )
    serving = asyncio.ensure_future(server.serve())
    await asyncio.wait({waiting, serving}, return_when=asyncio.FIRST_COMPLETED)
    server.should_exit = True
    await serving


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": version("shopwright")})


async def _ready(_request: Request) -> Response:
    parts = {"database": "out of reach", "schema": "unknown"}
    return JSONResponse({"status": "not ready", "parts": parts}, status_code=503)


async def _away(request: Request) -> Response:
    return problem(request, DatabaseUnavailable("The program waits for its database.", retry_after=_RETRY))
