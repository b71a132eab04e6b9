"""The price-war brake of a run: who undercut whom lately, and which prices therefore stay as they are."""

from datetime import timedelta
from uuid import UUID

import numpy as np

from shopwright.catalog.columns import PriceMoves as OwnMoves
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import Integers, scaled, usable
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
    began = _first_moves(ours)
    own = [*ours.product_ids, *(ours.product_ids[row] for row in began.tolist())]
    product = [row_of.get(one, -1) for one in own] + [row_of.get(one, -1) for one, *_ in theirs]
    seller = [OURS] * len(own) + [number for _, number, *_ in theirs]
    before = np.full(began.size, int(since.timestamp()) - 1, dtype=np.int64)
    at = np.concatenate([ours.at, before, np.array([moment for _, _, moment, _ in theirs], dtype=np.int64)])
    price = np.concatenate([ours.price, ours.previous[began], scaled((amount for *_, amount in theirs), up=False)])
    rows = np.array(product, dtype=np.int64)
    known = np.flatnonzero(rows >= 0)
    moves = PriceMoves(rows[known], np.array(seller, dtype=np.int64)[known], at[known], price[known])
    return find_wars(moves, len(products), rules, int(now.timestamp())).reasons


def _first_moves(moves: OwnMoves) -> Integers:
    """Return the first move of each product of which it is known what was in force before: there the window begins."""
    order = np.argsort(moves.at, kind="stable")
    first = {moves.product_ids[row]: row for row in order[::-1].tolist()}
    rows = np.array(sorted(first.values()), dtype=np.int64)
    return rows[usable(moves.previous[rows])]
