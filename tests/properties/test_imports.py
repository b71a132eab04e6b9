"""Laws of imports, each over random files that go through the whole pipeline and the database."""

import csv
import io
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shopwright.infra.db import Database
from shopwright.ingestion.domain import Import, ImportOptions, ImportState, UnknownSkus
from shopwright.ingestion.lineage import LineageService
from shopwright.ingestion.mapping import FieldSource, Mapping, MappingIncomplete
from shopwright.ingestion.runs import ImportRunner
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.service import ImportService
from shopwright.ingestion.transforms import Column, Constant
from shopwright.kit.ids import new_tenant_id
from tests.factories.imports import Shop, open_shop

SKUS = st.sampled_from([f"SKU-{number}" for number in range(12)])
AMOUNTS = st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2).map(str)
NAMES = st.text("abc äöü,;\"'-0123", max_size=20).map(lambda text: f"Thing {text}".strip())
STARTS = datetime(2026, 1, 1)  # noqa: DTZ001 - what files hold has no zone
MOMENTS = st.integers(0, 60 * 24 * 50).map(lambda minutes: f"{STARTS + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}")
BAD_AMOUNTS = st.sampled_from(["abc", "1.2.3", "-5", "0", "12;50"])

PRODUCTS = Mapping(Kind.PRODUCTS, {name: FieldSource(Column(name)) for name in ("sku", "name", "price")})
NEEDED = {
    Kind.SALES: ["sku", "sold_at", "quantity", "revenue"],
    Kind.REVIEWS: ["sku", "rating", "text", "written_on"],
    Kind.COMPETITOR_PRICES: ["competitor", "sku", "price"],
    Kind.STOCK_LEVELS: ["sku", "quantity"],
    Kind.TRAFFIC: ["sku", "day", "sessions"],
}
"""What a table of each kind needs; in the terms of the mapping, groups of which one is enough are told with 'or'."""

OpenShop = Callable[[], Coroutine[Any, Any, Shop]]
_laws = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def fresh_shop(database: Database, tmp_path: Path) -> OpenShop:
    """Open a shop that no other example has."""

    async def open_() -> Shop:
        return await open_shop(database, new_tenant_id(), tmp_path)

    return open_


