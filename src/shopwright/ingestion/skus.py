"""Which product a row means: by its SKU as it is written, else by the normalised SKU where exactly one product has it.

Pure. Products that rows are to make get their place here as soon as the first row names them.
"""

from collections.abc import Sequence
from uuid import UUID

import polars as pl

from shopwright.catalog.loading import KnownSku

UNKNOWN, AMBIGUOUS = "unknown_sku", "ambiguous_sku"
EXPECTED = {
    UNKNOWN: "the SKU of a product of the shop",
    AMBIGUOUS: "a SKU as the shop writes it: several products differ from this one by punctuation only",
}


class SkuBook:
    """Products by SKU. `ids` is the list that places count into, from 1; it grows as products are made."""

    def __init__(self, known: Sequence[KnownSku]) -> None:
        self.ids: list[UUID] = [product.id for product in known]
        self._texts = pl.Series(dtype=pl.String)
        frame = pl.DataFrame(
            {
                "sku": [product.sku for product in known],
                "normalised_sku": [product.normalised_sku for product in known],
                "place": range(1, len(known) + 1),
            },
            schema={"sku": pl.String, "normalised_sku": pl.String, "place": pl.Int32},
        )
        self._exact = frame.select("sku", "place")
        shared = pl.col("normalised_sku").is_duplicated()
        self._normal = frame.filter(~shared).select("normalised_sku", "place")
        self._ambiguous = frame.filter(shared)["normalised_sku"].unique()

    def places(self, rows: pl.DataFrame) -> pl.Series:
        """Return the place of each row's product, null where there is none. `rows` have sku and normalised_sku."""
        found = rows.select("sku", "normalised_sku").join(self._exact, on="sku", how="left", maintain_order="left")
        if not found["place"].null_count():
            return found["place"].alias("product")
        found = found.join(self._normal, on="normalised_sku", how="left", maintain_order="left", suffix="_normal")
        return found.select(pl.coalesce("place", "place_normal").alias("product")).to_series()

    def ids_at(self, places: pl.Series) -> pl.Series:
        """Return the ids, as texts, of the products at these places."""
        if len(self._texts) < len(self.ids):
            self._texts = pl.concat([self._texts, pl.Series([str(id_) for id_ in self.ids[len(self._texts) :]])])
        return self._texts.gather(places - 1)

    def why_not(self, rows: pl.DataFrame) -> pl.Series:
        """Return UNKNOWN or AMBIGUOUS for rows that have no place."""
        ambiguous = pl.col("normalised_sku").is_in(self._ambiguous.implode())
        return rows.select(pl.when(ambiguous).then(pl.lit(AMBIGUOUS)).otherwise(pl.lit(UNKNOWN))).to_series()

    def add(self, normalised_skus: Sequence[str], ids: Sequence[UUID]) -> None:
        """Give products that are being made a place."""
        places = range(len(self.ids) + 1, len(self.ids) + len(ids) + 1)
        new = pl.DataFrame({"normalised_sku": normalised_skus, "place": places}, schema=self._normal.schema)
        self._normal = pl.concat([self._normal, new])
        self.ids.extend(ids)
