"""What validation gathers, however the frames that it is handed are stored."""

import polars as pl

from shopwright.ingestion.findings import Findings
from shopwright.ingestion.mapping import FieldSource, Mapping
from shopwright.ingestion.schemas import COMPETITOR_PRICES, Kind
from shopwright.ingestion.transforms import Column

MANY = 1_000


def test_values_are_set_aside_also_where_the_first_piece_of_a_column_is_empty() -> None:
    """Polars reads a file in several threads: where the first part has no fault, the column of faults begins empty."""
    mapping = Mapping(Kind.COMPETITOR_PRICES, {"shipping": FieldSource(Column("Delivery"))})
    sound = pl.Series("found", ["4.99"] * MANY)
    faulty = pl.Series("found", ["Free Delivery"] * MANY)
    found = pl.concat([sound, faulty], rechunk=False).to_frame().with_row_index("row")
    faults = found.filter(pl.col("row") >= MANY).with_columns(
        pl.col("row").cast(pl.Int64), rule="found", expected=pl.lit("an amount")
    )
    assert faults["found"].chunk_lengths()[0] == 0
    findings = Findings(mapping)
    findings.set_aside(faults, COMPETITOR_PRICES.field("shipping"))
    handled = findings.handled(without=pl.Series([], dtype=pl.Int64))
    assert handled["reason"].to_list() == ["Free Delivery: expected an amount"] * MANY