def table(header: str, rows: list[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def balanced(done: Import) -> bool:
    counts = done.counts
    parts = (counts.new, counts.changed, counts.unchanged, counts.superseded, counts.rejected)
    return done.state is ImportState.COMPLETED and counts.read == sum(parts)


@pytest.mark.property_test(7, 9)
@_laws
@given(
    good=st.dictionaries(SKUS, st.tuples(NAMES, AMOUNTS), min_size=1),
    bad=st.lists(st.tuples(SKUS.map(lambda sku: f"{sku}x"), NAMES, BAD_AMOUNTS), max_size=5),
)
async def test_what_is_right_comes_back_from_storage_and_what_is_wrong_comes_back_with_its_reason(
    fresh_shop: OpenShop, good: dict[str, tuple[str, str]], bad: list[tuple[str, str, str]]
) -> None:
    shop = await fresh_shop()
    rows = [(sku, *rest) for sku, rest in good.items()] + bad
    done = await shop.import_(table("sku,name,price", rows), mapping=PRODUCTS)
    assert balanced(done)
    stored = await shop.rows("select sku, name, price from product where tenant_id = $1")
    assert {sku: (name, price) for sku, name, price in stored} == {
        sku: (name, Decimal(price)) for sku, (name, price) in good.items()
    }
    rejected = list(csv.DictReader(io.StringIO((await shop.rejects(done.id)).lstrip("\ufeff")))) if bad else []
    told = [(int(line["row"]), line["column"], line["found"].lstrip("'")) for line in rejected]
    assert told == [(2 + len(good) + place, "price", row[2]) for place, row in enumerate(bad)]


@pytest.mark.property_test(47)
@_laws
@given(kind=st.sampled_from(sorted(NEEDED)), chosen=st.data())
async def test_an_import_that_lacks_columns_names_every_one_of_them_and_stores_nothing(
    fresh_shop: OpenShop, kind: Kind, chosen: st.DataObject
) -> None:
    shop = await fresh_shop()
    given_ = chosen.draw(st.lists(st.sampled_from(NEEDED[kind]), unique=True, max_size=len(NEEDED[kind]) - 1))
    mapping = Mapping(kind, {name: FieldSource(Constant("1")) for name in given_})
    received = await shop.receive(table("a,b", [("1", "2")]), kind)
    async with shop.unit() as unit:
        with pytest.raises(MappingIncomplete) as caught:
            await ImportService(unit, shop.storage).choose_mapping(received.id, mapping, ImportOptions())
    named: Any = caught.value.details["missing_fields"]
    lacking = set(NEEDED[kind]) - set(given_)
    assert {name for each in named for name in each.split(" or ") if name in NEEDED[kind]} == lacking
    assert len(named) == len(lacking)
    failed = await ImportRunner(shop.unit, shop.storage).run(received.id)
    assert failed.state is ImportState.FAILED
    assert failed.error is not None
    assert failed.error["details"]["missing_fields"]


@pytest.mark.property_test(5)
@_laws
@given(rows=st.lists(st.tuples(SKUS, AMOUNTS, MOMENTS), min_size=1, max_size=30))
async def test_the_newest_row_of_an_item_is_the_one_that_stays(
    fresh_shop: OpenShop, rows: list[tuple[str, str, str]]
) -> None:
    shop = await fresh_shop()
    done = await shop.import_(table("sku,price,updated_at", rows), Kind.PRODUCTS)
    newest: dict[str, tuple[str, int, str]] = {}
    for place, (sku, price, moment) in enumerate(rows):
        newest[sku] = max(newest.get(sku, ("", 0, "")), (moment, place, price))
    stored = await shop.rows("select sku, price from product where tenant_id = $1")
    assert dict(stored) == {sku: Decimal(price) for sku, (_, _, price) in newest.items()}
    assert balanced(done)
    assert done.counts.superseded == len(rows) - len(newest)


@pytest.mark.property_test(6, 48)
@_laws
@given(
    sessions=st.lists(st.none() | st.integers(0, 500), min_size=3, max_size=20),
    views=st.lists(st.none() | st.integers(0, 900), min_size=20, max_size=20),
)
async def test_missing_fields_are_filled_by_a_strategy_that_is_logged_or_reject_their_row(
    fresh_shop: OpenShop, sessions: list[int | None], views: list[int | None]
) -> None:
    shop = await fresh_shop()
    days = [f"{STARTS + timedelta(days=day):%Y-%m-%d}" for day in range(len(sessions))]
    rows = [
        ("MUG-1", day, *("" if value is None else value for value in pair))
        for day, *pair in zip(days, sessions, views, strict=False)
    ]
    content = table("sku,day,sessions,views", rows)
    done = await shop.import_(content, Kind.TRAFFIC, unknown_skus=UnknownSkus.CREATE)
    known = [place for place, value in enumerate(sessions) if value is not None]
    inner = [
        place for place in range(len(sessions)) if known and known[0] < place < known[-1] and sessions[place] is None
    ]
    if done.state is ImportState.FAILED:  # nothing but blanks: no column could be told
        assert not known
        return
    assert balanced(done)
    logged = {(each.field, each.strategy): each.rows for each in done.report.handled}
    assert logged.get(("sessions", "interpolate"), 0) == len(inner)
    stored = dict(await shop.rows("select day::text, sessions from traffic where tenant_id = $1"))
    assert sorted(stored) == [days[place] for place in sorted([*known, *inner])]
    for place in inner:
        before = sessions[max(each for each in known if each < place)]
        after = sessions[min(each for each in known if each > place)]
        assert before is not None
        assert after is not None
        assert min(before, after) <= stored[days[place]] <= max(before, after)
    missing = sum(group.rows for group in done.report.reject_groups if group.rule == "missing")
    assert missing == done.counts.rejected == len(sessions) - len(known) - len(inner)


SALES = st.lists(
    st.tuples(st.sampled_from(["A-1", "A-2", "A-3", "A-4"]), MOMENTS, SKUS, st.integers(1, 9), AMOUNTS),
    min_size=1,
    max_size=25,
)


@pytest.mark.property_test(53, 54)
@_laws
@given(lines=SALES, again=SALES)
async def test_every_stored_line_leads_back_to_its_row_and_an_undo_to_what_was_there(
    fresh_shop: OpenShop, lines: list[tuple[Any, ...]], again: list[tuple[Any, ...]]
) -> None:
    shop = await fresh_shop()
    header = "order_no,sold_at,sku,quantity,revenue"
    await shop.import_(table("sku,name,price", [(f"SKU-{n}", f"Thing {n}", "1.00") for n in range(12)]), Kind.PRODUCTS)
    first = await shop.import_(table(header, lines), Kind.SALES)
    assert balanced(first)
    query = """select o.sold_on::text, o.line_key::text, o.order_ref, p.sku, o.quantity, o.revenue, o.import_id, o.row_number
                 from order_line o join product p on p.tenant_id = $1 and p.id = o.product_id
                where o.tenant_id = $1 order by 1, 2"""
    before = await shop.rows(query)
    assert sorted(row[7] for row in before) == list(range(2, 2 + len(lines)))
    second = await shop.import_(table(header, again), Kind.SALES)
    assert balanced(second)
    files = {first.id: lines, second.id: again}
    for day, key, order_ref, sku, quantity, revenue, import_id, number in await shop.rows(query):
        given_ = files[import_id][number - 2]
        assert (order_ref, sku, quantity, revenue) == (given_[0], given_[2], given_[3], Decimal(given_[4]))
        assert day == given_[1][:10]
        assert key.isdecimal()
    day, key, *_, number = before[0]
    async with shop.unit() as unit:
        lineage = await LineageService(unit, shop.storage).trace(Kind.SALES, [day, key])
    assert lineage.origin is not None
    traced = files[lineage.origin.import_id][lineage.origin.row - 2]
    assert list(lineage.origin.cells.values()) == [str(cell) for cell in traced]
    if lineage.overwritten:
        assert lineage.overwritten[0].before["row_number"] == number
        assert lineage.overwritten[0].import_id == second.id
    await shop.undo(second)
    assert await shop.rows(query) == before
