"""Real files from detection to stored rows: what is stored is counted against what the publishers say of their data.

Every rejected row is accounted for, by its reason.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest
from tests.factories.imports import Shop
from tests.shared_data import shared_data

from shopwright.ingestion.domain import Import, ImportState, RowCounts, UnknownSkus
from shopwright.ingestion.mapping import Mapping
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.transforms import columns_of

pytestmark = [pytest.mark.shared_data, pytest.mark.slow]


def why_rejected(done: Import) -> dict[str, int]:
    """Count broken rules; a row can break several."""
    counts: dict[str, int] = {}
    for group in done.report.reject_groups:
        counts[group.rule] = counts.get(group.rule, 0) + group.rows
    return counts


async def test_online_retail_sums_to_what_uci_published(shop: Shop) -> None:
    """431,673 lines to the end of October 2011, in pounds; products are made from the lines."""
    path = shared_data("sales/online_retail/transactions.parquet")
    done = await shop.import_(path, unknown_skus=UnknownSkus.CREATE, currency="GBP", time_zone="Europe/London")
    assert (done.kind, done.state, done.error) == (Kind.SALES, ImportState.COMPLETED, None)
    assert (done.counts.read, done.counts.new, done.counts.rejected) == (431_673, 428_138, 3_535)
    assert why_rejected(done) == {"not_an_item": 2_366, "stock_correction": 1_169, "sign": 2, "range": 2}
    assert (str(done.report.first_day), str(done.report.last_day)) == ("2010-12-01", "2011-10-31")
    assert done.report.doubled_lines == 7_195
    lines = await shop.rows(
        "select kind, count(*), sum(quantity), sum(revenue) from order_line where tenant_id = $1 group by 1 order by 1"
    )
    assert lines == [
        ("cancellation", 7_342, Decimal(176_150), Decimal("279651.88")),
        ("sale", 420_796, Decimal(4_565_035), Decimal("8204572.74")),
    ]
    products = await shop.rows(
        "select count(*), count(price), count(*) filter (where name <> sku) from product where tenant_id = $1"
    )
    assert products[0][0] == done.report.created_products == 3_790
    assert products[0][1] == 3_770
    assert products[0][2] > 3_700
    again = await shop.import_(path, currency="GBP", time_zone="Europe/London")
    assert (again.counts.new, again.counts.changed, again.counts.unchanged) == (0, 0, 428_138)


def orange_juice_mapping() -> Mapping:
    """Eleven brands in price columns of their own, weeks as numbers, ounces as logarithms, cost as a margin."""
    price = {"transform": "pick", "by": "brand", "columns": {str(brand): f"price{brand}" for brand in range(1, 12)}}
    sources = {
        "sku": {"transform": "column", "column": "brand"},
        "sold_at": {"transform": "weektodate", "column": "week", "anchor": "1989-09-14", "first": 1},
        "quantity": {"transform": "exp", "column": "logmove"},
        "unit_price": price,
        "unit_cost": {
            "transform": "lesspercent",
            "amount": price,
            "percent": {"transform": "column", "column": "profit"},
        },
        "channel": {"transform": "column", "column": "store"},
        "promotion": {"transform": "column", "column": "deal"},
    }
    fields = {name: {"source": source} for name, source in sources.items()}
    return msgspec.convert({"kind": "sales", "fields": fields}, Mapping)


async def test_orange_juice_is_read_by_named_transforms(shop: Shop) -> None:
    """34,969 weeks of 11 brands in 35 stores, in dollars an ounce; the cost comes from price and margin."""
    path = shared_data("sales/orange_juice/weekly_sales.parquet")
    mapping = orange_juice_mapping()
    assert {"logmove", "profit", "price11"} <= {
        c for source in mapping.fields.values() for c in columns_of(source.source)
    }
    done = await shop.import_(
        path, mapping=mapping, unknown_skus=UnknownSkus.CREATE, currency="USD", time_zone="America/Chicago"
    )
    assert (done.state, done.error) == (ImportState.COMPLETED, None)
    assert (done.counts.read, done.counts.new, done.counts.rejected) == (34_969, 34_969, 0)
    assert (done.report.created_products, done.report.doubled_lines) == (11, 0)
    ((lines, timed, revenue),) = await shop.rows(
        "select count(*), count(sold_at), sum(revenue) from order_line where tenant_id = $1"
    )
    assert (lines, timed) == (34_969, 0)
    assert revenue > 0
    products = await shop.rows("select price, cost from product where tenant_id = $1")
    assert all(Decimal("0.01") < cost < price < Decimal("0.1") for price, cost in products)


OWN = ["Bestbuy.com", "Best Buy", "best_buy"]


def cut(folder: Path, path: Path, *, own: bool) -> Path:
    """Cut the observations of our own shop, or of all others, out of the file."""
    frame = pl.read_csv(path, infer_schema=False)
    ours = pl.col("prices.merchant").is_in(OWN)
    target = folder / f"{'own' if own else 'rivals'}.csv"
    frame.filter(ours if own else ~ours).write_csv(target)
    return target


def newest_prices(path: Path) -> dict[str, Decimal]:
    """Find the price that was seen last for each item, by hand; of equally new ones the later row's."""
    newest: dict[str, tuple[str, int, Decimal]] = {}
    for place, row in enumerate(pl.read_csv(path, infer_schema=False).iter_rows(named=True)):
        seen = max(moment.strip() for moment in row["prices.dateSeen"].split(","))
        here = (seen, place, Decimal(row["prices.amountMin"]))
        newest[row["id"]] = max(newest.get(row["id"], ("", 0, Decimal(0))), here)
    return {sku: price for sku, (_, _, price) in newest.items()}


