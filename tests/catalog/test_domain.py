from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.factories.catalog import fields

from shopwright.catalog.domain import InvalidProduct, Product, ProductStatus, plain, trimmed
from shopwright.catalog.rules import is_gtin
from shopwright.kit.money import TaxBasis, UnknownCurrency

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def product(**changes: Any) -> Product:
    return Product.new(UUID(int=1), NOW, "own", fields(**changes))


def broken(**changes: Any) -> set[str]:
    with pytest.raises(InvalidProduct) as caught:
        product(**changes)
    rules: Any = caught.value.details["fields"]
    return {rule["field"] for rule in rules}


def test_a_product_knows_its_normalised_sku() -> None:
    made = product(sku=" mug-350/blue ")
    assert (made.sku, made.normalised_sku, made.version) == ("mug-350/blue", "MUG350BLUE", 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("price", Decimal(0)),
        ("price", Decimal(-1)),
        ("price", Decimal("NaN")),
        ("price", Decimal("Infinity")),
        ("price", Decimal("9.9900001")),
        ("price", Decimal(10) ** 12),
        ("price", Decimal("5.99")),
        ("price", Decimal("20.01")),
        ("cost", Decimal("-0.01")),
        ("map_price", Decimal(0)),
        ("min_price", Decimal(0)),
        ("sku", "---"),
        ("sku", "A\tB"),
        ("name", "  "),
        ("gtin", "4006381333930"),
        ("gtin", "no digits"),
    ],
)
def test_a_product_that_breaks_a_rule_is_refused_and_names_the_field(field: str, value: object) -> None:
    assert field in broken(**{field: value})


def test_bounds_that_are_swapped_are_refused() -> None:
    assert broken(min_price=Decimal(30)) == {"max_price", "price"}


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(UnknownCurrency):
        product(currency="EUX")


def test_blanks_are_blanks_and_a_cost_of_zero_is_a_fact() -> None:
    made = product(price=None, cost=Decimal(0), min_price=None, max_price=None)
    assert (made.price, made.cost) == (None, Decimal(0))


def test_a_change_touches_only_what_it_gives() -> None:
    before = product()
    after = before.changed({"name": "Cup", "cost": None}, LATER)
    assert (after.name, after.cost, after.price, after.version, after.updated_at) == (
        "Cup",
        None,
        Decimal(10),
        2,
        LATER,
    )
    assert before.differences(after) == ({"name": "Product MUG-1", "cost": 5}, {"name": "Cup", "cost": None})


def test_a_change_that_says_nothing_new_is_none() -> None:
    before = product()
    assert before.changed({"name": before.name, "price": Decimal("10.00")}, LATER) is before


def test_a_price_outside_of_new_bounds_stays_until_it_is_set_anew() -> None:
    tight = product().changed({"max_price": Decimal(8)}, LATER)
    assert tight.price == 10
    with pytest.raises(InvalidProduct, match="price"):
        tight.changed({"price": Decimal(9)}, LATER)


def test_archiving_twice_is_archiving_once() -> None:
    archived = product().with_status(ProductStatus.ARCHIVED, LATER)
    assert archived.version == 2
    assert archived.with_status(ProductStatus.ARCHIVED, LATER) is archived


def test_a_price_differs_by_currency_and_basis_too() -> None:
    before = product()
    assert before.price_differs(before.changed({"tax_basis": TaxBasis.NET}, LATER))
    assert before.price_differs(before.changed({"currency": "CHF"}, LATER))
    assert not before.price_differs(before.changed({"cost": Decimal(1)}, LATER))


@pytest.mark.parametrize("text", ["4006381333931", "96385074", "0-012345-678905", "00012345600012", "036000291452"])
def test_gtins_with_a_right_check_digit_are_known(text: str) -> None:
    assert is_gtin(text)


@pytest.mark.parametrize("text", ["", "4006381333932", "123456789", "400638133393a", "٤٠٠٦٣٨١٣٣٣٩٣١"])
def test_other_texts_are_no_gtins(text: str) -> None:
    assert not is_gtin(text)


@pytest.mark.parametrize(
    ("stored", "currency", "shown"),
    [
        ("19.990000", "EUR", "19.99"),
        ("20.000000", "EUR", "20.00"),
        ("0.000100", "EUR", "0.0001"),
        ("1500.000000", "JPY", "1500"),
        ("1.500000", "KWD", "1.500"),
    ],
)
def test_amounts_are_shown_with_the_decimals_of_their_currency(stored: str, currency: str, shown: str) -> None:
    assert str(trimmed(Decimal(stored), currency)) == shown


def test_numbers_are_shown_plainly() -> None:
    assert [str(plain(Decimal(text))) for text in ("3.500", "20.000", "0.000")] == ["3.5", "20", "0"]
