"""The newest of several rows about the same thing."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from shopwright.ingestion.deduplication import deduplicate
from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.schemas import PRODUCTS, SALES, SCHEMAS, STOCK_LEVELS, Schema

START = datetime(2026, 1, 1, tzinfo=UTC)


def products(*rows: tuple[int, str, int | None, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [(row, "own", sku, None if day is None else START + timedelta(days=day), name) for row, sku, day, name in rows],
        schema={ROW: pl.Int64, "marketplace": pl.String, "sku": pl.String, "updated_at": pl.Datetime("us", "UTC"), "name": pl.String},
        orient="row",
    )  # fmt: skip


@pytest.mark.property_test(5)
def test_the_newest_stays_and_the_report_says_what_went_for_it() -> None:
    frame = products(
        (2, "A", 5, "new"), (3, "B", 1, "b"), (4, "A", 3, "old"), (5, "A", None, "undated"), (6, "A", 5, "new too")
    )
    result = deduplicate(frame, PRODUCTS)
    assert result.kept.select(ROW, "name").rows() == [(3, "b"), (6, "new too")]
    assert result.dropped.rows() == [(2, 6, "repeated"), (4, 6, "older"), (5, 6, "older")]


def test_without_a_date_the_later_row_stays() -> None:
    frame = pl.DataFrame(
        {ROW: [2, 3], "sku": ["A", "A"], "warehouse": ["main"] * 2, "counted_at": [START] * 2, "quantity": [1, 2]}
    )
    result = deduplicate(frame, STOCK_LEVELS)
    assert result.kept["quantity"].to_list() == [2]
    assert result.dropped.rows() == [(2, 3, "repeated")]


def test_nulls_in_the_identity_are_values() -> None:
    frame = products((2, "A", 1, "x"), (3, "A", 1, "y")).with_columns(
        pl.lit(None, dtype=pl.String).alias("marketplace")
    )
    result = deduplicate(frame, PRODUCTS)
    assert result.kept[ROW].to_list() == [3]
    assert result.dropped["row"].to_list() == [2]


def test_equal_order_lines_are_different_sales() -> None:
    frame = pl.DataFrame({ROW: [2, 3], "sku": ["A", "A"], "order_ref": ["1", "1"]})
    result = deduplicate(frame, SALES)
    assert result.kept.equals(frame)
    assert result.dropped.height == 0


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=lambda schema: schema.kind.value)
def test_identity_and_recency_are_fields_of_the_kind(schema: Schema) -> None:
    names = {*schema.names, "competitor_key"}
    assert set(schema.identity) <= names
    assert schema.recency is None or schema.recency in names
    assert all(rule.field in names for rule in schema.rules)
    assert all(name in names for group in schema.one_of for name in group)
