"""Imports from file to row and back, each kind through the whole pipeline and the database."""

import gzip
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from tests.factories.imports import Shop
from tests.factories.journal import events_of

from shopwright.catalog.loading import Precedence
from shopwright.infra.bulk import UndoCounts
from shopwright.infra.storage import ObjectNotFound
from shopwright.ingestion.domain import (
    ImportChecked,
    ImportCompleted,
    ImportDeleted,
    ImportFailed,
    ImportNotFound,
    ImportOptions,
    ImportReceived,
    ImportState,
    ImportStateRefused,
    ImportUndone,
    RejectsNotFound,
    RowCounts,
    UnknownSkus,
)
from shopwright.ingestion.mapping import MappingIncomplete
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.service import ImportService

PRODUCTS = "sku,name,price,cost,brand\nMUG-1,Mug,9.99,4.00,Acme\nCUP-1,Cup,7.50,3.00,Acme\n"
SALES = (
    "order_no,sold_at,sku,quantity,revenue\n"
    "A-1,2026-02-01 10:00:00,MUG-1,2,19.98\n"
    "A-1,2026-02-01 10:00:00,CUP-1,1,7.50\n"
    "A-2,2026-02-03 11:30:00,MUG-1,1,9.99\n"
)
BY_KIND: dict[Kind, tuple[str, str, str]] = {
    Kind.PRODUCTS: (PRODUCTS, PRODUCTS.replace("9.99", "8.99"), "product"),
    Kind.SALES: (SALES, SALES.replace("MUG-1,2,19.98", "MUG-1,2,18.00"), "order_line"),
    Kind.REVIEWS: (
        "sku,rating,text,date\nMUG-1,5,A fine mug for tea,2026-01-05\nCUP-1,2,It leaks all over,2026-01-06\n",
        "sku,rating,text,date\nMUG-1,3,A fine mug for tea,2026-01-05\nCUP-1,2,It leaks all over,2026-01-06\n",
        "review",
    ),
    Kind.STOCK_LEVELS: (
        "sku,warehouse,quantity,counted_at\nMUG-1,main,5,2026-01-05 08:00\nCUP-1,main,7,2026-01-05 08:00\n",
        "sku,warehouse,quantity,counted_at\nMUG-1,main,6,2026-01-05 08:00\nCUP-1,main,7,2026-01-05 08:00\n",
        "stock_level",
    ),
    Kind.TRAFFIC: (
        "sku,day,sessions,views\nMUG-1,2026-01-05,10,20\nCUP-1,2026-01-05,4,4\n",
        "sku,day,sessions,views\nMUG-1,2026-01-05,11,20\nCUP-1,2026-01-05,4,4\n",
        "traffic",
    ),
    Kind.COMPETITOR_PRICES: (
        "competitor,sku,title,price,seen_at\nRival,MUG-1,Mug,8.99,2026-01-05 08:00\nRival,,Some bowl,5.00,2026-01-05 08:00\n",
        "competitor,sku,title,price,seen_at\nRival,MUG-1,Mug,8.49,2026-01-06 08:00\nRival,,Some bowl,5.00,2026-01-05 08:00\n",
        "offer",
    ),
}


@pytest.fixture(params=BY_KIND)
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


async def stocked(shop: Shop, kind: Kind) -> None:
    """Give the shop the products that the files of all kinds name."""
    if kind is not Kind.PRODUCTS:
        await shop.import_(PRODUCTS, Kind.PRODUCTS)


async def stored(shop: Shop, kind: Kind) -> list[dict[str, Any]]:
    query = f"select to_jsonb(t) from {BY_KIND[kind][2]} t where tenant_id = $1 order by import_id, row_number"
    return [row[0] for row in await shop.rows(query)]


async def test_the_kind_is_recognised_and_the_rows_are_stored_once(shop: Shop, kind: Kind) -> None:
    await stocked(shop, kind)
    first = await shop.import_(BY_KIND[kind][0])
    rows = len(BY_KIND[kind][0].splitlines()) - 1
    assert (first.kind, first.state, first.error) == (kind, ImportState.COMPLETED, None)
    assert first.counts == RowCounts(read=rows, new=rows)
    again = await shop.import_(BY_KIND[kind][0])
    assert again.counts == RowCounts(read=rows, unchanged=rows)
    assert [row["import_id"] for row in await stored(shop, kind)] == [str(first.id)] * rows


