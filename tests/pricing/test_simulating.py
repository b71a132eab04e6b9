from decimal import Decimal

from tests.pricing.test_shadows import ALL, LOWEST, SHOP, TAX, mug, policy, reprice, shadows

from shopwright.catalog.domain import ProductFilter
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.pricing.governance import Scope, ScopeKind
from shopwright.pricing.policies import Policy, PolicyRules
from shopwright.pricing.reading import PricingReader
from shopwright.pricing.repricing import RepricingService
from shopwright.pricing.simulating import Branch

TRIED = Policy(None, "Tried", SHOP, "rule_based", PolicyRules.read(LOWEST))


async def test_a_policy_is_tried_by_branch_and_nothing_is_written(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit, category="Mugs")
        await mug(unit, "MUG-2", category="Mugs", price=Decimal("8.90"))
        await mug(unit, "MUG-3", category="Mugs", price=Decimal("9.00"))
        await mug(unit, "POT-1", cost=None)
        found = await RepricingService(unit, TAX).simulate(TRIED, ALL)
        assert (await PricingReader(unit).list_runs(None, 10)).items == []
        assert (await PricingReader(unit).list_holds(None, None, None, 10)).items == []
        assert await shadows(unit) == []
    mugs, rest = found.branches
    assert (mugs.category, mugs.currency, mugs.products, mugs.whole) == ("Mugs", "EUR", 3, False)
    assert (mugs.ups, mugs.downs, mugs.held, mugs.no_price) == (1, 1, 1, 0)
    assert (rest.category, rest.products, rest.no_price, rest.expected) == (None, 1, 1, 0)
    assert mugs.mean_change_ppm == round((-100_000 + 100_000 * 10 // 89) / 2)
    assert mugs.expected == 2
    assert mugs.profit[0] < mugs.profit[1] < mugs.profit[2]
    assert mugs.gain[0] < mugs.gain[1] < mugs.gain[2]
    [total] = found.totals
    assert (total.whole, total.products, total.gain) == (True, 4, mugs.gain)
    assert found.strategies == {"rule_based": 4}
    assert found.reasons["cost_missing"] == 1


async def test_what_is_tried_is_what_a_run_would_do(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit)
        live = await policy(unit, LOWEST)
        found = await RepricingService(unit, TAX).simulate(live, ALL)
        [proposal] = await reprice(unit)
    assert proposal.expected is not None
    [total] = found.totals
    assert [str(end) for end in total.gain] == list(proposal.expected.gain)
    assert total.units == proposal.expected.units


async def test_only_the_scope_and_the_selection_count(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await mug(unit, category="Mugs")
        await mug(unit, "POT-1", category="Pots")
        pots = Policy(None, "Pots", Scope(ScopeKind.CATEGORY, "Pots"), "rule_based", TRIED.rules)
        service = RepricingService(unit, TAX)
        assert [branch.category for branch in (await service.simulate(pots, ALL)).branches] == ["Pots"]
        assert (await service.simulate(pots, ProductFilter(category="Mugs"))).branches == []
        assert len((await service.simulate(TRIED, ProductFilter(category="Mugs"))).branches) == 1


async def test_it_says_when_the_circuit_breaker_would_stop_it(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        for number in range(30):
            await mug(unit, f"MUG-{number}")
        found = await RepricingService(unit, TAX).simulate(TRIED, ALL)
    assert len(found.breaker) >= 1


def test_branches_add_up_with_their_mean_change_weighed() -> None:
    whole = Branch(None, "EUR", products=2, ups=2, mean_change_ppm=30_000, units=(1.0, 2.0, 3.0))
    whole.add(Branch(None, "EUR", products=2, downs=1, held=1, mean_change_ppm=-60_000, units=(1.0, 1.0, 1.0)))
    assert (whole.products, whole.ups, whole.downs, whole.held, whole.mean_change_ppm) == (4, 2, 1, 1, 0)
    assert whole.units == (2.0, 3.0, 4.0)
    whole.add(Branch(None, "EUR", products=1, no_price=1))
    assert (whole.products, whole.mean_change_ppm) == (5, 0)
