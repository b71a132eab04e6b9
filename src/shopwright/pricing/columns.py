"""What pricing knows about products, in columns: prices, costs, bounds, tax, rates, stock. Pure.

One row is one product. A service fills the columns from the database; strategies and guardrails read them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Final, Self

import numpy as np

from shopwright.kit.amounts import MISSING, SCALE, Amounts, Flags, Integers, InvalidColumns
from shopwright.kit.money import Currency, ExchangeRate
from shopwright.pricing.responses import ResponseColumns

_LARGEST_FACTOR: Final = 2**62
_TABLES: Final = frozenset({"rates", "response"})
"""Fields that are no column."""


def column(values: Integers | None, size: int, default: int) -> Integers:
    """Return the values as int64, or `default` in every row where there are none."""
    return np.full(size, default, dtype=np.int64) if values is None else np.asarray(values, dtype=np.int64)


def check_columns(size: int, columns: Mapping[str, Integers | Flags]) -> None:
    """Raise InvalidColumns unless every column has `size` rows."""
    wrong = sorted(name for name, values in columns.items() if values.shape != (size,))
    if wrong:
        raise InvalidColumns(f"These columns do not have {size} rows: {', '.join(wrong)}.", columns=wrong)


def check_indices(name: str, indices: Integers, size: int) -> None:
    """Raise InvalidColumns unless every index points into a table of `size` rows."""
    if indices.size and not (int(indices.min()) >= 0 and int(indices.max()) < size):
        raise InvalidColumns(f"{name} points outside of its table of {size}.", column=name)


@dataclass(frozen=True, slots=True)
class RateTable:
    """Recorded exchange rates between the currencies of a catalog, as exact fractions; 0 where there is none."""

    currencies: tuple[Currency, ...]
    numerator: Integers
    denominator: Integers

    @classmethod
    def of(cls, currencies: Sequence[Currency], rates: Iterable[ExchangeRate] = ()) -> Self:
        """Build from recorded rates. The newest of a pair counts; a rate of the other direction is inverted."""
        size, place = len(currencies), {currency: index for index, currency in enumerate(currencies)}
        numerator, denominator = np.eye(size, dtype=np.int64), np.eye(size, dtype=np.int64)
        for rate in sorted(rates, key=lambda recorded: recorded.on):
            if rate.base not in place or rate.quote not in place or rate.base == rate.quote:
                continue
            exact = Fraction(rate.rate)
            if max(exact.numerator, exact.denominator) < _LARGEST_FACTOR:
                base, quote = place[rate.base], place[rate.quote]
                numerator[base, quote], denominator[base, quote] = exact.numerator, exact.denominator
                numerator[quote, base], denominator[quote, base] = exact.denominator, exact.numerator
        return cls(tuple(currencies), numerator, denominator)

    def between(self, source: Integers, target: Integers) -> tuple[Integers, Integers]:
        """Return numerators and denominators that turn amounts of `source` into amounts of `target` currency."""
        return self.numerator[source, target], self.denominator[source, target]


@dataclass(frozen=True, slots=True)
class CatalogColumns:
    """Products, one a row. Amounts in the product's currency and price basis, except the cost: net, own currency.

    `currency` and `cost_currency` are indices into `rates.currencies`. `gross` tells whether tax is in the prices (own
    price, bounds, MAP, rivals after normalisation). `tax_ppm` is the rate, MISSING when unknown (it is not needed for
    net prices). `price_day_ago` and `price_week_ago` are the prices that were in force then; MISSING falls back to the
    present price. `shipping` is what our buyers pay on top; `stock_age_days` and `cover_days` are MISSING if unknown.
    `response` is how demand answers to the price, as far as somebody has estimated it; `response_refusals` has the bits of
    `Refusal` for estimates that may not choose a price.
    """

    rates: RateTable
    currency: Integers
    gross: Flags
    tax_ppm: Integers
    price: Amounts
    price_day_ago: Amounts
    price_week_ago: Amounts
    cost: Amounts
    cost_currency: Integers
    min_price: Amounts
    max_price: Amounts
    map_price: Amounts
    shipping: Amounts
    pack_quantity: Integers
    stock_age_days: Integers
    cover_days: Integers
    response_refusals: Integers
    response: ResponseColumns

    @classmethod
    def of(
        cls,
        rates: RateTable,
        *,
        currency: Integers,
        gross: Flags,
        price: Amounts,
        cost: Amounts,
        min_price: Amounts,
        max_price: Amounts,
        tax_ppm: Integers | None = None,
        price_day_ago: Amounts | None = None,
        price_week_ago: Amounts | None = None,
        cost_currency: Integers | None = None,
        map_price: Amounts | None = None,
        shipping: Amounts | None = None,
        pack_quantity: Integers | None = None,
        stock_age_days: Integers | None = None,
        cover_days: Integers | None = None,
        response_refusals: Integers | None = None,
        response: ResponseColumns | None = None,
    ) -> Self:
        """Build from the columns that there are; the others are blank (shipping free, packs of one).

        Costs are in the currency of the price where nothing else is said. Raises InvalidColumns where lengths differ or
        a currency is not in the table.
        """
        size = len(currency)
        return cls(
            rates=rates,
            currency=column(currency, size, 0),
            gross=np.asarray(gross, dtype=np.bool_),
            tax_ppm=column(tax_ppm, size, MISSING),
            price=column(price, size, MISSING),
            price_day_ago=column(price_day_ago, size, MISSING),
            price_week_ago=column(price_week_ago, size, MISSING),
            cost=column(cost, size, MISSING),
            cost_currency=column(currency if cost_currency is None else cost_currency, size, 0),
            min_price=column(min_price, size, MISSING),
            max_price=column(max_price, size, MISSING),
            map_price=column(map_price, size, MISSING),
            shipping=column(shipping, size, 0),
            pack_quantity=column(pack_quantity, size, 1),
            stock_age_days=column(stock_age_days, size, MISSING),
            cover_days=column(cover_days, size, MISSING),
            response_refusals=column(response_refusals, size, 0),
            response=ResponseColumns.unknown(size) if response is None else response,
        )

    def __post_init__(self) -> None:
        columns = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in _TABLES}
        check_columns(len(self.currency), columns)
        if len(self.response) != len(self.currency):
            raise InvalidColumns("The response does not have a row for each product.", column="response")
        check_indices("currency", self.currency, len(self.rates.currencies))
        check_indices("cost_currency", self.cost_currency, len(self.rates.currencies))

    def __len__(self) -> int:
        return len(self.currency)

    @property
    def unit(self) -> Integers:
        """The smallest step of each product's currency in millionths: 10_000 for EUR, 1_000_000 for JPY."""
        steps = [int(currency.minor_unit * SCALE) for currency in self.rates.currencies]
        return np.array(steps, dtype=np.int64)[self.currency]

    @property
    def tax_factor(self) -> Integers:
        """What turns a net amount into the basis of the prices, in millionths; 0 where the rate is not usable."""
        known = (self.tax_ppm >= 0) & (self.tax_ppm <= SCALE)
        with_tax = np.where(known, SCALE + np.where(known, self.tax_ppm, 0), 0)
        return np.where(self.gross, with_tax, SCALE)

    @property
    def cost_rate(self) -> tuple[Integers, Integers]:
        """Numerators and denominators that turn a cost into the currency of the price."""
        return self.rates.between(self.cost_currency, self.currency)

    def take(self, rows: Integers) -> Self:
        """Return these rows, in this order; a row may be taken several times."""
        chosen = {field.name: getattr(self, field.name)[rows] for field in fields(self) if field.name not in _TABLES}
        return replace(self, response=self.response.take(rows), **chosen)
