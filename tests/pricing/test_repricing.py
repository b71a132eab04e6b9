from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from tests.factories import market
from tests.factories.proposals import product
from tests.factories.sales import FIRST, add_lines

from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId
from shopwright.kit.time import FixedClock
from shopwright.pricing.applying import ApplyService
from shopwright.pricing.breaker import BreakerRules
from shopwright.pricing.decisions import DecisionService
from shopwright.pricing.editing import EditingService
from shopwright.pricing.governance import Governance, Scope, ScopeKind
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.proposals import (
    PriceRefused,
    PricingHalted,
    Proposal,
    ProposalFilter,
    ProposalOrder,
    ProposalState,
)
from shopwright.pricing.reading import PricingReader
from shopwright.pricing.repricing import RepricingService, RunReport
from shopwright.sales.service import SalesService

TAX = 190_000
ALL = ProductFilter()
ANNA = uuid4()
BERLIN = ZoneInfo("Europe/Berlin")


async def shop(unit: UnitOfWork, **columns: Any) -> UUID:
    """One product at 10.00 with rivals at 9.00 and 9.60 delivered."""
    identifier = await product(unit, "A-1", **columns)
    await market.offers(
        unit,
        {"competitor": "Beanhaus", "sku": "A-1", "price": Decimal("9.00")},
        {"competitor": "Roastly", "sku": "A-1", "price": Decimal("9.10"), "shipping": Decimal("0.50")},
        {"competitor": "KaffeeKing", "sku": "A-1", "price": Decimal("5.00"), "availability": "out_of_stock"},
    )
    return identifier


async def reprice(unit: UnitOfWork, selection: ProductFilter = ALL) -> RunReport:
    return await RepricingService(unit, TAX).run(selection, "test")


async def open_proposals(unit: UnitOfWork) -> list[Proposal]:
    return list((await PricingReader(unit).list_proposals(ProposalFilter(), None, 100)).items)


async def names(database: Database, tenant: TenantId) -> list[str]:
    async with database.unit(tenant) as unit:
        rows = await unit.connection.fetch("select name from journal where tenant_id = $1 order by id", tenant)
    return [row["name"] for row in rows if row["name"].startswith(("pricing.", "catalog."))]


