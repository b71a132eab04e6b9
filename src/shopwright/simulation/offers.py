"""What a price monitor would have seen at the rivals: listings, and snapshots of them over time.

Most listings are ours in other words; some look cheaper and are not (used, packs, accessories), and a few are
never seen again after some day. Nothing here affects demand.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from shopwright.simulation.columns import Flags, Floats, Ints, Moments, Texts
from shopwright.simulation.panel import Panel
from shopwright.simulation.world import World

_DENSE_DAYS = 45
"""The last days of the history are observed daily."""
_MISSED = 0.02
_VANISHED = 0.03
_GTIN_KNOWN = 0.6
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR


class ListingKind(IntEnum):
    """What a listing truly is, next to our product."""

    SAME = 0
    REFURBISHED = 1
    USED = 2
    PACK = 3
    ACCESSORY = 4


_EXTRA_SHARE = {
    ListingKind.REFURBISHED: 0.03,
    ListingKind.USED: 0.03,
    ListingKind.PACK: 0.04,
    ListingKind.ACCESSORY: 0.02,
}
_PRICE_FACTOR = {
    ListingKind.SAME: 1.0,
    ListingKind.REFURBISHED: 0.78,
    ListingKind.USED: 0.62,
    ListingKind.PACK: 1.86,
    ListingKind.ACCESSORY: 0.15,
}
_CONDITION = {ListingKind.REFURBISHED: "refurbished", ListingKind.USED: "used"}
_PACK = 2


@dataclass(frozen=True, slots=True)
class Listings:
    """One row per thing that a rival sells."""

    competitor: Ints
    """Index into `World.rivals`."""
    product: Ints
    """Truth: our product that it is, or (accessory) is made for."""
    kind: Ints
    """Truth: ListingKind."""
    title: Texts
    brand: Texts
    gtin: Texts
    """Empty where the rival does not state it."""
    condition: Texts
    """new, refurbished or used."""
    pack_quantity: Ints
    shipping: Ints
    """Minor units."""
    url: Texts


@dataclass(frozen=True, slots=True)
class Snapshots:
    """One row per sighting, in the order of time."""

    listing: Ints
    day: Ints
    """Day in UTC, counted from the start of the history."""
    seen_at: Moments
    """datetime64[us] in UTC."""
    price: Ints
    """Asked, minor units with tax, without shipping; the last one shown where it is out of stock."""
    regular_price: Ints
    """The price that is struck out in a promotion, else the same as `price`."""
    available: Flags


def write_listings(world: World, rng: np.random.Generator) -> Listings:
    """Write the rivals' listings: everything that they carry, and a few that only look like it."""
    carried = np.array([rival.carried for rival in world.rivals], dtype=np.bool_).reshape(-1, world.products)
    competitor, product = np.nonzero(carried)
    kind = np.full(competitor.size, ListingKind.SAME, dtype=np.int64)
    parts = [(competitor, product, kind)]
    for extra, share in _EXTRA_SHARE.items():
        rows = np.flatnonzero(rng.random(competitor.size) < share)
        parts.append((competitor[rows], product[rows], np.full(rows.size, extra, dtype=np.int64)))
    competitor, product, kind = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    told = rng.random(kind.size) < _GTIN_KNOWN
    shipping = np.array([rival.shipping for rival in world.rivals], dtype=np.int64).reshape(-1, world.products)
    names, kinds, styles = (
        world.assortment,
        [ListingKind(value) for value in kind.tolist()],
        rng.integers(5, size=kind.size),
    )
    plain = (kind == ListingKind.SAME) & told
    return Listings(
        competitor=competitor,
        product=product,
        kind=kind,
        title=tuple(
            _title(world, int(row), what, int(style)) for row, what, style in zip(product, kinds, styles, strict=True)
        ),
        brand=tuple(names.brand[int(row)] for row in product),
        gtin=tuple(names.gtin[int(row)] if known else "" for row, known in zip(product, plain, strict=True)),
        condition=tuple(_CONDITION.get(what, "new") for what in kinds),
        pack_quantity=np.where(kind == ListingKind.PACK, _PACK, 1),
        shipping=shipping[competitor, product],
        url=tuple(
            f"https://{world.rivals[int(seller)].domain}/item/{place + 1000}" for place, seller in enumerate(competitor)
        ),
    )


def _title(world: World, product: int, kind: ListingKind, style: int) -> str:
    """Return the product's name as another shop would write it."""
    names = world.assortment
    brand, model, noun, full = names.brand[product], names.model[product], names.noun[product], names.name[product]
    match kind:
        case ListingKind.ACCESSORY:
            return f"Replacement bag for {brand} {model} {noun}"
        case ListingKind.PACK:
            return f"{_PACK}x {brand} {model} {noun} (pack of {_PACK})"
        case ListingKind.REFURBISHED:
            return f"{full} - Renewed"
        case ListingKind.USED:
            return f"{brand} {model} {noun} - used, good"
        case ListingKind.SAME:
            plain, variant = full.rsplit(", ", 1)
            return (
                full,
                f"{noun} {brand} {model.replace('-', '')} {variant}",
                f"{brand.upper()} {plain.removeprefix(brand).strip()} ({variant})",
                f"{plain} {variant} - free returns",
                f"{model} {noun} by {brand}",
            )[style]


def watch_offers(world: World, panel: Panel, listings: Listings, rng: np.random.Generator) -> Snapshots:
    """Observe every listing each few days, and daily at the end; a few observations fail."""
    days = world.spec.days
    watched = np.arange(days)
    watched = watched[(watched % world.spec.observe_every == 0) | (watched >= days - _DENSE_DAYS)]
    count = listings.competitor.size
    last_seen = np.where(rng.random(count) < _VANISHED, rng.integers(0, days, count), days)
    shape = (watched.size, count)
    seen = (rng.random(shape) >= _MISSED) & (watched[:, None] < last_seen[None, :])
    place, listing = np.nonzero(seen)
    day = watched[place]
    cell = (listings.competitor[listing], listings.product[listing], day)
    factor = np.array([_PRICE_FACTOR[kind] for kind in ListingKind])[listings.kind[listing]]
    return Snapshots(
        listing=listing,
        day=day,
        seen_at=_rounds(world, day, listing, count),
        price=_scaled(panel.rival_price[cell], factor),
        regular_price=_scaled(panel.rival_regular[cell], factor),
        available=panel.rival_available[cell],
    )


def _scaled(prices: Ints, factor: Floats) -> Ints:
    return np.maximum(np.round(prices * factor), 1).astype(np.int64)


def _rounds(world: World, day: Ints, listing: Ints, count: int) -> Moments:
    """Return when a crawler comes by that starts at two o'clock UTC and takes eight hours for all listings."""
    start = np.datetime64(world.spec.start, "us")
    passed = day * _DAY + 2 * _HOUR + listing * (8 * _HOUR // max(count, 1))
    return (start.astype(np.int64) + passed).astype("datetime64[us]")
