"""Money does not mix currencies or tax bases, and is never made from a float or from nonsense."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shopwright.kit.money import Currency, CurrencyMismatch, ExchangeRate, InvalidAmount, Money, TaxBasis

TEN = Money.of("10", "EUR")


@pytest.mark.parametrize("other", [Money.of("1", "USD"), Money.of("1", "EUR", TaxBasis.NET)])
def test_what_does_not_mix_is_refused(other: Money) -> None:
    for mix in (lambda: TEN + other, lambda: TEN - other, lambda: other > TEN):
        with pytest.raises(CurrencyMismatch):
            mix()


@pytest.mark.parametrize("amount", [1.5, "ten", "NaN", "Infinity", "1e12", None])
def test_what_is_no_amount_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidAmount):
        Money.of(amount, "EUR")


@pytest.mark.parametrize("rate", ["0", "-1", "NaN"])
def test_a_rate_is_above_zero(rate: str) -> None:
    with pytest.raises(InvalidAmount):
        ExchangeRate(Currency("EUR"), Currency("USD"), Decimal(rate), date(2026, 3, 2), "test")
