"""Products and rival offers for pricing tests, from decimal texts: a plain product by default, changed by name."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np

from shopwright.kit.amounts import SCALE, Amounts, Integers, scaled
from shopwright.kit.errors import ShopwrightError
from shopwright.kit.money import Currency, ExchangeRate
from shopwright.pricing.codes import LimitKind, Outcome, Reason
from shopwright.pricing.columns import CatalogColumns, RateTable
from shopwright.pricing.comparability import (
    AVAILABILITY,
    CONDITION,
    MATCH_STATE,
    Comparability,
    OfferColumns,
    codes_of,
    compare,
)
from shopwright.pricing.guardrails import Decisions, guard
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.settings import Guardrails
from shopwright.pricing.strategies.interface import Candidates

NOW: Final = 1_772_452_800
"""Seconds since 1970 at which these tests stand."""
CURRENCIES: Final = ("EUR", "USD", "JPY", "KWD")
FREE: Final = Guardrails(max_daily_change_ppm=None, max_weekly_change_ppm=None)
"""A policy that adds no limit to those of the product."""

_PLAIN: Final[Mapping[str, Any]] = {
    "currency": "EUR",
    "gross": True,
    "tax": "0.19",
    "price": "20.00",
    "cost": "8.00",
    "min_price": "10.00",
    "max_price": "40.00",
    "map_price": None,
    "price_day_ago": None,
    "price_week_ago": None,
    "cost_currency": None,
    "shipping": "0",
    "pack_quantity": 1,
    "stock_age_days": None,
    "cover_days": None,
}
_RIVAL: Final[Mapping[str, Any]] = {
    "product": 0,
    "competitor": 0,
    "price": "20.00",
    "shipping": "0",
    "currency": "EUR",
    "gross": True,
    "availability": "in_stock",
    "condition": "new",
    "pack_quantity": 1,
    "age_hours": 1,
    "match": "0.95",
    "match_state": "automatic",
    "own": False,
    "ignored": False,
    "conditional": False,
    "usual_price": None,
}


def amounts(*values: str | None) -> Amounts:
    return scaled(values)


def integers(*values: int) -> Integers:
    return np.array(values, dtype=np.int64)


def rates(*recorded: tuple[str, str, str]) -> RateTable:
    """Rates as (base, quote, rate)."""
    return RateTable.of(
        [Currency(code) for code in CURRENCIES],
        [
            ExchangeRate(Currency(base), Currency(quote), Decimal(rate), date(2026, 3, 2), "test")
            for base, quote, rate in recorded
        ],
    )


def catalog(*products: Mapping[str, Any], table: RateTable | None = None) -> CatalogColumns:
    """A catalog of products that differ from the plain one as told; one plain product if nothing is told."""
    rows = [{**_PLAIN, **product} for product in products] or [dict(_PLAIN)]

    def money(name: str) -> Amounts:
        return scaled(row[name] for row in rows)

    def whole(name: str, factor: int = 1) -> Integers:
        values = [None if row[name] is None else Decimal(row[name]) * factor / SCALE for row in rows]
        return scaled(values)

    currency = [CURRENCIES.index(row["currency"]) for row in rows]
    costs_in = [CURRENCIES.index(row["cost_currency"] or row["currency"]) for row in rows]
    return CatalogColumns.of(
        rates() if table is None else table,
        currency=np.array(currency, dtype=np.int64),
        gross=np.array([row["gross"] for row in rows], dtype=np.bool_),
        price=money("price"),
        cost=money("cost"),
        min_price=money("min_price"),
        max_price=money("max_price"),
        tax_ppm=whole("tax", SCALE),
        price_day_ago=money("price_day_ago"),
        price_week_ago=money("price_week_ago"),
        cost_currency=np.array(costs_in, dtype=np.int64),
        map_price=money("map_price"),
        shipping=money("shipping"),
        pack_quantity=whole("pack_quantity"),
        stock_age_days=whole("stock_age_days"),
        cover_days=whole("cover_days"),
    )


def offer_columns(*offers: Mapping[str, Any]) -> OfferColumns:
    """Rival offers that differ from a plain comparable one as told."""
    rows = [{**_RIVAL, **offer} for offer in offers]

    def column(name: str) -> list[Any]:
        return [row[name] for row in rows]

    def flags(name: str) -> Any:
        return np.array(column(name), dtype=np.bool_)

    return OfferColumns.of(
        product=integers(*column("product")),
        competitor=integers(*column("competitor")),
        price=scaled(column("price")),
        currency=integers(*[CURRENCIES.index(code) for code in column("currency")]),
        gross=flags("gross"),
        availability=codes_of(column("availability"), AVAILABILITY),
        condition=codes_of(column("condition"), CONDITION),
        seen_at=integers(*[NOW - int(hours * 3_600) for hours in column("age_hours")]),
        match_ppm=scaled(column("match")),
        match_state=codes_of(column("match_state"), MATCH_STATE),
        shipping=scaled(column("shipping")),
        pack_quantity=integers(*column("pack_quantity")),
        own=flags("own"),
        ignored=flags("ignored"),
        conditional=flags("conditional"),
        usual_price=scaled(column("usual_price")),
    )


def rivals_at(*prices: str, products: int = 1) -> UsedOffers:
    """Comparable offers at these prices for the first product; competitor numbers follow the order given."""
    given = offer_columns(*[{"price": price, "competitor": place} for place, price in enumerate(prices)])
    market = catalog(*[{}] * products)
    return compare(market, given, Comparability(outlier_low_ppm=0, outlier_high_ppm=1_000 * SCALE), NOW)


def decided(
    wanted: str | None,
    product: Mapping[str, Any] | None = None,
    policy: Guardrails = FREE,
    offers: UsedOffers | None = None,
    table: RateTable | None = None,
) -> Decisions:
    """The decision on one product for which a price is wanted."""
    market = catalog(product or {}, table=table)
    found = UsedOffers.none(1) if offers is None else offers
    return guard(market, found, [policy], integers(0), Candidates.asked(amounts(wanted)))


def refused_fields(error: ShopwrightError) -> list[str]:
    """The settings that a policy was refused for; each says what is expected of it."""
    fields: Any = error.details["fields"]
    assert all(one["expected"] for one in fields)
    return [one["field"] for one in fields]


def reasons(decisions: Decisions, row: int = 0) -> set[Reason]:
    return set(Reason.read(int(decisions.reasons[row])))


def binding(decisions: Decisions, row: int = 0) -> set[LimitKind]:
    return set(LimitKind.read(int(decisions.binding[row])))


def outcome(decisions: Decisions, row: int = 0) -> Outcome:
    return tuple(Outcome)[int(decisions.outcome[row])]
