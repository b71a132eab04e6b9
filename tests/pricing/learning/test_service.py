"""Predictions are kept when a price went live, and met in the nights after."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.factories.callers import principal
from tests.factories.http import Trusting, make_app
from tests.factories.journal import names
from tests.factories.outcomes import expected, outcome
from tests.factories.proposals import new_proposal, product
from tests.factories.sales import add_lines

from shopwright.catalog.domain import ProductNotFound
from shopwright.demand.domain import Absence
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId, new_id
from shopwright.kit.time import FixedClock
from shopwright.pricing.applying import ApplyService
from shopwright.pricing.learning import service
from shopwright.pricing.learning.calibration import NOTES
from shopwright.pricing.learning.outcomes import OutcomeState, PriceOutcome
from shopwright.pricing.learning.repository import OutcomeRepository
from shopwright.pricing.learning.service import LearningService
from shopwright.pricing.proposals import ProposalState
from shopwright.pricing.repository import ProposalRepository
from shopwright.pricing.routes.outcomes import router
from shopwright.sales.service import SalesService

MONDAY = date(2026, 3, 2)
SHOP = TenantSettings()
TAX = 190_000
EVENTS = {"pricing.predictions_kept", "pricing.outcomes_met"}


def days_on(days: int) -> date:
    return MONDAY + timedelta(days=days)


async def apply_price(database: Database, tenant: TenantId, **changes: Any) -> tuple[UUID, UUID]:
    """Put 9.50 EUR instead of 10.00 into force; return product and proposal."""
    async with database.unit(tenant) as unit:
        mug = await product(unit, f"MUG-{uuid4()}")
        given = {"state": ProposalState.APPROVED, "expected": expected(), "apply_at": unit.clock.now(), **changes}
        row = new_proposal(unit, mug, **given)
        await ProposalRepository(unit).add_all(new_id(tenant, unit.clock.now()), [row])
        await ApplyService(unit, SHOP.zone).apply_now([row.id])
    return mug, row.id


async def sell(database: Database, tenant: TenantId, mug: UUID, *days: int, units: int = 2) -> None:
    async with database.unit(tenant) as unit:
        lines = [{"sold_on": days_on(day), "quantity": Decimal(units)} for day in days]
        await add_lines(unit, mug, *lines)
        await SalesService(unit).rebuild_daily()


async def night(database: Database, tenant: TenantId, *absences: Absence) -> tuple[int, int]:
    """Do what the nightly job does; return how many were kept and how many decided."""
    async with database.unit(tenant) as unit:
        learning = LearningService(unit, TAX, SHOP.zone)
        return await learning.keep_predictions(), await learning.meet(absences)


async def outcomes(database: Database, tenant: TenantId, mug: UUID) -> list[PriceOutcome]:
    async with database.unit(tenant) as unit:
        return list((await LearningService(unit, TAX, SHOP.zone).list_of_product(mug)).items)


async def test_a_prediction_is_kept_once_and_met_when_its_days_have_passed(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    mug, _ = await apply_price(database, tenant)
    assert await night(database, tenant) == (2, 0)
    assert await night(database, tenant) == (0, 0)
    await sell(database, tenant, mug, *range(-3, 8))
    clock.advance(timedelta(days=7))  # the seventh day has begun and is not over
    assert await night(database, tenant) == (0, 0)
    clock.advance(timedelta(days=1))
    assert await night(database, tenant) == (0, 1)
    month, week = await outcomes(database, tenant, mug)
    assert (week.state, week.units_sold, week.first_day) == (OutcomeState.MET, Decimal(14), days_on(1))
    assert week.profit_made == 14 * week.unit_profit
    assert (month.state, month.units_sold) == (OutcomeState.WAITING, None)
    written = [name for name in await names(database, tenant) if name in EVENTS]
    assert written == ["pricing.predictions_kept", "pricing.outcomes_met"]


async def test_sales_that_have_not_come_in_are_waited_for(
    database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    mug, _ = await apply_price(database, tenant)
    clock.advance(timedelta(days=20))
    assert await night(database, tenant) == (2, 0)
    await sell(database, tenant, mug, 1, 6)
    assert await night(database, tenant) == (0, 0)
    await sell(database, tenant, mug, 7)
    assert await night(database, tenant) == (0, 1)


async def test_sales_dated_beyond_today_hide_nothing(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    mug, _ = await apply_price(database, tenant)
    await sell(database, tenant, mug, 1, 2, 3, 60)
    clock.advance(timedelta(days=8))
    assert await night(database, tenant) == (2, 1)
    assert [one.units_sold for one in await outcomes(database, tenant, mug)] == [None, 6]


async def test_a_price_that_is_taken_back_is_cut_short(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    mug, proposal = await apply_price(database, tenant)
    await sell(database, tenant, mug, 1)
    clock.advance(timedelta(hours=5))
    async with database.unit(tenant) as unit:
        assert (await ApplyService(unit, SHOP.zone).roll_back([proposal])).counts == {"done": 1}
    assert await night(database, tenant) == (2, 2)
    assert {one.state for one in await outcomes(database, tenant, mug)} == {OutcomeState.CUT_SHORT}


async def test_empty_shelves_are_told_apart(database: Database, tenant: TenantId, clock: FixedClock) -> None:
    mug, _ = await apply_price(database, tenant)
    await sell(database, tenant, mug, 1, 7)
    clock.advance(timedelta(days=9))
    assert await night(database, tenant, Absence(mug, days_on(3), days_on(5))) == (2, 1)
    assert [one.state for one in await outcomes(database, tenant, mug)] == ["waiting", "out_of_stock"]


@pytest.mark.parametrize("changes", [{"expected": None}, {"margin_ppm": None}])
async def test_a_price_of_which_nothing_is_expected_is_not_judged(
    database: Database, tenant: TenantId, changes: dict[str, Any]
) -> None:
    await apply_price(database, tenant, **changes)
    assert await night(database, tenant) == (0, 0)


async def test_a_price_that_was_only_proposed_is_not_judged(database: Database, tenant: TenantId) -> None:
    async with database.unit(tenant) as unit:
        row = new_proposal(unit, await product(unit, "MUG-1"), expected=expected())
        await ProposalRepository(unit).add_all(new_id(tenant, unit.clock.now()), [row])
    assert await night(database, tenant) == (0, 0)
    assert await names(database, tenant) == []


async def keep_all(database: Database, tenant: TenantId, *outcomes: PriceOutcome) -> None:
    """Keep outcomes as they are, each of a proposal of its own."""
    for one in outcomes:
        mug, proposal = await apply_price(database, tenant)
        async with database.unit(tenant) as unit:
            row = replace(one, product_id=mug, proposal_id=proposal)
            await OutcomeRepository(unit).add_all([row])


async def test_sums_are_by_strategy_horizon_and_currency(database: Database, tenant: TenantId) -> None:
    await keep_all(
        database,
        tenant,
        outcome().met(Decimal(10)),
        outcome().met(Decimal(30)),
        outcome(28).met(Decimal(64)),
        outcome(strategy="ml_model").met(Decimal(0)),
        outcome(currency="USD").met(Decimal(16)),
        outcome(),
        outcome().ended(OutcomeState.CUT_SHORT),
    )
    async with database.unit(tenant) as unit:
        learned = await LearningService(unit, TAX, SHOP.zone).learned()
    assert learned.counts == {"waiting": 1, "met": 5, "cut_short": 1, "out_of_stock": 0}
    assert [(one.strategy, one.horizon, one.currency, one.outcomes) for one in learned.kept] == [
        ("ml_model", 7, "EUR", 1), ("rule_based", 7, "EUR", 2), ("rule_based", 7, "USD", 1), ("rule_based", 28, "EUR", 1)
    ]  # fmt: skip
    nothing, week, *_ = learned.kept
    assert (nothing.bias, nothing.wape) == (None, None)
    assert [float(one) for one in (week.units, week.units_sold, week.profit, week.profit_made)] == [32, 40, 176, 220]
    assert week.bias == pytest.approx(-0.2)
    assert week.wape == pytest.approx(0.5)
    assert (week.within, week.within_expected, week.gained) == (0.5, 0.0, 0.5)


async def test_promises_fall_into_classes_of_ten_points(database: Database, tenant: TenantId) -> None:
    promised = [(0, 0.0), (80, 0.8), (89, 0.9), (100, 1.0), (90, None)]
    rows = [replace(outcome(confidence=one), gain_chance=chance) for one, chance in promised]
    await keep_all(database, tenant, *(row.met(Decimal(17 if row.confidence else 3)) for row in rows))
    async with database.unit(tenant) as unit:
        learned = await LearningService(unit, TAX, SHOP.zone).learned()
    confidence, chance = learned.confidence[7], learned.gain_chance[7]
    assert [(one.at_least, one.outcomes, one.promised, one.gained) for one in confidence] == [
        (0, 1, 0.0, 0.0), (80, 2, 84.5, 100.0), (90, 2, 95.0, 100.0)
    ]  # fmt: skip
    assert [(one.at_least, one.outcomes, one.promised) for one in chance] == [(0, 1, 0.0), (80, 1, 80.0), (90, 2, 95.0)]


async def test_more_prices_than_one_batch_are_all_kept(
    database: Database, tenant: TenantId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_AT_ONCE", 2)
    for _ in range(5):
        await apply_price(database, tenant)
    assert await night(database, tenant) == (10, 0)
    async with database.unit(tenant) as unit:
        assert await LearningService(unit, None, SHOP.zone).keep_predictions() == 0


async def test_another_shop_sees_and_decides_nothing(
    database: Database, tenant: TenantId, other_tenant: TenantId, clock: FixedClock
) -> None:
    mug, _ = await apply_price(database, tenant)
    await night(database, tenant)
    await sell(database, tenant, mug, 7)
    clock.advance(timedelta(days=9))
    assert await night(database, other_tenant) == (0, 0)
    async with database.unit(other_tenant) as unit:
        learning = LearningService(unit, TAX, SHOP.zone)
        assert sum((await learning.learned()).counts.values()) == 0
        with pytest.raises(ProductNotFound):
            await learning.list_of_product(mug)


@pytest.fixture
async def client(database: Database, tenant: TenantId) -> AsyncIterator[httpx2.AsyncClient]:
    async with database.unit(tenant) as unit:
        await TenantRepository(unit).add("Shop", SHOP, simulated=False)
    app = make_app(database, database.clock, router, authenticator=Trusting(principal(tenant)))
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://shop.test/api/v1") as client:
        yield client


async def test_people_see_what_prices_brought_and_what_that_does_not_say(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId, clock: FixedClock
) -> None:
    mug, proposal = await apply_price(database, tenant)
    await sell(database, tenant, mug, *range(1, 9))
    clock.advance(timedelta(days=9))
    await night(database, tenant)
    shown = (await client.get("/pricing/outcomes")).json()
    assert shown["counts"] == {"waiting": 1, "met": 1, "cut_short": 0, "out_of_stock": 0}
    [kept] = shown["strategies"]
    assert (kept["strategy"], kept["horizon"], kept["units"], kept["units_sold"]) == ("rule_based", 7, "16", "14")
    [calibration] = shown["confidence"]
    assert (calibration["horizon"], calibration["classes"][0]["at_least"]) == (7, 80)
    assert shown["gain_chance"][0]["classes"][0]["promised"] == 80.0
    assert tuple(shown["notes"]) == NOTES
    later = (await client.get("/pricing/outcomes", params={"since": "2026-03-04"})).json()
    assert (later["strategies"], later["counts"]["met"]) == ([], 0)
    page = (await client.get(f"/pricing/outcomes/products/{mug}", params={"limit": 1})).json()
    assert [(one["horizon"], one["state"], one["profit_made"]) for one in page["items"]] == [(28, "waiting", None)]
    [week] = (await client.get(f"/pricing/outcomes/products/{mug}", params={"cursor": page["next_cursor"]})).json()[
        "items"
    ]
    assert (week["proposal_id"], week["units"], week["within"]) == (str(proposal), ["15", "16", "18"], True)


async def test_a_product_that_is_not_there_has_no_outcomes(client: httpx2.AsyncClient) -> None:
    missing = await client.get(f"/pricing/outcomes/products/{uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "product_not_found")
