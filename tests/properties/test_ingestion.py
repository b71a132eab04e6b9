"""Laws of files: one spelling for a SKU, the newest row, nothing missing unsaid, nothing wrong let in, nothing lost."""

import csv
import io
import string
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shopwright.catalog.normalisation import gtin_check_digit, normalise_sku, read_gtin
from shopwright.ingestion.deduplication import deduplicate
from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.files.faults import FileFault
from shopwright.ingestion.files.profile import FAULT, RAW, ROW, ColumnProfile, FileProfile, Format, Notation
from shopwright.ingestion.files.reading import read_batches
from shopwright.ingestion.mapping import FieldSource, Mapping
from shopwright.ingestion.normalising import (
    currency_codes,
    merchant_key,
    normalise_currency,
    normalise_gtins,
    normalise_skus,
)
from shopwright.ingestion.schemas import PRODUCTS, Kind
from shopwright.ingestion.terms import ShopTerms
from shopwright.ingestion.transforms import Column
from shopwright.ingestion.validation import Validated, validate_batch

TERMS = ShopTerms("Europe/Berlin", "EUR", datetime(2026, 3, 2, 12, tzinfo=UTC))
SALE_FIELDS = ("sku", "sold_at", "quantity", "revenue", "unit_price", "currency")
DAYS = Notation(date_format="%Y-%m-%d")

texts = st.text(max_size=24)
separators = st.text(alphabet=" -_./#:*()[]", max_size=3)
gtin_texts = st.one_of(
    st.text(alphabet=string.digits, min_size=6, max_size=16),
    st.integers(0, 10**13 - 1).map(lambda number: f"{number:013d}{gtin_check_digit(f'{number:013d}')}"),
    st.integers(0, 10**7 - 1).map(lambda number: f"{number:07d}{gtin_check_digit(f'{number:07d}')}"),
    st.sampled_from(["7.94E+11", "503,321,914,260,050,000,000,000", "4006381333931.0", " 4006381-333931", "n/a", ""]),
    texts,
)
amounts = st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False)
moments = st.dates(date(2000, 1, 1), date(2026, 3, 1))
cells = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufdd0\ufeff"), max_size=12)


def batch(rows: list[tuple[str | None, ...]], names: tuple[str, ...]) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    nothing = pl.lit(None, dtype=pl.String)
    return frame.with_row_index(ROW, 2).with_columns(
        pl.col(ROW).cast(pl.Int64), nothing.alias(FAULT), nothing.alias(RAW)
    )


def sales(rows: list[tuple[str | None, ...]]) -> Validated:
    mapping = Mapping(Kind.SALES, {name: FieldSource(Column(name), DAYS) for name in SALE_FIELDS}, excluded_skus=())
    return validate_batch(batch(rows, SALE_FIELDS), mapping, TERMS)


@pytest.mark.property_test(4)
@given(texts)
def test_a_normalised_sku_is_its_own_normal_form_of_upper_case_letters_and_digits(sku: str) -> None:
    normal = normalise_sku(sku)
    assert normalise_sku(normal) == normal
    assert normal.isalnum() or normal == ""
    assert normal == normal.upper()
    assert normal or not any(sign.isalnum() for sign in sku)


@pytest.mark.property_test(4)
@given(
    st.lists(st.text(alphabet=string.ascii_letters + string.digits, min_size=1, max_size=6), min_size=1, max_size=4),
    st.data(),
)
def test_marketplaces_that_separate_and_write_case_differently_give_one_sku(
    parts: list[str], data: st.DataObject
) -> None:
    def spelt() -> str:
        case = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
        return data.draw(separators) + "".join(case(part) + data.draw(separators) for part in parts)

    assert normalise_sku(spelt()) == normalise_sku(spelt()) == "".join(parts).upper()


@pytest.mark.property_test(4)
@given(st.lists(st.one_of(texts, st.none()), max_size=30), st.integers(1, 6))
def test_columns_of_skus_are_normalised_as_single_ones(skus: list[str | None], times: int) -> None:
    column = pl.Series("sku", skus * times, dtype=pl.String)
    expected = [None if sku is None else normalise_sku(sku) for sku in skus] * times
    assert normalise_skus(column).to_list() == expected


@given(st.lists(st.one_of(gtin_texts, st.none()), max_size=30))
def test_columns_of_gtins_are_read_as_single_ones(codes: list[str | None]) -> None:
    frame = normalise_gtins(pl.Series("gtin", codes, dtype=pl.String))
    readings = [None if code is None else read_gtin(code) for code in codes]
    assert frame["gtin"].to_list() == [reading and reading.gtin for reading in readings]
    assert frame["fault"].to_list() == [reading and reading.fault and reading.fault.value for reading in readings]


