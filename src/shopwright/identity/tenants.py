"""A tenant and its settings: what the shop counts in, where it is, and how it is repriced and observed. Pure."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from shopwright.kit.errors import Invalid, NotFound
from shopwright.kit.events import Event
from shopwright.kit.ids import TenantId
from shopwright.kit.money import Currency, TaxBasis, UnknownCurrency
from shopwright.kit.time import time_zone_names

LOCAL_TENANT: Final = TenantId(UUID("00000000-0000-4000-8000-000000000001"))
"""The tenant of somebody who runs the program alone with signing in switched off."""

DEMO_TENANT: Final = TenantId(UUID("00000000-0000-4000-8000-000000000002"))
"""The simulated tenant of demo mode: it can be reset, and it is cut off from real shops and sinks."""

_MILLION = 1_000_000
_WEEK_MINUTES = 7 * 24 * 60
_DAY_SECONDS = 86_400
_COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split()
)

_STANDARD_RATES: Final = {
    "AT": 200_000, "BE": 210_000, "BG": 200_000, "CH": 81_000, "CY": 190_000, "CZ": 210_000, "DE": 190_000,
    "DK": 250_000, "EE": 240_000, "ES": 210_000, "FI": 255_000, "FR": 200_000, "GB": 200_000, "GR": 240_000,
    "HR": 250_000, "HU": 270_000, "IE": 230_000, "IT": 220_000, "LT": 210_000, "LU": 170_000, "LV": 210_000,
    "MT": 180_000, "NL": 210_000, "NO": 250_000, "PL": 230_000, "PT": 230_000, "RO": 210_000, "SE": 250_000,
    "SI": 220_000, "SK": 230_000,
}  # fmt: skip
"""Standard VAT rates as of 2026, as a start: the shop changes its own. Elsewhere there is none that holds everywhere."""

_NET_PRICES: Final = frozenset({"CA", "US"})
"""Where shops show prices without tax."""


class TenantNotFound(NotFound):
    """The tenant does not exist, or the caller has no place in it."""

    code = "tenant_not_found"


class InvalidTenantSettings(Invalid):
    """Values of the tenant's settings are out of range; `details.fields` says which and why."""

    code = "invalid_tenant_settings"


class TenantStatus(StrEnum):
    """Whether the tenant is served."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RepricingSettings:
    """When prices are looked at without anybody asking. Policies decide what may come of it."""

    after_collection: bool = True
    every_minutes: int | None = None

    def problems(self) -> dict[str, str]:
        """Name each value that is out of range."""
        every = self.every_minutes
        in_range = every is None or 5 <= every <= _WEEK_MINUTES  # noqa: PLR2004 - a run of the whole catalog takes minutes
        return {} if in_range else {"repricing.every_minutes": "5 minutes to a week, or none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestionSettings:
    """How market data are kept fresh: every `look_every_seconds` what is older than `stale_after_minutes` is fetched."""

    collect: bool = True
    look_every_seconds: int = 180
    stale_after_minutes: int = 60

    def problems(self) -> dict[str, str]:
        """Name each value that is out of range."""
        found = {}
        if not 10 <= self.look_every_seconds <= _DAY_SECONDS:  # noqa: PLR2004 - sites are not polled faster
            found["ingestion.look_every_seconds"] = "10 seconds to a day"
        if not 1 <= self.stale_after_minutes <= _WEEK_MINUTES:
            found["ingestion.stale_after_minutes"] = "1 minute to a week"
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """What holds for the whole shop unless a product or policy says otherwise. `tax_ppm`: 190,000 is 19 %."""

    currency: str = "EUR"
    country: str = "DE"
    tax_ppm: int = 190_000
    tax_basis: TaxBasis = TaxBasis.GROSS
    time_zone: str = "Europe/Berlin"
    repricing: RepricingSettings = field(default_factory=RepricingSettings)
    ingestion: IngestionSettings = field(default_factory=IngestionSettings)

    def __post_init__(self) -> None:
        """Raise InvalidTenantSettings, naming every value that is out of range at once."""
        problems = {**self._problems(), **self.repricing.problems(), **self.ingestion.problems()}
        if problems:
            raise InvalidTenantSettings(f"Out of range: {', '.join(problems)}.", fields=problems)

    def _problems(self) -> dict[str, str]:
        found = {}
        try:
            Currency(self.currency)
        except UnknownCurrency:
            found["currency"] = "an ISO 4217 code"
        if self.country not in _COUNTRIES:
            found["country"] = "an ISO 3166 code of two letters"
        if not 0 <= self.tax_ppm < _MILLION:
            found["tax_ppm"] = "0 to 999,999 millionths"
        if self.time_zone not in time_zone_names():
            found["time_zone"] = "a name of the IANA time zone database"
        return found

    @classmethod
    def at_home(cls, currency: str, country: str, time_zone: str) -> "TenantSettings":
        """Return the settings that a new shop begins with: its country's standard rate, and how prices are shown."""
        basis = TaxBasis.NET if country in _NET_PRICES else TaxBasis.GROSS
        rate = _STANDARD_RATES.get(country, 0)
        return cls(currency=currency, country=country, time_zone=time_zone, tax_ppm=rate, tax_basis=basis)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's own time, for business days and windows."""
        return ZoneInfo(self.time_zone)

    @property
    def tax_rate(self) -> Decimal:
        """The default tax rate as a fraction of the net price."""
        return Decimal(self.tax_ppm) / _MILLION


@dataclass(frozen=True, slots=True)
class Tenant:
    """A shop, or the reserved tenant of the installation."""

    id: TenantId
    name: str
    simulated: bool
    status: TenantStatus
    settings: TenantSettings
    version: int


@dataclass(frozen=True, kw_only=True)
class TenantCreated(Event, name="identity.tenant_created", subject="tenant"):
    """A tenant exists."""

    tenant_name: str
    simulated: bool


@dataclass(frozen=True, kw_only=True)
class TenantRenamed(Event, name="identity.tenant_renamed", subject="tenant"):
    """A tenant has another name."""


@dataclass(frozen=True, kw_only=True)
class TenantStatusChanged(Event, name="identity.tenant_status_changed", subject="tenant"):
    """A tenant was suspended, closed or opened again by an operator."""


@dataclass(frozen=True, kw_only=True)
class TenantSettingsChanged(Event, name="identity.tenant_settings_changed", subject="tenant"):
    """Settings of the tenant have other values."""
