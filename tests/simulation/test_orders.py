from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from shopwright.simulation.columns import Ints
from shopwright.simulation.history import History
from shopwright.simulation.orders import LineKind, ShopClock
from shopwright.simulation.spec import WorldSpec


def totals(demo: History, kind: LineKind) -> Ints:
    lines, shape = demo.orders, demo.panel.price.shape
    here = lines.kind == kind
    flat = np.bincount(
        lines.product[here] * shape[1] + lines.day[here], weights=lines.quantity[here], minlength=shape[0] * shape[1]
    )
    return flat.reshape(shape).astype(np.int64)


def test_lines_add_up_to_what_was_sold_and_cancelled(demo: History) -> None:
    assert np.array_equal(totals(demo, LineKind.SALE), demo.panel.served)
    assert np.array_equal(totals(demo, LineKind.CANCELLATION), demo.panel.cancelled)


def test_returns_follow_their_sale_and_never_exceed_it(demo: History) -> None:
    lines = demo.orders
    back = np.flatnonzero(lines.kind == LineKind.RETURN)
    sale = lines.sale[back]
    assert back.size > 100
    assert np.unique(sale).size == sale.size
    assert (lines.kind[sale] == LineKind.SALE).all()
    assert (lines.quantity[back] <= lines.quantity[sale]).all()
    assert (lines.quantity[back] > 0).all()
    assert (lines.day[back] >= lines.day[sale] + 3).all()
    assert (lines.day[back] < demo.world.spec.days).all()
    assert (lines.sold_at[back] > lines.sold_at[sale]).all()
    for column in (lines.product, lines.order, lines.customer, lines.unit_price):
        assert np.array_equal(column[back], column[sale])


def test_what_was_cancelled_is_not_returned_as_well(demo: History) -> None:
    lines = demo.orders
    cancelled, returned = (lines.sale[lines.kind == kind] for kind in (LineKind.CANCELLATION, LineKind.RETURN))
    assert cancelled.size > 0
    assert not np.isin(cancelled, returned).any()
    undone = np.flatnonzero(lines.kind == LineKind.CANCELLATION)
    assert np.array_equal(lines.day[undone], lines.day[cancelled])
    assert (lines.sold_at[undone] >= lines.sold_at[cancelled]).all()
    assert np.array_equal(lines.quantity[undone], lines.quantity[cancelled])


def test_sales_name_no_other_line(demo: History) -> None:
    lines = demo.orders
    assert (lines.sale[lines.kind == LineKind.SALE] == -1).all()
    assert (lines.sale[lines.kind != LineKind.SALE] >= 0).all()


def test_lines_are_in_the_order_of_time(demo: History) -> None:
    assert (np.diff(demo.orders.sold_at) >= np.timedelta64(0, "us")).all()


def test_every_moment_lies_on_its_business_day(demo: History) -> None:
    zone, start, lines = ZoneInfo(demo.world.spec.timezone), demo.world.spec.start, demo.orders
    for place in range(0, lines.day.size, 97):
        moment = lines.sold_at[place].astype(datetime).replace(tzinfo=UTC)
        assert moment.astimezone(zone).date() == start + timedelta(days=int(lines.day[place]))


def test_one_order_is_one_customer_at_one_moment(demo: History) -> None:
    lines = demo.orders
    sales = lines.kind == LineKind.SALE
    order, customer, moment = lines.order[sales], lines.customer[sales], lines.sold_at[sales]
    first = np.unique(order, return_index=True)[1]
    assert np.array_equal(customer, customer[first][order - 1])
    assert np.array_equal(moment, moment[first][order - 1])
    assert order.max() == first.size < order.size


def test_prices_are_those_of_the_tag_or_below_it_for_quantity(demo: History) -> None:
    lines, panel = demo.orders, demo.panel
    sales = lines.kind == LineKind.SALE
    assert np.array_equal(lines.list_price[sales], panel.price[lines.product[sales], lines.day[sales]])
    assert np.array_equal(lines.promotion[sales], panel.promotion[lines.product[sales], lines.day[sales]])
    few = sales & (lines.quantity < 3) & ~lines.business
    assert np.array_equal(lines.unit_price[few], lines.list_price[few])
    many = sales & (lines.quantity >= 3)
    assert many.any()
    assert (lines.unit_price[many] < lines.list_price[many]).all()


def test_business_orders_stand_alone(demo: History) -> None:
    lines = demo.orders
    big = lines.business & (lines.kind == LineKind.SALE)
    assert lines.quantity[big].sum() == demo.panel.bulk.sum() > 0
    alone = np.bincount(lines.order[lines.kind == LineKind.SALE])
    assert (alone[lines.order[big]] == 1).all()


def test_where_stock_ran_out_the_evening_is_empty(demo: History) -> None:
    lines, panel = demo.orders, demo.panel
    product, day = np.nonzero((panel.wanted >= 4 * panel.served) & (panel.served > 0) & (panel.bulk == 0))
    hit = np.isin(lines.product * 10_000 + lines.day, product * 10_000 + day) & (lines.kind == LineKind.SALE)
    assert hit.any()
    local = [
        moment.astype(datetime).replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
        for moment in lines.sold_at[hit]
    ]
    assert max(moment.hour for moment in local) < 14


def test_companions_meet_in_baskets_more_often_than_others(demo: History) -> None:
    lines, group = demo.orders, demo.world.assortment.companion
    sales = lines.kind == LineKind.SALE
    baskets: dict[int, list[int]] = {}
    for order, product in zip(lines.order[sales].tolist(), lines.product[sales].tolist(), strict=True):
        baskets.setdefault(order, []).append(product)
    pairs = Counter(group[one] == group[two] for basket in baskets.values() for one, two in combinations(basket, 2))
    by_chance = 3 / 59
    assert pairs[True] / pairs.total() > 3 * by_chance


def test_few_customers_buy_often(demo: History) -> None:
    lines = demo.orders
    first = np.unique(lines.order, return_index=True)[1]
    buyers = lines.customer[first]
    assert np.mean(buyers == -1) == pytest.approx(0.10, abs=0.02)
    often = np.sort(np.bincount(buyers[buyers >= 0]))[::-1]
    assert often[: often.size // 5].sum() > 0.35 * often.sum()


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Europe/Berlin", date(2025, 3, 28)),
        ("Europe/Berlin", date(2025, 10, 24)),
        ("America/New_York", date(2025, 10, 31)),
        ("Australia/Lord_Howe", date(2025, 4, 4)),
        ("Pacific/Kiritimati", date(2025, 4, 4)),
    ],
)
def test_days_of_any_length_hold_all_their_moments(zone: str, start: date) -> None:
    clock = ShopClock(replace(WorldSpec(name="x", seed=1, timezone=zone), start=start, days=5))
    share = np.array([0.0, 0.02, 0.3, 0.5, 0.99, 1.0])
    for day in range(5):
        days = np.full(share.size, day)
        moments = clock.moments(days, share)
        local = [moment.astype(datetime).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)) for moment in moments]
        assert {moment.date() for moment in local} == {start + timedelta(days=day)}
        assert local == sorted(local)
        assert (clock.left(days, moments) >= 0).all()
        assert local[0].time().isoformat() == "00:00:00"
