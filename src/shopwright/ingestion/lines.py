"""What names an order line in the world, so that a file can be read twice. Pure.

A line of an order is known by order, item and kind. Without an order's reference, it is known by all that tells sales apart:
when and where the item was sold and to whom. Lines that agree in this are told apart by their place in the file.
"""

import polars as pl

from shopwright.sales.keys import Occurrences, line_keys

_KEY = ["order_ref", "normalised_sku", "kind", "_day", "_time", "_channel", "_country", "_customer"]


class LineKeys:
    """Gives order lines their keys. `timed` says whether the file tells the time of day."""

    def __init__(self, *, timed: bool) -> None:
        self._timed = timed
        self._occurrences = Occurrences()

    @property
    def doubled(self) -> int:
        """How many lines looked like one before."""
        return self._occurrences.repeated

    def keyed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows with `line_key`; `sold_at` is empty where only the day is known."""
        loose = pl.col("order_ref").is_null()
        moment = pl.col("sold_at").dt.timestamp("us") if self._timed else pl.lit(None, dtype=pl.Int64)
        parts = {
            "_day": pl.col("sold_on"),
            "_time": moment,
            "_channel": pl.col("channel"),
            "_country": pl.col("country"),
            "_customer": pl.col("customer_ref"),
        }
        if rows["order_ref"].null_count():
            named = rows.with_columns(pl.when(loose).then(value).alias(name) for name, value in parts.items())
        else:  # as a rule: nothing to work out
            named = rows.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in parts)
        keys = self._occurrences.separate(line_keys(named, _KEY))
        keyed = rows.with_columns(pl.Series("line_key", keys))
        return (
            keyed if self._timed else keyed.with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("sold_at"))
        )
