from pathlib import Path

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
