"""One authenticated read of one product, against FastAPI alone answering the same body.

Ours finds out who calls, takes from the limits, binds a transaction to the tenant, reads under row-level security and
renders with an ETag. The peer parses the same path and sends the same body through the same response model; it has no
middleware, no database, nothing. Both are driven in this process, in turns, and compared by the CPU time of the process.
"""

import statistics
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from starlette.types import ASGIApp

from benchmarks.application import Served, call, served
from benchmarks.measuring import Context, Result
from shopwright.catalog.schemas import ProductAnswer

BAR = 0.30
REQUESTS = 1_000
_PAIRS_A_ROUND = 3


async def run(context: Context) -> Result:
    """Measure both in turns; the median ratio of neighbours counts."""
    requests = context.sized(REQUESTS)
    place = await context.database()
    async with served(context, place) as ours:
        path = f"/api/v1/catalog/products/{ours.product}"
        body = await _checked(ours, path)
        peer = bare(body)
        if (await call(peer, "GET", path, ours.headers)).json() != body:
            raise RuntimeError("the peer answers something else")
        await _cpu(peer, path, ours.headers, requests // 2)
        await _cpu(ours.app, path, ours.headers, requests // 2)
        pairs = [
            (await _cpu(peer, path, ours.headers, requests), await _cpu(ours.app, path, ours.headers, requests))
            for _ in range(context.rounds * _PAIRS_A_ROUND)
        ]
    return Result(
        name="authenticated_read",
        ratio=statistics.median(theirs / mine for theirs, mine in pairs),
        bar=BAR,
        figures={
            "CPU us a request, ours": 1e6 * statistics.median(mine for _, mine in pairs),
            "CPU us a request, FastAPI alone": 1e6 * statistics.median(theirs for theirs, _ in pairs),
            "requests/s of one core, ours": 1 / statistics.median(mine for _, mine in pairs),
        },
        note="authenticated, limited, tenant-bound read of a product against FastAPI alone with the same body",
    )


def bare(body: dict[str, Any]) -> FastAPI:
    """Build the peer: one endpoint with the same path and response model."""
    app = FastAPI(openapi_url=None)

    @app.get("/api/v1/catalog/products/{product_id}", response_model=ProductAnswer)
    async def get_product(product_id: UUID) -> dict[str, Any]:
        return body | {"id": product_id}

    return app


async def _checked(ours: Served, path: str) -> dict[str, Any]:
    refused = await call(ours.app, "GET", path)
    answered = await call(ours.app, "GET", path, ours.headers)
    if (refused.status, answered.status) != (401, 200):
        raise RuntimeError(f"{refused.status} without a credential, {answered.status} with one: {answered.body!r}")
    body: dict[str, Any] = answered.json()
    return body


async def _cpu(app: ASGIApp, path: str, headers: Sequence[tuple[bytes, bytes]], requests: int) -> float:
    """Return the CPU seconds of this process a request."""
    started = time.process_time()
    for _ in range(requests):
        assert (await call(app, "GET", path, headers)).status == 200
    return (time.process_time() - started) / requests
