"""The real data sets, as their owners published them: how much of each is good, and why the rest is not."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.shared_data import shared_data

from shopwright.ingestion.deduplication import deduplicate
from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.profile import ROW
from shopwright.ingestion.files.reading import read_batches
from shopwright.ingestion.guessing import guess
from shopwright.ingestion.mapping import FieldSource, Mapping
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.transforms import Column, Exp, Join, LessPercent, Pick, WeekToDate
from shopwright.ingestion.validation import Validated, validate_batch

pytestmark = pytest.mark.shared_data
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def validated(path: Path, mapping: Mapping, terms: ShopTerms) -> Validated:
    """Validate a whole file at once: these are small enough."""
    outcomes = [validate_batch(batch, mapping, terms) for batch in read_batches(path, detect(path))]
    return Validated(
        pl.concat([one.valid for one in outcomes]),
        pl.concat([one.rejects for one in outcomes]),
        pl.concat([one.rejected_rows for one in outcomes]),
        pl.concat([one.handled for one in outcomes]),
    )


def test_two_years_of_a_uk_wholesaler() -> None:
    path = shared_data("sales/online_retail/transactions.parquet")
    mapping = guess(detect(path))
    assert (mapping.kind, mapping.doubtful(), mapping.cancellation_prefix) == (Kind.SALES, (), "C")
    outcome = validated(path, mapping, ShopTerms("Europe/London", "GBP", NOW))
    assert outcome.valid.height + outcome.rejected_rows.height == 431_673
    assert Counter(outcome.rejects["rule"]) == {"not_an_item": 2_366, "stock_correction": 1_169, "sign": 2, "range": 2}
    assert outcome.rejected_rows.height == 3_535
    assert Counter(outcome.valid["kind"]) == {"sale": 420_796, "cancellation": 7_342}
    raw = pl.read_parquet(path).with_row_index(ROW, 1).filter(pl.col(ROW).is_in(outcome.valid[ROW].implode()))
    expected = raw.select((pl.col("Quantity") * pl.col("UnitPrice")).abs().sum()).item()
    assert abs(float(outcome.valid["revenue"].sum()) - expected) < 0.01


def test_the_same_sales_as_csv_and_gzip_are_the_same_rows(tmp_path: Path) -> None:
    source = pl.read_parquet(shared_data("sales/online_retail/transactions.parquet")).head(60_000)
    source.write_csv(tmp_path / "a.csv", datetime_format="%d/%m/%Y %H:%M")
    source.write_parquet(tmp_path / "a.parquet")
    terms = ShopTerms("Europe/London", "GBP", NOW)
    outcomes = [validated(path, guess(detect(path)), terms) for path in (tmp_path / "a.csv", tmp_path / "a.parquet")]
    assert detect(tmp_path / "a.csv").column("InvoiceDate").notation.date_format == "%d/%m/%Y %H:%M"
    assert outcomes[0].valid.drop(ROW).equals(outcomes[1].valid.drop(ROW))
    assert (outcomes[0].valid[ROW] - outcomes[1].valid[ROW]).unique().to_list() == [1]


def test_a_wide_file_of_orange_juice_with_named_transforms() -> None:
    path = shared_data("sales/orange_juice/weekly_sales.parquet")
    price = Pick("brand", {str(brand): f"price{brand}" for brand in range(1, 12)})
    mapping = Mapping(
        Kind.SALES,
        {
            "sku": FieldSource(Column("brand")),
            "sold_at": FieldSource(WeekToDate("week", date(1989, 9, 14))),
            "quantity": FieldSource(Exp("logmove")),
            "unit_price": FieldSource(price),
            "unit_cost": FieldSource(LessPercent(price, Column("profit"))),
            "channel": FieldSource(Join(("store",))),
            "promotion": FieldSource(Column("deal")),
        },
    )
    outcome = validated(path, mapping, ShopTerms("America/Chicago", "USD", NOW))
    assert (outcome.valid.height, outcome.rejected_rows.height) == (34_969, 0)
    ounces = outcome.valid.select((pl.col("quantity").cast(pl.Float64) / 64).round(3) % 1 < 0.001).to_series()
    assert ounces.sum() > 0.9 * 34_969
    first = outcome.valid.row(0, named=True)
    assert (first["sold_on"], first["unit_price"], first["unit_cost"]) == (
        date(1990, 6, 14),
        Decimal("0.060469"),
        Decimal("0.037495"),
    )
    assert outcome.valid.filter(pl.col("unit_cost") >= pl.col("unit_price")).height < 0.02 * 34_969


def test_messy_price_observations_of_electronics() -> None:
    path = shared_data("prices/datafiniti_electronics/price_observations.csv.gz")
    mapping = guess(detect(path))
    assert mapping.kind is Kind.COMPETITOR_PRICES
    assert {name: source.label for name, source in mapping.fields.items()} == {
        "competitor": "prices.merchant", "gtin": "keys_gtin", "mpn": "manufacturerNumber", "title": "name",
        "brand": "brand", "price": "prices.amountMin", "regular_price": "prices.amountMax", "currency": "prices.currency",
        "shipping": "prices.shipping", "availability": "prices.availability", "condition": "prices.condition",
        "url": "prices.sourceURLs", "seen_at": "prices.dateSeen", "promotion": "prices.isSale",
    }  # fmt: skip
    assert set(mapping.doubtful()) == {"gtin", "shipping", "seen_at"}
    outcome = validated(path, mapping, ShopTerms("America/Chicago", "USD", NOW))
    assert (outcome.valid.height, outcome.rejected_rows.height) == (4_994, 0)
    aside = Counter(outcome.handled.filter(pl.col("strategy") == "set_aside")["field"])
    assert aside == {"shipping": 2_350, "availability": 1, "condition": 1}
    assert outcome.valid["gtin"].null_count() == 0
    assert set(outcome.valid["availability"]) == {"in_stock", "out_of_stock", "unknown"}
    keys = set(outcome.valid.filter(pl.col("competitor").is_in(["Bestbuy.com", "Best Buy"]))["competitor_key"])
    assert keys == {"bestbuy"}
    assert deduplicate(outcome.valid, mapping.schema).dropped.height == 509


def test_codes_that_a_spreadsheet_damaged_are_set_aside() -> None:
    path = shared_data("prices/datafiniti_electronics/price_observations.csv.gz")
    mapping = guess(detect(path))
    damaged = Mapping(mapping.kind, mapping.fields | {"gtin": FieldSource(Column("upc"))})
    outcome = validated(path, damaged, ShopTerms("America/Chicago", "USD", NOW))
    reasons = Counter(outcome.handled.filter(pl.col("field") == "gtin")["reason"].str.split(":").list.first())
    assert reasons["gtin_damaged"] > 3_000
    assert outcome.valid.height == 4_994
