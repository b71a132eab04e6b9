"""The brake of a run reads what was set lately, from the price with which the window began."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from tests.factories.catalog import product_of

from shopwright.catalog.domain import PriceChanges, PriceOrigin
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock
from shopwright.pricing.braking import find_held
from shopwright.pricing.codes import Reason
from shopwright.pricing.wars import BrakeRules

RULES = BrakeRules(window_days=14, swings=3)


async def set_prices(database: Database, tenant: TenantId, clock: FixedClock, mug: UUID, *prices: str) -> None:
    """Set one price a day."""
    for price in prices:
        clock.advance(timedelta(days=1))
        async with database.unit(tenant) as unit:
            version = (await CatalogService(unit).get_product(mug)).version
            change = PriceChanges([mug], [Decimal(price)], [version], [mug])
            await CatalogService(unit).set_prices(change, PriceOrigin.PROPOSAL)


async def held(database: Database, tenant: TenantId, *products: UUID) -> list[set[Reason]]:
    async with database.unit(tenant) as unit:
        found = await find_held(unit, list(products), RULES)
    return [set(Reason.read(mask)) for mask in found.tolist()]


async def test_a_price_that_swings_is_held_until_its_swings_are_old(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    mug, pot = (await product_of(database, tenant)).id, (await product_of(database, tenant, "POT-1")).id
    clock.advance(timedelta(days=30))  # the first price lies before the window
    await set_prices(database, tenant, clock, mug, "9.50", "10", "9.50")
    assert await held(database, tenant, mug, pot) == [set(), set()]
    await set_prices(database, tenant, clock, mug, "10")
    assert await held(database, tenant, mug, pot) == [{Reason.OSCILLATION}, set()]
    assert await held(database, tenant, pot) == [set()]
    clock.advance(timedelta(days=14))
    assert await held(database, tenant, mug, pot) == [set(), set()]


async def test_a_fall_is_measured_from_the_price_that_the_window_began_with(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    mug = (await product_of(database, tenant)).id
    clock.advance(timedelta(days=30))
    await set_prices(database, tenant, clock, mug, "8", "6.90")
    assert await held(database, tenant, mug) == [{Reason.FALLING}]


async def test_another_shop_is_held_by_nothing_of_ours(
    database: Database, tenant: TenantId, other_tenant: TenantId, clock: FixedClock
) -> None:
    mug = (await product_of(database, tenant)).id
    await set_prices(database, tenant, clock, mug, "9", "10", "9", "10", "9")
    assert await held(database, other_tenant, mug) == [set()]
