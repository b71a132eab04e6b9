"""Guardrail cases, drawn by the million: mostly feasible, with every fault that a feed has."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shopwright.demand.elasticity.refusals import Refusal
from shopwright.kit.amounts import INVALID, MISSING, SCALE
from shopwright.kit.money import Currency
from shopwright.pricing.columns import CatalogColumns, RateTable
from shopwright.pricing.endings import PriceEnding
from shopwright.pricing.responses import Form, ResponseColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails, MarketReference
from shopwright.pricing.strategies.interface import Candidates

Column = NDArray[np.int64]

CURRENCIES: Final = tuple(Currency(code) for code in ("EUR", "JPY", "KWD", "USD"))
UNITS: Final = (10_000, 1_000_000, 1_000, 10_000)
RATES: Final = {
    (0, 0): (1, 1),
    (1, 1): (1, 1),
    (2, 2): (1, 1),
    (3, 3): (1, 1),
    (3, 0): (921_374, 10**6),
    (0, 3): (10**6, 921_374),
    (1, 0): (61, 10**4),
    (2, 0): (29_876_543_211, 10**10),
}
"""Exchange rates from a currency to another; pairs that are not named have none."""
POLICIES: Final = (
    Guardrails(max_daily_change_ppm=None, max_weekly_change_ppm=None, market_ceiling_ppm=100_000),
    Guardrails(
        min_margin_ppm=150_000,
        max_daily_change_ppm=80_000,
        max_weekly_change_ppm=200_000,
        endings={
            "EUR": PriceEnding.charm(Decimal("0.99"), Decimal("0.95")),
            "JPY": PriceEnding.charm(Decimal(80), Decimal(98), modulus=Decimal(100)),
        },
    ),
    Guardrails(
        min_margin_ppm=333_333,
        min_markup_ppm=777_777,
        max_daily_change_ppm=None,
        max_weekly_change_ppm=300_000,
        market_ceiling_ppm=50_000,
        market_reference=MarketReference.LOWEST,
        endings={"EUR": PriceEnding.step(Decimal("0.05"))},
    ),
    Guardrails(
        min_markup_ppm=123_457,
        max_daily_change_ppm=1_500_000,
        max_weekly_change_ppm=None,
        market_ceiling_ppm=0,
        market_reference=MarketReference.HIGHEST,
        endings={
            "EUR": PriceEnding.charm(Decimal("9.99"), modulus=Decimal(10)),
            "KWD": PriceEnding.charm(Decimal("0.995")),
        },
    ),
)


@dataclass(frozen=True)
class Cases:
    """Cases in the form in which the program takes them."""

    catalog: CatalogColumns
    offers: UsedOffers
    policy_of: Column
    candidates: Candidates


def rate_table() -> RateTable:
    size = len(CURRENCIES)
    numerator, denominator = np.zeros((size, size), dtype=np.int64), np.zeros((size, size), dtype=np.int64)
    for pair, (top, bottom) in RATES.items():
        numerator[pair], denominator[pair] = top, bottom
    return RateTable(CURRENCIES, numerator, denominator)


def random_cases(count: int, seed: int) -> Cases:
    """Draw cases around prices of all sizes; a few amounts are blank, zero, negative, no number, or beyond range."""
    random = np.random.default_rng(seed)
    currency = random.choice(4, count, p=[0.6, 0.15, 0.15, 0.1])
    unit = np.array(UNITS)[currency]
    level = np.exp(random.uniform(np.log(2e5), np.log(3e8), count)) * np.where(currency == 1, 100, 1)
    faults = np.array([MISSING, 0, -1, INVALID, -5_000_000, 10**18, 10**18 - 1, 1])

    def around(low: float, high: float, fault: float = 0.004) -> Column:
        values = (level * random.uniform(low, high, count)).astype(np.int64)
        whole = np.maximum(values // unit * unit, unit)
        values = np.where(random.random(count) < 0.5, whole, values)
        return np.where(random.random(count) < fault, random.choice(faults, count), values)

    price, blank = around(0.9, 1.1), random.random(count) < 0.3
    taxes, odds = [190_000, 70_000, 81_000, 0, MISSING, -1, 2_000_000], [0.5, 0.2, 0.2, 0.08, 0.01, 0.005, 0.005]
    abroad = random.random(count) < 0.15
    catalog = CatalogColumns.of(
        rate_table(),
        currency=currency,
        gross=random.random(count) < 0.6,
        price=price,
        cost=around(0.2, 0.9),
        min_price=around(0.3, 1.0),
        max_price=around(0.95, 2.0),
        tax_ppm=random.choice(taxes, count, p=odds),
        price_day_ago=np.where(blank, MISSING, around(0.85, 1.15)),
        price_week_ago=np.where(blank, MISSING, around(0.8, 1.2)),
        cost_currency=np.where(abroad, random.integers(0, 4, count), currency),
        map_price=np.where(random.random(count) < 0.7, MISSING, around(0.5, 1.05)),
        response_refusals=_refusals(count, np.random.default_rng([seed, 2])),
        response=random_responses(level, np.random.default_rng([seed, 1])),
    )
    wanted = np.where(random.random(count) < 0.05, price, around(0.3, 1.9, 0.01))
    policy_of = np.where(random.random(count) < 0.002, -1, random.integers(0, len(POLICIES), count))
    return Cases(catalog, _rivals(random, level), policy_of, Candidates.asked(wanted))


def _refusals(count: int, random: np.random.Generator) -> Column:
    """Refuse a third of the responses, for one reason or several."""
    bits = random.integers(1, 1 << len(Refusal), count)
    return np.where(random.random(count) < 1 / 3, bits, 0)


def random_responses(level: NDArray[np.float64], random: np.random.Generator) -> ResponseColumns:
    """Draw beliefs about products around these prices (millionths); some are not known, endless or impossible."""
    count = len(level)

    def around(low: float, high: float, fault: float = 0.004) -> NDArray[np.float64]:
        values = random.uniform(low, high, count)
        return np.where(
            random.random(count) < fault, random.choice([np.nan, np.inf, -np.inf, -1.0, 0.0], count), values
        )

    weight = random.random(count)
    stock = np.where(random.random(count) < 0.5, np.inf, around(0, 60))
    return ResponseColumns(
        units=around(0.0, 20.0),
        units_sd=around(0.1, 0.5),
        centre=level * around(0.8, 1.2),
        slope=np.stack([around(-4.0, -0.3) for _ in Form]),
        slope_sd=np.stack([around(0.05, 0.8) for _ in Form]),
        weight=np.stack([weight, 1 - weight]),
        rival_elasticity=around(0.0, 1.5),
        rival_level=np.log(level) + around(-0.1, 0.1),
        follow=around(0.0, 1.0),
        halo=level * around(0.0, 2.0),
        stock=stock,
    )


def _rivals(random: np.random.Generator, level: NDArray[np.float64]) -> UsedOffers:
    product = np.repeat(np.arange(len(level)), random.integers(0, 4, len(level)))
    price = np.maximum((level[product] * random.uniform(0.8, 1.5, product.size)).astype(np.int64), 1)
    zeros = np.zeros(product.size, dtype=np.int64)
    return UsedOffers.of(len(level), product, zeros, price, zeros, zeros + SCALE, zeros.astype(np.bool_))
