"""What proposed prices are expected to bring a week, as people and programs read it. Pure.

How demand answers to price is not estimated here. Until a product has an estimate that may be used, the general
elasticity stands in, and every expectation says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Final
from uuid import UUID

import numpy as np

from shopwright.kit.amounts import Amounts, Flags, Integers, unscaled, usable
from shopwright.kit.money import Currency
from shopwright.pricing.choosing import trusted
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.effect import Elasticity, as_amounts, expected_effect
from shopwright.pricing.responses import Estimates, ResponseColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.outlook import chunks, expected_outlook, prospects
from shopwright.sales.domain import SalesPace

GENERAL_ELASTICITY: Final = (-3.5, -2.0, -0.5)
"""Low, middle and high (95 %) of the elasticity of a product of which nothing is known. Over 1,851 published estimates
the mean is -2.62 (Bijmolt, van Heerde and Pieters 2005), for list prices nearer to -2; products differ by about 0.75."""
PACE_DAYS: Final = 56
"""Over how many days the present pace is seen: eight whole weeks, so that no weekday counts more than another."""
_DIGITS: Final = 3
_WEEK: Final = 7
_SURE: Final = 1.96

Interval = tuple[str | None, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One price, a week: low, middle and high of a 95 % interval. Money in the price's currency, net of tax.

    `gain` is the change of profit against staying; `loss_chance` the probability, 0..1, that it is below zero.
    `elasticity_source` is "general" for GENERAL_ELASTICITY, "estimated" for the product's own. Figures are None where
    they are not known.
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
    catalog: CatalogColumns,
    products: Sequence[UUID],
    price: Amounts,
    pace: SalesPace,
    offers: UsedOffers | None = None,
) -> list[Expectation | None]:
    """Expect what each product brings at `price`; None in a shop that has sold nothing, and for a price that is none.

    With the `offers` that may be used, products whose response is known and not refused are expected by it.
    """
    if pace.until is None:
        return [None] * len(products)
    figures = _general(catalog, products, price, pace)
    estimated = np.flatnonzero(trusted(catalog) & usable(price)) if offers is not None else np.zeros(0, dtype=np.int64)
    if offers is not None and estimated.size:
        _overwrite(figures, estimated, catalog, price, offers)
    currencies = [catalog.rates.currencies[index] for index in catalog.currency.tolist()]
    found: list[Expectation | None] = []
    for row, units in enumerate(figures.units.T.tolist()):
        if not np.isfinite(units).all():
            found.append(None)
            continue
        currency, chance = currencies[row], float(figures.loss_chance[row])
        found.append(
            Expectation(
                units_now=round(float(figures.units_now[row]), _DIGITS),
                units=rounded(units),
                revenue=_interval(figures.revenue[:, row], currency),
                profit=_interval(figures.profit[:, row], currency),
                gain=_interval(figures.gain[:, row], currency),
                loss_chance=round(chance, _DIGITS) if isfinite(chance) else None,
                elasticity=rounded(figures.elasticity[:, row].tolist()),
                elasticity_source="estimated" if figures.estimated[row] else "general",
                days_of_sales=pace.days,
                sales_until=pace.until,
            )
        )
    return found


@dataclass(slots=True)
class _Figures:
    """Columns of what is expected; (3, n) are low, middle and high."""

    units_now: Estimates
    units: Estimates
    revenue: Amounts
    profit: Amounts
    gain: Amounts
    loss_chance: Estimates
    elasticity: Estimates
    estimated: Flags


def _general(catalog: CatalogColumns, products: Sequence[UUID], price: Amounts, pace: SalesPace) -> _Figures:
    """Expect by the present pace and the general elasticity."""
    # More returned than sold is no pace at which anything sells.
    now = np.array([max(pace.weekly_units.get(product, 0.0), 0.0) for product in products], dtype=np.float64)
    low, middle, high = (np.full(len(products), value) for value in GENERAL_ELASTICITY)
    effect = expected_effect(catalog, price, now, Elasticity(low, middle, high))
    return _Figures(
        now, effect.units, effect.revenue, effect.profit, effect.gain, effect.loss_chance,
        np.stack([low, middle, high]), np.zeros(len(products), dtype=np.bool_),
    )  # fmt: skip


def _overwrite(figures: _Figures, rows: Integers, catalog: CatalogColumns, price: Amounts, offers: UsedOffers) -> None:
    """Put in what is expected by the products' own responses, a part of the catalog at a time."""
    for part in chunks(rows.size):
        chosen = rows[part]
        market, rivals = catalog.take(chosen), offers.of_products(chosen)
        outlook = expected_outlook(market, rivals, price[chosen], _WEEK)
        figures.units_now[chosen] = prospects(market, rivals, _WEEK).sold
        figures.units[:, chosen] = outlook.units
        for name in ("revenue", "profit", "gain"):
            getattr(figures, name)[:, chosen] = as_amounts(getattr(outlook, name))
        figures.loss_chance[chosen] = np.where(price[chosen] == market.price, 0.0, 1 - outlook.chance)
        figures.elasticity[:, chosen] = elasticity_ends(market.response)
        figures.estimated[chosen] = True


def elasticity_ends(response: ResponseColumns) -> Estimates:
    """Return low, middle and high (3, n) of the elasticity believed in, with 95 % between the ends."""
    middle, around = response.elasticity, _SURE * response.elasticity_sd
    ends: Estimates = np.stack([middle - around, middle, np.minimum(middle + around, 0.0)])
    return ends


def rounded(values: Sequence[float]) -> tuple[float, float, float]:
    """Round low, middle and high as they are shown."""
    low, middle, high = (round(value, _DIGITS) for value in values)
    return low, middle, high


def _interval(values: Amounts, currency: Currency) -> Interval:
    """Write amounts down to the smallest coin."""
    low, middle, high = (unscaled(value, currency.decimals) for value in values.tolist())
    return _text(low), _text(middle), _text(high)


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)
