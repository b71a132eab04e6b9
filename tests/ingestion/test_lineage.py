"""From the stored row to its line in the file."""

from decimal import Decimal

import pytest
from tests.factories.imports import Shop

from shopwright.ingestion.domain import ImportRowNotFound, StoredRowNotFound
from shopwright.ingestion.lineage import LineageService
from shopwright.ingestion.schemas import Kind

CONTENT = "Artikelnummer;Bezeichnung;Preis;Farbe\nmug 1;Becher;9,99 €;rot\nCUP-1;Tasse;abc;blau\n"


@pytest.mark.property_test(53)
async def test_a_stored_row_names_its_line_and_every_step(shop: Shop) -> None:
    done = await shop.import_(CONTENT, Kind.PRODUCTS)
    ((product_id,),) = await shop.rows("select id from product where tenant_id = $1")
    async with shop.unit() as unit:
        lineage = await LineageService(unit, shop.storage).trace(Kind.PRODUCTS, [str(product_id)])
    origin = lineage.origin
    assert origin is not None
    assert (origin.import_id, origin.row, origin.checksum) == (done.id, 2, done.checksum)
    assert origin.cells == {"Artikelnummer": "mug 1", "Bezeichnung": "Becher", "Preis": "9,99 €", "Farbe": "rot"}
    steps = {step.field: step for step in origin.steps}
    assert steps["price"].cells == {"Preis": "9,99 €"}
    assert str(steps["price"].value) == "9.990000"
    assert steps["price"].transform is not None
    assert steps["price"].transform["notation"]["decimal"] == ","
    assert (steps["normalised_sku"].value, steps["attributes"].value) == ("MUG1", '{"Farbe":"rot"}')
    assert steps["tax_basis"].handled == "default: the file has no such column: the shop's own terms"
    assert lineage.stored["normalised_sku"] == "MUG1"


async def test_a_rejected_row_says_why(shop: Shop) -> None:
    done = await shop.import_(CONTENT, Kind.PRODUCTS)
    async with shop.unit() as unit:
        traced = await LineageService(unit, shop.storage).trace_row(done.id, 3)
    assert traced.rejected == ("Preis: expected an amount such as 1234,5",)


@pytest.mark.property_test(54)
async def test_a_correction_keeps_what_was_there_and_when_it_went(shop: Shop) -> None:
    first = await shop.import_("sku,name,price\nMUG-1,Mug,9.99\n")
    second = await shop.import_("sku,name,price\nMUG-1,Mug,8.99\n")
    ((product_id,),) = await shop.rows("select id from product where tenant_id = $1")
    async with shop.unit() as unit:
        lineage = await LineageService(unit, shop.storage).trace(Kind.PRODUCTS, [str(product_id)])
    (before,) = lineage.overwritten
    assert (before.import_id, before.at) == (second.id, shop.database.clock.now())
    assert (before.before["price"], before.before["import_id"]) == (Decimal("9.99"), str(first.id))
    assert lineage.origin is not None
    assert lineage.origin.import_id == second.id


async def test_order_lines_counts_and_traffic_are_found_by_their_keys(shop: Shop) -> None:
    await shop.import_("sku,name,price\nMUG-1,Mug,9.99\n")
    await shop.import_("order_no,sold_at,sku,quantity,revenue\nA-1,2026-02-01,MUG-1,1,9.99\n")
    await shop.import_("sku,warehouse,quantity,counted_at\nMUG-1,main,5,2026-01-05 08:00\n")
    await shop.import_("sku,day,sessions,views\nMUG-1,2026-01-05,10,20\n")
    queries = {
        Kind.SALES: "select sold_on::text, line_key::text from order_line where tenant_id = $1",
        Kind.STOCK_LEVELS: "select product_id::text, warehouse, counted_at from stock_level where tenant_id = $1",
        Kind.TRAFFIC: "select product_id::text, day::text from traffic where tenant_id = $1",
    }
    for kind, query in queries.items():
        (key,) = await shop.rows(query)
        texts = [part if isinstance(part, str) else part.isoformat() for part in key]
        async with shop.unit() as unit:
            lineage = await LineageService(unit, shop.storage).trace(kind, texts)
        assert lineage.origin is not None
        assert lineage.origin.row == 2


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (Kind.PRODUCTS, ["nothing"]),
        (Kind.PRODUCTS, ["00000000-0000-8000-8000-000000000000"]),
        (Kind.SALES, ["2026-02-01"]),
        (Kind.SALES, ["2026-02-01", "x"]),
        (Kind.CUSTOMERS, ["x"]),
    ],
)
async def test_what_is_no_stored_row_is_not_found(shop: Shop, kind: Kind, key: list[str]) -> None:
    async with shop.unit() as unit:
        with pytest.raises(StoredRowNotFound):
            await LineageService(unit, shop.storage).trace(kind, key)


async def test_a_row_that_the_file_does_not_have_is_not_found(shop: Shop) -> None:
    done = await shop.import_(CONTENT, Kind.PRODUCTS)
    async with shop.unit() as unit:
        for number in (0, 1, 9):
            with pytest.raises(ImportRowNotFound):
                await LineageService(unit, shop.storage).trace_row(done.id, number)


@pytest.mark.property_test(82)
async def test_the_neighbours_rows_cannot_be_traced(shop: Shop, neighbour: Shop) -> None:
    await shop.import_(CONTENT, Kind.PRODUCTS)
    ((product_id,),) = await shop.rows("select id from product where tenant_id = $1")
    async with neighbour.unit() as unit:
        with pytest.raises(StoredRowNotFound):
            await LineageService(unit, neighbour.storage).trace(Kind.PRODUCTS, [str(product_id)])
