"""A whole simulated past, ready to be loaded: master data, sales, stock, traffic, offers, reviews, customers.

Always to be labelled as simulated: `History.source` goes into every row that takes a source.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from shopwright.simulation.columns import SOURCE, Flags, Ints, Texts
from shopwright.simulation.market import Market
from shopwright.simulation.offers import Listings, Snapshots, watch_offers, write_listings
from shopwright.simulation.orders import OrderLines, write_orders
from shopwright.simulation.panel import Panel, record_panel
from shopwright.simulation.people import Customers, invent_customers
from shopwright.simulation.reviews import Reviews, write_reviews
from shopwright.simulation.world import World

_NO_COST, _NO_BOUNDS, _NO_GTIN = 0.03, 0.04, 0.02
_MAP_BRANDS = 1
"""Brands whose makers prescribe a lowest advertised price."""


@dataclass(frozen=True, slots=True)
class Products:
    """Master data as the shop keeps them, one row a product; what it does not know is None or empty."""

    sku: Texts
    gtin: Texts
    mpn: Texts
    name: Texts
    brand: Texts
    category: Texts
    price: tuple[int, ...]
    """In force at the end of the history, minor units with tax."""
    cost: tuple[int | None, ...]
    """Minor units without tax."""
    min_price: tuple[int | None, ...]
    max_price: tuple[int | None, ...]
    map_price: tuple[int | None, ...]
    stock: tuple[int, ...]
    lead_time: tuple[int, ...]
    """Days from order to delivery."""
    launched: tuple[int, ...]
    """First day on sale, counted from the start of the history."""
    active: tuple[bool, ...]
    """False for products that were taken out of the assortment."""


@dataclass(frozen=True, slots=True)
class History:
    """Everything that happened up to the end of a world's history, and the world itself as its truth."""

    world: World
    products: Products
    panel: Panel
    """Own prices, stock, traffic per product and day, with the true demand beside the sales."""
    orders: OrderLines
    listings: Listings
    offers: Snapshots
    reviews: Reviews
    customers: Customers
    source: Literal["simulated"] = SOURCE


def simulate_history(world: World, rng: np.random.Generator) -> History:
    """Simulate the past of a world; the same world and the same state of the generator give the same bytes.

    To go on from its end, make `Market(world, rng)` with a generator in that same state and `record_panel` it:
    the market then stands at the first day after this history.
    """
    panel = record_panel(Market(world, rng), rng)
    orders = write_orders(world, panel, rng)
    listings = write_listings(world, rng)
    return History(
        world=world,
        products=_products(world, panel, rng),
        panel=panel,
        orders=orders,
        listings=listings,
        offers=watch_offers(world, panel, listings, rng),
        reviews=write_reviews(world, orders, rng),
        customers=invent_customers(orders, rng),
    )


def _products(world: World, panel: Panel, rng: np.random.Generator) -> Products:
    names, days = world.assortment, world.spec.days
    n = world.products
    gaps = world.spec.gaps
    no_cost, no_bounds, no_gtin = (gaps & (rng.random(n) < share) for share in (_NO_COST, _NO_BOUNDS, _NO_GTIN))
    # In small shops too, somebody has forgotten something: the demo has to show what happens then.
    no_cost[: int(gaps)], no_bounds[int(gaps) : 2 * int(gaps)] = True, True
    lowest = np.ceil(world.cost * (1 + world.tax) * 1.03).astype(np.int64)
    highest = np.maximum(np.round(world.reference * 1.35).astype(np.int64), lowest + 1)
    mapped = np.isin(names.brand, sorted(set(names.brand))[:_MAP_BRANDS])
    return Products(
        sku=names.sku,
        gtin=tuple("" if gone else code for code, gone in zip(names.gtin, no_gtin.tolist(), strict=True)),
        mpn=names.mpn,
        name=names.name,
        brand=names.brand,
        category=tuple(names.categories[int(index)].name for index in names.category),
        price=tuple(panel.price[:, -1].tolist()),
        cost=_known(world.cost, ~no_cost),
        min_price=_known(lowest, ~no_bounds),
        max_price=_known(highest, ~no_bounds),
        map_price=_known(np.maximum(np.round(world.reference * 0.9).astype(np.int64), lowest), mapped),
        stock=tuple(panel.closing[:, -1].tolist()),
        lead_time=tuple(world.lead_time.tolist()),
        launched=tuple(world.launch.tolist()),
        active=tuple((world.retire > days).tolist()),
    )


def _known(values: Ints, known: Flags) -> tuple[int | None, ...]:
    """Return the values, None where they are not known."""
    return tuple(value if told else None for value, told in zip(values.tolist(), known.tolist(), strict=True))
