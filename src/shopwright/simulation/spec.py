"""What a simulated world is asked to be, and the worlds that have a name. No arrays, no randomness."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from shopwright.kit.errors import Invalid, NotFound
from shopwright.kit.money import Currency


class UnknownWorld(NotFound):
    """No world has this name."""

    code = "unknown_world"
    action = "Choose one of the names in the details."


class InvalidWorld(Invalid):
    """The specification cannot describe a world."""

    code = "invalid_world"


class Department(StrEnum):
    """What the shop sells."""

    ELECTRONICS = "electronics"
    HOME = "home"


class DemandForm(StrEnum):
    """How demand answers to the own price. See `demand.Response` for the formulas."""

    CONSTANT_ELASTICITY = "constant_elasticity"
    LOGIT = "logit"
    SEMI_LOG = "semi_log"


class Volume(StrEnum):
    """Units a day of the median product: 0.2, 2 or 60."""

    SLOW = "slow"
    NORMAL = "normal"
    HIGH = "high"


class PricePolicy(StrEnum):
    """How the shop set its prices in the history.

    static: the list price stays; randomised: changes at random times to random levels; endogenous: changes
    follow demand (up when it is hot, promotions before the season), so that a plain regression is misled.
    """

    STATIC = "static"
    RANDOMISED = "randomised"
    ENDOGENOUS = "endogenous"


class RivalKind(StrEnum):
    """What a rival does; the classes are in `rivals`."""

    MATCH_LOWEST = "match_lowest"
    FOLLOW = "follow"
    PREMIUM = "premium"
    ERRATIC = "erratic"
    OUT_OF_STOCK = "out_of_stock"


ALL_RIVALS = tuple(RivalKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSpec:
    """A world in a few words. The same specification and the same generator give the same bytes.

    `cover` scales the stock that the shop keeps: 1.0 runs out now and then, 0.46 on three days of ten. `season` scales
    the yearly wave of every category and how much of a gift it is (on the log scale).
    `lifecycle`, `bulk_orders`, `gaps` and `price_war` make a shop of the demo kind: launches and retired
    products, single large business orders, products without cost or bounds, mutual undercutting at the end.
    """

    name: str
    seed: int
    department: Department = Department.ELECTRONICS
    products: int = 300
    days: int = 548
    start: date = date(2025, 5, 1)
    currency: str = "EUR"
    tax_rate: Decimal = Decimal("0.19")
    timezone: str = "Europe/Berlin"
    demand_form: DemandForm = DemandForm.CONSTANT_ELASTICITY
    volume: Volume = Volume.NORMAL
    price_policy: PricePolicy = PricePolicy.ENDOGENOUS
    price_changes_a_year: float = 6.0
    promotions_a_year: float = 4.0
    rivals: tuple[RivalKind, ...] = ALL_RIVALS
    price_war: bool = False
    cover: float = 1.0
    season: float = 1.0
    lifecycle: bool = False
    bulk_orders: bool = False
    gaps: bool = False
    review_rate: float = 0.02
    observe_every: int = 3

    def __post_init__(self) -> None:
        if self.products < 1 or self.days < 1 or self.observe_every < 1:
            raise InvalidWorld("A world needs at least one product, one day and one day between observations.")
        if not 0 <= self.tax_rate < 1:
            raise InvalidWorld("The tax rate is a fraction from 0 to below 1.", found=str(self.tax_rate))
        if min(self.price_changes_a_year, self.promotions_a_year, self.cover, self.season, self.review_rate) < 0:
            raise InvalidWorld("Rates cannot be below zero.")
        if self.price_war and not self.rivals:
            raise InvalidWorld("A price war needs a rival.")
        Currency(self.currency)

    @property
    def end(self) -> date:
        """The day after the last day of history."""
        return self.start + timedelta(days=self.days)

    def ending(self, day: date) -> "WorldSpec":
        """Return the same world moved in time, so that `day` is its last day of history."""
        return replace(self, start=day - timedelta(days=self.days - 1))

    def amount(self, minor_units: int) -> Decimal:
        """Return a price or cost of this world in major units, exactly."""
        return Decimal(int(minor_units)).scaleb(-Currency(self.currency).decimals)


_DEMO = WorldSpec(
    name="demo-electronics",
    seed=11,
    products=120,
    lifecycle=True,
    bulk_orders=True,
    gaps=True,
    price_war=True,
)
_MEASURED = WorldSpec(
    name="constant", seed=101, days=180, price_policy=PricePolicy.STATIC, promotions_a_year=8.0, cover=3.0
)
_LEARNED = WorldSpec(name="endogenous-6", seed=201, volume=Volume.SLOW, cover=3.0)

_NAMED = (
    _DEMO,
    replace(
        _DEMO,
        name="demo-home",
        seed=12,
        department=Department.HOME,
        products=100,
        currency="GBP",
        tax_rate=Decimal("0.20"),
        timezone="Europe/London",
        demand_form=DemandForm.LOGIT,
    ),
    _MEASURED,
    replace(_MEASURED, name="logit", seed=102, demand_form=DemandForm.LOGIT),
    replace(_MEASURED, name="semi-log", seed=103, demand_form=DemandForm.SEMI_LOG),
    replace(_MEASURED, name="slow", seed=104, volume=Volume.SLOW),
    replace(_MEASURED, name="season", seed=105, season=2.5),
    replace(_MEASURED, name="stock-outs", seed=106, cover=0.46),
    replace(_MEASURED, name="price-war", seed=107, price_war=True),
    replace(_MEASURED, name="promotions", seed=108, promotions_a_year=24.0),
    replace(_LEARNED, name="endogenous-2", seed=202, price_changes_a_year=2.0),
    _LEARNED,
    replace(_LEARNED, name="randomised-24", seed=203, price_policy=PricePolicy.RANDOMISED, price_changes_a_year=24.0),
    WorldSpec(name="scarce", seed=301, cover=0.46),
)

WORLDS: Mapping[str, WorldSpec] = MappingProxyType({spec.name: spec for spec in _NAMED})
"""Worlds by name: two for the demo, eight to measure pricing, three to measure elasticities, one short of stock."""


def get_world(name: str) -> WorldSpec:
    """Return the specification of a named world; raises UnknownWorld."""
    try:
        return WORLDS[name]
    except KeyError:
        raise UnknownWorld(f"There is no world named {name!r}.", known=sorted(WORLDS)) from None
