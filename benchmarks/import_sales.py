"""A file of a million sales: our validated import against plain COPY of the same file.

COPY gets a table with the file's own columns and a primary key on what tells a line (date, order, sku), on the same
server, and is reported without the key too. It checks types and nothing else; ours also finds the products, keys the
lines, keeps tenants apart and could take the load back.
"""

import asyncio
import json
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.measuring import Context, Place, Result, process_cpu
from benchmarks.sales_file import COLUMNS, KEY, PRODUCTS, sku, write_sales
from shopwright.kit.ids import TenantId, new_tenant_id

ROWS = 1_000_000
BAR = 0.5
MOST_MEGABYTES = 500.0


@dataclass(frozen=True, slots=True)
class Copied:
    """What plain COPY took, in seconds of the clock and of CPUs (its client's and the server's for it)."""

    seconds: float
    cpu: float


async def run(context: Context) -> Result:
    """Measure both in turns, each round in a fresh database; the median ratio of the rounds counts."""
    rows = context.sized(ROWS)
    file = context.folder / "sales.csv"
    write_sales(file, rows, context.seed)
    imports: list[dict[str, Any]] = []
    keyed: list[Copied] = []
    bare: list[Copied] = []
    for _ in range(context.rounds):
        place = await context.database()
        tenant = await _shop(place)
        imports.append(await _import(place, tenant, file))
        keyed.append(await _copy(place, file, rows, key=True))
        bare.append(await _copy(place, file, rows, key=False))
    if any(done["rows"] != rows for done in imports):
        raise RuntimeError(f"{imports} are not {rows} rows")
    best = min(done["seconds"] for done in imports)
    peak = max(done["peak_mb"] for done in imports)
    with_key, without = min(done.seconds for done in keyed), min(done.seconds for done in bare)
    cpu = min(done["cpu"] for done in imports)
    return Result(
        name="import_sales",
        ratio=statistics.median(peer.seconds / done["seconds"] for peer, done in zip(keyed, imports, strict=True)),
        bar=BAR,
        figures={
            "rows": rows,
            "rows/s, ours": rows / best,
            "rows/s, COPY with the key": rows / with_key,
            "rows/s, COPY without a key": rows / without,
            "ratio to COPY without a key": without / best,
            "CPU seconds, ours and the server's for us": cpu,
            "ratio in CPU to COPY with the key": min(done.cpu for done in keyed) / cpu,
            "peak memory, MB": peak,
        },
        note="validated import against COPY of the same file into a table with its columns and key",
        limits={"peak memory, MB": MOST_MEGABYTES},
    )


async def _shop(place: Place) -> TenantId:
    tenant = new_tenant_id()
    connection = await asyncpg.connect(place.admin)
    try:
        await connection.executemany(
            """insert into product (tenant_id, id, sku, normalised_sku, name, currency)
               values ($1, new_id($1), $2, replace($2, '-', ''), $2, 'EUR')""",
            [(tenant, sku(number)) for number in range(PRODUCTS)],
        )
        await connection.execute("analyze product")
        await connection.execute("checkpoint")
    finally:
        await connection.close()
    return tenant


async def _import(place: Place, tenant: TenantId, file: Path) -> dict[str, Any]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.importing", place.app, str(tenant), str(file), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await child.communicate()
    if child.returncode != 0:
        raise RuntimeError(f"the import ended with {child.returncode}")
    done: dict[str, Any] = json.loads(output)
    return done


async def _copy(place: Place, file: Path, rows: int, *, key: bool) -> Copied:
    connection = await asyncpg.connect(place.admin)
    server = connection.get_server_pid()
    try:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
        named = ", ".join(f'"{name}"' for name in KEY)
        rule = f", primary key ({named})" if key else ""
        await connection.execute(f"create table plain ({columns}{rule})")
        await connection.execute("checkpoint")
        started, cpu = time.perf_counter(), time.process_time() + process_cpu(server)
        done = await connection.copy_to_table("plain", source=file, format="csv", header=True)
        took = Copied(time.perf_counter() - started, time.process_time() + process_cpu(server) - cpu)
        if done != f"COPY {rows}":
            raise RuntimeError(done)
        await connection.execute("drop table plain")
    finally:
        await connection.close()
    return took
