"""Which product an offer is, when several listings or identifiers have a say."""

import time
from decimal import Decimal
from typing import Any

import pytest
from tests.factories import market as made
from tests.factories.catalog import add_product, add_products

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.market.domain import MatchState, Offer, OfferFilter
from shopwright.market.service import MarketService

EAN, OTHER_EAN = "4006381333931", "96385074"


async def match(database: Database, tenant: TenantId, offer: dict[str, Any]) -> Offer:
    async with database.unit(tenant) as unit:
        await made.offers(unit, offer)
        [found] = (await MarketService(unit).list_offers(OfferFilter())).items
    return found


@pytest.mark.property_test(10)
@pytest.mark.parametrize(
    "offer", [{"sku": "A-1", "gtin": OTHER_EAN}, {"brand": "Acme", "mpn": "X1", "gtin": OTHER_EAN}]
)
async def test_another_gtin_outweighs_a_lesser_identifier(
    database: Database, tenant: TenantId, offer: dict[str, Any]
) -> None:
    async with database.unit(tenant) as unit:
        await add_product(unit, "A-1", gtin=EAN, brand="Acme", mpn="X-1")
    found = await match(database, tenant, offer)
    assert found.match_state is MatchState.REVIEW
    assert found.match_confidence < Decimal("0.80")
    assert found.match_reason is not None
    assert found.match_reason.endswith("but another GTIN")


async def test_an_equal_gtin_outweighs_the_rest(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        product = await add_product(unit, "A-1", gtin=EAN, brand="Acme", mpn="X-1")
    found = await match(database, tenant, {"gtin": f"0{EAN}", "brand": "ACME GmbH", "mpn": "Y-9"})
    assert (found.match_state, found.product_id, found.match_confidence) == (
        MatchState.AUTOMATIC,
        product.id,
        Decimal(1),
    )


async def test_listings_of_one_item_are_one_product_our_own_shop_first(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await add_product(unit, "A-1", "ebay", gtin=EAN)
        own = await add_product(unit, "A/1", gtin=EAN)
    found = await match(database, tenant, {"gtin": EAN})
    assert (found.match_state, found.product_id) == (MatchState.AUTOMATIC, own.id)


async def test_variants_that_share_a_gtin_wait_for_review(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await add_product(unit, "A-BLUE", gtin=EAN)
        await add_product(unit, "A-RED", gtin=EAN)
    found = await match(database, tenant, {"gtin": EAN})
    assert (found.match_state, found.match_reason) == (MatchState.REVIEW, "identifiers name 2 products")


async def test_an_archived_product_is_not_matched(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await add_product(unit, "A-1", gtin=EAN)
        await unit.connection.execute("update product set status = 'archived' where tenant_id = $1", tenant)
    assert (await match(database, tenant, {"gtin": EAN})).match_state is MatchState.UNMATCHED


@pytest.mark.property_test(82)
async def test_the_neighbours_products_are_not_matched(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    async with database.unit(other_tenant) as unit:
        await add_product(unit, "A-1", gtin=EAN)
    found = await match(database, tenant, {"gtin": EAN, "sku": "A-1"})
    assert (found.match_state, found.product_id) == (MatchState.UNMATCHED, None)


async def test_matching_does_not_compare_every_offer_with_every_product(database: Database, tenant: TenantId) -> None:
    """It did once: 5,000 offers against 5,000 products took two minutes."""
    async with database.unit(tenant) as unit:
        await add_products(unit, 4_000)
        started = time.perf_counter()
        await made.offers(unit, *({"sku": f"SKU-{n}", "price": Decimal(10)} for n in range(1, 4_001)))
        taken = time.perf_counter() - started
        assert len(await MarketService(unit).offers_for_pricing()) == 4_000
    assert taken < 20
