"""The whole program over a database of the run, and a caller who needs no network: requests go straight into the app.

What is measured is then the program's own work, without a socket and without a client's.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from starlette.types import ASGIApp, Message

from benchmarks.measuring import Context, Place
from benchmarks.shop import add_products
from shopwright.app.serving import application, background, open_program
from shopwright.infra.settings import load_settings
from shopwright.kit.ids import TenantId

PRODUCTS: Final = 10_000
_HIGHEST_LIMIT: Final = "1000000"
ACCOUNT: Final = {"email": "ada@example.com", "password": "a benchmark's own password", "name": "Ada", "shop": "Bench"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Served:
    """A running program with a shop of some thousand products and somebody who is signed in."""

    app: ASGIApp
    headers: Sequence[tuple[bytes, bytes]]
    product: str


async def call(
    app: ASGIApp,
    method: str,
    path: str,
    headers: Sequence[tuple[bytes, bytes]] = (),
    *,
    query: str = "",
    body: bytes = b"",
) -> Answer:
    """Send one request into an application and collect what it sends back."""
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost"), *headers], "client": ("127.0.0.1", 50_000), "server": ("127.0.0.1", 80),
        "state": {},
    }  # fmt: skip
    status = 0
    pieces: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            pieces.append(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, b"".join(pieces))


@asynccontextmanager
async def served(context: Context, place: Place, *, connections: int = 4) -> AsyncIterator[Served]:
    """Open the program as `shopwright up` does, without its server, and sign somebody up."""
    settings = load_settings(
        {
            "SHOPWRIGHT_ENVIRONMENT": "test",
            "SHOPWRIGHT_STATE_DIR": str(context.folder / "state"),
            "SHOPWRIGHT_DATABASE_URL": place.app,
            "SHOPWRIGHT_DATABASE_ADMIN_URL": place.owner,
            "SHOPWRIGHT_DATABASE_POOL_MIN": str(connections),
            "SHOPWRIGHT_DATABASE_POOL_MAX": str(connections),
            "SHOPWRIGHT_LIMITS_USER_PER_MINUTE": _HIGHEST_LIMIT,
            "SHOPWRIGHT_LIMITS_TENANT_PER_MINUTE": _HIGHEST_LIMIT,
            "SHOPWRIGHT_LIMITS_ADDRESS_PER_MINUTE": _HIGHEST_LIMIT,
        }
    )
    async with open_program(settings) as program:
        beside = asyncio.create_task(background(program, with_worker=False))
        app = application(program, settings)
        try:
            yield await _with_shop(context, place, app)
        finally:
            beside.cancel()
            with suppress(asyncio.CancelledError):
                await beside


async def _with_shop(context: Context, place: Place, app: ASGIApp) -> Served:
    json_body = [(b"content-type", b"application/json")]
    signed_up = await call(app, "POST", "/api/v1/auth/signup", json_body, body=json.dumps(ACCOUNT).encode())
    if signed_up.status != 201:
        raise RuntimeError(signed_up.body.decode())
    session = signed_up.json()
    tenant = TenantId(session["tenant"]["id"])
    connection = await asyncpg.connect(place.admin)
    try:
        await add_products(connection, tenant, context.sized(PRODUCTS))
        product = str(await connection.fetchval("select id from product where tenant_id = $1 limit 1", tenant))
    finally:
        await connection.close()
    return Served(app, [(b"authorization", b"Bearer " + session["access_token"].encode())], product)
