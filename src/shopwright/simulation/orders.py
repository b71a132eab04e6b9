"""Turns what was sold per product and day into orders: lines, baskets, moments, returns. Quantities are kept exactly."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

import numpy as np

from shopwright.simulation.columns import Flags, Floats, Ints, Moments
from shopwright.simulation.panel import Panel
from shopwright.simulation.spec import WorldSpec
from shopwright.simulation.world import World

_TOGETHER = 0.16
"""Chance that a further unit of the same product and day is in the same line."""
_SAME_BASKET = 0.30
_COMPANIONS = 0.5
_QUANTITY_DISCOUNT, _BULK_DISCOUNT = 0.05, 0.12
_FROM_QUANTITY = 3
_GUESTS = 0.10
_ORDERS_PER_CUSTOMER = 7
_LATEST_RETURN = 30
_BUSY = (1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 5, 5, 5, 5, 4.5, 4.5, 5, 5.5, 6, 7, 8, 7, 5, 2.5)
"""How busy the shop is in each hour of its own day."""
_HOURS = 24


class LineKind(IntEnum):
    """What a line says."""

    SALE = 0
    RETURN = 1
    CANCELLATION = 2


@dataclass(frozen=True, slots=True)
class OrderLines:
    """All order lines in the order of their moment. Quantities are above zero; `kind` gives the sign.

    Sales (with those cancelled later) add up to the panel's `served`, cancellations to its `cancelled`.
    """

    order: Ints
    """Number of the order, from 1. Returns and cancellations repeat the number of their sale."""
    sold_at: Moments
    """datetime64[us] in UTC."""
    day: Ints
    """Business day in the shop's time zone, counted from the start of the history."""
    product: Ints
    kind: Ints
    """LineKind."""
    sale: Ints
    """For returns and cancellations the row of the sale in this table, else -1."""
    quantity: Ints
    unit_price: Ints
    """Paid, minor units with tax: below the tag where a quantity discount was given."""
    list_price: Ints
    """The price tag of the day."""
    promotion: Flags
    business: Flags
    """A single large order from a business customer."""
    customer: Ints
    """Index of the customer, -1 for guests."""


@dataclass(frozen=True, slots=True)
class _Sales:
    """Sale lines before they are sorted: cell is day * n + product."""

    cell: Ints
    quantity: Ints
    business: Flags
    cancelled: Flags


def write_orders(world: World, panel: Panel, rng: np.random.Generator) -> OrderLines:
    """Write the order lines of a panel; every return lies within the history and follows its sale."""
    sales = _sale_lines(panel, rng)
    n = world.products
    day, product = sales.cell // n, sales.cell % n
    clock = ShopClock(world.spec)
    order, moment = _baskets(world, sales, _moments(panel, sales, clock, rng), rng)
    tag = panel.price.T.ravel()[sales.cell]
    lines = OrderLines(
        order=order,
        sold_at=moment,
        day=day,
        product=product,
        kind=np.full(day.size, LineKind.SALE, dtype=np.int64),
        sale=np.full(day.size, -1, dtype=np.int64),
        quantity=sales.quantity,
        unit_price=_paid(tag, sales),
        list_price=tag,
        promotion=panel.promotion.T.ravel()[sales.cell],
        business=sales.business,
        customer=_buyers(order, day, world.spec.days, rng),
    )
    cancelled = np.flatnonzero(sales.cancelled)
    minutes = np.minimum(rng.integers(1, 90, cancelled.size) * 60_000_000, clock.left(day, moment)[cancelled])
    back = _follow(lines, cancelled, LineKind.CANCELLATION, day[cancelled], _after(moment[cancelled], minutes))
    return _sorted([lines, back, _returns(world, lines, sales, clock, rng)])


def _sale_lines(panel: Panel, rng: np.random.Generator) -> _Sales:
    """Cut daily totals into lines: kept retail sales, sales that are cancelled, business orders."""
    kept = _cut(panel.served - panel.cancelled - panel.bulk, rng)
    lost = _cut(panel.cancelled, rng)
    bulk = panel.bulk.T.ravel()
    big = np.flatnonzero(bulk)
    parts = (kept[0].size, lost[0].size, big.size)
    return _Sales(
        cell=np.concatenate([kept[0], lost[0], big]),
        quantity=np.concatenate([kept[1], lost[1], bulk[big]]),
        business=np.repeat([False, False, True], parts),
        cancelled=np.repeat([False, True, False], parts),
    )


