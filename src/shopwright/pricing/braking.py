"""The price-war brake of a run: who undercut whom lately, and which prices therefore stay as they are."""

from datetime import timedelta
from uuid import UUID

import numpy as np

from shopwright.catalog.service import CatalogService
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import Integers, scaled
from shopwright.market.service import MarketService
from shopwright.pricing.wars import OURS, BrakeRules, PriceMoves, find_wars


async def find_held(unit: UnitOfWork, products: list[UUID], rules: BrakeRules) -> Integers:
    """Return for each product the bits of the reasons to hold its price.

    Only products whose own price was set twice in the window can be at war: the others are not even read.
    """
    now = unit.clock.now()
    since = now - timedelta(days=rules.window_days)
    ours = await CatalogService(unit).price_moves(since, at_least=2)
    none = np.zeros(len(products), dtype=np.int64)
    if not ours.product_ids:
        return none
    theirs = await MarketService(unit).price_moves(list(set(ours.product_ids)), since)
    row_of = {product: row for row, product in enumerate(products)}
    product = [row_of.get(one, -1) for one in ours.product_ids] + [row_of.get(one, -1) for one, *_ in theirs]
    seller = [OURS] * len(ours.product_ids) + [number for _, number, *_ in theirs]
    at = np.concatenate([ours.at, np.array([moment for _, _, moment, _ in theirs], dtype=np.int64)])
    price = np.concatenate([ours.price, scaled((amount for *_, amount in theirs), up=False)])
    rows = np.array(product, dtype=np.int64)
    known = np.flatnonzero(rows >= 0)
    moves = PriceMoves(rows[known], np.array(seller, dtype=np.int64)[known], at[known], price[known])
    return find_wars(moves, len(products), rules, int(now.timestamp())).reasons
