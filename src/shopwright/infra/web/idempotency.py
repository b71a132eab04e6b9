"""Idempotency keys: a write that is sent twice happens once, and answers the same both times.

The key's row is written in the transaction of the write itself, so it exists exactly when the effect does.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from starlette.responses import Response

from shopwright.infra.db import UnitOfWork
from shopwright.kit.errors import Conflict

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200
_KEPT_HEADERS = ("content-type", "etag", "location")


class IdempotencyKeyReused(Conflict):
    """The same key came with another request."""

    code = "idempotency_key_reused"
    action = "Use a new key for a new request."


def fingerprint(method: str, path: str, query: str, body: bytes) -> bytes:
    """Tell requests apart: SHA-256 over method, address and body."""
    head = f"{method} {path}?{query}\n".encode()
    return hashlib.sha256(head + body).digest()


async def claim(unit: UnitOfWork, actor: UUID, key: str, print_: bytes) -> Response | None:
    """Take the key for this request, or return the answer that was given before.

    Waits for another request of the same key that is under way. Raises IdempotencyKeyReused.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise IdempotencyKeyReused(f"A key has 1 to {LONGEST_KEY} characters.", found=len(key))
    now = unit.clock.now()
    taken = await unit.connection.fetchval(
        """insert into idempotency_key (tenant_id, actor_id, key, fingerprint, created_at, expires_at)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (tenant_id, actor_id, key) do update
             set fingerprint = excluded.fingerprint, created_at = excluded.created_at,
                 expires_at = excluded.expires_at, status = null, body = null
             where idempotency_key.expires_at <= excluded.created_at
           returning true""",
        unit.tenant, actor, key, print_, now, now + KEPT_FOR,
    )  # fmt: skip
    if taken:
        return None
    row = await unit.connection.fetchrow(
        """select fingerprint, status, headers, body from idempotency_key
            where tenant_id = $1 and actor_id = $2 and key = $3""",
        unit.tenant, actor, key,
    )  # fmt: skip
    if row is None or row["fingerprint"] != print_:
        raise IdempotencyKeyReused("This key was used for another request.")
    replayed = {**row["headers"], "Idempotency-Replayed": "true"}
    return Response(row["body"], status_code=row["status"], headers=replayed)


async def remember(unit: UnitOfWork, actor: UUID, key: str, response: Response) -> None:
    """Keep the answer beside the effect."""
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await unit.connection.execute(
        """update idempotency_key set status = $4, headers = $5, body = $6
            where tenant_id = $1 and actor_id = $2 and key = $3""",
        unit.tenant, actor, key, response.status_code, headers, bytes(response.body),
    )  # fmt: skip
