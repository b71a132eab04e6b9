"""Whatever is missing, the result names exactly that."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.catalog.domain import ProductFilter
from shopwright.infra.db import Database
from shopwright.kit.ids import new_tenant_id
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.reading import PricingReader
from shopwright.pricing.repricing import RepricingService
from tests.factories.pricing import decided, outcome, reasons, rivals_at
from tests.factories.proposals import product

MISSING: Final = {
    "price": Reason.PRICE_MISSING,
    "cost": Reason.COST_MISSING,
    "min_price": Reason.MIN_PRICE_MISSING,
    "max_price": Reason.MAX_PRICE_MISSING,
    "tax": Reason.TAX_RATE_MISSING,
}
ABROAD: Final = "cost_currency"
"""The cost is in a currency of which no rate is recorded."""
LEFT_OUT: Final = st.sets(st.sampled_from([*MISSING, ABROAD]), min_size=1)
NAMED: Final = {*MISSING.values(), Reason.EXCHANGE_RATE_MISSING}


@pytest.mark.property_test(47)
@given(LEFT_OUT)
def test_a_decision_names_exactly_what_is_missing(left_out: set[str]) -> None:
    blank: dict[str, str | None] = {name: "USD" if name == ABROAD else None for name in left_out}
    found = decided("19.00", blank, offers=rivals_at("19.00"))
    expected = {MISSING[name] for name in left_out if name in MISSING}
    if ABROAD in left_out:
        expected |= {Reason.EXCHANGE_RATE_MISSING}
    assert outcome(found) is Outcome.NO_PRICE
    assert reasons(found) & NAMED == expected


@pytest.mark.property_test(47)
async def test_a_run_keeps_what_was_missing_of_each_product(database: Database) -> None:
    fields = ("price", "cost", "min_price", "max_price")
    subsets = [{name for place, name in enumerate(fields) if mask >> place & 1} for mask in range(16)]
    for tax_ppm, always in ((190_000, set()), (None, {"tax_rate_missing"})):
        async with database.unit(new_tenant_id()) as unit:
            for number, subset in enumerate(subsets):
                await product(unit, f"P-{number}", **dict.fromkeys(subset))
            await RepricingService(unit, tax_ppm).run(ProductFilter(), "test")
            holds = (await PricingReader(unit).list_holds("no_price", None, None, 100)).items
        named = {hold.sku: {reason for reason in hold.reasons if reason.endswith("_missing")} for hold in holds}
        expected = {f"P-{n}": {f"{name}_missing" for name in subset} | always for n, subset in enumerate(subsets)}
        assert named == {sku: words for sku, words in expected.items() if words}
