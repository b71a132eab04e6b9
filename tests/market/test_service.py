from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import pytest
from tests.factories import market as made
from tests.factories.catalog import product_of
from tests.factories.journal import events_of

from shopwright.catalog.domain import ProductNotFound
from shopwright.infra.db import Database
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.amounts import MISSING
from shopwright.kit.ids import TenantId
from shopwright.market.domain import (
    Competitor,
    CompetitorChanged,
    CompetitorNotFound,
    CompetitorStatus,
    MatchDecided,
    MatchImpossible,
    MatchState,
    Offer,
    OfferFilter,
    OfferNotFound,
)
from shopwright.market.service import MarketService

NOBODY = UUID(int=1)


@pytest.fixture
async def market(database: Database, tenant: TenantId) -> AsyncIterator[MarketService]:
    """The market of a shop with one product and the offers of two competitors, in one open unit of work."""
    await product_of(database, tenant, "A-1")
    async with database.unit(tenant) as unit:
        await made.offers(
            unit,
            {"competitor": "Bolt", "sku": "A-1", "availability": "out_of_stock"},
            {"competitor": "Crow", "title": "Some mug", "shipping": None},
        )
        yield MarketService(unit)


async def competitor(market: MarketService, name: str = "Bolt") -> Competitor:
    return next(one for one in (await market.list_competitors()).items if one.name == name)


async def offer(market: MarketService, name: str = "Bolt") -> Offer:
    wanted = OfferFilter(competitor_id=(await competitor(market, name)).id)
    [found] = (await market.list_offers(wanted)).items
    return found


async def test_a_competitor_is_ignored_and_known_to_be_ourselves(
    market: MarketService, database: Database, tenant: TenantId
) -> None:
    before = await competitor(market)
    after = await market.change_competitor(
        before.id, is_own=True, status=CompetitorStatus.IGNORED, version=before.version
    )
    assert await competitor(market) == after
    assert (after.is_own, after.status, after.version) == (True, CompetitorStatus.IGNORED, 2)
    columns = await market.offers_for_pricing()
    assert (columns.is_own.tolist(), columns.is_ignored.tolist()) == ([True], [True])
    assert not [event for event in await events_of(database, tenant) if isinstance(event, CompetitorChanged)]


async def test_a_competitor_that_changed_since_is_left_alone(market: MarketService) -> None:
    before = await competitor(market)
    with pytest.raises(ChangedSinceRead):
        await market.change_competitor(before.id, is_own=True, status=before.status, version=9)
    assert await competitor(market) == before


async def test_what_is_not_there_is_not_found(market: MarketService) -> None:
    with pytest.raises(CompetitorNotFound):
        await market.change_competitor(NOBODY, is_own=True, status=CompetitorStatus.ACTIVE)
    for attempt in (market.confirm_match(NOBODY, None), market.reject_match(NOBODY), market.offer_history(NOBODY)):
        with pytest.raises(OfferNotFound):
            await attempt


async def test_offers_are_filtered_and_paged(market: MarketService) -> None:
    bolt, crow = await offer(market), await offer(market, "Crow")
    found = [
        [one.competitor for one in (await market.list_offers(wanted)).items]
        for wanted in (
            OfferFilter(product_id=bolt.product_id),
            OfferFilter(availability="out_of_stock"),
            OfferFilter(states=(MatchState.UNMATCHED,)),
        )
    ]
    assert found == [["Bolt"], ["Bolt"], ["Crow"]]
    first = await market.list_offers(OfferFilter(), limit=1)
    rest = await market.list_offers(OfferFilter(), cursor=first.next_cursor, limit=1)
    assert {one.id for one in (*first.items, *rest.items)} == {bolt.id, crow.id}
    assert rest.next_cursor is None


async def test_unknown_shipping_is_not_free_shipping(market: MarketService) -> None:
    crow = await offer(market, "Crow")
    assert (crow.shipping, crow.delivered) == (None, None)
    bolt = await offer(market)
    await market.confirm_match(crow.id, bolt.product_id)
    columns = await market.offers_for_pricing()
    assert dict(zip([columns.competitors[n] for n in columns.competitor], columns.shipping, strict=True)) == {
        "Bolt": 0,
        "Crow": MISSING,
    }


async def test_a_person_names_the_product_of_an_offer(
    market: MarketService, database: Database, tenant: TenantId
) -> None:
    crow, product = await offer(market, "Crow"), (await offer(market)).product_id
    with pytest.raises(MatchImpossible):
        await market.confirm_match(crow.id, None)
    with pytest.raises(ProductNotFound):
        await market.confirm_match(crow.id, NOBODY)
    assert await offer(market, "Crow") == crow
    confirmed = await market.confirm_match(crow.id, product)
    assert await offer(market, "Crow") == confirmed
    assert (confirmed.match_state, confirmed.product_id, confirmed.match_confidence) == (
        MatchState.CONFIRMED,
        product,
        Decimal(1),
    )
    assert not [event for event in await events_of(database, tenant) if isinstance(event, MatchDecided)]


async def test_decisions_are_in_the_journal_with_what_was_before(database: Database, tenant: TenantId) -> None:
    product = await product_of(database, tenant, "A-1")
    async with database.unit(tenant) as unit:
        await made.offers(unit, {"competitor": "Bolt", "sku": "A-1"})
    async with database.unit(tenant) as unit:
        market = MarketService(unit)
        await market.reject_match((await offer(market)).id)
    [decided] = [event for event in await events_of(database, tenant) if isinstance(event, MatchDecided)]
    assert decided.before == {"match_state": "automatic", "product_id": str(product.id)}
    assert decided.after == {"match_state": "rejected", "product_id": None}


@pytest.mark.property_test(82)
async def test_the_neighbour_reaches_nothing(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    product = await product_of(database, tenant, "A-1")
    theirs = await product_of(database, other_tenant, "A-1")
    async with database.unit(tenant) as unit:
        await made.offers(unit, {"competitor": "Bolt", "sku": "A-1"})
    async with database.unit(tenant) as unit:
        mine = await offer(MarketService(unit))
        with pytest.raises(ProductNotFound):
            await MarketService(unit).confirm_match(mine.id, theirs.id)
    async with database.unit(other_tenant) as unit:
        market = MarketService(unit)
        assert list((await market.list_offers(OfferFilter(product_id=product.id))).items) == []
        assert list((await market.list_competitors()).items) == []
        for attempt in (market.confirm_match(mine.id, theirs.id), market.reject_match(mine.id)):
            with pytest.raises(OfferNotFound):
                await attempt
        with pytest.raises(CompetitorNotFound):
            await market.change_competitor(mine.competitor_id, is_own=True, status=CompetitorStatus.ACTIVE)
        assert unit.events == ()
    async with database.unit(tenant) as unit:
        assert await offer(MarketService(unit)) == mine
