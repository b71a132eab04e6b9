"""Margin and mark-up, two figures that are easily confused, as functions of two names. Pure, vectorised, exact.

Margin is profit over the net price; mark-up is profit over the cost. A mark-up of 25 % is a margin of 20 %.
All are integer millionths (ppm). Costs are net; prices have the basis and the currency that their columns say.
"""

from typing import Final

import numpy as np

from shopwright.kit.amounts import INVALID, SCALE, Amounts, Integers, proportion, usable
from shopwright.kit.errors import Invalid
from shopwright.pricing.columns import CatalogColumns

_WHOLE: Final = SCALE


class InvalidMargin(Invalid):
    """A margin is not below 100 %, or a mark-up is below zero."""

    code = "invalid_margin"


def margin_from_markup(markup_ppm: int) -> int:
    """Return the margin of a mark-up, rounded down: 250_000 is 200_000. Raises InvalidMargin below zero."""
    if markup_ppm < 0:
        raise InvalidMargin("A mark-up is not below zero.", found=markup_ppm)
    return markup_ppm * _WHOLE // (_WHOLE + markup_ppm)


def markup_from_margin(margin_ppm: int) -> int:
    """Return the mark-up of a margin, rounded up: 200_000 is 250_000. Raises InvalidMargin outside of [0, 100 %)."""
    if not 0 <= margin_ppm < _WHOLE:
        raise InvalidMargin("A margin is at least zero and below 100 %.", found=margin_ppm)
    return -(-margin_ppm * _WHOLE // (_WHOLE - margin_ppm))


def price_at_margin(catalog: CatalogColumns, margin_ppm: Integers | int) -> Amounts:
    """Return the lowest price (to a millionth) with at least this margin: cost x rate x (1 + tax) / (1 - margin).

    INVALID where the cost, the tax rate or the exchange rate is not usable, or the margin is not below 100 %.
    """
    rate, per = catalog.cost_rate
    rest = np.maximum(_WHOLE - np.asarray(margin_ppm, dtype=np.int64), 0)
    return _known_tax(catalog, proportion(catalog.cost, [rate, catalog.tax_factor], [per, rest], up=True))


def price_at_markup(catalog: CatalogColumns, markup_ppm: Integers | int) -> Amounts:
    """Return the lowest price (to a millionth) with at least this mark-up: cost x rate x (1 + tax) x (1 + mark-up).

    INVALID where the cost, the tax rate or the exchange rate is not usable.
    """
    rate, per = catalog.cost_rate
    whole = _WHOLE + np.asarray(markup_ppm, dtype=np.int64)
    return _known_tax(
        catalog, proportion(catalog.cost, [rate, catalog.tax_factor, whole], [per, _WHOLE, _WHOLE], up=True)
    )


def margin_of(catalog: CatalogColumns, price: Amounts) -> Integers:
    """Return (net price - cost) / net price in ppm, rounded down, below zero at a loss; INVALID if not computable.

    A loss of more than 10^12 times the price is INVALID too.
    """
    rate, per = catalog.cost_rate
    share = proportion(catalog.cost, [rate, catalog.tax_factor], [per, np.where(usable(price), price, 0)], up=True)
    return np.where(usable(_known_tax(catalog, share)), _WHOLE - share, INVALID)


def markup_of(catalog: CatalogColumns, price: Amounts) -> Integers:
    """Return (net price - cost) / cost in ppm, rounded down, below zero at a loss; INVALID if not computable."""
    rate, per = catalog.cost_rate
    over = [rate, catalog.tax_factor, np.where(usable(catalog.cost), catalog.cost, 0)]
    ratio = proportion(price, [per, _WHOLE, _WHOLE], over, up=False)
    return np.where(ratio >= 0, ratio - _WHOLE, INVALID)


def net_price(catalog: CatalogColumns, price: Amounts) -> Amounts:
    """Return the price without tax, rounded down to a millionth; INVALID where price or tax rate is not usable."""
    return proportion(price, [_WHOLE], [catalog.tax_factor], up=False)


def _known_tax(catalog: CatalogColumns, values: Amounts) -> Amounts:
    """Set INVALID where the tax factor is not known: as a numerator its zero would make a price of nothing."""
    return np.where(catalog.tax_factor > 0, values, INVALID)
