from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from tests.factories.journal import entries
from tests.factories.market import offers
from tests.factories.proposals import new_proposal
from tests.pricing.experiments.conftest import HISTORY_DAYS, SHOP, sell

from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService
from shopwright.demand.domain import Absence
from shopwright.infra.db import Database, UnitOfWork
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock
from shopwright.pricing.applying import ApplyService
from shopwright.pricing.experiments.domain import (
    Experiment,
    ExperimentNotFound,
    ProductsTaken,
    State,
    TooFewCells,
    WrongExperimentState,
)
from shopwright.pricing.experiments.protocol import Arm, Design, Grouping, InvalidProtocol, Metric, Protocol
from shopwright.pricing.experiments.service import ExperimentService
from shopwright.pricing.experiments.steering import steer
from shopwright.pricing.governance import Governance, Scope, ScopeKind
from shopwright.pricing.policies import PolicyNotFound, PolicyRules
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.proposals import ProposalState
from shopwright.pricing.reading import PricingReader
from shopwright.pricing.repository import ProposalRepository
from shopwright.pricing.repricing import RepricingService

WEEKS_4 = Protocol(days=28)
SEED = 11
"""Arms are drawn from it: a night's verdict is then the same in every run."""
SWITCHING = Protocol(kind=Design.SWITCHBACK, days=28)


def service(unit: UnitOfWork) -> ExperimentService:
    return ExperimentService(unit, SHOP)


async def policy(unit: UnitOfWork) -> UUID:
    """Add a policy that would hold for no product by itself, and lets its prices through."""
    made = await PolicyService(unit).create(
        "Bold",
        Scope(ScopeKind.SKU, "NONE"),
        "rule_based",
        PolicyRules(governance=Governance(auto_apply_below_ppm=500_000, auto_apply_min_confidence=0, grace_minutes=0)),
    )
    assert made.id is not None
    return made.id


async def run(database: Database, tenant: TenantId, protocol: Protocol = WEEKS_4) -> Experiment:
    """Draft and start an experiment of a policy against the present prices."""
    async with database.unit(tenant) as unit:
        made = await service(unit).create("Bold or not", protocol, (None, await policy(unit)), seed=SEED)
        return await service(unit).start(made.id)


async def arms(database: Database, tenant: TenantId, experiment: Experiment, products: list[UUID]) -> list[Arm]:
    """Return the arms of products in the first block."""
    async with database.unit(tenant) as unit:
        _, drawn = await service(unit).get(experiment.id)
    arm = {one.name: Arm(one.arms[0]) for one in drawn}
    return [arm[f"Kind {n:02}"] for n in range(len(products))]


async def apply(unit: UnitOfWork, product: UUID, old: str, new: str, version: int) -> UUID:
    """Put a price into force through a proposal."""
    row = new_proposal(
        unit, product, state=ProposalState.APPROVED, apply_at=unit.clock.now(), current_price=Decimal(old),
        proposed_price=Decimal(new), product_version=version,
    )  # fmt: skip
    await ProposalRepository(unit).add_all(new_id(unit.tenant, unit.clock.now()), [row])
    [outcome] = (await ApplyService(unit, SHOP.zone).apply_now([row.id])).rows
    assert outcome.outcome.value == "done"
    return row.id


async def price(unit: UnitOfWork, product: UUID) -> Decimal | None:
    return (await CatalogService(unit).get_product(product)).price


