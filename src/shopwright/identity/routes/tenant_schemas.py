"""Bodies and answers about the caller's tenant, its settings, and what the caller likes to see."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shopwright.identity.people import Membership
from shopwright.identity.preferences import BusinessGoal, Preferences, UiValue
from shopwright.identity.routes.schemas import Body, TenantBrief
from shopwright.identity.tenants import IngestionSettings, RepricingSettings, Tenant, TenantSettings, TenantStatus
from shopwright.kit.money import TaxBasis


class MembershipAnswer(TenantBrief):
    """A tenant that the caller may go to."""

    role: str
    current: bool

    @classmethod
    def of(cls, place: Membership, current: UUID) -> "MembershipAnswer":
        """Render."""
        here = place.tenant == current
        return cls(id=place.tenant, name=place.tenant_name, simulated=place.simulated, role=place.role, current=here)


class RepricingBody(Body):
    """When prices are looked at without anybody asking."""

    after_collection: bool = True
    every_minutes: int | None = Field(default=None, examples=[60])


class IngestionBody(Body):
    """How market data are kept fresh."""

    collect: bool = True
    look_every_seconds: int = 180
    stale_after_minutes: int = 60


class SettingsBody(Body):
    """The settings of a tenant. `tax_ppm` is the default tax rate in millionths: 190000 is 19 %."""

    currency: str = Field(examples=["EUR"])
    country: str = Field(examples=["DE"])
    tax_ppm: int = Field(examples=[190_000])
    tax_basis: TaxBasis
    time_zone: str = Field(examples=["Europe/Berlin"])
    repricing: RepricingBody
    ingestion: IngestionBody

    @classmethod
    def of(cls, settings: TenantSettings) -> "SettingsBody":
        """Render."""
        return cls.model_validate(settings, from_attributes=True)

    def settings(self) -> TenantSettings:
        """Return what the domain knows. Raises InvalidTenantSettings."""
        return TenantSettings(
            currency=self.currency,
            country=self.country,
            tax_ppm=self.tax_ppm,
            tax_basis=self.tax_basis,
            time_zone=self.time_zone,
            repricing=RepricingSettings(**self.repricing.model_dump()),
            ingestion=IngestionSettings(**self.ingestion.model_dump()),
        )


class TenantAnswer(TenantBrief):
    """The caller's tenant."""

    status: TenantStatus
    settings: SettingsBody
    version: int

    @classmethod
    def of(cls, tenant: Tenant) -> "TenantAnswer":
        """Render."""
        return cls(
            id=tenant.id,
            name=tenant.name,
            simulated=tenant.simulated,
            status=tenant.status,
            settings=SettingsBody.of(tenant.settings),
            version=tenant.version,
        )


class TenantName(Body):
    """The name that the tenant is to have."""

    name: Annotated[str, Field(min_length=1, max_length=500, examples=["Ada's Analytical Engines"])]


class GoalBody(Body):
    """A goal. Priority 1 comes first."""

    goal: str = Field(examples=["Sell the winter stock by the end of February"])
    priority: int = Field(examples=[1])


class PreferencesBody(Body):
    """What the caller likes to see. It comes back unchanged."""

    kpi_preferences: list[str] = Field(default_factory=list, examples=[["margin", "revenue"]])
    marketplace_focus: list[str] = Field(default_factory=list, examples=[["amazon", "shopify"]])
    business_goals: list[GoalBody] = Field(default_factory=list)
    ui: dict[str, UiValue] = Field(
        default_factory=dict, description="Looks of the web interface.", examples=[{"theme": "dark"}]
    )

    @classmethod
    def of(cls, preferences: Preferences) -> "PreferencesBody":
        """Render."""
        return cls(
            kpi_preferences=list(preferences.kpi_preferences),
            marketplace_focus=list(preferences.marketplace_focus),
            business_goals=[GoalBody(goal=one.goal, priority=one.priority) for one in preferences.business_goals],
            ui=preferences.ui,
        )

    def preferences(self) -> Preferences:
        """Return what the domain knows. Raises InvalidPreferences."""
        return Preferences(
            kpi_preferences=tuple(self.kpi_preferences),
            marketplace_focus=tuple(self.marketplace_focus),
            business_goals=tuple(BusinessGoal(one.goal, one.priority) for one in self.business_goals),
            ui=self.ui,
        )


class KpiBody(Body):
    """The KPIs that the caller likes to see, in order."""

    kpi_preferences: list[str] = Field(examples=[["margin", "revenue"]])
