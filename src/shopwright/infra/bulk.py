"""Bulk rows into the database: COPY into a temporary table, from where a few statements take them on.

PostgreSQL refuses COPY into tables under row-level security, so every bulk path has these two steps. The rows
arrive as chunks of CSV, made by another thread while the server reads the ones before. What a load overwrites is
kept in `overwritten_row` until the load is forgotten, so that it can be taken back.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from shopwright.infra.db import UnitOfWork


@dataclass(frozen=True, slots=True)
class LoadCounts:
    """What a load did to the rows of its table."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class UndoCounts:
    """What taking a load back did; `kept` are rows that somebody changed since, left as they are."""

    removed: int = 0
    restored: int = 0
    kept: int = 0


async def stage(unit: UnitOfWork, table: str, columns: Mapping[str, str], chunks: AsyncIterator[bytes]) -> int:
    """Create a temporary table (dropped at the unit's end), fill it by one COPY, return the number of its rows.

    `columns` maps names to SQL types, in the order of the CSV fields; an empty field is null.
    """
    definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    await unit.connection.execute(f"create temp table {table} ({definition}) on commit drop")
    done: str = await unit.connection.copy_to_table(table, source=chunks, columns=list(columns), format="csv")
    return rows_of(done)


def as_csv(frame: pl.DataFrame, columns: Sequence[str]) -> bytes:
    """Write the columns of a frame as COPY reads them: nulls are empty, empty texts are quoted, times are in UTC."""
    written: str = frame.select(columns).write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6f+00")
    return written.encode()


def rows_of(status: str) -> int:
    """Read the number of rows from a command's status, such as `INSERT 0 42`."""
    return int(status.rpartition(" ")[2])
