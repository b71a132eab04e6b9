"""The drill's checker says nothing of a sound shop, and names every fault that is planted in it."""

import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from drills.checking import check_acknowledged, check_folder, check_shop
from obstore.store import MemoryStore
from tests.factories.callers import principal
from tests.factories.http import Trusting, client_for, make_app
from tests.factories.imports import open_shop

from shopwright.app.wiring import CONSUMERS, ROUTERS
from shopwright.infra.db import Database, prepare_connection
from shopwright.infra.journal.relay import Relay
from shopwright.infra.platform import Platform
from shopwright.infra.postgres.provision import in_database
from shopwright.infra.storage import ObjectStorage
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock

EDITED: Final = "9.5"
ORDERS: Final = "order_no,sold_at,sku,quantity,revenue\nB1-1,2026-02-01,MUG-0,1,9.99\nB1-2,2026-02-01,MUG-0,2,9.99\n"
PLANTED: Final[dict[str, tuple[str, ...]]] = {
    "lost event": ("delete from delivery where tenant_id = $1",),
    "price applied twice": (
        """insert into price_point (tenant_id, product_id, at, price, currency, tax_basis, origin, proposal_id)
           select tenant_id, product_id, at + interval '1 second', price, currency, tax_basis, origin, proposal_id
             from price_point where tenant_id = $1 and origin = 'proposal'""",
    ),
    "price half applied": (
        "update proposal set state = 'sent' where tenant_id = $1 and state = 'confirmed'",
        "delete from price_point where tenant_id = $1 and origin = 'proposal'",
        "update price_point set price = 1 where tenant_id = $1 and origin = 'proposal'",
    ),
    "price without journal entry": (
        "delete from journal where tenant_id = $1 and name = 'catalog.price_changed'",
        "delete from journal where tenant_id = $1 and name = 'catalog.product_changed'",
        "update price_point set import_id = gen_random_uuid() where tenant_id = $1 and origin = 'edit'",
    ),
    "price with two journal entries": (
        "insert into journal {copy} where tenant_id = $1 and name = 'catalog.price_changed'",
        "insert into journal {copy} where tenant_id = $1 and name = 'catalog.product_changed'",
    ),
    "price that is not the newest of its history": (
        "update product set price = 19 where tenant_id = $1",
        "delete from price_point where tenant_id = $1",
    ),
    "half an import": (
        "delete from order_line where tenant_id = $1 and order_ref = 'B1-2'",
        "update import set state = 'failed' where tenant_id = $1",
    ),
    "import that nobody goes on with": (
        "update import set state = 'running' where tenant_id = $1",
        "update import set state = 'queued' where tenant_id = $1",
    ),
    "job that nobody goes on with": (
        """insert into job_progress (tenant_id, id, kind, payload, state, priority, max_attempts, actor_kind, created_at,
                                     updated_at)
           values ($1, gen_random_uuid(), 'pricing.apply_due', '{{}}', 'running', 5, 3, 'system', now(), now())""",
    ),
    "totals that differ from their orders": (
        "delete from daily_sales where tenant_id = $1",
        "update daily_sales set units = units + 1 where tenant_id = $1",
    ),
}
_COPY: Final = """(tenant_id, at, name, version, actor_kind, subject_kind, subject_id, before, after, payload)
  select tenant_id, at, name, version, actor_kind, subject_kind, subject_id, before, after, payload from journal"""


