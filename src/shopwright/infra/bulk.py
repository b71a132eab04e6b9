"""Bulk rows into the database: COPY into a temporary table, from where a few statements take them on.

PostgreSQL refuses COPY into tables under row-level security, so bulk paths have these two steps; one that only adds
rows, a million at a time, may COPY them straight into its table as the loader's role. The rows arrive as chunks of CSV,
made by another thread while the server reads the ones before. What a load overwrites is kept in `overwritten_row` until
the load is forgotten, so that it can be taken back.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from uuid import UUID

import polars as pl

from shopwright.infra.db import UnitOfWork

_MAY_COPY = """
select rolbypassrls and pg_has_role(oid, 'set') from pg_roles where rolname = 'shopwright_loader'
"""


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a load did to the rows of its table."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    superseded: int = 0
    """Rows of the file that another row of the file replaced."""

    @property
    def written(self) -> int:
        """The rows that carry the load's id now."""
        return self.new + self.changed


@dataclass(frozen=True, slots=True)
class UndoCounts:
    """What taking a load back did; `kept` are rows that somebody changed since, left as they are."""

    removed: int = 0
    restored: int = 0
    kept: int = 0


async def stage(
    unit: UnitOfWork,
    table: str,
    columns: Mapping[str, str],
    chunks: AsyncIterator[bytes],
    computed: Mapping[str, str] | None = None,
) -> int:
    """Create a temporary table as `create_stage` does, fill it by one COPY, return the number of its rows.

    `columns` are in the order of the CSV fields; an empty field is null.
    """
    await create_stage(unit, table, columns, computed)
    return await fill_stage(unit, table, columns, chunks)


async def create_stage(
    unit: UnitOfWork, table: str, columns: Mapping[str, str], computed: Mapping[str, str] | None = None
) -> None:
    """Create a temporary table, dropped at the unit's end.

    `columns` maps names to SQL types; `computed` are further columns, defined over the others.
    """
    definition = ", ".join(f"{name} {kind}" for name, kind in [*columns.items(), *(computed or {}).items()])
    await unit.connection.execute(f"create temp table {table} ({definition}) on commit drop")


async def fill_stage(unit: UnitOfWork, table: str, columns: Mapping[str, str], chunks: AsyncIterator[bytes]) -> int:
    """Add rows to a table by one COPY and return their number."""
    done: str = await unit.connection.copy_to_table(table, source=chunks, columns=list(columns), format="csv")
    return rows_of(done)


async def may_copy(unit: UnitOfWork) -> bool:
    """Tell whether rows may be copied straight into the tables of bulk loads: not on every server, see `provision`."""
    found: bool | None = await unit.connection.fetchval(_MAY_COPY)
    return found or False


async def copy_rows(unit: UnitOfWork, load_id: UUID, table: str, columns: Mapping[str, str], chunk: bytes) -> int:
    """Add rows of the unit's tenant to a table by one COPY and return their number.

    The tenant and the load are no columns of the chunk: the server fills them in, and gives the loader no right to.
    """
    await unit.connection.execute(f"set local app.load_id = '{load_id}'; set local role shopwright_loader")
    added = await fill_stage(unit, table, columns, once(chunk))
    await unit.connection.execute("set local role none")
    return added


async def once(chunk: bytes) -> AsyncIterator[bytes]:
    """Give a single chunk as COPY takes them."""
    yield chunk


