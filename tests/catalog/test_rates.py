from datetime import date
from decimal import Decimal

import pytest
from tests.factories.journal import events_of

from shopwright.catalog.domain import ExchangeRateRecorded, RateMissing
from shopwright.catalog.service import ExchangeRateService
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.money import Currency, ExchangeRate, Money

MONDAY = date(2026, 3, 2)
FRIDAY = date(2026, 2, 27)


def rate(value: str, day: date = FRIDAY, pair: str = "EUR/USD") -> ExchangeRate:
    base, quote = pair.split("/")
    return ExchangeRate(Currency(base), Currency(quote), Decimal(value), day, "bank")


async def record(database: Database, tenant: TenantId, *rates: ExchangeRate) -> None:
    async with database.unit(tenant) as unit:
        for one in rates:
            await ExchangeRateService(unit).record(one)


async def test_the_newest_rate_on_or_before_the_day_counts(database: Database, tenant: TenantId) -> None:
    await record(database, tenant, rate("1.10"), rate("1.20", MONDAY), rate("0.9", FRIDAY, "GBP/EUR"))
    async with database.unit(tenant) as unit:
        rates = ExchangeRateService(unit)
        assert await rates.rate_on("EUR", "USD", date(2026, 3, 1)) == rate("1.10")
        assert await rates.rate_on("EUR", "USD", MONDAY) == rate("1.20", MONDAY)
        assert await rates.rates_on(MONDAY) == [rate("1.20", MONDAY), rate("0.9", FRIDAY, "GBP/EUR")]


async def test_a_rate_serves_both_directions(database: Database, tenant: TenantId) -> None:
    await record(database, tenant, rate("1.25"))
    async with database.unit(tenant) as unit:
        found = await ExchangeRateService(unit).rate_on("USD", "EUR", MONDAY)
    assert found.convert(Money.of(5, "USD")) == Money.of(4, "EUR")


async def test_a_currency_costs_itself(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        assert (await ExchangeRateService(unit).rate_on("EUR", "EUR", MONDAY)).rate == 1


async def test_no_rate_is_said_so(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    await record(database, other_tenant, rate("1.10"))
    await record(database, tenant, rate("1.10", MONDAY))
    async with database.unit(tenant) as unit:
        with pytest.raises(RateMissing) as caught:
            await ExchangeRateService(unit).rate_on("EUR", "USD", FRIDAY)
    assert caught.value.details == {"base": "EUR", "quote": "USD"}


@pytest.mark.property_test(54)
async def test_a_corrected_rate_keeps_the_old_value(database: Database, tenant: TenantId) -> None:
    await record(database, tenant, rate("1.10"))
    await record(database, tenant, rate("1.10"))
    await record(database, tenant, rate("1.11"))
    first, correction = await events_of(database, tenant)
    assert isinstance(correction, ExchangeRateRecorded)
    assert first.before == {}
    assert (correction.before["rate"], correction.after["rate"]) == ("1.1", "1.11")
    assert correction.subject_id == "EUR/USD/2026-02-27"


@pytest.mark.property_test(82)
async def test_rates_are_listed_a_page_at_a_time_to_their_tenant(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    await record(
        database, tenant, rate("1.1"), rate("1.2", MONDAY), rate("0.9", FRIDAY, "GBP/EUR"), rate("2", FRIDAY, "EUR/CHF")
    )
    async with database.unit(tenant) as unit:
        rates = ExchangeRateService(unit)
        first = await rates.list_rates(limit=2)
        rest = await rates.list_rates(limit=2, cursor=first.next_cursor)
        only = await rates.list_rates(base="EUR", quote="USD")
    pairs = [f"{found.base}/{found.quote} {found.on:%a}" for found in (*first.items, *rest.items)]
    assert pairs == ["EUR/USD Mon", "EUR/CHF Fri", "EUR/USD Fri", "GBP/EUR Fri"]
    assert rest.next_cursor is None
    assert [found.on for found in only.items] == [MONDAY, FRIDAY]
    async with database.unit(other_tenant) as unit:
        assert list((await ExchangeRateService(unit).list_rates()).items) == []
        assert await ExchangeRateService(unit).rates_on(MONDAY) == []
