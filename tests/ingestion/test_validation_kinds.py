"""Validation of the kinds beside sales: rivals' prices, products, reviews."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from shopwright.ingestion.files.profile import FAULT, RAW, ROW, Notation
from shopwright.ingestion.mapping import FieldSource, Mapping
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.transforms import Column
from shopwright.ingestion.validation import Validated, validate_batch

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = ShopTerms("Europe/Berlin", "EUR", NOW)


def batch(**columns: list[Any]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({ROW: range(2, height + 2), **columns}, schema_overrides={ROW: pl.Int64})
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(FAULT), pl.lit(None, dtype=pl.String).alias(RAW))


def only_reject(outcome: Validated) -> dict[str, Any]:
    assert outcome.rejects.height == 1, outcome.rejects
    return outcome.rejects.row(0, named=True)


def test_words_in_several_languages_and_unknown_ones() -> None:
    mapping = Mapping(
        Kind.COMPETITOR_PRICES,
        {
            name: FieldSource(Column(name))
            for name in (
                "competitor",
                "sku",
                "price",
                "availability",
                "condition",
                "promotion",
                "shipping",
                "gtin",
                "currency",
                "pack_quantity",
            )
        },
    )
    outcome = validate_batch(
        batch(
            competitor=["Bestbuy.com", "Best Buy", "Käufer GmbH", "X"],
            sku=["A", "A", "A", "A"],
            price=["9.90", "8.90", "7.90", "0"],
            availability=["TRUE", "Out Of Stock", "ausverkauft", "maybe"],
            condition=["New", "Manufacturer refurbished", "gebraucht", "mint"],
            promotion=["yes", "FALSE", "nein", "x"],
            shipping=["FREE", "4.90", "Standard", None],
            gtin=["7.94E+11", "793795525420", "4006381333932", None],
            currency=["$", "eur", "Euro", "EUR"],
            pack_quantity=["1", "3-Pack", "2er Set", "1.5"],
        ),
        mapping,
        BERLIN,
    )
    good = outcome.valid
    assert good["availability"].to_list() == ["in_stock", "out_of_stock", "out_of_stock"]
    assert good["condition"].to_list() == ["new", "refurbished", "used"]
    assert good["promotion"].to_list() == [True, False, False]
    assert good["shipping"].to_list() == [Decimal(0), Decimal("4.9"), None]
    assert good["gtin"].to_list() == [None, "0793795525420", None]
    assert good["currency"].to_list() == ["USD", "EUR", "EUR"]
    assert good["pack_quantity"].to_list() == [1, 3, 2]
    assert good["competitor_key"].to_list()[:2] == ["bestbuy", "bestbuy"]
    assert good["seen_at"].to_list() == [NOW] * 3
    aside = outcome.handled.filter(pl.col("strategy") == "set_aside").select("row", "field", "value").rows()
    assert aside == [(2, "gtin", "7.94E+11"), (4, "gtin", "4006381333932"), (4, "shipping", "Standard")]
    assert outcome.rejects.select("row", "field", "rule").rows() == [
        (5, "price", "range"),
        (5, "pack_quantity", "whole"),
    ]


def test_zero_never_becomes_a_bound_or_a_cost() -> None:
    names = ("sku", "name", "price", "cost", "min_price", "max_price")
    mapping = Mapping(Kind.PRODUCTS, {name: FieldSource(Column(name)) for name in names})
    outcome = validate_batch(
        batch(
            sku=["A", "B", "C"], name=["a", None, "c"], price=["10", "10", "10"], cost=["0", "5", "5"],
            min_price=["0.00", "6", "9"], max_price=["20", "20", "8"], colour=["red", None, "blue"],
        ),
        mapping,
        BERLIN,
    )  # fmt: skip
    assert outcome.valid.select("sku", "name", "cost", "min_price", "max_price").rows() == [
        ("A", "a", None, None, Decimal(20)),
        ("B", "B", Decimal(5), Decimal(6), Decimal(20)),
    ]
    assert outcome.valid["attributes"].to_list() == ['{"colour":"red"}', '{"colour":null}']
    assert [
        row[:2] for row in outcome.handled.filter(pl.col("strategy") == "set_aside").select("row", "field").rows()
    ] == [
        (2, "cost"),
        (2, "min_price"),
    ]
    reject = only_reject(outcome)
    assert (reject["row"], reject["rule"]) == (4, "bounds")


def test_reviews_need_stars_text_and_a_day() -> None:
    names = ("sku", "rating", "text", "written_on")
    mapping = Mapping(
        Kind.REVIEWS, {name: FieldSource(Column(name), Notation(date_format="%Y-%m-%d")) for name in names}
    )
    outcome = validate_batch(
        batch(
            sku=["A"] * 5,
            rating=["5", "4.5", "6", "great", "3"],
            text=["good", "fine", "x", "y", " "],
            written_on=["2026-01-01"] * 5,
        ),
        mapping,
        BERLIN,
    )
    assert outcome.valid["rating"].to_list() == [5, 5]
    assert outcome.rejects.select("row", "field", "rule").rows() == [
        (4, "rating", "range"),
        (5, "rating", "number"),
        (6, "text", "missing"),
    ]
