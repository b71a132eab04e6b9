"""What a policy would do to a selection, summed by branch of the assortment. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from shopwright.kit.amounts import MISSING, SCALE
from shopwright.pricing.assembling import Market
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.deciding import Part
from shopwright.pricing.expectation import Expectation, Interval, expectations

_PROPOSED, _NO_PRICE = Outcome.PROPOSED.place, Outcome.NO_PRICE.place
_ZERO: Final = (Decimal(0), Decimal(0), Decimal(0))


@dataclass(slots=True)
class Branch:
    """A category in one currency, or the whole selection where `category` is None and `whole` is set.

    `ups` and `downs` are prices that would change, `held` those that stay, `no_price` products that may not be priced.
    `mean_change_ppm` is over the changed prices. `profit` and `gain` (against staying) are of the changed products, a week,
    net of tax: low, middle and high, the ends summed as if all came out alike; `expected` tells for how many they are known.
    """

    category: str | None
    currency: str
    whole: bool = False
    products: int = 0
    ups: int = 0
    downs: int = 0
    held: int = 0
    no_price: int = 0
    mean_change_ppm: int = 0
    expected: int = 0
    units_now: float = 0.0
    units: tuple[float, float, float] = (0.0, 0.0, 0.0)
    profit: tuple[Decimal, Decimal, Decimal] = _ZERO
    gain: tuple[Decimal, Decimal, Decimal] = _ZERO

    def add(self, other: "Branch") -> None:
        """Add another branch, or a single product."""
        changed, more = self.ups + self.downs, other.ups + other.downs
        if changed + more:
            moved = self.mean_change_ppm * changed + other.mean_change_ppm * more
            self.mean_change_ppm = round(moved / (changed + more))
        for name in ("products", "ups", "downs", "held", "no_price", "expected", "units_now"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("units", "profit", "gain"):
            summed = (ours + theirs for ours, theirs in zip(getattr(self, name), getattr(other, name), strict=True))
            setattr(self, name, tuple(summed))


@dataclass(frozen=True, slots=True)
class Simulation:
    """What a policy would do: by category, together by currency, and which strategies and reasons decided.

    `breaker` has a sentence for each cause for which the circuit breaker would stop a run of these prices.
    """

    branches: Sequence[Branch]
    totals: Sequence[Branch]
    strategies: dict[str, int]
    reasons: dict[str, int]
    breaker: Sequence[str] = field(default_factory=tuple)


def summarise(market: Market, part: Part, breaker: Sequence[str]) -> Simulation:
    """Sum what was decided for the products of one policy."""
    outcome, bits = part.decisions.outcome.tolist(), part.decisions.reasons.tolist()
    effects = effects_of(market, part)
    branches: dict[tuple[str, str | None], Branch] = {}
    totals: dict[str, Branch] = {}
    reasons: Counter[str] = Counter()
    strategies: Counter[str] = Counter()
    for row, place in enumerate(part.rows.tolist()):
        category, currency = market.products.categories[place], market.products.currencies[place]
        one = _single(part, row, outcome[row], effects.get(row), currency)
        branches.setdefault((currency, category), Branch(category, currency)).add(one)
        totals.setdefault(currency, Branch(None, currency, whole=True)).add(one)
        strategies[part.grounds.strategy(row).value] += 1
        if outcome[row] != _PROPOSED:
            reasons.update(reason.value for reason in Reason.read(bits[row]))
    ordered = sorted(branches.items(), key=lambda item: (item[0][0], item[0][1] is None, item[0][1] or ""))
    return Simulation(
        branches=[branch for _, branch in ordered],
        totals=[totals[currency] for currency in sorted(totals)],
        strategies=dict(strategies.most_common()),
        reasons=dict(reasons.most_common()),
        breaker=breaker,
    )


def effects_of(market: Market, part: Part) -> dict[int, Expectation]:
    """Return what each changed price is expected to bring, by row of the part."""
    chosen = part.decisions.having(Outcome.PROPOSED)
    named = [market.products.ids[place] for place in part.rows[chosen].tolist()]
    expected = expectations(
        part.catalog.take(chosen), named, part.decisions.price[chosen], market.pace, part.used.of_products(chosen)
    )
    return {row: one for row, one in zip(chosen.tolist(), expected, strict=True) if one is not None}


def _single(part: Part, row: int, outcome: int, effect: Expectation | None, currency: str) -> Branch:
    """Return one product as a branch."""
    if outcome != _PROPOSED:
        return Branch(None, currency, products=1, held=int(outcome != _NO_PRICE), no_price=int(outcome == _NO_PRICE))
    current, price = int(part.catalog.price[row]), int(part.decisions.price[row])
    one = Branch(None, currency, products=1, ups=int(price > current), downs=int(price < current))
    one.mean_change_ppm = (price - current) * SCALE // current if current != MISSING else 0
    profit, gain = (None, None) if effect is None else (_known(effect.profit), _known(effect.gain))
    if effect is not None and profit is not None and gain is not None:
        one.expected, one.units_now, one.units, one.profit, one.gain = 1, effect.units_now, effect.units, profit, gain
    return one


def _known(interval: Interval) -> tuple[Decimal, Decimal, Decimal] | None:
    low, middle, high = interval
    if low is None or middle is None or high is None:
        return None
    return Decimal(low), Decimal(middle), Decimal(high)
