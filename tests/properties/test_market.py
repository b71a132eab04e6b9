"""Laws of the market: moves are told exactly, promotions say how deep they are, doubt never passes for certainty."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.infra.db import Database
from shopwright.kit.ids import new_tenant_id
from shopwright.kit.time import FixedClock
from shopwright.market.domain import USABLE_CONFIDENCE, MatchState, Offer, OfferFilter, RivalPriceMoved
from shopwright.market.service import MarketService
from tests.factories import market as made
from tests.factories.catalog import add_product

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PRICES = st.decimals(Decimal("0.01"), Decimal(9999), places=2)
NEAR = st.tuples(PRICES, st.integers(-600, 600)).map(
    lambda pair: (pair[0], max(Decimal("0.01"), (pair[0] * (10_000 + pair[1]) / 10_000).quantize(Decimal("0.01"))))
)
WITH_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.property_test(12)
@WITH_DATABASE
@given(moves=st.lists(NEAR | st.tuples(PRICES, PRICES), min_size=1, max_size=8))
async def test_exactly_the_moves_of_more_than_five_percent_are_told(
    database: Database, moves: list[tuple[Decimal, Decimal]]
) -> None:
    clock = FixedClock(NOW)
    own = database.at(clock)
    async with own.unit(new_tenant_id()) as unit:
        await made.offers(unit, *({"title": f"T{n}", "price": old} for n, (old, _) in enumerate(moves)))
        clock.advance(timedelta(hours=1))
        await made.offers(unit, *({"title": f"T{n}", "price": new} for n, (_, new) in enumerate(moves)))
        told = [event for event in unit.events if isinstance(event, RivalPriceMoved)]
    found = sorted((Decimal(event.before["price"]), Decimal(event.after["price"])) for event in told)
    assert found == sorted((old, new) for old, new in moves if abs(new - old) > old / 20)
    for event in told:
        old, new = Decimal(event.before["price"]), Decimal(event.after["price"])
        assert abs(Decimal(event.percent) - (new - old) * 100 / old) <= Decimal("0.005")


def offer(price: Decimal, regular_price: Decimal | None, *, promotion: bool) -> Offer:
    return Offer(
        id=UUID(int=1), competitor_id=UUID(int=2), competitor="Bolt", product_id=None, title=None, gtin=None, mpn=None,
        brand=None, price=price, shipping=None, currency="EUR", tax_basis="gross", availability="in_stock",
        condition="new", pack_quantity=1, promotion=promotion, regular_price=regular_price, promoted_since=NOW,
        promoted_until=NOW, url=None, source="test", seen_at=NOW, match_state=MatchState.UNMATCHED,
        match_confidence=Decimal(0), match_reason=None, version=1,
    )  # fmt: skip


@pytest.mark.property_test(13)
@given(price=PRICES, regular=PRICES, promotion=st.booleans())
def test_the_discount_of_a_promotion_leads_from_the_regular_price_to_the_price(
    price: Decimal, regular: Decimal, promotion: bool
) -> None:
    percent = offer(price, regular, promotion=promotion).discount_percent
    assert (percent is None) == (not promotion or regular <= price)
    if percent is not None:
        assert 0 < percent < 100
        assert abs(regular * (100 - percent) / 100 - price) < Decimal("1e-15")


@pytest.mark.property_test(13)
@WITH_DATABASE
@given(seen=st.lists(st.booleans(), min_size=1, max_size=6))
async def test_a_promotion_lasts_from_its_first_sighting_to_its_last(database: Database, seen: list[bool]) -> None:
    clock = FixedClock(NOW)
    own = database.at(clock)
    async with own.unit(new_tenant_id()) as unit:
        for promoted in seen:
            await made.offers(unit, {"title": "T", "promotion": promoted, "regular_price": Decimal(20)})
            clock.advance(timedelta(hours=1))
        [found] = (await MarketService(unit).list_offers(OfferFilter())).items
    running = len(seen) - next((n for n, promoted in enumerate(reversed(seen)) if not promoted), len(seen))
    expected = (NOW + timedelta(hours=running), NOW + timedelta(hours=len(seen) - 1)) if seen[-1] else (None, None)
    assert (found.promoted_since, found.promoted_until) == expected


IDENTIFIERS = st.fixed_dictionaries(
    {
        "sku": st.sampled_from([None, "A", "B", "X"]),
        "gtin": st.sampled_from([None, "4006381333931", "96385074", "036000291452"]),
        "mpn": st.sampled_from([None, "M-1", "M-2", "M-9"]),
        "brand": st.sampled_from([None, "Acme"]),
        "title": st.just("T"),
    }
)


@pytest.mark.property_test(10)
@WITH_DATABASE
@given(seen=IDENTIFIERS)
async def test_a_match_that_is_not_sure_waits_for_review(database: Database, seen: dict[str, Any]) -> None:
    async with database.unit(new_tenant_id()) as unit:
        first = await add_product(unit, "A", gtin="4006381333931", brand="Acme", mpn="M-1")
        second = await add_product(unit, "B", gtin="96385074", brand="Acme", mpn="M-2")
        await made.offers(unit, {**seen, "item_key": "T"})
        [found] = (await MarketService(unit).list_offers(OfferFilter())).items
    named = {
        product.id
        for product in (first, second)
        if seen["sku"] == product.sku
        or seen["gtin"] == product.gtin
        or (seen["brand"] is not None and seen["mpn"] == product.mpn)
    }
    if not named:
        assert (found.match_state, found.product_id) == (MatchState.UNMATCHED, None)
    elif len(named) > 1 or seen["gtin"] == "036000291452":
        assert found.match_state is MatchState.REVIEW
    else:
        assert (found.match_state, {found.product_id}) == (MatchState.AUTOMATIC, named)
    assert (found.match_confidence >= USABLE_CONFIDENCE) == (found.match_state is MatchState.AUTOMATIC)