async def test_a_price_is_proposed_with_its_reasons(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await shop(unit)
        report = await reprice(unit)
        [proposal] = await open_proposals(unit)
    assert report.run.counts == {"proposed": 1, "held": 0, "no_price": 0}
    assert (proposal.current_price, proposal.proposed_price) == (Decimal(10), Decimal("9.30"))
    assert proposal.confidence == 75
    why = proposal.explanation
    assert {rival["competitor"]: rival["used"] for rival in why["rivals"]} == {
        "Beanhaus": True, "Roastly": True, "KaffeeKing": False,
    }  # fmt: skip
    assert next(r for r in why["rivals"] if not r["used"])["excluded"] == ["out_of_stock"]
    assert {limit["kind"] for limit in why["limits"]} >= {"cost", "minimum_price", "maximum_price", "daily_drop"}


async def test_a_price_says_what_it_is_expected_to_bring(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        identifier = await shop(unit)
        await add_lines(unit, identifier, {"quantity": Decimal(14), "sold_on": FIRST + timedelta(days=13)}, {})
        await SalesService(unit).rebuild_daily()
        await reprice(unit)
        [proposal] = await open_proposals(unit)
        assert proposal.expected is not None
        assert (proposal.expected.units_now, proposal.expected.sales_until) == (7.5, FIRST + timedelta(days=13))
        edited = await EditingService(unit, TAX).edit(proposal.id, Decimal("9.50"), None)
        assert await PricingReader(unit).get_proposal(proposal.id) == replace(edited, version=edited.version + 1)
    assert edited.expected is not None
    assert edited.expected.profit != proposal.expected.profit


async def test_proposals_come_by_the_money_at_stake_and_are_summed(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        for sku, sold in (("A-1", 5), ("A-2", 50), ("A-3", 0), ("A-4", 20)):
            identifier = await product(unit, sku)
            await market.offers(unit, {"competitor": "Beanhaus", "sku": sku, "price": Decimal("9.00")})
            if sold:
                await add_lines(unit, identifier, {"quantity": Decimal(sold)})
        await SalesService(unit).rebuild_daily()
        await reprice(unit)
        reader, found, cursor = PricingReader(unit), list[Proposal](), None
        for _ in range(4):
            page = await reader.list_proposals(ProposalFilter(), cursor, 1, ProposalOrder.STAKE)
            found, cursor = [*found, *page.items], page.next_cursor
        [total] = await reader.proposal_totals()
    assert cursor is None
    assert [proposal.sku for proposal in found] == ["A-2", "A-4", "A-1", "A-3"]
    assert (total.state, total.currency, total.proposals, total.expected) == (ProposalState.PROPOSED, "EUR", 4, 4)
    gains = [proposal.expected.gain[1] for proposal in found if proposal.expected]
    assert total.gain[1] == sum(Decimal(gain) for gain in gains if gain)
    assert total.gain[0] <= total.gain[1] <= total.gain[2]


@pytest.mark.parametrize(
    ("blank", "reason"),
    [
        ({"cost": None}, "cost_missing"),
        ({"min_price": None}, "min_price_missing"),
        ({"max_price": None}, "max_price_missing"),
        ({"price": None}, "price_missing"),
        ({"cost": Decimal(0)}, "cost_invalid"),
        ({"min_price": Decimal(21), "max_price": Decimal(20)}, "bounds_swapped"),
    ],
)
async def test_a_product_without_cost_or_bounds_gets_no_price_and_a_reason(
    database: Database, tenant: TenantId, blank: dict[str, Any], reason: str
) -> None:
    async with database.unit(tenant) as unit:
        await shop(unit, **blank)
        report = await reprice(unit)
        holds = (await PricingReader(unit).list_holds("no_price", None, None, 10)).items
        assert await open_proposals(unit) == []
    assert report.run.counts["no_price"] == 1
    assert reason in holds[0].reasons


async def test_approve_apply_and_roll_back_are_in_the_journal(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        product_id = await shop(unit)
        [proposal] = (await reprice(unit)).proposals
        await DecisionService(unit, ANNA).approve(proposal)
    async with database.unit(tenant) as unit:
        applying = ApplyService(unit, BERLIN)
        assert (await applying.apply_due()).rows == ()  # the grace time is running
        assert (await applying.apply_now([proposal])).counts == {"done": 1}
        assert (await CatalogService(unit).get_product(product_id)).price == Decimal("9.30")
        assert (await PricingReader(unit).get_proposal(proposal)).state is ProposalState.CONFIRMED
    async with database.unit(tenant) as unit:
        assert (await ApplyService(unit, BERLIN).roll_back([proposal])).counts == {"done": 1}
        assert (await CatalogService(unit).get_product(product_id)).price == 10
    assert await names(database, tenant) == [
        "pricing.repricing_finished", "pricing.prices_proposed", "pricing.proposal_approved",
        "pricing.price_sent", "catalog.price_changed", "pricing.price_confirmed",
        "catalog.price_changed", "pricing.price_rolled_back",
    ]  # fmt: skip


async def test_a_product_changed_since_is_skipped_and_said_so(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        product_id = await shop(unit)
        [proposal] = (await reprice(unit)).proposals
        await DecisionService(unit, ANNA).approve(proposal)
        await CatalogService(unit).change(product_id, {"price": Decimal("12.00")})
    async with database.unit(tenant) as unit:
        outcome = await ApplyService(unit, BERLIN).apply_now([proposal])
        kept = await PricingReader(unit).get_proposal(proposal)
        assert (await CatalogService(unit).get_product(product_id)).price == 12
    assert outcome.counts == {"changed_since": 1}
    assert (kept.state, kept.failure) == (ProposalState.FAILED, "The product was changed after the proposal was made.")


async def test_a_price_changed_after_it_was_applied_is_not_rolled_back(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        product_id = await shop(unit)
        [proposal] = (await reprice(unit)).proposals
        await DecisionService(unit, ANNA).approve(proposal)
        await ApplyService(unit, BERLIN).apply_now([proposal])
        await CatalogService(unit).change(product_id, {"price": Decimal("11.00")})
        outcome = await ApplyService(unit, BERLIN).roll_back([proposal])
        assert (await CatalogService(unit).get_product(product_id)).price == 11
    assert outcome.counts == {"changed_since": 1}


async def test_the_kill_switch_stops_runs_and_applying_but_not_rolling_back(
    database: Database, tenant: TenantId
) -> None:
    async with database.unit(tenant) as unit:
        await shop(unit)
        [proposal] = (await reprice(unit)).proposals
        await DecisionService(unit, ANNA).approve(proposal)
        await ApplyService(unit, BERLIN).apply_now([proposal])
        await PolicyService(unit).set_halted(ANNA, halted=True, reason="Wrong feed")
    async with database.unit(tenant) as unit:
        with pytest.raises(PricingHalted, match="Wrong feed"):
            await reprice(unit)
        with pytest.raises(PricingHalted):
            await ApplyService(unit, BERLIN).apply_due()
        assert (await ApplyService(unit, BERLIN).roll_back([proposal])).counts == {"done": 1}


async def test_the_circuit_breaker_stops_a_run_whole(database: Database, tenant: TenantId) -> None:
    rules = PolicyRules(breaker=BreakerRules(max_share_ppm=100_000, min_products=1, min_moves=1))
    async with database.unit(tenant) as unit:
        await shop(unit)
        await PolicyService(unit).create("Careful", Scope(ScopeKind.TENANT), "rule_based", rules)
        report = await reprice(unit)
        assert await open_proposals(unit) == []
    assert report.run.state == "halted"
    assert report.run.halt_reason
    assert "pricing.repricing_halted" in await names(database, tenant)


async def test_a_policy_can_let_small_and_sure_changes_through(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    governance = Governance(auto_apply_below_ppm=100_000, auto_apply_min_confidence=70, grace_minutes=5)
    async with database.unit(tenant) as unit:
        product_id = await shop(unit)
        await PolicyService(unit).create(
            "Small steps", Scope(ScopeKind.SKU, "A-1"), "rule_based", PolicyRules(governance=governance)
        )
        report = await reprice(unit)
        assert report.automatic == 1
        assert (await reprice(unit)).run.counts["held"] == 1  # its price is on its way
    clock.advance(timedelta(minutes=5))
    async with database.unit(tenant) as unit:
        assert (await ApplyService(unit, BERLIN).apply_due()).counts == {"done": 1}
        assert (await CatalogService(unit).get_product(product_id)).price == Decimal("9.30")


async def test_daily_limits_and_blackouts_make_prices_wait(database: Database, tenant: TenantId) -> None:
    rules = PolicyRules(governance=Governance(daily_changes=1))
    async with database.unit(tenant) as unit:
        await PolicyService(unit).create("Slow", Scope(ScopeKind.TENANT), "rule_based", rules)
        for sku in ("A", "B"):
            await product(unit, sku)
            await market.offers(unit, {"competitor": f"R{sku}", "sku": sku, "price": Decimal("9.30")})
        ids = (await reprice(unit)).proposals
        await DecisionService(unit, ANNA).approve_many(ids)
        assert (await ApplyService(unit, BERLIN).apply_now(ids)).counts == {"done": 1, "daily_limit": 1}


async def test_an_edited_price_passes_the_same_guardrails(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        await shop(unit)
        [proposal] = (await reprice(unit)).proposals
        with pytest.raises(PriceRefused) as refused:
            await EditingService(unit, TAX).edit(proposal, Decimal("5.50"), "Give it away")
        assert set(refused.value.details["broken"]) >= {"cost", "minimum_price", "daily_drop"}  # type: ignore[call-overload]
        with pytest.raises(PriceRefused):
            await EditingService(unit, TAX).edit(proposal, Decimal("9.305"), None)
        edited = await EditingService(unit, TAX).edit(proposal, Decimal("9.40"), "Round")
    assert (edited.proposed_price, edited.reason) == (Decimal("9.40"), "Round")
    assert "pricing.proposal_edited" in await names(database, tenant)


@pytest.mark.property_test(82)
async def test_a_run_reads_and_writes_its_own_tenant_only(
    database: Database, tenant: TenantId, other_tenant: TenantId
) -> None:
    async with database.unit(tenant) as unit:
        await shop(unit)
        await reprice(unit)
    async with database.unit(other_tenant) as unit:
        report = await reprice(unit)
        assert report.run.counts == {"proposed": 0, "held": 0, "no_price": 0}
        assert await open_proposals(unit) == []
        assert (await PricingReader(unit).list_prices(None, 10)).items == []


async def test_mutual_undercutting_holds_the_price(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    async with database.unit(tenant) as unit:
        product_id = await product(unit, "A-1")
    ours, theirs = Decimal("9.90"), Decimal("9.95")
    for _ in range(4):
        clock.advance(timedelta(hours=3))
        async with database.unit(tenant) as unit:
            await CatalogService(unit).change(product_id, {"price": ours})
        clock.advance(timedelta(hours=3))
        theirs = ours - Decimal("0.05")
        async with database.unit(tenant) as unit:
            await market.offers(unit, {"competitor": "Beanhaus", "sku": "A-1", "price": theirs})
        ours = theirs - Decimal("0.05")
    async with database.unit(tenant) as unit:
        report = await reprice(unit)
        [hold] = (await PricingReader(unit).list_holds("held", None, None, 10)).items
    assert report.run.counts["proposed"] == 0
    assert "price_war" in hold.reasons
