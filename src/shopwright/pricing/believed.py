"""Beliefs about demand as they are kept, and how the products of a run get theirs. Pure.

Forming them is for `beliefs`; here they only meet present prices and stock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np

from shopwright.catalog.columns import ProductColumns
from shopwright.kit.amounts import MISSING, SCALE, Integers, usable
from shopwright.pricing.responses import Estimates, Form, ResponseColumns, curve

FIGURES: Final = (
    "base_units", "units_sd", "centre", "slope_constant", "slope_semi_log", "sd_constant", "sd_semi_log",
    "constant_weight", "rival_elasticity", "rival_level", "follow", "halo", "refusals",
)  # fmt: skip
"""The columns of `BeliefTable`."""


@dataclass(frozen=True, slots=True)
class BeliefTable:
    """The kept beliefs of a shop as columns by the names of `FIGURES`, one row a product, NaN where nothing is known."""

    product_ids: Sequence[UUID]
    currencies: Sequence[str]
    columns: Mapping[str, Estimates]

    def __len__(self) -> int:
        return len(self.product_ids)


def kept_columns(believed: ResponseColumns, price: Estimates, refusals: Integers) -> dict[str, Estimates]:
    """Return beliefs as they are kept: units at the centre, whatever the present price (in the currency's unit) is."""
    centre = believed.centre / SCALE
    return {
        "base_units": believed.units / _growth(believed.slope, believed.weight, price / centre),
        "units_sd": believed.units_sd,
        "centre": centre,
        "slope_constant": believed.slope[0],
        "slope_semi_log": believed.slope[1],
        "sd_constant": believed.slope_sd[0],
        "sd_semi_log": believed.slope_sd[1],
        "constant_weight": believed.weight[0],
        "rival_elasticity": believed.rival_elasticity,
        "rival_level": believed.rival_level - np.log(SCALE),
        "follow": believed.follow,
        "halo": believed.halo,
        "refusals": refusals.astype(np.float64),
    }


def responses_of(table: BeliefTable, products: ProductColumns) -> tuple[ResponseColumns, Integers]:
    """Return the response of each product at its present price, and the bits of why it may not choose a price.

    A product without a belief, or with one in another currency, has none.
    """
    size = len(products)
    row_of = {product: row for row, product in enumerate(table.product_ids)}
    row = np.fromiter((row_of.get(product, -1) for product in products.ids), np.int64, size)
    found = np.array(
        [place >= 0 and table.currencies[place] == code for place, code in zip(row, products.currencies, strict=True)],
        dtype=np.bool_,
    )
    if not found.any():
        return ResponseColumns.unknown(size), np.zeros(size, dtype=np.int64)

    def taken(name: str, default: float = np.nan) -> Estimates:
        return np.where(found, table.columns[name][row], default)

    price = np.where(usable(products.price), products.price, np.nan) / SCALE
    slope = np.stack([taken("slope_constant"), taken("slope_semi_log")])
    weight = np.stack([taken("constant_weight", 0.5), 1 - taken("constant_weight", 0.5)])
    stock = np.where(products.inventory == MISSING, np.inf, np.maximum(products.inventory, 0) / SCALE)
    response = ResponseColumns(
        units=taken("base_units") * _growth(slope, weight, price / taken("centre")),
        units_sd=taken("units_sd"),
        centre=taken("centre") * SCALE,
        slope=slope,
        slope_sd=np.stack([taken("sd_constant"), taken("sd_semi_log")]),
        weight=weight,
        rival_elasticity=taken("rival_elasticity", 0.0),
        rival_level=taken("rival_level") + np.log(SCALE),
        follow=taken("follow", 0.0),
        halo=taken("halo", 0.0),
        stock=stock,
    )
    return response, taken("refusals", 0.0).astype(np.int64)


def _growth(slope: Estimates, weight: Estimates, ratio: Estimates) -> Estimates:
    """Return demand at prices over the centre, over demand at the centre."""
    grown = np.stack([np.exp(one * curve(form, ratio)) for form, one in zip(Form, slope, strict=True)])
    growth: Estimates = (weight * grown).sum(axis=0)
    return growth
