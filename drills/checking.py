"""What must hold in a shop's database at rest, whatever was killed: each check names the faults that it finds.

Reads as an administrator, whom row-level security hides nothing from. It changes nothing.
"""

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from shopwright.app.wiring import CONSUMERS

_CHECKS: Final[dict[str, str]] = {
    "lost event": """
        select j.name || ' ' || j.id || ' was not handled by ' || c.consumer
          from journal j join unnest($2::text[], $3::text[]) as c(consumer, name) on c.name = j.name
         where j.tenant_id = $1 and not exists (
           select from delivery d where d.tenant_id = j.tenant_id and d.consumer = c.consumer and d.journal_id = j.id
             and d.state = 'done')""",
    "price applied twice": """
        select 'proposal ' || subject_id || ' has ' || count(*) || ' entries ' || name from journal
         where tenant_id = $1 and name in ('pricing.price_sent', 'pricing.price_confirmed') group by subject_id, name
        having count(*) > 1
        union all
        select 'proposal ' || proposal_id || ' set ' || count(*) || ' prices' from price_point
         where tenant_id = $1 and origin = 'proposal' group by proposal_id having count(*) > 1""",
    "price half applied": """
        select 'proposal ' || p.id || ' is ' || p.state || ', its price point ' || coalesce(t.price::text, 'is not there')
          from proposal p left join price_point t
            on t.tenant_id = p.tenant_id and t.proposal_id = p.id and t.origin = 'proposal'
         where p.tenant_id = $1 and ((p.state in ('confirmed', 'rolled_back')) <> (t.price is not null)
           or t.price <> p.proposed_price or p.state in ('sent', 'unknown'))""",
    "price without journal entry": """
        select 'product ' || t.product_id || ' at ' || t.at || ': ' || t.price || ' by ' || t.origin
          from price_point t where t.tenant_id = $1 and t.import_id is null and not exists (
           select from journal j where j.tenant_id = $1 and j.subject_kind = 'product'
              and j.subject_id = t.product_id::text and (j.after->>'price')::numeric = t.price
              and j.name = any(case when t.origin in ('proposal', 'sync', 'rollback')
                               then array['catalog.price_changed', 'ingestion.import_undone']
                               else array['catalog.product_created', 'catalog.product_changed'] end))
        union all
        select 'product ' || t.product_id || ' at ' || t.at || ': import ' || t.import_id || ' is not in the journal'
          from price_point t where t.tenant_id = $1 and t.import_id is not null and not exists (
           select from journal j where j.tenant_id = $1 and j.name = 'ingestion.import_completed'
              and j.subject_id = t.import_id::text)""",
    "price with two journal entries": """
        select 'product ' || j.subject_id || ': ' || count(*) || ' entries of ' || (j.payload->>'proposal_id')
          from journal j where j.tenant_id = $1 and j.name = 'catalog.price_changed'
         group by j.subject_id, j.payload->>'proposal_id', j.payload->>'origin'
        having count(*) > 1 and j.payload->>'proposal_id' is not null
        union all
        select 'product ' || e.id || ': ' || e.entries || ' entries of ' || e.price || ', ' || count(t.at) || ' changes'
          from (select subject_id::uuid as id, (after->>'price')::numeric as price, count(*) as entries from journal
                 where tenant_id = $1 and name in ('catalog.product_created', 'catalog.product_changed')
                   and after->>'price' is not null group by 1, 2) e
          left join price_point t on t.tenant_id = $1 and t.product_id = e.id and t.price = e.price
            and t.origin in ('created', 'edit')
         group by e.id, e.entries, e.price having e.entries > count(t.at)""",
    "price that is not the newest of its history": """
        select 'product ' || p.id || ' costs ' || coalesce(p.price::text, 'nothing') || ', the history says '
               || coalesce(t.price::text, 'nothing')
          from product p left join lateral (
            select price from price_point t where t.tenant_id = $1 and t.product_id = p.id order by at desc limit 1) t on true
         where p.tenant_id = $1 and p.price is distinct from t.price""",
    "half an import": """
        select 'import ' || i.id || ' is ' || i.state || ' with ' || count(l.line_key) || ' of '
               || i.rows_new + i.rows_changed || ' rows'
          from import i left join order_line l on l.tenant_id = i.tenant_id and l.import_id = i.id
         where i.tenant_id = $1 and i.kind = 'sales' group by i.tenant_id, i.id
        having count(l.line_key) <> case when i.state = 'completed' then i.rows_new + i.rows_changed else 0 end""",
    "import that nobody goes on with": """
        select 'import ' || i.id || ' is ' || i.state from import i
         where i.tenant_id = $1 and i.state in ('queued', 'running') and not exists (
           select from job_progress g where g.tenant_id = i.tenant_id and g.kind = 'ingestion.run_import'
              and g.key = i.id::text and g.state in ('queued', 'running'))""",
    "job that nobody goes on with": """
        select g.kind || ' ' || g.id || ' is ' || g.state from job_progress g
         where g.tenant_id = $1 and g.state in ('queued', 'running')
           and not exists (select from jobs.pgqueuer q where q.id = g.queue_id)""",
    "totals that differ from their orders": """
        select 'day ' || coalesce(d.day, l.sold_on) || ': ' || coalesce(d.units, 0) || ' instead of '
               || coalesce(l.units, 0)
          from (select product_id, day, sum(units) as units from daily_sales where tenant_id = $1 group by 1, 2) d
          full join (select product_id, sold_on, sum(quantity) as units from order_line
                      where tenant_id = $1 and kind = 'sale' group by 1, 2) l
            on l.product_id = d.product_id and l.sold_on = d.day
         where d.units is distinct from l.units""",
}
_ORDERS: Final = """
select split_part(order_ref, '-', 1) as batch, count(*) as lines from order_line where tenant_id = $1 group by 1
"""
_WRITES: Final = """
select t.price, count(*) as times from price_point t
 where t.tenant_id = $1 and t.origin = 'edit' and t.price = any($2::numeric[]) group by 1
"""
_MOST_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be."""

    name: str
    found: str

    def __str__(self) -> str:
        return f"{self.name}: {self.found}"


async def check_shop(connection: "asyncpg.Connection[Any]", tenant: UUID) -> list[Fault]:
    """Return what is wrong with a shop's rows; at most a few of each kind."""
    pairs = [(consumer.name, name) for consumer in CONSUMERS for name in consumer.event_names]
    faults = []
    for name, query in _CHECKS.items():
        more = ([one for one, _ in pairs], [event for _, event in pairs]) if "$2" in query else ()
        rows = await connection.fetch(query, tenant, *more)
        faults += [Fault(name, row[0] or "?") for row in rows[:_MOST_TOLD]]
    return faults


