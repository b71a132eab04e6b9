from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from tests.factories import identity as people
from tests.factories import journal

from shopwright.identity.domain import Principal
from shopwright.identity.service.tenants import TenantService
from shopwright.identity.tenants import (
    IngestionSettings,
    InvalidTenantSettings,
    RepricingSettings,
    TenantNotFound,
    TenantSettings,
    TenantStatus,
)
from shopwright.infra.db import Database
from shopwright.infra.web.conditional import ChangedSinceRead
from shopwright.kit.ids import TenantId
from shopwright.kit.money import TaxBasis


def test_every_value_out_of_range_is_named_at_once() -> None:
    with pytest.raises(InvalidTenantSettings) as refused:
        TenantSettings(
            currency="EURO", country="XX", tax_ppm=1_000_000, time_zone="Mars/Olympus",
            repricing=RepricingSettings(every_minutes=4),
            ingestion=IngestionSettings(look_every_seconds=9, stale_after_minutes=0),
        )  # fmt: skip
    fields = refused.value.details["fields"]
    assert isinstance(fields, dict)
    assert sorted(fields) == [
        "country", "currency", "ingestion.look_every_seconds", "ingestion.stale_after_minutes",
        "repricing.every_minutes", "tax_ppm", "time_zone",
    ]  # fmt: skip


@pytest.mark.parametrize("every", [None, 5, 10_080])
def test_values_at_the_edges_are_fine(every: int | None) -> None:
    assert TenantSettings(tax_ppm=0, repricing=RepricingSettings(every_minutes=every)).tax_rate == 0


def test_a_new_shop_begins_with_the_rate_and_the_display_of_its_country() -> None:
    finnish = TenantSettings.at_home("EUR", "FI", "Europe/Helsinki")
    assert (finnish.tax_rate, finnish.tax_basis, finnish.zone) == (
        Decimal("0.255"), TaxBasis.GROSS, ZoneInfo("Europe/Helsinki"),
    )  # fmt: skip
    american = TenantSettings.at_home("USD", "US", "America/New_York")
    assert (american.tax_ppm, american.tax_basis) == (0, TaxBasis.NET)


@pytest.fixture
async def owner(database: Database) -> Principal:
    return (await people.shop(database, shop_name="Before")).principal


async def test_settings_are_kept_and_their_change_is_told(database: Database, owner: Principal) -> None:
    wanted = TenantSettings(currency="SEK", country="SE", tax_ppm=250_000, time_zone="Europe/Stockholm")
    async with database.unit(owner.tenant) as unit:
        changed = await TenantService(unit).change_settings(wanted, expected_version=1)
    assert (changed.settings, changed.version) == (wanted, 2)
    async with database.unit(owner.tenant) as unit:
        assert await TenantService(unit).get() == changed
    (entry,) = await journal.entries(database, owner.tenant, "identity.tenant_settings_changed")
    assert entry["before"] == {"currency": "EUR", "country": "DE", "tax_ppm": 190_000, "time_zone": "Europe/Berlin"}
    assert entry["after"]["currency"] == "SEK"


async def test_what_does_not_change_anything_is_not_told(database: Database, owner: Principal) -> None:
    async with database.unit(owner.tenant) as unit:
        service = TenantService(unit)
        kept = await service.get()
        assert await service.change_settings(kept.settings) == kept
        assert await service.rename("Before") == kept
        assert await service.set_status(TenantStatus.ACTIVE) == kept
    assert "identity.tenant_settings_changed" not in await journal.names(database, owner.tenant)
    assert "identity.tenant_renamed" not in await journal.names(database, owner.tenant)


async def test_a_tenant_can_be_renamed_unless_it_changed_meanwhile(database: Database, owner: Principal) -> None:
    async with database.unit(owner.tenant) as unit:
        assert (await TenantService(unit).rename(" After ", expected_version=1)).name == "After"
    with pytest.raises(ChangedSinceRead):
        async with database.unit(owner.tenant) as unit:
            await TenantService(unit).rename("Late", expected_version=1)
    (entry,) = await journal.entries(database, owner.tenant, "identity.tenant_renamed")
    assert (entry["before"], entry["after"]) == ({"name": "Before"}, {"name": "After"})


async def test_a_tenant_that_does_not_exist_is_not_found(database: Database) -> None:
    with pytest.raises(TenantNotFound):
        async with database.unit(TenantId(uuid4())) as unit:
            await TenantService(unit).get()


async def test_a_tenants_status_is_told(database: Database, owner: Principal) -> None:
    async with database.unit(owner.tenant) as unit:
        assert (await TenantService(unit).set_status(TenantStatus.CLOSED)).status is TenantStatus.CLOSED
    (entry,) = await journal.entries(database, owner.tenant, "identity.tenant_status_changed")
    assert (entry["before"], entry["after"]) == ({"status": "active"}, {"status": "closed"})
