"""What proposed prices are expected to bring a week, as people and programs read it. Pure.

How demand answers to price is not estimated here. Until a product has an estimate of its own, the general elasticity
stands in, and every expectation says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import numpy as np

from shopwright.kit.amounts import Amounts, unscaled
from shopwright.kit.money import Currency
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.effect import Elasticity, expected_effect
from shopwright.sales.domain import SalesPace

GENERAL_ELASTICITY: Final = (-3.5, -2.0, -0.5)
"""Low, middle and high (95 %) of the elasticity of a product of which nothing is known. Over 1,851 published estimates
the mean is -2.62 (Bijmolt, van Heerde and Pieters 2005), for list prices nearer to -2; products differ by about 0.75."""
PACE_DAYS: Final = 56
"""Over how many days the present pace is seen: eight whole weeks, so that no weekday counts more than another."""
_DIGITS: Final = 3

Interval = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One price, a week: low, middle and high of a 95 % interval. Money in the price's currency, net of tax.

    `gain` is the change of profit against staying; `loss_chance` the probability, 0..1, that it is below zero.
    `elasticity_source` is "general" for GENERAL_ELASTICITY. Figures are None where they are not known.
    """

    units_now: float
    units: tuple[float, float, float]
    revenue: Interval
    profit: Interval
    gain: Interval
    loss_chance: float | None
    elasticity: tuple[float, float, float]
    elasticity_source: str
    days_of_sales: int
    sales_until: date


def expectations(
    catalog: CatalogColumns, products: Sequence[UUID], price: Amounts, pace: SalesPace
) -> list[Expectation | None]:
    """Expect what each product brings at `price`; None in a shop that has sold nothing, and for a price that is none."""
    if pace.until is None:
        return [None] * len(products)
    # More returned than sold is no pace at which anything sells.
    units_now = np.array([max(pace.weekly_units.get(product, 0.0), 0.0) for product in products], dtype=np.float64)
    low, middle, high = (np.full(len(products), value) for value in GENERAL_ELASTICITY)
    effect = expected_effect(catalog, price, units_now, Elasticity(low, middle, high))
    currencies = [catalog.rates.currencies[index] for index in catalog.currency.tolist()]
    chances = effect.loss_chance.tolist()
    return [
        Expectation(
            units_now=round(now, _DIGITS),
            units=(round(units[0], _DIGITS), round(units[1], _DIGITS), round(units[2], _DIGITS)),
            revenue=_interval(effect.revenue[:, row], currencies[row]),
            profit=_interval(effect.profit[:, row], currencies[row]),
            gain=_interval(effect.gain[:, row], currencies[row]),
            loss_chance=round(chances[row], _DIGITS) if np.isfinite(chances[row]) else None,
            elasticity=GENERAL_ELASTICITY,
            elasticity_source="general",
            days_of_sales=pace.days,
            sales_until=pace.until,
        )
        if np.isfinite(units).all()
        else None
        for row, (now, units) in enumerate(zip(units_now.tolist(), effect.units.T.tolist(), strict=True))
    ]


def _interval(values: Amounts, currency: Currency) -> Interval:
    """Write amounts down to the smallest coin."""
    low, middle, high = (unscaled(value, currency.decimals) for value in values.tolist())
    return _text(low), _text(middle), _text(high)


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)