def as_csv(frame: pl.DataFrame, columns: Sequence[str]) -> bytes:
    """Write the columns of a frame as COPY reads them: nulls are empty, empty texts are quoted, times are in UTC."""
    written = BytesIO()  # a text would be decoded and encoded again
    frame.select(columns).write_csv(written, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6f+00")
    return written.getvalue()


def rows_of(status: str) -> int:
    """Read the number of rows from a command's status, such as `INSERT 0 42`."""
    return int(status.rpartition(" ")[2])


async def keep_newest(unit: UnitOfWork, table: str, key: Sequence[str], newest: str = "row_number") -> int:
    """Keep the newest of the staged rows that share a key; return how many went. `newest` is what orders them."""
    same = ", ".join(key)
    gone = await unit.connection.execute(
        f"""delete from {table} where ctid in (
              select ctid from (select ctid, row_number() over (partition by {same} order by {newest} desc) as place
                                  from {table}) as ranked
               where place > 1)"""
    )
    return rows_of(gone)


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """A table whose rows are known by a product and more: the columns that a load writes, with their SQL types.

    `computed` are parts of the key that follow from the values, as definitions of generated columns. `made` are columns
    that only a new row gets, as SQL expressions over the staged row `s`; $1 is the tenant.
    """

    name: str
    key: Mapping[str, str]
    values: Mapping[str, str]
    computed: Mapping[str, str] = field(default_factory=dict)
    made: Mapping[str, str] = field(default_factory=dict)

    @property
    def staged(self) -> dict[str, str]:
        """The columns of a chunk; `product` counts from 1 into the list of product ids."""
        return {"product": "integer", **self.key, **self.values, "row_number": "bigint"}


class KeyedLoad:
    """Loads rows of a `KeyedTable` into the unit's tenant: new ones are added, those that differ replaced."""

    def __init__(self, unit: UnitOfWork, load_id: UUID, table: KeyedTable) -> None:
        self._unit = unit
        self._load = load_id
        self._table = table
        self._key = (*table.key, *table.computed)
        same = " and ".join(f"t.{name} = s.{name}" for name in self._key)
        self._same = f"t.tenant_id = $1 and t.product_id = ($2::uuid[])[s.product] and {same}"

    async def load(self, chunks: AsyncIterator[bytes], products: Sequence[UUID]) -> LoadCounts:
        """Stage the chunks, then write what is new or differs; of rows with one key the last counts.

        `products` may still grow while the chunks are read.
        """
        connection, tenant, name = self._unit.connection, self._unit.tenant, self._table.name
        staged = await stage(self._unit, "staged_row", self._table.staged, chunks, self._table.computed)
        superseded = await keep_newest(self._unit, "staged_row", ("product", *self._key))
        await connection.execute("analyze staged_row")
        values = tuple(self._table.values)
        unchanged = rows_of(
            await connection.execute(
                f"delete from staged_row s using {name} t where {self._same} and {_row('t', values)} is not distinct "
                f"from {_row('s', values)}",
                tenant, list(products),
            )
        )  # fmt: skip
        row_key = ", ".join(f"t.{column}" for column in self._key)
        overwritten = await connection.execute(
            f"""insert into overwritten_row (tenant_id, load_id, target, row_key, before)
                select $1, $3, '{name}', concat_ws('/', t.product_id, {row_key}), to_jsonb(t)
                  from {name} t join staged_row s on {self._same}""",
            tenant, list(products), self._load,
        )  # fmt: skip
        await self._write(products)
        await connection.execute("drop table staged_row")
        changed = rows_of(overwritten)
        new = staged - superseded - unchanged - changed
        return LoadCounts(new=new, changed=changed, unchanged=unchanged, superseded=superseded)

    async def _write(self, products: Sequence[UUID]) -> None:
        table = self._table
        given = (*table.key, *table.computed, *table.values)
        replaced = (*table.values, "import_id", "row_number")
        await self._unit.connection.execute(
            f"""insert into {table.name} (tenant_id, product_id, {", ".join((*given, *table.made))}, import_id, row_number)
                select $1, ($2::uuid[])[s.product], {", ".join((*(f"s.{name}" for name in given), *table.made.values()))},
                       $3, s.row_number
                  from staged_row s
                on conflict (tenant_id, product_id, {", ".join(self._key)}) do update
                   set {", ".join(f"{name} = excluded.{name}" for name in replaced)}""",
            self._unit.tenant, list(products), self._load,
        )  # fmt: skip

    async def undo(self, loaded: int) -> UndoCounts:
        """Take the load back: remove its rows, put back what it overwrote; what a later load replaced stays."""
        connection, tenant, name = self._unit.connection, self._unit.tenant, self._table.name
        removed = await connection.execute(
            f"delete from {name} where tenant_id = $1 and import_id = $2", tenant, self._load
        )
        restored = await connection.execute(
            f"""insert into {name}
                select r.* from overwritten_row w, jsonb_populate_record(null::{name}, w.before) r
                 where w.tenant_id = $1 and w.load_id = $2 and w.target = '{name}'
                on conflict do nothing""",
            tenant, self._load,
        )  # fmt: skip
        return UndoCounts(removed=rows_of(removed), restored=rows_of(restored), kept=loaded - rows_of(removed))


def _row(alias: str, columns: Sequence[str]) -> str:
    return "row(" + ", ".join(f"{alias}.{name}" for name in columns) + ")"
