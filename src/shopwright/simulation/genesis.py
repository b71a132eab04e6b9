"""Makes a world from its specification: draws the truth once, from the seed of the specification alone."""

import numpy as np

from shopwright.simulation.assortment import Assortment, stock_assortment
from shopwright.simulation.categories import Category
from shopwright.simulation.columns import Flags, Floats, Ints, charm
from shopwright.simulation.demand import Calendar, Response
from shopwright.simulation.rivals import BEHAVIOURS, Rival
from shopwright.simulation.spec import RivalKind, Volume, WorldSpec
from shopwright.simulation.world import World

_MEDIAN_UNITS = {Volume.SLOW: 0.2, Volume.NORMAL: 2.0, Volume.HIGH: 60.0}
_NEVER = 1_000_000
_WAR_DAYS = 35
_FIGHTERS = frozenset({RivalKind.MATCH_LOWEST, RivalKind.FOLLOW})
_SUBSTITUTES = 2
_NEW_SHARE, _DEAD_SHARE, _DECLINE_SHARE = 0.10, 0.05, 0.05
_CARRIED = 0.75
_PAID_SHIPPING, _FREE_SHIPPING_FROM = 0.7, 5_000
_RIVAL_NAMES = {
    RivalKind.MATCH_LOWEST: ("Pricehound", "Bargain Wharf"),
    RivalKind.FOLLOW: ("Shopmere", "Second Street"),
    RivalKind.PREMIUM: ("Galerie Nord", "Fine & Finer"),
    RivalKind.ERRATIC: ("Zigzag Deals", "Wobble Market"),
    RivalKind.OUT_OF_STOCK: ("Lastbox", "Almost Gone"),
}


def build_world(spec: WorldSpec) -> World:
    """Draw the truth of a world; the same specification gives the same world, byte for byte."""
    rng = np.random.default_rng(spec.seed)
    n = spec.products
    assortment = stock_assortment(rng, spec.department, n)
    kinds = [assortment.categories[int(index)] for index in assortment.category]
    reference = _reference(rng, kinds)
    cost = _cost(rng, kinds, reference, float(spec.tax_rate))
    rivals = _rivals(rng, spec, reference, cost)
    neighbours, cross = _neighbours(rng, assortment)
    launch, retire = _lifecycle(rng, spec)
    return World(
        spec=spec,
        assortment=assortment,
        reference=reference,
        cost=cost,
        base=_base(rng, spec.volume, reference),
        response=_response(rng, spec, kinds, rivals),
        neighbours=neighbours,
        cross_elasticity=cross,
        calendar=_calendar(spec, assortment.categories),
        season_strength=rng.uniform(0.7, 1.3, n),
        trend=rng.normal(0.03, 0.12, n),
        launch=launch,
        retire=retire,
        burst=rng.uniform(3.0, 9.0, n),
        lead_time=rng.integers(3, 15, n),
        quality=np.clip(rng.normal(4.1, 0.4, n), 2.4, 4.8),
        decline=np.where(rng.random(n) < _DECLINE_SHARE, int(spec.days * 0.7), _NEVER),
        rivals=rivals,
        war=_war(spec, assortment),
        war_start=max(spec.days - _WAR_DAYS, 0) if spec.price_war else _NEVER,
    )


def _reference(rng: np.random.Generator, kinds: list[Category]) -> Ints:
    """Draw list prices log-uniformly from the range of the category, with believable endings."""
    low, high = np.array([[kind.low_price, kind.high_price] for kind in kinds]).T
    return charm(100 * np.exp(rng.uniform(np.log(low), np.log(high))))


def _cost(rng: np.random.Generator, kinds: list[Category], reference: Ints, tax: float) -> Ints:
    """Draw costs around those for which the list price is right at the category's mean elasticity.

    Only the mean enters: a product's own elasticity must not be readable from its margin. The factor below 1
    is for the spread of elasticities and for rivals who follow, which both put the best price higher on average.
    """
    mean = np.array([kind.elasticity for kind in kinds])
    share = 0.88 * (1 + 1 / mean) * np.exp(rng.normal(0.0, 0.18, len(kinds)))
    return np.round(reference / (1 + tax) * np.clip(share, 0.30, 0.90)).astype(np.int64)


def _base(rng: np.random.Generator, volume: Volume, reference: Ints) -> Floats:
    """Draw units a day: lognormal, dearer products sell less."""
    cheapness = (np.median(reference) / reference) ** 0.3
    base: Floats = _MEDIAN_UNITS[volume] * cheapness * np.exp(rng.normal(0.0, 0.8, reference.size))
    return base


def _response(rng: np.random.Generator, spec: WorldSpec, kinds: list[Category], rivals: tuple[Rival, ...]) -> Response:
    n = spec.products
    mean = np.array([kind.elasticity for kind in kinds])
    carried = np.array([rival.carried for rival in rivals], dtype=np.float64).reshape(len(rivals), n)
    elasticity = np.clip(mean + rng.normal(0.0, 0.45, n), -4.5, -1.25)
    # Buyers whom rivals can win are at most half of the market, whoever carries the product.
    pull = rng.uniform(0.5, 1.5, carried.shape) * carried
    rival_share = 0.5 * pull / np.maximum(pull.sum(axis=0), 1.0)
    return Response(
        form=spec.demand_form,
        elasticity=elasticity,
        rival_elasticity=-elasticity * rng.uniform(0.15, 0.45, n) * (carried.sum(axis=0) > 0),
        own_share=rng.uniform(0.15, 0.35, n),
        rival_share=rival_share,
    )


