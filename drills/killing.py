"""`python -m drills kill`: kill -9 of the program, of a worker or of the database, at moments drawn by a seed.

A shop is at work meanwhile. After each kill all is started again, what had no answer is sent again, and the shop's
database is checked when it is at rest; at the end of the drill what the ended program left behind is looked for.
"""

import asyncio
import os
import random
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from drills.busyness import Busyness
from drills.checking import Fault, check_acknowledged, check_folder, check_shop
from drills.running import RunningProgram, no_limits
from drills.shop import sign_up, stock_up
from shopwright.app.installation import DATABASE
from shopwright.infra.postgres import EmbeddedPostgres
from shopwright.infra.postgres.creation import SUPERUSER

TARGETS: Final = ("program", "worker", "database", "program and database")
_EARLIEST, _LATEST = 0.1, 3.0  # seconds of work before the kill
_LATE_SECONDS: Final = 60.0  # without anything getting less
_PRODUCTS: Final = 480
_OPEN_JOBS: Final = "select count(*) from job_progress where tenant_id = $1 and state in ('queued', 'running')"
_HANDLED: Final = "select count(*) from delivery where tenant_id = $1 and state = 'done'"
_EVERY_LARGE: Final = 3
_LONG_SESSION: Final = {"SHOPWRIGHT_AUTH_ACCESS_TOKEN_SECONDS": "86400"}


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did and found."""

    number: int
    target: str
    after: float
    faults: tuple[Fault, ...]


class Drill:
    """A program, a worker beside it, and a shop at work."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - nothing secret
        self._program = RunningProgram(folder, **no_limits(), SHOPWRIGHT_JOBS_TAKEOVER_SECONDS="5", **_LONG_SESSION)
        self._postgres = folder / "state" / "postgres"
        self._worker: subprocess.Popen[bytes] | None = None
        self._seed = seed

    def run(self, rounds: int) -> list[Round]:
        """Kill so many times; return what each round found. The last also says what was left when all had ended."""
        self._program.start()
        try:
            owner = sign_up(self._program.address, "owner@example.com")
            products = stock_up(owner, _PRODUCTS)
            tenant = UUID(owner.ask("GET", "/tenants/current", 200).json()["id"])
            self._worker = self._program.start_worker()
            busy = Busyness(owner, products, self._seed)
            done = [self._round(number, busy, tenant) for number in range(1, rounds + 1)]
        finally:
            self._end()
        left = check_folder(self._postgres)
        print(
            f"{len(busy.ledger.prices)} edits, {busy.ledger.applied} prices applied, {len(busy.ledger.orders)} imports"
        )
        return [*done, Round(rounds, "ended in order", 0, tuple(left))]

    def _round(self, number: int, busy: Busyness, tenant: UUID) -> Round:
        target, after = self._chance.choice(TARGETS), self._chance.uniform(_EARLIEST, _LATEST)
        busy.start(large=number % _EVERY_LARGE == 1, shift=number)
        time.sleep(after)
        self._kill(target)
        time.sleep(self._chance.uniform(0, 0.5))
        self._restart()
        busy.stop()
        busy.finish()
        refused = [Fault("request refused", one) for one in busy.ledger.refused]
        busy.ledger.refused.clear()
        faults = asyncio.run(self._checked(tenant, busy))
        print(f"round {number}: {target} after {after:.2f} s: {len(refused) + len(faults)} faults", flush=True)
        return Round(number, target, after, (*refused, *faults))

    def _kill(self, target: str) -> None:
        if "database" in target:
            os.kill(self._program.database_pid, signal.SIGKILL)
        if "program" in target:
            self._program.crash()
        if target == "worker" and self._worker is not None:
            self._worker.kill()

    def _restart(self) -> None:
        """Start what was killed; a lost database is started by the program itself."""
        if not self._program.lives:
            self._program.start()
        else:
            self._program.wait_until_ready()
        if self._worker is None or self._worker.poll() is not None:
            self._worker = self._program.start_worker()

    def _end(self) -> None:
        if self._worker is not None:
            self._worker.send_signal(signal.SIGTERM)
            try:
                self._worker.wait(30)
            finally:
                self._worker.kill()
        self._program.stop()

    async def _checked(self, tenant: UUID, busy: Busyness) -> list[Fault]:
        """Wait for rest, then check; what is still wrong after a while is a fault."""
        connection: asyncpg.Connection[Any] = await asyncpg.connect(self._address())
        before: tuple[int, ...] = ()
        deadline = 0.0
        try:
            while True:
                state = tuple([await connection.fetchval(query, tenant) for query in (_OPEN_JOBS, _HANDLED)])
                faults = await check_shop(connection, tenant)
                faults += await check_acknowledged(
                    connection, tenant, prices=busy.ledger.prices, orders=busy.ledger.orders
                )
                if not (faults or state[0]):
                    return []
                if state != before:
                    before, deadline = state, time.monotonic() + _LATE_SECONDS
                if time.monotonic() > deadline:
                    return [*faults, *([Fault("jobs that do not end", str(state[0]))] if state[0] else [])]
                await asyncio.sleep(0.5)
        finally:
            await connection.close()

    def _address(self) -> str:
        return EmbeddedPostgres(self._postgres).uri(DATABASE, SUPERUSER)
