"""What the contexts below know, put into the columns that pricing computes on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shopwright.catalog.columns import ProductColumns
from shopwright.kit.amounts import MISSING
from shopwright.kit.money import Currency, ExchangeRate
from shopwright.market.domain import OfferColumns as MarketOffers
from shopwright.pricing.believed import BeliefTable, responses_of
from shopwright.pricing.columns import CatalogColumns, RateTable
from shopwright.pricing.comparability import (
    AVAILABILITY,
    CONDITION,
    MATCH_STATE,
    OfferColumns,
    codes_of,
)
from shopwright.sales.domain import SalesPace


@dataclass(frozen=True, slots=True)
class Market:
    """The columns of one run: products, the offers on them, the competitors' names by number, how products sell."""

    products: ProductColumns
    catalog: CatalogColumns
    offers: OfferColumns
    competitors: tuple[str, ...]
    pace: SalesPace


def assemble(
    products: ProductColumns,
    offers: MarketOffers,
    rates: Sequence[ExchangeRate],
    pace: SalesPace,
    tax_ppm: int | None,
    beliefs: BeliefTable,
) -> Market:
    """Put products, offers, sales and beliefs together. `tax_ppm` is the shop's tax rate, None when it is not set.

    Costs are in the currency of the price. Offers on products that are not among `products` are left out.
    """
    codes = sorted({*products.currencies, *offers.currencies})
    table = RateTable.of([Currency(code) for code in codes], rates)
    place = {code: index for index, code in enumerate(codes)}
    currency = np.fromiter((place[code] for code in products.currencies), dtype=np.int64, count=len(products))
    response, refusals = responses_of(beliefs, products)
    catalog = CatalogColumns.of(
        table,
        currency=currency,
        gross=products.gross,
        price=products.price,
        cost=products.cost,
        min_price=products.min_price,
        max_price=products.max_price,
        map_price=products.map_price,
        tax_ppm=np.full(len(products), MISSING if tax_ppm is None else tax_ppm, dtype=np.int64),
        price_day_ago=products.price_day_ago,
        price_week_ago=products.price_week_ago,
        response_refusals=refusals,
        response=response,
    )
    return Market(products, catalog, _offers(products, offers, place), tuple(offers.competitors), pace)


def _offers(products: ProductColumns, offers: MarketOffers, place: dict[str, int]) -> OfferColumns:
    row_of = {identifier: row for row, identifier in enumerate(products.ids)}
    row = np.fromiter((row_of.get(identifier, -1) for identifier in offers.product_ids), np.int64, len(offers))
    known = np.flatnonzero(row >= 0)
    currency = np.fromiter((place[code] for code in offers.currencies), np.int64, len(offers))
    return OfferColumns.of(
        product=row[known],
        competitor=offers.competitor[known],
        price=offers.price[known],
        shipping=offers.shipping[known],
        currency=currency[known],
        gross=offers.gross[known],
        availability=codes_of(offers.availability, AVAILABILITY)[known],
        condition=codes_of(offers.condition, CONDITION)[known],
        pack_quantity=offers.pack_quantity[known],
        seen_at=offers.seen_at[known],
        match_ppm=offers.match_ppm[known],
        match_state=codes_of(offers.match_state, MATCH_STATE)[known],
        own=offers.is_own[known],
        ignored=offers.is_ignored[known],
    )