@given(st.lists(st.one_of(st.sampled_from(["$", "€", "kr", "USD", "usd", " EUR ", "R$", "xyz", ""]), texts, st.none()), max_size=20),
       st.sampled_from(["EUR", "CAD", "NOK"]))  # fmt: skip
def test_columns_of_currencies_are_read_as_single_ones(signs: list[str | None], home: str) -> None:
    expected = [None if sign is None else normalise_currency(sign, home) for sign in signs]
    assert currency_codes(pl.Series("currency", signs, dtype=pl.String), home).to_list() == expected


@given(
    st.text(alphabet=string.ascii_letters, min_size=3, max_size=12),
    st.sampled_from(["", ".com", ".de", " GmbH", ", Inc."]),
)
def test_forms_and_domains_do_not_tell_merchants_apart(name: str, ending: str) -> None:
    assume(merchant_key(name) == name.lower())
    assert merchant_key(f"  {name.upper()}{ending} ") == merchant_key(name)


@st.composite
def product_rows(draw: st.DrawFn) -> pl.DataFrame:
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from("ABC"), st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 2)), max_size=20
        )
    )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return pl.DataFrame(
        [
            (number, "own", sku, None if day is None else start + timedelta(days=day), name)
            for number, (sku, day, name) in enumerate(rows)
        ],
        schema={ROW: pl.Int64, "marketplace": pl.String, "sku": pl.String, "updated_at": pl.Datetime("us", "UTC"), "name": pl.Int64},
        orient="row",
    )  # fmt: skip


@pytest.mark.property_test(5)
@given(product_rows())
def test_deduplication_keeps_the_newest_of_each_and_accounts_for_every_row(frame: pl.DataFrame) -> None:
    result = deduplicate(frame, PRODUCTS)
    oldest = datetime(1, 1, 1, tzinfo=UTC)
    newest: dict[str, tuple[datetime, int]] = {}
    for row, sku, at in frame.select(ROW, "sku", "updated_at").iter_rows():
        newest[sku] = max(newest.get(sku, (oldest, -1)), (at or oldest, row))
    assert sorted(result.kept[ROW].to_list()) == sorted(row for _, row in newest.values())
    assert sorted([*result.kept[ROW], *result.dropped["row"]]) == frame[ROW].to_list()
    assert set(result.dropped["kept_row"]) <= set(result.kept[ROW])


@pytest.mark.property_test(5)
@given(product_rows(), st.randoms(use_true_random=False))
def test_deduplication_does_not_depend_on_the_order_given(frame: pl.DataFrame, random: Any) -> None:
    order = list(range(frame.height))
    random.shuffle(order)
    expected = deduplicate(frame, PRODUCTS)
    result = deduplicate(frame[order], PRODUCTS)
    assert result.kept.equals(expected.kept)
    assert result.dropped.equals(expected.dropped)


maybe = st.one_of(st.none(), st.sampled_from(["", " ", "n/a", "NULL", "-"]))
sale_rows = st.tuples(
    st.one_of(maybe, st.just("A-1")),
    st.one_of(maybe, moments.map(str)),
    st.one_of(maybe, st.integers(1, 99).map(str)),
    st.one_of(maybe, amounts.map(str)),
    st.one_of(maybe, amounts.map(str)),
    st.one_of(maybe, st.sampled_from(["EUR", "USD"])),
)


@pytest.mark.property_test(6)
@given(st.lists(sale_rows, min_size=1, max_size=15))
def test_a_missing_critical_field_is_rejected_or_filled_and_logged_never_silent(
    rows: list[tuple[str | None, ...]],
) -> None:
    outcome = sales(rows)
    told = {(row, field) for row, field in outcome.rejects.select("row", "field").iter_rows()}
    logged = {
        (row, field): strategy
        for row, field, strategy in outcome.handled.select("row", "field", "strategy").iter_rows()
    }
    valid = {row[ROW]: row for row in outcome.valid.iter_rows(named=True)}
    blank = {None, "", " ", "n/a", "NULL", "-"}
    for number, values in enumerate(rows, start=2):
        gone = {field for field, value in zip(SALE_FIELDS, values, strict=True) if value in blank}
        hopeless = gone & {"sku", "sold_at", "quantity"} | ({"revenue"} if {"revenue", "unit_price"} <= gone else set())
        assert {field for row, field in told if row == number} == hopeless
        assert (number in valid) is not bool(hopeless)
        if number in valid:
            assert all(
                valid[number][field] is not None for field in ("sku", "sold_at", "quantity", "revenue", "currency")
            )
            assert ((number, "revenue") in logged) is ("revenue" in gone)
            assert ((number, "currency") in logged) is ("currency" in gone)


