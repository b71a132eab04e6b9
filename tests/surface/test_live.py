"""Web sockets stand in no OpenAPI document: what the walk over it does for requests, this does for live pages."""

import pytest
from tests.factories.live import live_server
from tests.factories.world import Shop, open_shop

from shopwright.app.live.topics import TOPICS
from shopwright.infra.db import Database


@pytest.mark.property_test(82, 84)
async def test_a_page_hears_nothing_of_all_that_another_shop_does(stranger: Shop, program_database: Database) -> None:
    async with live_server(program_database) as live, live.page(stranger.owner) as page:
        await page.until("snapshot", TOPICS[-1].name)
        victim = await open_shop(live.app, live.database)
        async with live.page(victim.owner) as own:
            await own.until("snapshot", TOPICS[-1].name)
            body = {"sku": victim.fresh("-"), "name": "Mug", "currency": "EUR", "price": "10"}
            product = (await victim.call("POST", "/catalog/products", body, 201))["id"]
            assert await own.hears("products", [product])
        body = {"sku": stranger.fresh("-"), "name": "Mug", "currency": "EUR", "price": "10"}
        mine = (await stranger.call("POST", "/catalog/products", body, 201))["id"]
        assert await page.hears("products", [mine])
        text = str(page.heard)
        assert victim.marker not in text
        assert {name: one for name, one in victim.ids.items() if one in text} == {}
        assert str(victim.owner.member) not in text