async def test_a_check_counts_as_the_run_will_and_stores_nothing(shop: Shop, kind: Kind) -> None:
    await stocked(shop, kind)
    await shop.import_(BY_KIND[kind][0])
    before = await stored(shop, kind)
    received = await shop.receive(BY_KIND[kind][1], kind)
    async with shop.unit() as unit:
        checked = await ImportService(unit, shop.storage).check(received.id)
        assert [type(event) for event in unit.events] == [ImportChecked]
    assert checked.state is ImportState.CHECKED
    assert await stored(shop, kind) == before
    async with shop.unit() as unit:
        done = await ImportService(unit, shop.storage).run(received.id)
    assert (done.state, done.counts) == (ImportState.COMPLETED, checked.counts)
    assert done.counts.changed == 1


async def test_an_import_can_be_undone(shop: Shop, kind: Kind) -> None:
    await stocked(shop, kind)
    await shop.import_(BY_KIND[kind][0])
    before = await stored(shop, kind)
    second = await shop.import_(BY_KIND[kind][1])
    counts = await shop.undo(second)
    assert (counts.restored, counts.kept) == (1, 0)
    moving = {"version", "pricing_version", "updated_at"}
    after = [{k: v for k, v in row.items() if k not in moving} for row in await stored(shop, kind)]
    assert after == [{k: v for k, v in row.items() if k not in moving} for row in before]


async def test_the_neighbours_rows_and_imports_are_out_of_sight(shop: Shop, neighbour: Shop, kind: Kind) -> None:
    for each in (shop, neighbour):
        await stocked(each, kind)
    mine = await shop.import_(BY_KIND[kind][0])
    before = await stored(shop, kind)
    theirs = await neighbour.import_(BY_KIND[kind][1])
    assert theirs.counts.new == theirs.counts.read
    async with neighbour.unit() as unit:
        service = ImportService(unit, neighbour.storage)
        page = await service.list_imports(kind=kind)
        assert [import_.id for import_ in page.items if import_.kind is kind] == [theirs.id]
        for ask in (service.get_import, service.run, service.undo, service.delete, service.rejects, service.preview):
            with pytest.raises(ImportNotFound):
                await ask(mine.id)
        with pytest.raises(ObjectNotFound):
            await neighbour.storage.get(mine.raw_key)
    assert await stored(shop, kind) == before


async def test_unknown_skus_are_rejected_with_their_rows(shop: Shop) -> None:
    await shop.import_(PRODUCTS)
    done = await shop.import_(
        SALES.replace("A-2,2026-02-03 11:30:00,MUG-1", "A-2,2026-02-03 11:30:00,PAN-7"), Kind.SALES
    )
    assert done.counts == RowCounts(read=3, new=2, rejected=1)
    (group,) = done.report.reject_groups
    assert (group.column, group.rule, group.example, group.first_row) == ("sku", "unknown_sku", "PAN-7", 4)
    lines = (await shop.rejects(done.id)).splitlines()
    assert lines[0].lstrip("\ufeff") == "order_no,sold_at,sku,quantity,revenue,row,column,found,expected,reason"
    assert lines[1].startswith("A-2,2026-02-03 11:30:00,PAN-7,1,9.99,4,sku,PAN-7,the SKU of a product of the shop,")


async def test_a_sku_finds_its_product_however_it_is_punctuated_unless_two_could_be_meant(shop: Shop) -> None:
    await shop.import_("sku,name,price\nMUG-1,Mug,1\nCU-P1,Cup,1\nCUP-1,Other cup,1\n")
    done = await shop.import_(SALES.replace("MUG-1", "mug 1").replace("CUP-1", "CUP1"), Kind.SALES)
    assert (done.counts.new, done.counts.rejected) == (2, 1)
    assert done.report.reject_groups[0].rule == "ambiguous_sku"


async def test_products_are_made_from_lines_on_demand_and_go_with_an_undo(shop: Shop) -> None:
    content = (
        "order_no,sold_at,sku,product name,quantity,unit_price\n"
        "A-1,2026-02-01 10:00:00,MUG-1,Mug old,2,9.00\n"
        "A-3,2026-02-05 10:00:00,mug 1,Mug new,1,9.99\n"
        "A-2,2026-02-03 10:00:00,MUG-1,Mug mid,1,9.50\n"
    )
    done = await shop.import_(content, Kind.SALES, unknown_skus=UnknownSkus.CREATE)
    assert (done.counts.new, done.report.created_products, done.report.products) == (3, 1, 1)
    products = await shop.rows("select sku, name, price, cost, row_number from product where tenant_id = $1")
    assert products == [("mug 1", "Mug new", Decimal("9.99"), None, 3)]
    lines = await shop.rows(
        "select count(*) from order_line o join product p on p.tenant_id = $1 and p.id = o.product_id where o.tenant_id = $1"
    )
    assert lines == [(3,)]
    assert await shop.undo(done) == UndoCounts(removed=3)
    assert await shop.rows("select sku from product where tenant_id = $1") == []
    assert await shop.rows("select 1 from order_line where tenant_id = $1") == []