async def check_acknowledged(
    connection: "asyncpg.Connection[Any]", tenant: UUID, *, prices: Sequence[str], orders: dict[str, int]
) -> list[Fault]:
    """Return what was acknowledged and is not there, or is there twice.

    `prices` are edits, each of a price that no other edit gave; `orders` the lines of each batch of orders.
    """
    made = {row["price"]: row["times"] for row in await connection.fetch(_WRITES, tenant, prices)}
    counts = {f"{price.normalize():f}": times for price, times in made.items()}
    faults = [Fault("acknowledged edit lost", price) for price in prices if price not in counts]
    faults += [Fault("edit made twice", price) for price, times in counts.items() if times > 1]
    there = {row["batch"]: row["lines"] for row in await connection.fetch(_ORDERS, tenant)}
    faults += [
        Fault("acknowledged import lost", f"batch {batch}: {there.get(batch, 0)} of {lines} orders")
        for batch, lines in orders.items()
        if there.get(batch, 0) != lines
    ]
    return faults


def check_folder(postgres: Path) -> list[Fault]:
    """Return what an ended program left: processes of the server, and locks that are held."""
    data = postgres / "data"
    faults = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            title = process.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if process.joinpath("cwd").samefile(data) and title:
                faults.append(Fault("orphaned process", f"{process.name} {title[:100]}"))
    locks = [postgres / name for name in ("start.lock", "server.lock")]
    held = [lock for lock in locks if lock.exists() and not _is_free(lock)]
    return faults + [Fault("stale lock", lock.name) for lock in held]


def _is_free(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