@pytest.mark.usefixtures("products")
async def test_a_plan_is_made_of_what_the_shop_sold(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        planned = await service(unit).plan(WEEKS_4, 0.2, None, None)
        assert (planned.products, planned.left_out, planned.currency) == (20, 0, "EUR")
        assert (planned.plan.clusters, planned.history_days) == (20, HISTORY_DAYS)
        assert planned.plan.advised is not None
        assert planned.plan.lengths[0].cells == 10
        few = await service(unit).plan(WEEKS_4, 0.2, "Kind 01", None)
        assert (few.products, few.plan.lengths) == (1, ())
        with pytest.raises(TooFewCells):
            await service(unit).plan(WEEKS_4, 0.2, "Nothing", None)
        assert unit.events == ()


async def test_a_draft_is_kept_whole_and_changes_nothing(
    database: Database, tenant: TenantId, products: list[UUID]
) -> None:
    async with database.unit(tenant) as unit:
        chosen = await policy(unit)
        made = await service(unit).create("Bold", SWITCHING, (None, chosen), "Kind 01", "Acme")
        assert await service(unit).get(made.id) == (made, [])
        assert [one.id for one in (await service(unit).list_experiments(State.DRAFT, None, 10)).items] == [made.id]
        assert (await service(unit).list_experiments(State.RUNNING, None, 10)).items == []
        with pytest.raises(PolicyNotFound):
            await service(unit).create("Bold", SWITCHING, (None, new_id(tenant, unit.clock.now())))
        with pytest.raises(InvalidProtocol):
            await service(unit).create("Same", SWITCHING, (chosen, chosen))
        with pytest.raises(ExperimentNotFound):
            await service(unit).get(new_id(tenant, unit.clock.now()))
    assert products


async def test_arms_are_drawn_at_the_start_and_hold_from_the_next_day_on(
    database: Database, tenant: TenantId, products: list[UUID], clock: FixedClock
) -> None:
    experiment = await run(database, tenant)
    drawn = np.array(await arms(database, tenant, experiment, products))
    assert ((drawn == Arm.TREATMENT).sum(), (drawn == Arm.CONTROL).sum()) == (10, 10)
    assert experiment.started_on == (clock.now() + timedelta(days=1)).date()
    [started] = await entries(database, tenant, "pricing.experiment_started")
    assert (started["payload"]["products"], started["payload"]["clusters"]) == (20, 20)
    assert started["payload"]["seed"] == experiment.seed
    none = np.zeros(20, dtype=np.int64)
    async with database.unit(tenant) as unit:
        policies, chosen, held = await steer(unit, products, [], none)
        assert (len(policies), chosen.tolist(), int(held.sum())) == (0, none.tolist(), 0)
    clock.advance(timedelta(days=1))
    async with database.unit(tenant) as unit:
        policies, chosen, held = await steer(unit, [*products, new_id(tenant, clock.now())], [], np.zeros(21, np.int64))
    assert [one.id for one in policies] == [experiment.treatment_policy]
    assert ((held[:20] > 0) == (drawn == Arm.CONTROL)).all()
    assert held[20] == 0


async def test_what_cannot_start_is_refused_and_nothing_is_drawn(
    database: Database, tenant: TenantId, products: list[UUID]
) -> None:
    experiment = await run(database, tenant)
    async with database.unit(tenant) as unit:
        with pytest.raises(WrongExperimentState):
            await service(unit).start(experiment.id)
        again = await service(unit).create("Again", WEEKS_4, (None, experiment.treatment_policy))
        with pytest.raises(ProductsTaken):
            await service(unit).start(again.id)
        with pytest.raises(WrongExperimentState):
            await service(unit).stop(again.id, "Not yet", roll_back=True)
        whole = replace(SWITCHING, grouping=Grouping.SHOP)
        small = await service(unit).create("Small", whole, (None, experiment.treatment_policy), "Kind 03")
        await service(unit).stop(experiment.id, "Enough", roll_back=True)
        with pytest.raises(TooFewCells):
            await service(unit).start(small.id)
        await PolicyService(unit).delete(again.treatment_policy or again.id, None)
        with pytest.raises(PolicyNotFound):
            await service(unit).start(again.id)
        assert (await service(unit).get(small.id))[1] == []
    assert products


async def test_repricing_follows_the_arms(
    database: Database, tenant: TenantId, products: list[UUID], clock: FixedClock
) -> None:
    experiment = await run(database, tenant)
    drawn = await arms(database, tenant, experiment, products)
    clock.advance(timedelta(days=1))
    async with database.unit(tenant) as unit:
        offered = [n for arm in (Arm.TREATMENT, Arm.CONTROL) for n in range(20) if drawn[n] is arm][5:15]
        await offers(unit, *({"sku": f"P-{n:02}", "price": Decimal("9.50")} for n in offered))
        report = await RepricingService(unit, SHOP.tax_ppm).run(ProductFilter(), "test")
        holds = await PricingReader(unit).list_holds(None, "experiment", None, 100)
    assert (report.run.state, report.run.counts["proposed"], report.automatic) == ("completed", 5, 5)
    assert {hold.product_id for hold in holds.items} == {
        product for product, arm in zip(products, drawn, strict=True) if arm is Arm.CONTROL
    }
    async with database.unit(tenant) as unit:
        assert experiment.treatment_policy is not None
        await PolicyService(unit).delete(experiment.treatment_policy, None)
        *_, held = await steer(unit, products, [], np.zeros(20, np.int64))
    assert (held > 0).all()


async def test_stopping_puts_back_the_prices_from_before_and_drops_those_to_come(
    database: Database, tenant: TenantId, products: list[UUID], clock: FixedClock
) -> None:
    experiment = await run(database, tenant)
    drawn = await arms(database, tenant, experiment, products)
    treated = [product for product, arm in zip(products, drawn, strict=True) if arm is Arm.TREATMENT]
    control = products[drawn.index(Arm.CONTROL)]
    clock.advance(timedelta(days=2))
    twice, changed, coming = treated[:3]
    async with database.unit(tenant) as unit:
        await apply(unit, twice, "10", "9.50", 1)
        await apply(unit, twice, "9.50", "9", 2)
        await apply(unit, control, "10", "11", 1)
        await apply(unit, changed, "10", "9", 1)
        await CatalogService(unit).change(changed, {"price": Decimal(8)})
        row = new_proposal(unit, coming, state=ProposalState.APPROVED, apply_at=clock.now() + timedelta(hours=1))
        await ProposalRepository(unit).add_all(new_id(tenant, clock.now()), [row])
        ended = await service(unit).stop(experiment.id, "Too bold", roll_back=True)
        assert (ended.state, ended.end_reason, ended.ended_at) == (State.STOPPED, "Too bold", clock.now())
        found = [await price(unit, product) for product in (twice, changed, coming, control)]
        assert found == [Decimal(10), Decimal(8), Decimal(10), Decimal(11)]
        assert (await ProposalRepository(unit).get(row.id)).state is ProposalState.SUPERSEDED
        *_, held = await steer(unit, products, [], np.zeros(20, np.int64))
        assert not held.any()
    [stopped] = await entries(database, tenant, "pricing.experiment_stopped")
    assert (stopped["payload"]["rolled_back"], stopped["payload"]["skipped"]) == (2, 1)


async def test_without_rolling_back_prices_stay(
    database: Database, tenant: TenantId, products: list[UUID], clock: FixedClock
) -> None:
    experiment = await run(database, tenant)
    drawn = await arms(database, tenant, experiment, products)
    treated = products[drawn.index(Arm.TREATMENT)]
    clock.advance(timedelta(days=2))
    async with database.unit(tenant) as unit:
        await apply(unit, treated, "10", "9", 1)
        await service(unit).stop(experiment.id, "Enough", roll_back=False)
        assert await price(unit, treated) == Decimal(9)


@pytest.mark.parametrize(
    ("factor", "state", "verdict"),
    [(0.4, State.STOPPED, "harm"), (1.5, State.FINISHED, "better"), (1.0, State.FINISHED, "no_difference")],
)
async def test_nights_judge_and_end_an_experiment(
    database: Database, tenant: TenantId, products: list[UUID], clock: FixedClock, factor: float, state: State,
    verdict: str,
) -> None:  # fmt: skip
    experiment = await run(database, tenant)
    drawn = await arms(database, tenant, experiment, products)
    treated = [product for product, arm in zip(products, drawn, strict=True) if arm is Arm.TREATMENT]
    assert experiment.started_on is not None
    clock.advance(timedelta(days=1))
    async with database.unit(tenant) as unit:
        assert await service(unit).judge() == 1
        early, _ = await service(unit).get(experiment.id)
        assert (early.state, (early.report or {})["verdict"]) == (State.RUNNING, "too_early")
        await apply(unit, treated[0], "10", "9", 1)
        await sell(unit, treated, experiment.started_on, 28, 10 * factor)
        await sell(unit, products, experiment.started_on, 28)
    clock.advance(timedelta(days=29))
    async with database.unit(tenant) as unit:
        assert await service(unit).judge([Absence(products[0], experiment.started_on, None)]) == 1
        ended, _ = await service(unit).get(experiment.id)
        assert await service(unit).judge() == 0
        now = await price(unit, treated[0])
    report = ended.report or {}
    assert (ended.state, report["verdict"], ended.end_reason) == (state, verdict, report["sentence"])
    assert now == (Decimal(10) if state is State.STOPPED else Decimal(9))
    assert report["main"]["effect"]["value"] == pytest.approx(factor - 1, abs=0.02)
    assert report["currency"] == "EUR"
    name = "pricing.experiment_stopped" if state is State.STOPPED else "pricing.experiment_finished"
    [event] = await entries(database, tenant, name)
    if state is State.STOPPED:
        assert Metric.PROFIT.value in event["payload"]["breached"]
    else:
        assert event["payload"]["verdict"] == verdict


async def test_a_switchback_puts_prices_back_when_a_block_of_present_prices_begins(
    database: Database, tenant: TenantId, products: list[UUID], clock: FixedClock
) -> None:
    experiment = await run(database, tenant, SWITCHING)
    drawn = await arms(database, tenant, experiment, products)
    first = products[drawn.index(Arm.TREATMENT)]
    second = products[drawn.index(Arm.CONTROL)]
    clock.advance(timedelta(days=2))
    async with database.unit(tenant) as unit:
        await apply(unit, first, "10", "9", 1)
        assert await service(unit).put_back() == 0
    clock.advance(timedelta(days=7))
    async with database.unit(tenant) as unit:
        await apply(unit, second, "10", "9", 1)
        assert await service(unit).put_back() == 1
        assert (await price(unit, first), await price(unit, second)) == (Decimal(10), Decimal(9))
        assert await service(unit).put_back() == 0


async def test_another_shop_sees_no_experiment(
    database: Database, tenant: TenantId, other_tenant: TenantId, products: list[UUID]
) -> None:
    experiment = await run(database, tenant)
    async with database.unit(other_tenant) as unit:
        assert (await service(unit).list_experiments(None, None, 10)).items == []
        for refused in (service(unit).start(experiment.id), service(unit).stop(experiment.id, "x", roll_back=True)):
            with pytest.raises(ExperimentNotFound):
                await refused
        assert await service(unit).judge() == 0
    assert products
