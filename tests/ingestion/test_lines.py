"""What names an order line, and which product a row means."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import polars as pl

from shopwright.catalog.loading import KnownSku
from shopwright.ingestion.lines import LineKeys
from shopwright.ingestion.skus import AMBIGUOUS, UNKNOWN, SkuBook

LINE: dict[str, Any] = {
    "sku": "MUG-1", "normalised_sku": "MUG1", "order_ref": "A-1", "kind": "sale", "sold_on": date(2026, 2, 1),
    "sold_at": datetime(2026, 2, 1, 10, tzinfo=UTC), "channel": None, "country": None, "customer_ref": None,
    "quantity": 1,
}  # fmt: skip
SCHEMA = {
    **dict.fromkeys(LINE, pl.String()), "sold_on": pl.Date(), "sold_at": pl.Datetime("us", "UTC"), "quantity": pl.Int64(),
}  # fmt: skip


def frame(*changes: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{**LINE, **change} for change in changes], schema=SCHEMA)


def keys(*changes: dict[str, Any], timed: bool = True) -> list[int]:
    return LineKeys(timed=timed).keyed(frame(*changes))["line_key"].to_list()


def test_a_line_of_an_order_is_known_by_order_item_and_kind() -> None:
    (line,) = keys({})
    same = {"quantity": 5, "channel": "web", "sold_at": datetime(2026, 2, 1, 11, tzinfo=UTC), "sku": "mug 1"}
    assert keys(same) == [line]
    for change in ({"order_ref": "A-2"}, {"normalised_sku": "CUP1"}, {"kind": "return"}):
        assert keys(change) != [line]


def test_without_an_order_all_that_tells_sales_apart_counts() -> None:
    (line,) = keys({"order_ref": None})
    assert keys({"order_ref": None, "quantity": 5}) == [line]
    changes: list[dict[str, Any]] = [
        {"channel": "web"}, {"country": "DE"}, {"customer_ref": "7"}, {"sold_at": datetime(2026, 2, 1, 11, tzinfo=UTC)},
    ]  # fmt: skip
    for change in changes:
        assert keys({"order_ref": None, **change}) != [line]


def test_equal_lines_get_keys_of_their_own_over_batches_too() -> None:
    line_keys = LineKeys(timed=True)
    first = line_keys.keyed(frame({}, {}))["line_key"].to_list()
    second = line_keys.keyed(frame({}))["line_key"].to_list()
    assert len({*first, *second}) == 3
    assert line_keys.doubled == 2
    assert keys({}, {}, {}) == [*first, *second]


def test_where_only_the_day_is_known_no_time_is_made_up() -> None:
    keyed = LineKeys(timed=False).keyed(frame({"order_ref": None}))
    assert keyed["sold_at"].to_list() == [None]
    later = {"order_ref": None, "sold_at": datetime(2026, 2, 1, 23, tzinfo=UTC)}
    assert keys(later, timed=False) == keyed["line_key"].to_list()


def test_rows_find_products_exactly_then_by_their_letters_and_digits() -> None:
    book = SkuBook([KnownSku(uuid4(), sku, sku.replace("-", "")) for sku in ("MUG-1", "CUP-1", "CU-P1")])
    rows = pl.DataFrame(
        {
            "sku": ["MUG-1", "mug 1", "CU-P1", "CUP1", "PAN-1"],
            "normalised_sku": ["MUG1", "MUG1", "CUP1", "CUP1", "PAN1"],
        }
    )
    assert book.places(rows).to_list() == [1, 1, 3, None, None]
    assert book.why_not(rows[3:]).to_list() == [AMBIGUOUS, UNKNOWN]
    book.add(["PAN1"], [uuid4()])
    assert book.places(rows).to_list()[-1] == 4
    assert len(book.ids) == 4


def test_an_empty_shop_knows_no_product() -> None:
    rows = pl.DataFrame({"sku": ["MUG-1"], "normalised_sku": ["MUG1"]})
    book = SkuBook([])
    assert book.places(rows).to_list() == [None]
    assert book.why_not(rows).to_list() == [UNKNOWN]
