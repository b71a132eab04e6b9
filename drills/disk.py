"""`python -m drills disk`: the disk of the program and its database fills up while a shop is at work.

The state folder lies on a small tmpfs, so it needs the right to mount: root, in a container with CAP_SYS_ADMIN. While
the disk is full every answer must be one that the document knows, none of them a fault of the program; when there is
room again all must go on by itself, with nothing half done.
"""

import asyncio
import subprocess
import time
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx2

from drills.busyness import LARGE, Busyness
from drills.checking import Fault, check_acknowledged, check_shop
from drills.running import RunningProgram, no_limits
from drills.shop import sign_up, stock_up
from shopwright.app.installation import DATABASE
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.creation import SUPERUSER

_MEGABYTES: Final = 300
_PRODUCTS: Final = 50
_WORK: Final = 10.0
_REST: Final = 120.0
_PIECE: Final = b"\0" * (1 << 20)
_UNAVAILABLE: Final = 503


class CannotMount(RuntimeError):
    """This process may not mount a file system."""


def run(folder: Path, seed: int) -> list[Fault]:
    """Fill the disk and free it again; return what was wrong. Raises CannotMount."""
    state = folder / "state"
    state.mkdir()
    mounted = subprocess.run(  # noqa: S603 - the command is ours
        ["/bin/mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m,mode=0711", "tmpfs", str(state)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise CannotMount(mounted.stderr.strip())
    program = RunningProgram(folder, **no_limits(), TMPDIR=str(state))
    try:
        program.start()
        return _drill(program, state, seed)
    finally:
        program.stop()
        subprocess.run(["/bin/umount", "-l", str(state)], check=False)  # noqa: S603 - the command is ours


def _drill(program: RunningProgram, state: Path, seed: int) -> list[Fault]:
    owner = sign_up(program.address, "owner@example.com")
    busy = Busyness(owner, stock_up(owner, _PRODUCTS), seed)
    tenant = UUID(owner.ask("GET", "/tenants/current", 200).json()["id"])
    busy.start(large=False)
    time.sleep(1)
    faults = []
    _fill(state / "ballast")
    deadline = time.monotonic() + _WORK
    seen: set[int] = set()
    while time.monotonic() < deadline:
        seen.add(_upload(owner.http))
    busy.stop()
    if _UNAVAILABLE not in seen:
        faults.append(Fault("a full disk was not told", f"statuses {sorted(seen)}"))
    (state / "ballast").unlink()
    program.wait_until_ready()
    busy.finish()
    faults += [Fault("answered wrongly", one) for one in busy.ledger.refused]
    faults += [Fault("answered wrongly", f"an upload: {status}") for status in seen - {200, _UNAVAILABLE}]
    print(f"{len(busy.ledger.prices)} edits, {len(busy.ledger.orders)} imports, statuses while full: {sorted(seen)}")
    return faults + asyncio.run(_at_rest(state / "postgres", tenant, busy))


def _fill(ballast: Path) -> None:
    """Leave no room at all."""
    with ballast.open("wb", buffering=0) as file:
        piece = _PIECE
        while piece:
            try:
                file.write(piece)
            except OSError:
                piece = piece[: len(piece) // 2]


def _upload(http: httpx2.Client) -> int:
    """Send a table that needs room; return the status, 0 for a connection that was dropped."""
    table = "order_no,sold_at,sku,quantity,revenue\n" + "X-1,2025-12-31,MUG-0,1,9.99\n" * (LARGE // 2)
    try:
        return http.post("/csv/analyze", content=table.encode()).status_code
    except httpx2.TransportError:
        return 0


async def _at_rest(postgres: Path, tenant: UUID, busy: Busyness) -> list[Fault]:
    connection: asyncpg.Connection[Any] = await asyncpg.connect(EmbeddedPostgres(postgres).uri(DATABASE, SUPERUSER))
    deadline = time.monotonic() + _REST
    try:
        while True:
            faults = await check_shop(connection, tenant)
            faults += await check_acknowledged(connection, tenant, prices=busy.ledger.prices, orders=busy.ledger.orders)
            if not faults or time.monotonic() > deadline:
                return faults
            await asyncio.sleep(0.5)
    finally:
        await connection.close()
