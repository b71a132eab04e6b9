import pytest
from tests.factories import identity as people

from shopwright.identity.service.directory import ShopDirectory, ShopNotNamed
from shopwright.infra.db import Database
from shopwright.kit.ids import SYSTEM_TENANT


async def test_of_several_shops_one_has_to_be_named(database: Database) -> None:
    shops = [await people.shop(database) for _ in range(2)]
    async with database.unit(SYSTEM_TENANT) as unit:
        directory = ShopDirectory(unit)
        with pytest.raises(ShopNotNamed) as refused:
            await directory.get_shop(None)
        found = [(await directory.get_shop(str(one.tenant))).id for one in shops]
    assert found == [one.tenant for one in shops]
    named = str(refused.value.details["shops"])
    assert all(str(one.tenant) in named for one in shops)