@pytest.fixture
async def administrator(server: tuple[str, str], database_name: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A superuser's connection whose changes are taken back, and for whom no trigger fires."""
    connection = await asyncpg.connect(in_database(server[0], database_name))
    await prepare_connection(connection)
    await connection.execute("begin; set local session_replication_role = replica")
    yield connection
    await connection.execute("rollback")
    await connection.close()


@pytest.fixture
async def sound(database: Database, tenant: TenantId, clock: FixedClock, app_dsn: str, tmp_path: Path) -> TenantId:
    """A shop that edited a price, applied one, and imported orders."""
    objects = ObjectStorage(MemoryStore())
    await open_shop(database, tenant, tmp_path, objects)
    relay = Relay(database, app_dsn, CONSUMERS)
    await relay.register()
    app = make_app(database, clock, *ROUTERS, authenticator=Trusting(principal(tenant)))
    app.state.platform = Platform(clock, database, objects)
    async with client_for(app) as client:

        async def ask(method: str, path: str, **options: Any) -> Any:
            clock.advance(timedelta(seconds=1))
            answer = await client.request(method, f"/api/v1{path}", **options)
            assert answer.is_success, answer.text
            return answer.json()

        mug = {"sku": "MUG-0", "name": "Mug", "currency": "EUR", "price": "10", "cost": "5",
               "min_price": "6", "max_price": "20"}  # fmt: skip
        made = await ask("POST", "/catalog/products", json=mug)
        rule = {"rule": {"fallback": "target_margin", "target_margin_ppm": 420_000}}
        await ask("POST", "/policies", json={"name": "House", "scope": "tenant", "rules": rule})
        await ask("PATCH", f"/catalog/products/{made['id']}", json={"price": EDITED})
        await ask("POST", "/prices/optimize", json={})
        ids = [item["id"] for item in (await ask("GET", "/proposals"))["items"]]
        await ask("POST", "/proposals/bulk/approve", json={"ids": ids})
        assert (await ask("POST", "/proposals/bulk/apply", json={"ids": ids}))["counts"] == {"done": 1}
        done = await ask("POST", "/csv/upload/sales", content=ORDERS.encode(), params={"file_name": "orders.csv"})
        assert done["state"] == "completed"
    await relay.deliver()
    return tenant


async def test_a_sound_shop_has_no_faults(sound: TenantId, administrator: "asyncpg.Connection[Any]") -> None:
    assert await check_shop(administrator, sound) == []
    assert await check_acknowledged(administrator, sound, prices=[EDITED], orders={"B1": 2}) == []


@pytest.mark.parametrize(
    ("name", "change"), [(name, change) for name, changes in PLANTED.items() for change in changes]
)
async def test_a_planted_fault_is_named(
    sound: TenantId, administrator: "asyncpg.Connection[Any]", name: str, change: str
) -> None:
    changed = await administrator.execute(change.format(copy=_COPY), sound)
    assert not changed.endswith(" 0"), "nothing was planted"
    assert name in {fault.name for fault in await check_shop(administrator, sound)}


async def test_what_was_acknowledged_is_asked_for(sound: TenantId, administrator: "asyncpg.Connection[Any]") -> None:
    lost = await check_acknowledged(administrator, sound, prices=["8.75"], orders={"B1": 3, "B2": 1})
    assert [fault.name for fault in lost] == ["acknowledged edit lost"] + ["acknowledged import lost"] * 2
    await administrator.execute(
        """insert into price_point (tenant_id, product_id, at, price, currency, tax_basis, origin)
           select tenant_id, product_id, at + interval '1 second', price, currency, tax_basis, origin
             from price_point where tenant_id = $1 and price = $2""",
        sound, Decimal(EDITED),
    )  # fmt: skip
    (twice,) = await check_acknowledged(administrator, sound, prices=[EDITED], orders={"B1": 2})
    assert str(twice) == f"edit made twice: {EDITED}"


_HOLDER: Final = """
import fcntl, os, sys
os.chdir(sys.argv[1] + "/data")
fcntl.flock(os.open(sys.argv[1] + "/server.lock", os.O_CREAT | os.O_RDWR), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_and_a_lock_that_stayed_are_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert check_folder(tmp_path) == []
    with subprocess.Popen(  # noqa: S603 - the command is ours
        [sys.executable, "-c", _HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        found = check_folder(tmp_path)
        process.kill()
    assert [fault.name for fault in found] == ["orphaned process", "stale lock"]
    assert check_folder(tmp_path) == []