async def test_products_that_later_rows_name_outlive_the_undo_as_archived(shop: Shop) -> None:
    first = await shop.import_(SALES, Kind.SALES, unknown_skus=UnknownSkus.CREATE)
    await shop.import_(
        BY_KIND[Kind.TRAFFIC][0].replace("CUP-1", "MUG-1", 1).splitlines()[0] + "\nMUG-1,2026-01-05,10,20\n"
    )
    await shop.undo(first)
    assert await shop.rows("select sku, status from product where tenant_id = $1") == [("MUG-1", "archived")]


async def test_a_file_without_a_currency_leaves_that_of_known_products(shop: Shop) -> None:
    await shop.import_("sku,name,price,currency\nMUG-1,Mug,9.99,USD\n")
    await shop.import_("sku,price,brand\nMUG-1,8.99,Acme\nCUP-1,5.00,Acme\n", Kind.PRODUCTS)
    rows = await shop.rows("select sku, name, price, currency from product where tenant_id = $1 order by sku")
    assert rows == [("CUP-1", "CUP-1", Decimal(5), "EUR"), ("MUG-1", "Mug", Decimal("8.99"), "USD")]


async def test_blanks_are_filled_only_where_the_shop_wins(shop: Shop) -> None:
    await shop.import_(PRODUCTS)
    done = await shop.import_(
        "sku,name,price,category\nMUG-1,Other,1.00,Kitchen\n", Kind.PRODUCTS, precedence=Precedence.SHOP
    )
    assert done.counts.changed == 1
    rows = await shop.rows("select name, price, category from product where tenant_id = $1 and sku = 'MUG-1'")
    assert rows == [("Mug", Decimal("9.99"), "Kitchen")]


async def test_equal_lines_are_two_sales_and_are_pointed_out(shop: Shop) -> None:
    await shop.import_(PRODUCTS)
    twice = SALES + SALES.splitlines()[1] + "\n"
    done = await shop.import_(twice, Kind.SALES)
    assert (done.counts.new, done.report.doubled_lines) == (4, 1)
    assert (await shop.import_(twice, Kind.SALES)).counts.unchanged == 4


async def test_a_wrong_mapping_fails_the_import_and_stores_nothing(shop: Shop) -> None:
    await shop.import_(PRODUCTS)
    failed = await shop.import_("sku,colour\nMUG-1,red\n", Kind.SALES)
    assert failed.state is ImportState.FAILED
    assert failed.error is not None
    assert failed.error["code"] == "mapping_incomplete"
    assert await shop.rows("select 1 from order_line where tenant_id = $1") == []
    events = [event for event in await events_of(shop.database, shop.tenant) if isinstance(event, ImportFailed)]
    assert [event.code for event in events] == ["mapping_incomplete"]


async def test_a_kind_without_a_table_fails_the_import(shop: Shop) -> None:
    failed = await shop.import_("customer_ref,name,email\n1,Ann,ann@shop.test\n", Kind.CUSTOMERS)
    assert failed.error is not None
    assert failed.error["code"] == "import_kind_not_stored"


