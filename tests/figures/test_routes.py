import pytest
from tests.factories.callers import caller

from shopwright.figures.definitions import FigureName
from shopwright.figures.routes.dashboard import router
from shopwright.figures.schemas import DashboardAnswer, DefinitionAnswer, StatsAnswer
from shopwright.identity.repository.tenants import TenantRepository
from shopwright.identity.tenants import TenantSettings
from shopwright.infra.db import Database
from shopwright.kit.ids import TenantId

DASHBOARD = "/api/v1/dashboard"


@pytest.mark.usefixtures("shop")
async def test_the_dashboard_is_as_documented(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["figures:read"]) as client:
        sent = await client.get(f"{DASHBOARD}?period=7d&compare=previous")
    found = DashboardAnswer.model_validate_json(sent.content)
    assert [figure.name for figure in found.figures] == list(FigureName)
    assert list(sent.json()) == list(DashboardAnswer.model_fields)
    assert sent.json()["figures"][0]["value"] == "139.00"
    assert [need.kind for need in found.needs] == ["proposals", "out_of_stock", "without_cost"]


@pytest.mark.usefixtures("shop")
async def test_stats_are_the_figures_alone(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["figures:read"]) as client:
        sent = await client.get(f"{DASHBOARD}/stats?period=7d")
    found = StatsAnswer.model_validate_json(sent.content)
    assert str(found.figures[0].value) == "139.00"
    assert sent.json()["figures"][0]["value"] == "139.00"


async def test_a_number_is_no_day(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["figures:read"]) as client:
        assert (await client.get(f"{DASHBOARD}/stats?until=0")).status_code == 422


async def test_definitions_are_listed(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["figures:read"]) as client:
        sent = await client.get(f"{DASHBOARD}/definitions")
    assert [DefinitionAnswer.model_validate(one).name for one in sent.json()] == list(FigureName)


@pytest.mark.property_test(82)
@pytest.mark.usefixtures("shop")
async def test_the_neighbour_sees_nothing(database: Database, other_tenant: TenantId) -> None:
    async with database.unit(other_tenant) as unit:
        await TenantRepository(unit).add("Neighbour", TenantSettings(), simulated=False)
    async with caller(database, other_tenant, router, ["figures:read"]) as neighbour:
        found = DashboardAnswer.model_validate_json((await neighbour.get(DASHBOARD)).content)
    assert {str(figure.value) for figure in found.figures} == {"0.00", "None", "0"}
    assert (found.needs, found.happenings) == ([], [])


@pytest.mark.property_test(52)
async def test_without_the_permission_nothing_is_served(database: Database, tenant: TenantId) -> None:
    async with caller(database, tenant, router, ["sales:read"]) as stranger:
        for path in ("", "/stats", "/definitions"):
            assert (await stranger.get(DASHBOARD + path)).status_code == 403
