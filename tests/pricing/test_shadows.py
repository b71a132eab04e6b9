from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from tests.factories import market
from tests.factories.proposals import product
from tests.factories.sales import FIRST, add_lines

from shopwright.catalog.domain import ProductFilter
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock
from shopwright.pricing.governance import Scope, ScopeKind
from shopwright.pricing.policies import Policy, PolicyRules, ScopeTaken
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.proposals import Proposal, ProposalFilter
from shopwright.pricing.reading import PricingReader
from shopwright.pricing.repricing import RepricingService
from shopwright.pricing.shadows import KEPT_DAYS, ShadowFilter, ShadowPrice, ShadowService
from shopwright.sales.service import SalesService

TAX = 190_000
ALL = ProductFilter()
EVERY = ShadowFilter()
SHOP = Scope(ScopeKind.TENANT)
LOWEST: dict[str, Any] = {"rule": {"position": "lowest"}}
SHADOW = {**LOWEST, "mode": "shadow"}


async def mug(unit: UnitOfWork, sku: str = "MUG-1", **columns: Any) -> None:
    """A product at 10.00 that sold 20 pieces, with rivals at 9.00 and 9.60."""
    identifier = await product(unit, sku, **columns)
    await market.offers(
        unit,
        {"competitor": "Beanhaus", "sku": sku, "price": Decimal("9.00")},
        {"competitor": "Roastly", "sku": sku, "price": Decimal("9.60")},
    )
    await add_lines(unit, identifier, {"quantity": Decimal(20), "sold_on": FIRST - timedelta(days=1)})
    await SalesService(unit).rebuild_daily()


async def policy(unit: UnitOfWork, rules: dict[str, Any], scope: Scope = SHOP) -> Policy:
    return await PolicyService(unit).create("A policy", scope, "rule_based", PolicyRules.read(rules))


async def reprice(unit: UnitOfWork) -> list[Proposal]:
    await RepricingService(unit, TAX).run(ALL, "test")
    return list((await PricingReader(unit).list_proposals(ProposalFilter(), None, 100)).items)


async def shadows(unit: UnitOfWork, wanted: ShadowFilter = EVERY) -> list[ShadowPrice]:
    return list((await ShadowService(unit).list_prices(wanted, None, 100)).items)


async def test_a_policy_in_shadow_is_written_down_beside_what_happens(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit)
        shadow = await policy(unit, SHADOW)
        [proposal] = await reprice(unit)
        [found] = await shadows(unit)
    assert (proposal.policy_id, proposal.proposed_price) == (None, Decimal("9.30"))
    assert (found.policy_id, found.sku, found.outcome) == (shadow.id, "MUG-1", "proposed")
    assert (found.current_price, found.live_price, found.shadow_price) == (Decimal(10), Decimal("9.30"), Decimal(9))
    assert found.reason.startswith("Lower from 10.00 to 9.00 EUR")
    assert found.gain is not None
    assert found.gain[0] < found.gain[1] < found.gain[2]
    assert found.strategy == "rule_based"


async def test_a_shadow_covers_its_scope_and_what_it_leaves_is_told(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit, category="Mugs")
        await mug(unit, "POT-1")
        await mug(unit, "CUP-1", category="Mugs", cost=None)
        await policy(unit, SHADOW, Scope(ScopeKind.CATEGORY, "Mugs"))
        await reprice(unit)
        found = {price.sku: price for price in await shadows(unit)}
    assert set(found) == {"MUG-1", "CUP-1"}
    assert (found["CUP-1"].outcome, found["CUP-1"].shadow_price, found["CUP-1"].gain) == ("no_price", None, None)
    assert found["CUP-1"].live_price == Decimal(10)


async def test_the_newest_of_a_day_stays_and_old_days_are_forgotten(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit)
        shadow = await policy(unit, SHADOW)
        await reprice(unit)
        await reprice(unit)
        assert len(await shadows(unit)) == 1
    later = database.at(FixedClock(database.clock.now() + timedelta(days=1)))
    async with later.unit(tenant) as unit:
        await reprice(unit)
        both = await shadows(unit)
        assert [price.day - both[1].day for price in both] == [timedelta(days=1), timedelta(0)]
        assert await shadows(unit, ShadowFilter(policy_id=uuid4())) == []
        assert await shadows(unit, ShadowFilter(product_id=both[0].product_id, day=both[1].day)) == [both[1]]
        first = await ShadowService(unit).list_prices(ShadowFilter(policy_id=shadow.id), None, 1)
        second = await ShadowService(unit).list_prices(ShadowFilter(policy_id=shadow.id), first.next_cursor, 1)
        assert [*first.items, *second.items] == both
    much_later = database.at(FixedClock(database.clock.now() + timedelta(days=KEPT_DAYS + 1)))
    async with much_later.unit(tenant) as unit:
        await reprice(unit)
        assert [price.day for price in await shadows(unit)] == [much_later.clock.now().date(), both[0].day]


async def test_a_policy_in_shadow_stands_beside_the_live_one_of_its_scope(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await policy(unit, {})
        shadow = await policy(unit, SHADOW)
        with pytest.raises(ScopeTaken):
            await policy(unit, SHADOW)
        with pytest.raises(ScopeTaken):
            await PolicyService(unit).change(
                shadow.id or uuid4(), "Live", "rule_based", PolicyRules.read(LOWEST), enabled=True, version=None
            )
        assert [one.rules.mode.value for one in await PolicyService(unit).list_policies()] == ["live", "shadow"]


async def test_a_policy_that_is_off_casts_no_shadow(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit)
        shadow = await policy(unit, SHADOW)
        rules = replace(shadow.rules)
        await PolicyService(unit).change(shadow.id or uuid4(), "Off", "rule_based", rules, enabled=False, version=None)
        await reprice(unit)
        assert await shadows(unit) == []


async def test_a_shop_sees_its_own_shadows_alone(database: Database, tenant: TenantId, other_tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit)
        await policy(unit, SHADOW)
        await reprice(unit)
    async with database.unit(other_tenant) as unit:
        assert await shadows(unit) == []
