import asyncio
from dataclasses import replace
from datetime import date, timedelta

from tests.factories.identity import make_access

from shopwright.app.demo import DEMO_SHOPS, DemoShop, fill_shop, open_shop, seed_shop
from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService
from shopwright.identity.service.accounts import AccountService
from shopwright.identity.service.opening import Caller
from shopwright.identity.service.signing_in import SignInService
from shopwright.identity.service.tenants import TenantService
from shopwright.infra.db import Database
from shopwright.kit.events import SYSTEM
from shopwright.kit.ids import new_tenant_id
from shopwright.pricing.proposals import ProposalFilter
from shopwright.pricing.reading import PricingReader
from shopwright.simulation.spec import get_world

YESTERDAY = date(2026, 3, 1)


def a_shop() -> DemoShop:
    tenant = new_tenant_id()
    return replace(DEMO_SHOPS[0], tenant=tenant, domain=f"{tenant.hex[:8]}.example")


async def test_a_seeded_shop_has_a_past_and_decisions_that_wait(database: Database) -> None:
    shop, access = a_shop(), make_access(database)
    spec = replace(get_world(shop.world), products=20, days=60).ending(YESTERDAY)
    logins = await seed_shop(database, access, shop, spec, lambda _: None)
    async with database.unit(shop.tenant) as unit:
        tenant = await TenantService(unit).get()
        assert tenant.simulated
        assert "(simulated)" in tenant.name
        products = (await CatalogService(unit).list_products(ProductFilter(), limit=100)).items
        assert len(products) == 20
        assert (await PricingReader(unit).list_proposals(ProposalFilter(), None, 100)).items
        [days] = await unit.connection.fetch(
            "select min(sold_on) as first, max(sold_on) as last, count(*) as lines from order_line where tenant_id = $1",
            shop.tenant,
        )
        totals = await unit.connection.fetchval("select sum(units) from daily_sales where tenant_id = $1", shop.tenant)
    assert YESTERDAY - timedelta(days=60) < days["first"] <= days["last"] <= YESTERDAY
    assert days["lines"] > 1_000
    assert totals > 1_000
    owner = logins[0]
    signed_in = await SignInService(access, Caller("127.0.0.1", SYSTEM)).log_in(
        owner.email, owner.password, shop.tenant
    )
    assert signed_in.role == "owner"


def test_the_demo_has_two_shops_that_say_that_they_are_simulated() -> None:
    assert len(DEMO_SHOPS) == 2
    assert all("(simulated)" in shop.name for shop in DEMO_SHOPS)
    assert len({shop.settings.currency for shop in DEMO_SHOPS}) == 2


async def test_a_shop_is_filled_anew_and_its_people_stay(database: Database) -> None:
    shop, access = a_shop(), make_access(database)
    spec = replace(get_world(shop.world), products=10, days=30).ending(YESTERDAY)
    logins = await seed_shop(database, access, shop, spec, lambda _: None)
    await fill_shop(database, shop, replace(spec, products=12), lambda _: None)
    async with database.unit(shop.tenant) as unit:
        assert len((await CatalogService(unit).list_products(ProductFilter(), limit=100)).items) == 12
        created = "select count(*) from journal where tenant_id = $1 and name = 'pricing.policy_created'"
        assert await unit.connection.fetchval(created, shop.tenant) == 2
    assert await open_shop(database, access, shop, logins) == logins
    lost = await open_shop(database, access, shop)
    assert {login.email for login in lost}.isdisjoint(login.email for login in logins)
    for login in (*logins, *lost):
        caller = Caller(f"{login.email}", SYSTEM)
        signed_in = await SignInService(access, caller).log_in(login.email, login.password, shop.tenant)
        assert signed_in.role == login.role


async def test_two_shops_are_filled_side_by_side_each_month_in_its_own_table(database: Database) -> None:
    shops, last = (a_shop(), a_shop()), date(2005, 3, 31)
    accounts = AccountService(make_access(database), Caller("198.51.100.7", SYSTEM))
    for shop in shops:
        await accounts.ensure_tenant(shop.tenant, shop.name, simulated=True)
    spec = replace(get_world(shops[0].world), products=10, days=60).ending(last)
    filling = (fill_shop(database, shop, spec, lambda _: None) for shop in shops)
    await asyncio.wait_for(asyncio.gather(*filling), 60)
    for shop in shops:
        async with database.unit(shop.tenant) as unit:
            tables = await unit.connection.fetch(
                "select distinct tableoid::regclass::text as name from order_line where tenant_id = $1 order by 1",
                shop.tenant,
            )
        assert [row["name"] for row in tables] == ["order_line_200501", "order_line_200502", "order_line_200503"]
