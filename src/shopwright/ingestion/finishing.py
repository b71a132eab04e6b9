"""The last touch to valid rows: signs, business days, keys, attributes.

Columns that it adds: `normalised_sku` everywhere with SKUs; `sold_on` (the shop's calendar day) for sales, whose quantity and revenue become
magnitudes with `kind` as their sign; `competitor_key` for competitor prices; `attributes` (a JSON object) for products.
"""

import polars as pl

from shopwright.ingestion.files.profile import FAULT, RAW, ROW
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.normalising import merchant_keys
from shopwright.ingestion.parsing.moments import business_day
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.terms import ShopTerms


def finish(frame: pl.DataFrame, whole: pl.DataFrame, mapping: Mapping, terms: ShopTerms) -> pl.DataFrame:
    """Return the valid rows as they go to storage."""
    match mapping.kind:
        case Kind.SALES:
            return frame.with_columns(
                pl.col("quantity").abs(),
                pl.col("revenue").abs(),
                business_day(pl.col("sold_at"), terms.time_zone).alias("sold_on"),
            )
        case Kind.COMPETITOR_PRICES:
            return frame.with_columns(merchant_keys(frame["competitor"]).alias("competitor_key"))
        case Kind.PRODUCTS:
            return frame.with_columns(_attributes(frame, whole, mapping).alias("attributes"))
        case _:
            return frame


def _attributes(frame: pl.DataFrame, whole: pl.DataFrame, mapping: Mapping) -> pl.Series:
    """Return the columns that became no field as a JSON object; nulls are values that the source left empty."""
    columns = tuple(name for name in whole.columns if name not in {ROW, FAULT, RAW})
    spare = mapping.unused(columns) if mapping.keep_attributes else ()
    if not spare:
        return pl.Series(["{}"], dtype=pl.String).new_from_index(0, frame.height)
    rows = frame.select(ROW).join(whole.select(ROW, *spare), on=ROW, how="left", maintain_order="left")
    return rows.select(pl.struct(pl.col(*spare).cast(pl.String)).struct.json_encode()).to_series()
