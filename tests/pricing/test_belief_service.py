from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from tests.demand.test_response_service import PRICES, SOLD, estimate
from tests.factories.catalog import product_of
from tests.factories.price_moves import sell_at
from tests.factories.sales import FIRST

from shopwright.catalog.domain import ProductFilter
from shopwright.demand.service import DemandService
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId
from shopwright.pricing.belief_repository import BeliefRepository
from shopwright.pricing.belief_service import BeliefService
from shopwright.pricing.governance import Scope, ScopeKind
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.proposals import Proposal, ProposalFilter
from shopwright.pricing.reading import PricingReader
from shopwright.pricing.repricing import RepricingService

TAX = 190_000
ALL = ProductFilter()


@pytest.fixture
async def mug(database: Database, tenant: TenantId) -> UUID:
    """A mug at 10.00 whose demand is known: elasticity -2, about 40 a week. A pot of which nothing is known."""
    async with database.unit(tenant) as unit:
        await TenantRepository(unit).add("Shop", TenantSettings(), simulated=False)
    made = await product_of(database, tenant, cost=Decimal(3), category="Mugs")
    await product_of(database, tenant, "POT-1", category="Pots")
    # Long ago: a price that moved this week is held.
    await sell_at(database, tenant, made.id, PRICES, SOLD, FIRST - timedelta(days=300))
    await estimate(database, tenant)
    return made.id


async def form(unit: UnitOfWork) -> int:
    return await BeliefService(unit, TAX).form()


async def priced(unit: UnitOfWork, strategy: str, **rules: object) -> list[Proposal]:
    scope = Scope(ScopeKind.TENANT)
    await PolicyService(unit).create("All", scope, strategy, PolicyRules.read(rules))
    await RepricingService(unit, TAX).run(ALL, "test")
    return list((await PricingReader(unit).list_proposals(ProposalFilter(), None, 10)).items)


async def test_beliefs_are_formed_for_products_with_price_and_cost(
    database: Database, tenant: TenantId, mug: UUID
) -> None:
    await product_of(database, tenant, "FREE-1", cost=None)
    async with database.unit(tenant) as unit:
        assert await form(unit) == 2
        table = await BeliefRepository(unit).table([mug])
        assert table.product_ids == [mug]
        assert len(await BeliefRepository(unit).table()) == 2
        assert table.columns["refusals"].tolist() == [0]
        usual = table.columns["base_units"][0] * 7
        assert usual == pytest.approx(40 * (table.columns["centre"][0] / 10) ** -2, rel=0.25)
        assert (table.columns["slope_constant"] < 0).all()
        assert await form(unit) == 2  # they replace what was there


async def test_a_forecast_says_how_much_is_sold(database: Database, tenant: TenantId, mug: UUID) -> None:
    async with database.unit(tenant) as unit:
        await DemandService(unit).make_forecasts()
        forecast = (await DemandService(unit).expected_units())[mug]
        await form(unit)
        table = await BeliefRepository(unit).table([mug])
        columns = table.columns
        growth = np.exp(columns["slope_constant"] * np.log(10 / columns["centre"]))
        bent = np.exp(columns["slope_semi_log"] * (10 / columns["centre"] - 1))
        weight = columns["constant_weight"]
        assert columns["base_units"][0] * (weight * growth + (1 - weight) * bent)[0] == pytest.approx(forecast)


async def test_a_shop_without_estimates_believes_nothing(database: Database, tenant: TenantId) -> None:
    await product_of(database, tenant)
    async with database.unit(tenant) as unit:
        assert await form(unit) == 0
        assert len(await BeliefRepository(unit).table()) == 0


@pytest.mark.usefixtures("mug")
async def test_a_price_is_maximised_by_what_is_known_and_says_so(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await form(unit)
        [proposal] = await priced(unit, "profit_maximization", guardrails={"max_daily_change_ppm": None})
        [held] = (await PricingReader(unit).list_holds("held", None, None, 10)).items
    assert (proposal.sku, proposal.strategy) == ("MUG-1", "profit_maximization")
    assert proposal.expected is not None
    assert proposal.expected.elasticity_source == "estimated"
    assert float(proposal.expected.gain[1] or 0) > 0
    fact = proposal.explanation["strategy"]
    assert fact["elasticity"] == list(proposal.expected.elasticity)
    assert fact["units"] == list(proposal.expected.units)
    assert "units a week are expected" in proposal.reason
    [turn] = [one for one in proposal.explanation["what_if"] if one["change"] == "elasticity"]
    assert turn["words"].startswith("If demand answers more")
    assert held.sku == "POT-1"
    assert "response_unknown" in held.reasons
    assert held.explanation["strategy"]["refused"]
    assert held.explanation["sentence"].startswith("Keep 10.00 EUR: too little is known of how demand answers")


@pytest.mark.usefixtures("mug")
@pytest.mark.parametrize("strategy", ["ml_model", "automatic", "exploration", "rule_based"])
async def test_every_strategy_prices_a_shop(database: Database, tenant: TenantId, strategy: str) -> None:
    async with database.unit(tenant) as unit:
        await form(unit)
        rules = {"exploration": {"share_ppm": 1_000_000, "least_ppm": 1_000_000}}
        found = await priced(unit, strategy, **rules)
        holds = (await PricingReader(unit).list_holds(None, None, None, 10)).items
    assert len(found) + len(holds) == 2
    names = {proposal.explanation["strategy"]["name"] for proposal in found}
    names |= {hold.explanation["strategy"]["name"] for hold in holds}
    expected = {"automatic": {"profit_maximization", "rule_based"}}
    assert names == expected.get(strategy, {strategy})
    assert all(proposal.strategy == proposal.explanation["strategy"]["name"] for proposal in found)
    if strategy == "exploration":
        assert all(0 < proposal.explanation["strategy"]["chance"] <= 1 for proposal in found)
