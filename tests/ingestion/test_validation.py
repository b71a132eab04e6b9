"""From text to typed rows; what breaks a rule comes back with row, column, found and expected."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.profile import FAULT, RAW, ROW, Notation
from shopwright.ingestion.files.reading import read_batches
from shopwright.ingestion.guessing import guess_mapping
from shopwright.ingestion.mapping import FieldSource, Mapping, MappingIncomplete, MappingInvalid
from shopwright.ingestion.schemas import DTYPES, SCHEMAS, Kind
from shopwright.ingestion.terms import ShopTerms, UnknownTimeZone
from shopwright.ingestion.transforms import Column, Constant
from shopwright.ingestion.validation import Validated, validate_batch
from shopwright.kit.money import UnknownCurrency

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BERLIN = ShopTerms("Europe/Berlin", "EUR", NOW)
DATES = Notation(date_format="%Y-%m-%d %H:%M")


def batch(**columns: list[Any]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    frame = pl.DataFrame({ROW: range(2, height + 2), **columns}, schema_overrides={ROW: pl.Int64})
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(FAULT), pl.lit(None, dtype=pl.String).alias(RAW))


def sales(terms: ShopTerms = BERLIN, notation: Notation = DATES, **columns: list[str | None]) -> Validated:
    height = max(map(len, columns.values()), default=1)
    usual: dict[str, list[Any]] = {
        "sku": ["A-1"],
        "sold_at": ["2026-01-15 10:00"],
        "quantity": ["2"],
        "revenue": ["9.90"],
    }
    filled = {name: values * height if len(values) == 1 else values for name, values in (usual | columns).items()}
    mapping = Mapping(Kind.SALES, {name: FieldSource(Column(name), notation) for name in filled})
    return validate_batch(batch(**filled), mapping, terms)


def only_reject(outcome: Validated) -> dict[str, Any]:
    assert outcome.rejects.height == 1, outcome.rejects
    return outcome.rejects.row(0, named=True)


def test_every_field_has_its_type_whatever_the_file_has() -> None:
    outcome = sales()
    for field in SCHEMAS[Kind.SALES].fields:
        assert outcome.valid.schema[field.name] == DTYPES[field.type], field.name
    assert outcome.valid.select("sku", "normalised_sku", "sold_on", "kind", "currency", "tax_basis").row(0) == (
        "A-1",
        "A1",
        date(2026, 1, 15),
        "sale",
        "EUR",
        "gross",
    )


@pytest.mark.parametrize(
    ("written", "notation", "read"),
    [
        ("1234.56", Notation(), "1234.56"),
        ("1,234.56", Notation(), "1234.56"),
        ("1,234,567", Notation(), "1234567"),
        ("$1,234.56", Notation(), "1234.56"),
        ("1 234.5", Notation(), "1234.5"),
        ("1'234.50", Notation(), "1234.50"),
        (" 12.5 ", Notation(), "12.5"),
        ("+5", Notation(), "5"),
        (".5", Notation(), "0.5"),
        ("5.", Notation(), "5"),
        ("12,50", Notation(","), "12.5"),
        ("1.234,56", Notation(","), "1234.56"),
        ("1.234", Notation(","), "1234"),
        ("1.234.567,5 €", Notation(","), "1234567.5"),
        ("EUR 9,90", Notation(","), "9.9"),
        ("0.1", Notation(), "0.1"),
        ("0.000001", Notation(), "0.000001"),
        ("999999999999.999999", Notation(), "999999999999.999999"),
    ],
)
def test_amounts_are_exact_in_their_notation(written: str, notation: Notation, read: str) -> None:
    outcome = sales(
        notation=Notation(notation.decimal, "", "%Y-%m-%d %H:%M"),
        revenue=[written],
        currency=["USD" if "$" in written else "EUR"],
    )
    assert outcome.valid["revenue"].to_list() == [Decimal(read)], outcome.rejects


@pytest.mark.parametrize(
    ("written", "notation", "rule"),
    [
        ("19,99", Notation(), "decimal_mark"),
        ("19.99", Notation(","), "decimal_mark"),
        ("1,23,456", Notation(), "number"),
        ("12 pieces", Notation(), "number"),
        ("twelve", Notation(), "number"),
        ("1.2.3", Notation(), "number"),
        ("--5", Notation(), "number"),
        ("(5", Notation(), "number"),
        ("#DIV/0!", Notation(), "number"),
        ("=A1*2", Notation(), "number"),
        ("inf", Notation(), "number"),
        ("12345678901234", Notation(), "too_large"),
        ("1e20", Notation(), "too_large"),
    ],
)
@pytest.mark.property_test(7)
def test_what_is_no_amount_is_rejected_with_its_details(written: str, notation: Notation, rule: str) -> None:
    outcome = sales(notation=Notation(notation.decimal, "", "%Y-%m-%d %H:%M"), revenue=["1", written, "2"])
    reject = only_reject(outcome)
    assert (reject["row"], reject["column"], reject["found"], reject["rule"]) == (3, "revenue", written, rule)
    assert reject["expected"] == f"an amount such as 1234{notation.decimal}5"
    assert outcome.valid[ROW].to_list() == [2, 4]
    assert outcome.rejected_rows[ROW].to_list() == [3]


def test_accounting_negatives() -> None:
    outcome = sales(quantity=["-1", "-1", "-1"], revenue=["(5.00)", "5.00-", "\u22125.00"])
    assert outcome.valid["revenue"].to_list() == [Decimal(5)] * 3
    assert outcome.valid["kind"].to_list() == ["return"] * 3


def test_times_are_the_shops_own_and_days_too() -> None:
    new_york = ShopTerms("America/New_York", "USD", NOW)
    outcome = sales(new_york, sold_at=["2026-01-15 23:30", "2025-07-15 00:10"])
    assert outcome.valid["sold_at"].to_list() == [
        datetime(2026, 1, 16, 4, 30, tzinfo=UTC),
        datetime(2025, 7, 15, 4, 10, tzinfo=UTC),
    ]
    assert outcome.valid["sold_on"].to_list() == [date(2026, 1, 15), date(2025, 7, 15)]


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("Europe/Berlin", "2025-03-30 02:30", datetime(2025, 3, 30, 1, 30, tzinfo=UTC)),
        ("Europe/Berlin", "2025-10-26 02:30", datetime(2025, 10, 26, 0, 30, tzinfo=UTC)),
        ("America/New_York", "2025-03-09 02:30", datetime(2025, 3, 9, 7, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", "2025-10-05 02:15", datetime(2025, 10, 4, 15, 45, tzinfo=UTC)),
        ("Pacific/Kiritimati", "2025-10-05 00:15", datetime(2025, 10, 4, 10, 15, tzinfo=UTC)),
    ],
)
def test_hours_that_do_not_exist_or_come_twice(zone: str, local: str, utc: datetime) -> None:
    outcome = sales(ShopTerms(zone, "EUR", NOW), sold_at=[local])
    assert outcome.valid["sold_at"].to_list() == [utc]


def test_the_same_dates_with_other_clocks_are_understood_and_others_rejected() -> None:
    written = [
        "15.01.2026 10:00",
        "15.01.2026",
        "15.01.2026 10:00:30",
        "2026-01-15T10:00:00Z",
        "2026-01-15",
        "15/01/2026",
        "31.02.2026",
    ]
    outcome = sales(notation=Notation(date_format="%d.%m.%Y %H:%M"), sold_at=list(written))
    assert outcome.valid["sold_at"].to_list() == [
        datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
        datetime(2026, 1, 14, 23, 0, tzinfo=UTC),
        datetime(2026, 1, 15, 9, 0, 30, tzinfo=UTC),
        datetime(2026, 1, 15, 10, 0, tzinfo=UTC),
        datetime(2026, 1, 14, 23, 0, tzinfo=UTC),
    ]
    assert outcome.rejects["rule"].to_list() == ["date", "date"]
    assert outcome.rejects["found"].to_list() == written[-2:]


@pytest.mark.parametrize(
    ("date_format", "written"),
    [("epoch_seconds", "1768471200"), ("epoch_milliseconds", "1768471200000"), ("excel_serial", "46037.458333333")],
)
def test_moments_written_as_numbers(date_format: str, written: str) -> None:
    utc = ShopTerms("UTC", "EUR", NOW)
    outcome = sales(utc, Notation(date_format=date_format), sold_at=[written])
    moment = outcome.valid["sold_at"].item()
    assert abs((moment - datetime(2026, 1, 15, 10 if "epoch" in date_format else 11, tzinfo=UTC)).total_seconds()) < 1


def test_dates_beyond_reason_are_rejected() -> None:
    outcome = sales(sold_at=["2026-03-05 10:00", "1960-01-01 10:00", "2026-03-02 20:00"])
    assert outcome.rejects["rule"].to_list() == ["future", "range"]
    assert outcome.valid.height == 1


def test_returns_cancellations_and_corrections() -> None:
    mapping_columns: dict[str, list[Any]] = {
        "sku": ["A"] * 7,
        "sold_at": ["2026-01-15 10:00"] * 7,
        "order_ref": ["1", "C2", "3", "4", "5", "6", "7"],
        "quantity": ["2", "-2", "-1", "-3", "0", "1", "1"],
        "unit_price": ["5", "5", "5", "0", "5", "-5", "0"],
    }
    mapping = Mapping(
        Kind.SALES, {name: FieldSource(Column(name), DATES) for name in mapping_columns}, cancellation_prefix="C"
    )
    outcome = validate_batch(batch(**mapping_columns), mapping, BERLIN)
    assert outcome.valid.select("kind", "quantity", "revenue").rows() == [
        ("sale", Decimal(2), Decimal(10)),
        ("cancellation", Decimal(2), Decimal(10)),
        ("return", Decimal(1), Decimal(5)),
        ("sale", Decimal(1), Decimal(0)),
    ]
    assert set(outcome.rejects["rule"]) == {"stock_correction", "zero_quantity", "range", "sign"}
    assert outcome.rejects["row"].unique(maintain_order=True).to_list() == [5, 6, 7]


def test_lines_of_postage_are_no_goods_unless_the_mapping_says_so() -> None:
    columns: dict[str, list[Any]] = {
        "sku": ["POST", "A"],
        "d": ["2026-01-15 10:00"] * 2,
        "q": ["1", "1"],
        "r": ["1", "1"],
    }
    fields = {
        name: FieldSource(Column(column), DATES)
        for name, column in (("sku", "sku"), ("sold_at", "d"), ("quantity", "q"), ("revenue", "r"))
    }
    strict = validate_batch(batch(**columns), Mapping(Kind.SALES, fields), BERLIN)
    assert (strict.valid["sku"].to_list(), strict.rejects["rule"].to_list()) == (["A"], ["not_an_item"])
    lenient = validate_batch(batch(**columns), Mapping(Kind.SALES, fields, excluded_skus=()), BERLIN)
    assert lenient.valid.height == 2


def test_all_faulty_columns_of_a_row_are_told_the_leftmost_first() -> None:
    outcome = sales(sku=["!!"], sold_at=["soon"], quantity=["many"], revenue=["1.0"])
    assert outcome.rejects["column"].to_list() == ["sku", "sold_at", "quantity"]
    assert outcome.rejects["rule"].to_list() == ["sku", "date", "number"]
    assert outcome.valid.height == 0


@pytest.mark.property_test(6)
def test_missing_critical_fields_are_rejected_derived_or_filled_and_it_is_logged() -> None:
    outcome = sales(
        sku=["A", None, "C"], revenue=[None, "5", "6"], unit_price=["3", "4", None], currency=["EUR", "EUR", " n/a "]
    )
    assert only_reject(outcome) | {"expected": ""} == {
        "row": 3, "column": "sku", "field": "sku", "found": None, "expected": "", "rule": "missing",
    }  # fmt: skip
    assert outcome.valid.select("revenue", "currency").rows() == [(Decimal(6), "EUR"), (Decimal(6), "EUR")]
    logged = outcome.handled.filter(pl.col("row").is_not_null()).select("row", "field", "strategy", "value").rows()
    assert logged == [(2, "revenue", "derive", "6.000000"), (4, "currency", "default", "EUR")]
    whole = outcome.handled.filter(pl.col("row").is_null()).select("field", "strategy", "value").rows()
    assert ("tax_basis", "default", "gross") in whole


def test_neither_revenue_nor_price_is_a_missing_field() -> None:
    outcome = sales(revenue=["1", None], unit_price=[None, None])
    reject = only_reject(outcome)
    assert (reject["row"], reject["rule"], reject["expected"]) == (3, "missing", "one of revenue, unit_price")


def test_traffic_is_interpolated_between_neighbouring_days_and_nowhere_else() -> None:
    mapping = Mapping(
        Kind.TRAFFIC,
        {name: FieldSource(Column(name), Notation(date_format="%Y-%m-%d")) for name in ("sku", "day", "sessions")},
    )
    outcome = validate_batch(
        batch(
            sku=["A", "A", "A", "B", "B", "A"],
            day=["2026-01-01", "2026-01-02", "2026-01-05", "2026-01-01", "2026-01-02", "2026-01-06"],
            sessions=["10", None, "22", "7", None, ""],
        ),
        mapping,
        BERLIN,
    )
    assert outcome.valid.select(ROW, "sessions", "views").rows() == [(2, 10, 10), (3, 13, 13), (4, 22, 22), (5, 7, 7)]
    assert outcome.rejects.select("row", "rule").rows() == [(6, "missing"), (7, "missing")]
    assert (3, "sessions", "interpolate", "13") in outcome.handled.select("row", "field", "strategy", "value").rows()


def test_signs_beside_amounts_say_the_currency_and_may_not_contradict_it() -> None:
    said = sales(revenue=["9.90", "$9.90", "£9.90"])
    assert said.valid["currency"].to_list() == ["EUR", "USD", "GBP"]
    contradicted = sales(revenue=["€9.90", "$9.90"], currency=["EUR", "EUR"])
    reject = only_reject(contradicted)
    assert (reject["row"], reject["found"], reject["rule"]) == (3, "$", "currency_conflict")
    canadian = sales(ShopTerms("UTC", "CAD", NOW), revenue=["$9.90"], currency=["CAD"])
    assert canadian.valid["currency"].to_list() == ["CAD"]


def test_torn_rows_are_rejected_beside_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("sku,date,quantity,revenue\nA,2026-01-15,1,5\nB,2026-01-16,1\nC,2026-01-17,1,5,9\n")
    profile = detect(path)
    mapping = guess_mapping(profile, Kind.SALES)
    outcome = validate_batch(next(iter(read_batches(path, profile))), mapping, BERLIN)
    assert outcome.valid["sku"].to_list() == ["A"]
    assert outcome.rejects.select("row", "column", "found", "rule").rows() == [
        (3, "", "B,2026-01-16,1", "too_few_fields"),
        (4, "", "C,2026-01-17,1,5,9", "too_many_fields"),
    ]


def test_typed_columns_are_taken_as_they_are() -> None:
    mapping = Mapping(
        Kind.SALES,
        {
            name: FieldSource(Column(name), Notation(decimal=","))
            for name in ("sku", "sold_at", "quantity", "revenue", "promotion")
        },
    )
    typed = batch(
        sku=[85123, 85124],
        sold_at=[datetime(2026, 1, 15, 10), datetime(2026, 1, 15, 11)],  # noqa: DTZ001 - local time of the shop
        quantity=[2, -1],
        revenue=[2.55, -0.1],
        promotion=[True, None],
    )
    outcome = validate_batch(typed, mapping, BERLIN)
    assert outcome.valid.select("sku", "sold_at", "quantity", "revenue", "promotion").rows() == [
        ("85123", datetime(2026, 1, 15, 9, tzinfo=UTC), Decimal(2), Decimal("2.55"), True),
        ("85124", datetime(2026, 1, 15, 10, tzinfo=UTC), Decimal(1), Decimal("0.1"), None),
    ]


def test_an_incomplete_or_foreign_mapping_is_refused() -> None:
    fields = {"sku": FieldSource(Column("sku")), "quantity": FieldSource(Constant("1"))}
    with pytest.raises(MappingIncomplete) as incomplete:
        validate_batch(batch(sku=["A"]), Mapping(Kind.SALES, fields), BERLIN)
    assert incomplete.value.details["missing_fields"] == ["sold_at", "revenue or unit_price"]
    with pytest.raises(MappingInvalid):
        validate_batch(batch(other=["A"]), Mapping(Kind.SALES, fields), BERLIN)
    with pytest.raises(MappingInvalid):
        validate_batch(batch(sku=["A"]), Mapping(Kind.SALES, fields | {"colour": FieldSource(Column("sku"))}), BERLIN)


def test_terms_are_checked() -> None:
    with pytest.raises(UnknownTimeZone):
        ShopTerms("Europe/Atlantis", "EUR", NOW)
    with pytest.raises(UnknownCurrency):
        ShopTerms("UTC", "XYZ", NOW)
    with pytest.raises(ValueError, match="time zone"):
        ShopTerms("UTC", "EUR", datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


def test_an_empty_batch_gives_empty_frames_of_the_same_columns() -> None:
    full = sales()
    mapping = Mapping(
        Kind.SALES, {name: FieldSource(Column(name), DATES) for name in ("sku", "sold_at", "quantity", "revenue")}
    )
    empty = validate_batch(batch(sku=["A"], sold_at=["x"], quantity=["1"], revenue=["1"]).clear(), mapping, BERLIN)
    assert empty.valid.schema == full.valid.schema
    assert empty.rejects.schema == full.rejects.schema