def electronics_mapping(kind: Kind) -> Mapping:
    """The columns of Datafiniti; rivals are matched by identifiers alone, since no rival knows our item numbers."""
    shared = {"brand": "brand", "mpn": "manufacturerNumber", "price": "prices.amountMin", "currency": "prices.currency"}
    seen = {"transform": "part", "column": "prices.dateSeen", "which": "greatest"}
    fields: dict[str, Any] = {
        name: {"source": {"transform": "column", "column": column}} for name, column in shared.items()
    }
    fields["gtin"] = {"source": {"transform": "part", "column": "keys_gtin", "separator": " "}}
    moment: dict[str, Any] = {"source": seen, "notation": {"date_format": "%Y-%m-%dT%H:%M:%S%#z"}}
    if kind is Kind.PRODUCTS:
        more = {"sku": "id", "name": "name", "category": "primaryCategories"}
        fields["updated_at"] = moment
    else:
        more = {
            "competitor": "prices.merchant", "title": "name", "availability": "prices.availability",
            "condition": "prices.condition", "promotion": "prices.isSale", "url": "prices.sourceURLs",
        }  # fmt: skip
        fields["seen_at"] = moment
    fields |= {name: {"source": {"transform": "column", "column": column}} for name, column in more.items()}
    return msgspec.convert({"kind": kind, "fields": fields}, Mapping)


async def test_electronics_of_one_shop_are_held_against_all_others(shop: Shop, tmp_path: Path) -> None:
    """4,994 price observations: Best Buy is our shop, the other merchants are its competitors."""
    path = shared_data("prices/datafiniti_electronics/price_observations.csv.gz")
    products = await shop.import_(cut(tmp_path, path, own=True), mapping=electronics_mapping(Kind.PRODUCTS))
    assert (products.state, products.error) == (ImportState.COMPLETED, None)
    offers = await shop.import_(cut(tmp_path, path, own=False), mapping=electronics_mapping(Kind.COMPETITOR_PRICES))
    assert (offers.state, offers.error) == (ImportState.COMPLETED, None)
    assert products.counts.read + offers.counts.read == 4_994
    assert (products.counts, why_rejected(products)) == (RowCounts(read=2_002, new=555, superseded=1_447), {})
    prices = await shop.rows("select sku, price from product where tenant_id = $1")
    assert dict(prices) == newest_prices(cut(tmp_path, path, own=True))
    assert (offers.counts, why_rejected(offers)) == (RowCounts(read=2_992, new=1_607, superseded=1_385), {})
    assert (offers.report.products, offers.report.unmatched) == (490, 27)
    states = await shop.rows("select match_state, count(*) from offer where tenant_id = $1 group by 1 order by 1")
    assert dict(states) == {"automatic": 1_580, "unmatched": 27}
    sightings = await shop.rows("select count(*) from offer_point where tenant_id = $1")
    assert sightings == [(2_992 - 205,)]
    own = await shop.rows("select 1 from competitor where tenant_id = $1 and name_key = 'bestbuy'")
    assert own == []
