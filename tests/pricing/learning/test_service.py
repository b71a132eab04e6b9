"""Predictions are kept when a price went live, and met in the nights after."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.factories.callers import principal
from tests.factories.http import Trusting, make_app
from tests.factories.journal import names
from tests.factories.outcomes import expected
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
from shopwright.pricing.learning.calibration import NOTES
from shopwright.pricing.learning.outcomes import OutcomeState, PriceOutcome
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
