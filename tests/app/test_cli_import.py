from pathlib import Path

import msgspec
from tests.factories.command_line import CommandLine, OpenedShop

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId

PRODUCTS = "sku,name,price,cost,currency\nA-1,Mug,10.00,4.00,EUR\nA-2,Plate,12.50,5.00,EUR\nA-3,Bowl,cheap,5.00,EUR\n"


def written(folder: Path, text: str, name: str = "products.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


async def skus(database: Database, tenant: TenantId) -> list[str]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch("select sku from product where tenant_id = $1 order by sku", tenant)
    return [row["sku"] for row in rows]


async def test_a_file_is_imported_its_rejects_written_and_all_of_it_taken_back(
    cli: CommandLine, shop: OpenedShop, present: Database, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    here = ("--shop", shop.id, "--kind", "products")
    answer = await cli("import", written(tmp_path, PRODUCTS), *here, "--rejects", rejects, "--json")
    assert answer.code == 0, answer.err
    [done] = answer.json
    assert done["state"] == "completed"
    assert (done["counts"]["read"], done["counts"]["new"], done["counts"]["rejected"]) == (3, 2, 1)
    assert await skus(present, shop.id) == ["A-1", "A-2"]
    assert "cheap" in rejects.read_text("utf-8-sig")
    again = await cli("import", written(tmp_path, PRODUCTS), *here)
    assert again.code == 0
    assert "Rejected" in again.out
    undone = await cli("import", "--undo", done["id"], "--shop", shop.id, "--json")
    assert undone.json["removed"] == 2
    assert await skus(present, shop.id) == []


async def test_a_dry_run_stores_nothing(cli: CommandLine, shop: OpenedShop, present: Database, tmp_path: Path) -> None:
    answer = await cli("import", written(tmp_path, PRODUCTS), "--kind", "products", "--shop", shop.id, "--dry-run")
    assert answer.code == 0, answer.err
    assert "dry run" in answer.out
    assert await skus(present, shop.id) == []
    async with present.unit(shop.id) as unit:
        assert await unit.connection.fetchval("select count(*) from import where tenant_id = $1", shop.id) == 0


async def test_columns_can_be_named(cli: CommandLine, shop: OpenedShop, present: Database, tmp_path: Path) -> None:
    odd = "x1,x2,x3\nA-1,Mug,10.00\nA-2,Plate,12.50\n"
    maps = ("--map", "sku=x1", "--map", "name=x2", "--map", "price=x3")
    answer = await cli("import", written(tmp_path, odd), "--kind", "products", *maps, "--shop", shop.id, "--json")
    assert answer.code == 0, answer.err
    async with present.unit(shop.id) as unit:
        rows = await unit.connection.fetch("select name, price from product where tenant_id = $1 order by sku", shop.id)
    assert [(row["name"], str(row["price"])[:5]) for row in rows] == [("Mug", "10.00"), ("Plate", "12.50")]
    absent = await cli("import", written(tmp_path, odd), "--kind", "products", "--map", "sku=x9", "--shop", shop.id)
    assert absent.error is not None
    assert absent.error.code == "mapping_invalid"


async def test_what_cannot_be_imported_ends_with_the_code_of_its_error(
    cli: CommandLine, shop: OpenedShop, present: Database, tmp_path: Path
) -> None:
    nameless = written(tmp_path, "colour,size\nred,4\nblue,5\n")
    answer = await cli("import", nameless, "--kind", "products", "--shop", shop.id)
    assert answer.code == 2
    assert "Nothing of it was stored" in answer.err
    assert await skus(present, shop.id) == []
    assert (await cli("import", nameless, "--kind", "wishes", "--shop", shop.id)).code == 2
    assert (await cli("import", "--shop", shop.id)).code == 2
    assert (await cli("import", nameless, "--map", "sku", "--shop", shop.id)).code == 2


SALES = "sku,order date,quantity,unit price\nA-1,2026-01-02,1,9.00\nA-1,2026-01-03,2,9.00\nB-7,2026-01-03,1,5.00\n"


async def test_rows_of_unknown_products_are_told_with_the_way_out(
    cli: CommandLine, shop: OpenedShop, present: Database, tmp_path: Path
) -> None:
    sales = written(tmp_path, SALES, "sales.csv")
    refused = await cli("import", sales, "--shop", shop.id)
    assert "3 rows name products that the shop does not have" in refused.err
    assert "--create-products" in refused.err
    made = await cli("import", sales, "--shop", shop.id, "--create-products")
    assert "2 products were made from its lines." in made.err
    assert await skus(present, shop.id) == ["A-1", "B-7"]


async def test_a_named_column_is_read_with_the_lists_in_its_cells(
    cli: CommandLine, shop: OpenedShop, present: Database, tmp_path: Path
) -> None:
    """Three sightings of one product, the newest moment of each somewhere in its list: the newest of all counts."""
    seen = [("10", "2017-03-01T06:00:00Z,2017-03-09T06:00:00Z"), ("12", "2017-02-01T06:00:00Z,2017-02-02T06:00:00Z"),
            ("11", "2017-04-01T06:00:00Z,2017-01-01T06:00:00Z")]  # fmt: skip
    lines = "".join(f'A-1,Mug,{price},"{moments}"\n' for price, moments in (*seen[2:], *seen[:2]))
    file = written(tmp_path, "sku,name,price,sightings\n" + lines)
    maps = ("--map", "updated_at=sightings")
    answer = await cli("import", file, "--kind", "products", *maps, "--shop", shop.id, "--json")
    [done] = answer.json
    assert (done["counts"]["new"], done["counts"]["superseded"]) == (1, 2)
    assert [one for one in done["handled"] if one["strategy"] == "set_aside"] == []
    async with present.unit(shop.id) as unit:
        assert await unit.connection.fetchval("select price from product where tenant_id = $1", shop.id) == 11


async def test_values_that_are_left_out_of_stored_rows_are_told(
    cli: CommandLine, shop: OpenedShop, tmp_path: Path
) -> None:
    file = written(tmp_path, "sku,name,price,cost\nA-1,Mug,10.00,unknown yet\nA-2,Plate,12.50,5.00\n")
    answer = await cli("import", file, "--kind", "products", "--shop", shop.id)
    told = " ".join(answer.out.split())
    assert "Stored without these values" in told
    assert "products.csv 1 cost" in told


async def test_a_guessed_mapping_is_written_corrected_and_given_back(
    cli: CommandLine, shop: OpenedShop, present: Database, tmp_path: Path
) -> None:
    odd = written(tmp_path, "x1,x2,week,units\n1,2.50,1,10\n2,3.50,1,11\n", "wide.csv")
    guessed = tmp_path / "mapping.json"
    answer = await cli("import", odd, "--kind", "sales", "--write-mapping", guessed, "--shop", shop.id)
    assert answer.code == 2
    assert "no column looks like sku" in answer.err
    mapping = msgspec.json.decode(guessed.read_bytes())
    mapping["fields"] |= {
        "sku": {"source": {"transform": "column", "column": "x1"}},
        "unit_price": {"source": {"transform": "column", "column": "x2"}},
        "sold_at": {"source": {"transform": "weektodate", "column": "week", "anchor": "2026-01-05"}},
    }
    guessed.write_bytes(msgspec.json.encode(mapping))
    done = await cli("import", odd, "--mapping", guessed, "--create-products", "--shop", shop.id, "--json")
    assert done.json[0]["counts"]["new"] == 2
    assert await skus(present, shop.id) == ["1", "2"]
    unknown = await cli("import", odd, "--kind", "sales", "--map", "wish=x1", "--shop", shop.id)
    assert unknown.error is not None
    assert unknown.error.code == "mapping_invalid"
    assert (await cli("import", odd, odd, "--write-mapping", guessed, "--shop", shop.id)).code == 2