async def test_a_broken_file_is_refused_whole_or_imported_up_to_the_break(shop: Shop) -> None:
    lines = "".join(f"S-{number},Thing {number},{number}.99\n" for number in range(1, 20_001))
    packed = gzip.compress(("sku,name,price\n" + lines).encode())
    path = shop.file(packed[: len(packed) * 3 // 4], "broken.csv.gz")
    failed = await shop.import_(path, Kind.PRODUCTS)
    assert failed.error is not None
    assert failed.error["code"] == "file_truncated"
    assert await shop.rows("select 1 from product where tenant_id = $1 limit 1") == []
    done = await shop.import_(path, Kind.PRODUCTS, until_break=True)
    assert done.state is ImportState.COMPLETED
    assert 5_000 < done.counts.new < 20_000
    assert "in the middle" in done.report.notes[0]


async def test_a_failed_import_runs_once_the_mapping_is_corrected(shop: Shop) -> None:
    await shop.import_(PRODUCTS)
    failed = await shop.import_("art,wann,menge,umsatz\nMUG-1,2026-02-01,2,19.98\n", Kind.REVIEWS)
    assert failed.state is ImportState.FAILED
    names = {"sku": "art", "sold_at": "wann", "quantity": "menge", "revenue": "umsatz"}
    async with shop.unit() as unit:
        service = ImportService(unit, shop.storage)
        preview = await service.preview(failed.id)
        fields = {
            name: {"source": {"transform": "column", "column": column}, "notation": notation}
            for name, column in names.items()
            for notation in [msgspec.to_builtins(preview.profile.column(column).notation)]
        }
        mapping = msgspec.convert({"kind": "sales", "fields": fields}, type(failed.mapping))
        await service.choose_mapping(failed.id, mapping, ImportOptions(), keep=True)
    async with shop.unit() as unit:
        done = await ImportService(unit, shop.storage).run(failed.id)
    assert (done.kind, done.counts) == (Kind.SALES, RowCounts(read=1, new=1))
    assert await shop.rows("select sold_at, sold_on::text from order_line where tenant_id = $1") == [
        (None, "2026-02-01")
    ]
    kept = await shop.receive("art,wann,menge,umsatz\nMUG-1,2026-02-02,1,9.99\n")
    assert (kept.kind, kept.mapping) == (Kind.SALES, mapping)


async def test_an_incomplete_mapping_is_not_taken(shop: Shop) -> None:
    received = await shop.receive(SALES)
    async with shop.unit() as unit:
        mapping = msgspec.structs.replace(received.mapping, fields={})
        with pytest.raises(MappingIncomplete):
            await ImportService(unit, shop.storage).choose_mapping(received.id, mapping, ImportOptions())
    async with shop.unit() as unit:
        assert (await ImportService(unit, shop.storage).get_import(received.id)).mapping == received.mapping


async def test_the_same_bytes_are_recognised(shop: Shop) -> None:
    first = await shop.import_(PRODUCTS)
    second = await shop.receive(PRODUCTS)
    async with shop.unit() as unit:
        assert (await ImportService(unit, shop.storage).preview(second.id)).same_as == first.id


async def test_every_step_is_in_the_journal_with_its_counts(shop: Shop) -> None:
    done = await shop.import_(SALES, unknown_skus=UnknownSkus.CREATE)
    await shop.undo(done)
    events = [e for e in await events_of(shop.database, shop.tenant) if e.subject_id == str(done.id)]
    assert [type(event) for event in events] == [ImportReceived, ImportCompleted, ImportUndone]
    completed, undone = events[1], events[2]
    assert isinstance(completed, ImportCompleted)
    assert isinstance(undone, ImportUndone)
    assert (completed.counts["new"], completed.products, completed.created_products) == (3, 2, 2)
    assert (str(completed.first_day), str(completed.last_day)) == ("2026-02-01", "2026-02-03")
    assert (undone.removed, undone.removed_products) == (3, 2)


async def test_an_import_runs_once(shop: Shop) -> None:
    done = await shop.import_(PRODUCTS)
    async with shop.unit() as unit:
        service = ImportService(unit, shop.storage)
        for ask in (service.run, service.check, service.queue, service.delete):
            with pytest.raises(ImportStateRefused):
                await ask(done.id)
    await shop.undo(done)
    with pytest.raises(ImportStateRefused):
        await shop.undo(done)


async def test_rejects_are_not_found_where_there_are_none(shop: Shop) -> None:
    done = await shop.import_(PRODUCTS)
    with pytest.raises(RejectsNotFound):
        await shop.rejects(done.id)


@pytest.mark.property_test(56)
async def test_a_deleted_import_leaves_a_record_of_what_it_was(shop: Shop) -> None:
    done = await shop.import_(PRODUCTS)
    await shop.undo(done)
    async with shop.unit() as unit:
        await ImportService(unit, shop.storage).delete(done.id)
    (deleted,) = [e for e in await events_of(shop.database, shop.tenant) if isinstance(e, ImportDeleted)]
    assert deleted.before["checksum"] == done.checksum
    assert deleted.before["counts"]["new"] == 2
    with pytest.raises(ObjectNotFound):
        await shop.storage.get(done.raw_key)