@pytest.mark.property_test(7)
@given(st.lists(st.tuples(amounts, cells), min_size=1, max_size=15))
def test_an_amount_is_read_exactly_or_rejected_with_what_was_found(pairs: list[tuple[Decimal, str]]) -> None:
    written = [text if number % 2 else str(amount) for number, (amount, text) in enumerate(pairs)]
    outcome = sales([("A", "2026-01-01", "1", text, "1", "EUR") for text in written])
    good = dict(outcome.valid.select(ROW, "revenue").iter_rows())
    bad = {
        row: (found, expected)
        for row, found, expected in outcome.rejects.select("row", "found", "expected").iter_rows()
    }
    assert set(good) | set(bad) == set(range(2, len(pairs) + 2))
    assert not set(good) & set(bad)
    for number, (amount, text) in enumerate(pairs):
        row = number + 2
        if number % 2 == 0:
            assert good[row] == amount
        elif row in bad:
            assert bad[row][0] == text
            assert bad[row][1]
        else:
            assert any(sign.isdecimal() for sign in text) or text.strip().lower().lstrip("'") in {"", "-", "--", "na", "nan", "nil", "null", "none", "n/a", "\\n"}  # fmt: skip


@pytest.mark.property_test(7)
@given(st.lists(st.one_of(moments.map(str), cells), min_size=1, max_size=15))
def test_a_date_is_read_as_its_day_or_rejected_with_what_was_found(written: list[str]) -> None:
    outcome = sales([("A", text, "1", "1", "1", "EUR") for text in written])
    good = dict(outcome.valid.select(ROW, "sold_on").iter_rows())
    bad = dict(outcome.rejects.select("row", "found").iter_rows())
    for row, text in enumerate(written, start=2):
        assert (row in good) is not (row in bad)
        if row in good:
            assert text.strip()[:10] == str(good[row])
        elif text.strip() and bad[row] is not None:
            assert bad[row] == text


@pytest.mark.property_test(9)
@given(
    st.lists(
        st.tuples(cells, moments, st.decimals(1, 10**6, places=3), amounts, st.sampled_from(["EUR", "JPY"])),
        min_size=1,
        max_size=20,
    )
)
def test_valid_rows_survive_the_way_through_csv(rows: list[tuple[Any, ...]]) -> None:
    outcome = sales(
        [(sku or "x", str(day), str(quantity), str(amount), None, code) for sku, day, quantity, amount, code in rows]
    )
    valid = outcome.valid
    assume(valid.height)
    text = valid.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S%.6f%z")
    plain = valid.schema
    strings = {name: pl.String if dtype == pl.Datetime("us", "UTC") else dtype for name, dtype in plain.items()}
    again = pl.read_csv(io.BytesIO(text.encode()), schema=strings, empty_string_is_null=True)
    again = again.with_columns(pl.col("sold_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f%z", time_unit="us"))
    assert again.equals(valid)


@pytest.mark.property_test(9)
@given(
    st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=20),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_table_that_csv_can_hold_is_read_back(rows: list[tuple[str, str, str]], mark: str, end: str) -> None:
    stream = io.StringIO()
    csv.writer(stream, delimiter=mark, lineterminator=end).writerows([("alpha", "beta", "gamma"), *rows])
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(stream.getvalue().encode())
        columns = tuple(ColumnProfile(name) for name in ("alpha", "beta", "gamma"))
        profile = FileProfile(Format.DELIMITED, columns, path.stat().st_size, delimiter=mark)
        frames = list(read_batches(path, profile))
    expected = [tuple(cell or None for cell in row) for row in rows if any(row)]
    assert [row for frame in frames for row in frame.select("alpha", "beta", "gamma").rows()] == expected
    assert all(frame[FAULT].null_count() == frame.height for frame in frames)


@given(st.binary(max_size=400))
def test_no_bytes_bring_detection_or_reading_down(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(content)
        with suppress(FileFault):
            for frame in read_batches(path, detect(path)):
                assert frame.height
                assert frame[ROW].is_sorted()