def _cut(units: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Return cell and quantity of lines that add up to `units` (n, T)."""
    flat = units.T.ravel()
    cells = np.flatnonzero(flat)
    counts = flat[cells]
    starts = rng.random(int(counts.sum())) >= _TOGETHER
    starts[np.cumsum(counts) - counts] = True
    places = np.flatnonzero(starts)
    quantity = np.diff(np.append(places, starts.size))
    return np.repeat(cells, counts)[places], quantity


def _paid(tag: Ints, sales: _Sales) -> Ints:
    """Return unit prices with the quantity discount, in whole minor units."""
    discount = np.where(sales.quantity >= _FROM_QUANTITY, _QUANTITY_DISCOUNT, 0.0)
    discount = np.where(sales.business, _BULK_DISCOUNT, discount)
    paid: Ints = np.maximum(np.round(tag * (1 - discount)), 1).astype(np.int64)
    return paid


def _moments(panel: Panel, sales: _Sales, clock: "ShopClock", rng: np.random.Generator) -> Moments:
    """Draw moments in the business day; where stock ran out, before it did."""
    served, wanted = panel.served.T.ravel()[sales.cell], panel.wanted.T.ravel()[sales.cell]
    return clock.moments(sales.cell // panel.price.shape[0], rng.random(sales.cell.size) * served / wanted)


def _baskets(world: World, sales: _Sales, moment: Moments, rng: np.random.Generator) -> tuple[Ints, Moments]:
    """Put lines of a day into common orders, companions more often than others; returns number and moment."""
    n = world.products
    day, product = sales.cell // n, sales.cell % n
    groups = int(world.assortment.companion.max()) + 1
    shared = rng.random((world.spec.days, groups))[day, world.assortment.companion[product]]
    key = day + np.where(rng.random(day.size) < _COMPANIONS, shared, rng.random(day.size))
    single = sales.business | sales.cancelled
    sequence = np.lexsort((key, single))
    joins = rng.random(day.size) < _SAME_BASKET
    joins[0:1] = False
    before, here = sequence[:-1], sequence[1:]
    joins[1:] &= (day[before] == day[here]) & (product[before] != product[here]) & ~single[here]
    opens = np.flatnonzero(~joins)
    earliest = np.minimum.reduceat(moment[sequence], opens) if opens.size else moment
    basket = np.cumsum(~joins) - 1
    rank = np.empty(opens.size, dtype=np.int64)
    rank[np.argsort(earliest, kind="stable")] = np.arange(1, opens.size + 1)
    order, ordered_at = np.empty_like(day), np.empty_like(moment)
    order[sequence], ordered_at[sequence] = rank[basket], earliest[basket]
    return order, ordered_at


def _buyers(order: Ints, day: Ints, days: int, rng: np.random.Generator) -> Ints:
    """Give every order a buyer among those who have come by then: few buy often, and old ones fade away."""
    orders = int(order.max(initial=0))
    when = np.zeros(orders, dtype=np.int64)
    when[order - 1] = day
    total = max(20, orders // _ORDERS_PER_CUSTOMER)
    known = np.maximum(np.floor(total * (0.3 + 0.7 * (when + 1) / days)), 1)
    buyer = known - 1 - np.floor(known * rng.random(orders) ** 1.6)
    buyer = np.where(rng.random(orders) < _GUESTS, -1, np.clip(buyer, 0, total - 1))
    result: Ints = buyer[order - 1].astype(np.int64)
    return result


def _returns(
    world: World, lines: OrderLines, sales: _Sales, clock: "ShopClock", rng: np.random.Generator
) -> OrderLines:
    """Draw what comes back: at most what was bought, two to thirty days later, within the history."""
    rate = np.array([kind.return_rate for kind in world.assortment.categories])[world.assortment.category]
    units = rng.binomial(lines.quantity, rate[lines.product])
    delay = np.minimum(2 + rng.geometric(0.12, lines.day.size), _LATEST_RETURN)
    day = lines.day + delay
    rows = np.flatnonzero((units > 0) & ~sales.cancelled & ~sales.business & (day < world.spec.days))
    back = clock.moments(day[rows], rng.uniform(0.2, 0.75, rows.size))
    return _follow(lines, rows, LineKind.RETURN, day[rows], back, units[rows])


def _follow(
    lines: OrderLines, rows: Ints, kind: LineKind, day: Ints, moment: Moments, quantity: Ints | None = None
) -> OrderLines:
    """Return lines that take back the sales in `rows`."""
    return OrderLines(
        order=lines.order[rows],
        sold_at=moment,
        day=day,
        product=lines.product[rows],
        kind=np.full(rows.size, kind, dtype=np.int64),
        sale=rows,
        quantity=lines.quantity[rows] if quantity is None else quantity,
        unit_price=lines.unit_price[rows],
        list_price=lines.list_price[rows],
        promotion=lines.promotion[rows],
        business=lines.business[rows],
        customer=lines.customer[rows],
    )


def _sorted(parts: list[OrderLines]) -> OrderLines:
    """Put sales and what followed them in the order of time, and let `sale` name the new rows."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in OrderLines.__slots__}
    sequence = np.lexsort((columns["order"], columns["sold_at"]))
    moved = np.empty_like(sequence)
    moved[sequence] = np.arange(sequence.size)
    sale = columns["sale"]
    columns["sale"] = np.where(sale >= 0, moved[sale], -1)
    return OrderLines(**{name: values[sequence] for name, values in columns.items()})


def _after(moment: Moments, microseconds: Ints) -> Moments:
    return (moment.astype(np.int64) + microseconds).astype("datetime64[us]")


class ShopClock:
    """Turns business days of the shop's time zone into moments in UTC, daylight saving time included."""

    def __init__(self, spec: WorldSpec) -> None:
        zone = ZoneInfo(spec.timezone)
        midnights = [
            datetime.combine(spec.start + timedelta(days=ahead), time(), zone) for ahead in range(spec.days + 1)
        ]
        edges = [midnight.astimezone(UTC).replace(tzinfo=None) for midnight in midnights]
        self._edges = np.array(edges, dtype="datetime64[us]")
        busy = np.cumsum(np.array(_BUSY, dtype=np.float64))
        self._share = np.concatenate([[0.0], busy / busy[-1]])

    def moments(self, day: Ints, share: Floats) -> Moments:
        """Return moments at which `share` (0 to 1) of the day's business is done.

        A day of 23 or 25 hours is pressed or stretched: no moment ever falls on another day.
        """
        hours = np.interp(share, self._share, np.arange(_HOURS + 1.0))
        length = np.diff(self._edges).astype(np.int64)[day]
        passed = np.minimum(np.floor(hours / _HOURS * length), length - 1).astype(np.int64)
        return _after(self._edges[day], passed)

    def left(self, day: Ints, moment: Moments) -> Ints:
        """Return the microseconds left of each moment's business day."""
        left: Ints = (self._edges[day + 1] - moment).astype(np.int64) - 1
        return left
