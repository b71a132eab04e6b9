from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from tests.factories.callers import caller
from tests.pricing.experiments.conftest import SHOP

from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId
from shopwright.pricing.experiments.schemas import ExperimentDetail, ExperimentReportAnswer, PlanAnswer
from shopwright.pricing.experiments.service import ExperimentService
from shopwright.pricing.governance import Scope, ScopeKind
from shopwright.pricing.policies import PolicyRules
from shopwright.pricing.policy_service import PolicyService
from shopwright.pricing.routes.experiments import router

HERE = "/api/v1/pricing/experiments"
SHORT = {"days": 28}


@pytest.fixture
async def client(database: Database, tenant: TenantId, products: list[UUID]) -> AsyncIterator[httpx2.AsyncClient]:
    assert products
    async with caller(database, tenant, router) as client:
        yield client


@pytest.fixture
async def policy(database: Database, tenant: TenantId) -> str:
    async with database.unit(tenant) as unit:
        made = await PolicyService(unit).create("Bold", Scope(ScopeKind.SKU, "NONE"), "rule_based", PolicyRules())
    return str(made.id)


async def drafted(client: httpx2.AsyncClient, policy: str, **changes: Any) -> dict[str, Any]:
    body = {"name": "Bold or not", "treatment_policy": policy, "protocol": SHORT, **changes}
    made = await client.post(HERE, json=body)
    assert made.status_code == 201
    found: dict[str, Any] = made.json()
    return found


async def test_a_plan_is_answered_as_documented(client: httpx2.AsyncClient) -> None:
    answer = await client.post(f"{HERE}/plan", json={"effect": 0.1, "protocol": SHORT})
    plan = PlanAnswer.model_validate_json(answer.content)
    assert list(answer.json()) == list(PlanAnswer.model_fields)
    assert (plan.products, plan.clusters, plan.currency) == (20, 20, "EUR")
    assert plan.advised_days in {one.days for one in plan.lengths}
    none = await client.post(f"{HERE}/plan", json={"category": "Nothing"})
    assert (none.status_code, none.json()["code"]) == (409, "experiment_too_small")


async def test_an_experiment_is_drafted_started_judged_and_stopped(
    client: httpx2.AsyncClient, database: Database, tenant: TenantId, policy: str
) -> None:
    made = await drafted(client, policy)
    path = f"{HERE}/{made['id']}"
    assert (made["state"], made["control_policy"], made["protocol"]["days"]) == ("draft", None, 28)
    assert (await client.get(f"{path}/report")).json() is None
    started = (await client.post(f"{path}/start")).json()
    assert (started["state"], started["started_on"], started["currency"]) == ("running", "2026-03-03", "EUR")
    async with database.unit(tenant) as unit:
        await ExperimentService(unit, SHOP).judge()
    report = ExperimentReportAnswer.model_validate_json((await client.get(f"{path}/report")).content)
    assert (report.verdict, report.main, report.planned_days) == ("too_early", None, 28)
    shown = (await client.get(path)).json()
    detail = ExperimentDetail.model_validate(shown)
    assert (len(detail.clusters), detail.verdict) == (20, "too_early")
    stopped = await client.post(f"{path}/stop", json={"reason": "Enough"})
    assert (stopped.status_code, stopped.json()["state"], stopped.json()["end_reason"]) == (200, "stopped", "Enough")
    again = await client.post(f"{path}/stop", json={"reason": "Enough"})
    assert (again.status_code, again.json()["code"]) == (409, "wrong_experiment_state")


async def test_experiments_are_listed_by_page_and_state(client: httpx2.AsyncClient, policy: str) -> None:
    names = [(await drafted(client, policy, name=name))["id"] for name in ("One", "Two", "Three")]
    page = (await client.get(HERE, params={"limit": 2})).json()
    rest = (await client.get(HERE, params={"limit": 2, "cursor": page["next_cursor"], "state": "draft"})).json()
    assert {one["id"] for one in [*page["items"], *rest["items"]]} == set(names)
    assert (len(page["items"]), rest["next_cursor"]) == (2, None)
    assert (await client.get(HERE, params={"state": "running"})).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"treatment_policy": None}, 400, "invalid_experiment"),
        ({"treatment_policy": str(uuid4())}, 404, "policy_not_found"),
        ({"protocol": {"days": 30}}, 400, "invalid_experiment"),
        ({"protocol": {"days": 5}}, 422, "malformed_request"),
    ],
)
async def test_what_cannot_be_run_is_refused(
    client: httpx2.AsyncClient, policy: str, changes: dict[str, Any], status: int, code: str
) -> None:
    body = {"name": "Bold", "treatment_policy": policy, "protocol": SHORT, **changes}
    refused = await client.post(HERE, json=body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert (await client.get(HERE)).json()["items"] == []


async def test_products_are_in_one_running_experiment_at_most(client: httpx2.AsyncClient, policy: str) -> None:
    first, second = await drafted(client, policy), await drafted(client, policy)
    await client.post(f"{HERE}/{first['id']}/start")
    refused = await client.post(f"{HERE}/{second['id']}/start")
    assert (refused.status_code, refused.json()["code"]) == (409, "products_in_experiment")
    missing = await client.get(f"{HERE}/{uuid4()}")
    assert (missing.status_code, missing.json()["code"]) == (404, "experiment_not_found")
