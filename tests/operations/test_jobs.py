from datetime import date

from shopwright.infra.db import Database
from shopwright.kit.ids import SYSTEM_TENANT
from shopwright.operations.repository import OperationsRepository


async def test_months_stand_ready_before_they_begin(database: Database) -> None:
    async with database.unit(SYSTEM_TENANT) as unit:
        for _ in range(2):
            await OperationsRepository(unit).make_months(date(2031, 11, 30), 2)
        for table in ("journal", "order_line", "price_point", "offer_point"):
            for month in ("203111", "203112", "203201"):
                assert await unit.connection.fetchval("select to_regclass($1) is not null", f"{table}_{month}")
        assert not await unit.connection.fetchval("select to_regclass('journal_203202') is not null")
