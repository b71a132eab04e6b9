"""Laws of products: what is stored comes back, and SKUs compare the same wherever they were written."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.catalog.domain import InvalidProduct, Product, ProductChange, trimmed
from shopwright.catalog.normalisation import normalise_sku
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database
from shopwright.kit.ids import new_tenant_id
from shopwright.kit.money import TaxBasis

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEPARATORS = st.sampled_from(["", " ", "-", "_", "/", ".", "\u00a0", "\u2013"])
ALPHANUMERIC = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=20)
LINES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40).filter(lambda t: t.strip())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINES, inner, max_size=3),
    max_leaves=6,
)
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD", "CHF"])
AMOUNTS = st.decimals(Decimal("0.000001"), Decimal(999999999999), places=6)


@st.composite
def contents(draw: st.DrawFn) -> ProductChange:
    """Any fields that a product may have."""
    low, price, high = sorted(draw(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS)))
    return {
        "sku": draw(ALPHANUMERIC) + draw(SEPARATORS).strip(),
        "name": draw(LINES).strip(),
        "currency": draw(CURRENCIES),
        "tax_basis": draw(st.sampled_from(TaxBasis)),
        "brand": draw(st.none() | LINES),
        "category": draw(st.none() | LINES),
        "mpn": draw(st.none() | LINES),
        "price": draw(st.sampled_from([None, price])),
        "min_price": draw(st.sampled_from([None, low])),
        "max_price": draw(st.sampled_from([None, high])),
        "cost": draw(st.none() | st.just(Decimal(0)) | AMOUNTS),
        "inventory_level": draw(st.none() | st.decimals(-1000, 10**9, places=3)),
        "attributes": draw(st.dictionaries(LINES, JSON, max_size=4)),
    }


@pytest.mark.property_test(9)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_fields=contents())
async def test_a_valid_product_survives_the_round_trip_through_storage(
    database: Database, given_fields: ProductChange
) -> None:
    tenant = new_tenant_id()
    async with database.unit(tenant) as unit:
        made = await CatalogService(unit).create(given_fields, "own")
    async with database.unit(tenant) as unit:
        read = await CatalogService(unit).get_product(made.id)
    assert read == made
    assert {name: getattr(read, name) for name in given_fields} == given_fields


@pytest.mark.property_test(54)
@given(first=contents(), second=contents())
def test_what_a_change_says_it_changed_is_what_it_changed(first: ProductChange, second: ProductChange) -> None:
    before = Product.new(UUID(int=1), NOW, "own", first)
    try:
        after = before.changed(second, NOW)
    except InvalidProduct:
        return
    old, new = before.differences(after)
    assert old.keys() == new.keys()
    assert all(getattr(before, name) == old[name] and getattr(after, name) == new[name] for name in old)
    untouched = before.content().keys() - old.keys() - {"version", "updated_at", "normalised_sku"}
    assert all(getattr(before, name) == getattr(after, name) for name in untouched)
    assert (after.version == before.version) == (not old)


@pytest.mark.property_test(4)
@given(sku=st.text(max_size=40))
def test_normalising_twice_is_normalising_once(sku: str) -> None:
    once = normalise_sku(sku)
    assert normalise_sku(once) == once


@pytest.mark.property_test(4)
@given(parts=st.lists(ALPHANUMERIC, min_size=1, max_size=4), seed=st.lists(SEPARATORS, min_size=4, max_size=4))
def test_marketplaces_may_write_a_sku_as_they_like(parts: list[str], seed: list[str]) -> None:
    written = "".join(part + separator for part, separator in zip(parts, seed, strict=False))
    plain = "".join(parts)
    assert normalise_sku(written) == normalise_sku(written.lower()) == plain


@pytest.mark.property_test(4)
@given(sku=st.text(max_size=40))
def test_only_letters_and_digits_stay_and_never_none_of_them(sku: str) -> None:
    result = normalise_sku(sku)
    assert result == "" or result.isalnum()
    assert result == result.upper()
    if any(character.isascii() and character.isalnum() for character in sku):
        assert result


@given(amount=AMOUNTS, currency=CURRENCIES)
def test_trimming_never_changes_a_value(amount: Decimal, currency: str) -> None:
    assert trimmed(amount, currency) == amount