def _neighbours(rng: np.random.Generator, assortment: Assortment) -> tuple[Ints, Floats]:
    """Draw two substitutes in the category and one complement in the basket group of each product."""
    n = len(assortment.sku)
    neighbours = np.tile(np.arange(n)[:, None], (1, _SUBSTITUTES + 1))
    for place in range(_SUBSTITUTES):
        neighbours[:, place] = _other_member(rng, assortment.category)
    neighbours[:, _SUBSTITUTES] = _other_member(rng, assortment.companion)
    strength = rng.uniform(0.05, 0.20, neighbours.shape)
    strength[:, _SUBSTITUTES] *= -0.5
    strength[neighbours == np.arange(n)[:, None]] = 0.0
    return neighbours, strength


def _other_member(rng: np.random.Generator, group: Ints) -> Ints:
    """Return for each row another row of its group, or the row itself where it is alone."""
    order = np.argsort(group, kind="stable")
    members = np.bincount(group)
    first = np.concatenate([[0], np.cumsum(members)[:-1]])
    place = np.empty_like(order)
    place[order] = np.arange(group.size) - first[group[order]]
    size = members[group]
    step = 1 + np.floor(rng.random(group.size) * np.maximum(size - 1, 1)).astype(np.int64)
    other: Ints = order[first[group] + (place + step) % size]
    return other


def _lifecycle(rng: np.random.Generator, spec: WorldSpec) -> tuple[Ints, Ints]:
    """Draw launches (one product in ten) and retirements (one in twenty), or neither."""
    n, fate = spec.products, rng.random(spec.products)
    launched = (rng.uniform(0.3, 0.97, n) * spec.days).astype(np.int64)
    retired = (rng.uniform(0.5, 0.9, n) * spec.days).astype(np.int64)
    new, dead = spec.lifecycle & (fate < _NEW_SHARE), spec.lifecycle & (fate > 1 - _DEAD_SHARE)
    return np.where(new, launched, 0), np.where(dead, retired, _NEVER)


def _calendar(spec: WorldSpec, categories: tuple[Category, ...]) -> Calendar:
    weekend = np.array([kind.weekend for kind in categories])
    profile = np.tile([1.05, 1.0, 0.97, 0.98, 1.0, 1.0, 1.0], (len(categories), 1))
    profile[:, 5:] *= weekend[:, None]
    return Calendar(
        start=spec.start,
        weekday=profile / profile.mean(axis=1, keepdims=True),
        wave=spec.season * np.array([kind.wave for kind in categories]),
        peak=np.array([kind.peak for kind in categories], dtype=np.float64),
        gift=spec.season * np.array([kind.gift for kind in categories]),
    )


def _rivals(rng: np.random.Generator, spec: WorldSpec, reference: Ints, cost: Ints) -> tuple[Rival, ...]:
    return tuple(_rival(rng, spec, place, reference, cost) for place in range(len(spec.rivals)))


def _rival(rng: np.random.Generator, spec: WorldSpec, place: int, reference: Ints, cost: Ints) -> Rival:
    kind, n = spec.rivals[place], spec.products
    seen_before = spec.rivals[:place].count(kind)
    names = _RIVAL_NAMES[kind]
    name = names[seen_before % len(names)] + (f" {seen_before}" if seen_before >= len(names) else "")
    # Rivals buy within a tenth of our cost and want a fifth on top; in a war they go down to what they paid.
    paid = cost * (1 + float(spec.tax_rate)) * rng.uniform(0.95, 1.08, n)
    floor = np.minimum(1.2 * paid, np.maximum(paid, 0.98 * reference))
    shipping = np.where(
        (reference < _FREE_SHIPPING_FROM) & (rng.random(n) < _PAID_SHIPPING), 100 * rng.integers(3, 6) - 1, 0
    )
    markup = 0.10 if kind is RivalKind.PREMIUM else 0.0
    floor = np.ceil(np.maximum(floor, shipping + 1.0))
    opening = np.maximum(np.rint(reference * np.exp(markup + rng.normal(0.0, 0.04, n))), floor)
    return Rival(
        name=name,
        domain="".join(letter for letter in name.lower() if letter.isalnum()) + ".example",
        behaviour=BEHAVIOURS[kind],
        fights=kind in _FIGHTERS or place == 0,
        carried=rng.random(n) < _CARRIED,
        shipping=shipping.astype(np.int64),
        floor=floor.astype(np.int64),
        war_floor=np.ceil(np.maximum(1.02 * paid, shipping + 1.0)).astype(np.int64),
        opening=opening.astype(np.int64),
    )


def _war(spec: WorldSpec, assortment: Assortment) -> Flags:
    """Return which products are fought over: those of the largest category, if the world has a war."""
    largest = np.argmax(np.bincount(assortment.category))
    war: Flags = (assortment.category == largest) & spec.price_war
    return war
