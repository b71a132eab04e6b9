from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.factories import market as made
from tests.factories.proposals import product

from shopwright.infra.bulk import LoadCounts, UndoCounts
from shopwright.infra.db import Database
from shopwright.infra.journal.entries import from_row
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock
from shopwright.market.domain import MatchState, Offer, OfferFilter, RivalPriceMoved
from shopwright.market.loading import OfferLoad
from shopwright.market.service import MarketService


async def offers_of(database: Database, tenant: TenantId) -> list[Offer]:
    async with database.unit(tenant) as unit:
        return list((await MarketService(unit).list_offers(OfferFilter())).items)


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ({"sku": "A-1"}, MatchState.AUTOMATIC),
        ({"gtin": "04006381333931"}, MatchState.AUTOMATIC),
        ({"brand": "ACME", "mpn": "x 100"}, MatchState.AUTOMATIC),
        ({"sku": "A-1", "gtin": "96385074"}, MatchState.REVIEW),
        ({"title": "Acme Grinder"}, MatchState.UNMATCHED),
    ],
)
@pytest.mark.property_test(10)
async def test_equal_identifiers_match_and_contradicting_ones_wait_for_review(
    database: Database, tenant: TenantId, identifiers: dict[str, Any], expected: MatchState
) -> None:
    async with database.unit(tenant) as unit:
        await product(unit, "A-1", gtin="4006381333931", brand="Acme", mpn="X-100")
        await product(unit, "B-1", gtin="96385074")
        await made.offers(unit, identifiers)
    [offer] = await offers_of(database, tenant)
    assert offer.match_state is expected
    assert (offer.match_confidence < Decimal("0.80")) == (expected is not MatchState.AUTOMATIC)


async def test_the_newest_sighting_is_kept_and_all_join_the_history(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    now = clock.now()
    async with database.unit(tenant) as unit:
        await made.offers(unit, {"sku": "A", "price": Decimal(10)})
        _, counts = await made.offers(
            unit,
            {"sku": "A", "price": Decimal(9), "seen_at": now + timedelta(hours=2)},
            {"sku": "A", "price": Decimal(8), "seen_at": now + timedelta(hours=1)},
        )
        assert counts == LoadCounts(changed=1)
        _, late = await made.offers(unit, {"sku": "A", "price": Decimal(1), "seen_at": now - timedelta(hours=1)})
        assert late == LoadCounts(unchanged=1)
        [offer] = (await MarketService(unit).list_offers(OfferFilter())).items
        points = (await MarketService(unit).offer_history(offer.id)).items
    assert offer.price == 9
    assert [point.price for point in points] == [9, 8, 10, 1]


@pytest.mark.property_test(12)
@pytest.mark.parametrize(("price", "told"), [("10.50", None), ("10.51", "5.10"), ("9.49", "-5.10"), ("9.50", None)])
async def test_a_move_of_more_than_five_percent_is_told(
    database: Database, tenant: TenantId, clock: FixedClock, price: str, told: str | None
) -> None:
    async with database.unit(tenant) as unit:
        await made.offers(unit, {"sku": "A", "price": Decimal(10)})
    clock.advance(timedelta(hours=1))
    async with database.unit(tenant) as unit:
        await made.offers(unit, {"sku": "A", "price": Decimal(price)})
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch(
            "select * from journal where tenant_id = $1 and name = 'market.rival_price_moved'", tenant
        )
    events = [from_row(row).event() for row in rows]
    assert [event.percent for event in events if isinstance(event, RivalPriceMoved)] == ([told] if told else [])
    assert all(event.before["price"] == "10.000000" for event in events)


@pytest.mark.property_test(13)
async def test_a_promotion_has_a_discount_and_a_duration(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    start = clock.now()
    for _ in range(3):
        async with database.unit(tenant) as unit:
            await made.offers(unit, {"sku": "A", "price": Decimal(8), "promotion": True, "regular_price": Decimal(10)})
        clock.advance(timedelta(days=1))
    [offer] = await offers_of(database, tenant)
    assert offer.discount_percent == 20
    assert (offer.promoted_since, offer.promoted_until) == (start, start + timedelta(days=2))


async def test_a_decision_on_a_match_outlives_later_loads(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    async with database.unit(tenant) as unit:
        await product(unit, "A-1")
        await made.offers(unit, {"sku": "A-1"})
        [offer] = (await MarketService(unit).list_offers(OfferFilter())).items
        await MarketService(unit).reject_match(offer.id)
    clock.advance(timedelta(hours=1))
    async with database.unit(tenant) as unit:
        await made.offers(unit, {"sku": "A-1", "price": Decimal(3)})
    [offer] = await offers_of(database, tenant)
    assert (offer.match_state, offer.product_id, offer.price) == (MatchState.REJECTED, None, Decimal(3))


async def test_a_load_is_taken_back(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    async with database.unit(tenant) as unit:
        await made.offers(unit, {"sku": "A", "price": Decimal(10)})
    clock.advance(timedelta(hours=1))
    async with database.unit(tenant) as unit:
        load, _ = await made.offers(unit, {"sku": "A", "price": Decimal(7)}, {"sku": "B"})
        undone = await OfferLoad(unit, load, "test").undo(loaded=2)
    assert undone == UndoCounts(removed=1, restored=1, kept=0)
    [offer] = await offers_of(database, tenant)
    assert offer.price == 10


@pytest.mark.property_test(82)
async def test_the_neighbour_sees_no_offers(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await product(unit, "A-1")
        await made.offers(unit, {"sku": "A-1"})
    async with database.unit(other_tenant) as unit:
        assert len(await MarketService(unit).offers_for_pricing()) == 0
        assert (await MarketService(unit).list_competitors()).items == []
