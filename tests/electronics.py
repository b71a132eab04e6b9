"""Real sightings of prices of electronics, cut in two: those of one merchant are our shop's, the others' are rivals'."""

from pathlib import Path
from typing import Final

import polars as pl

from tests.shared_data import shared_data

OWN_MERCHANT: Final = ["Bestbuy.com", "Best Buy", "best_buy"]
COST, LOWEST, HIGHEST = "our cost", "lowest", "highest"
"""What a seller adds to data without them: 70, 75 and 200 % of the price."""


def sightings() -> pl.DataFrame:
    """Read all sightings as they stand in the file; skips the test where the file is missing."""
    return pl.read_csv(shared_data("prices/datafiniti_electronics/price_observations.csv.gz"), infer_schema=False)


def cut(folder: Path, *, own: bool) -> Path:
    """Write the sightings of our merchant, or of all others, as a file of the folder."""
    path = folder / f"{'own' if own else 'rivals'}.csv"
    _side(own=own).write_csv(path)
    return path


def cut_with_costs(folder: Path, products: int) -> Path:
    """Write our merchant's sightings, the dearest products with a cost and with bounds."""
    price = pl.col("prices.amountMin").cast(pl.Float64)
    dear = pl.col("id").is_in(_dearest(products))
    path = folder / "own.csv"
    _side(own=True).with_columns(
        pl.when(dear).then((price * share).round(2)).alias(name)
        for name, share in ((COST, 0.70), (LOWEST, 0.75), (HIGHEST, 2.0))
    ).write_csv(path)
    return path


def _side(*, own: bool) -> pl.DataFrame:
    ours = pl.col("prices.merchant").is_in(OWN_MERCHANT)
    return sightings().filter(ours if own else ~ours)


def _dearest(products: int) -> list[str]:
    price = pl.col("prices.amountMin").cast(pl.Float64)
    newest = _side(own=True).sort("dateUpdated", "prices.dateSeen").group_by("id", maintain_order=True).last()
    return newest.sort(price, "id", descending=[True, False])["id"].head(products).to_list()
