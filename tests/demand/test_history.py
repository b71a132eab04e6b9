from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import numpy as np

from shopwright.catalog.columns import PriceMoves, ProductColumns
from shopwright.demand.domain import Absence
from shopwright.demand.history import panel_of
from shopwright.kit.amounts import MISSING, SCALE
from shopwright.sales.domain import DailyUnits

FIRST = date(2026, 3, 1)
BERLIN = ZoneInfo("Europe/Berlin")
MUG, POT, LID = uuid4(), uuid4(), uuid4()


def products(*ids: UUID, price: int = 10, categories: list[str | None] | None = None) -> ProductColumns:
    count = len(ids)
    whole: Any = np.full(count, price * SCALE)
    none: Any = np.full(count, MISSING)
    return ProductColumns(
        ids=list(ids), skus=["S"] * count, marketplaces=["own"] * count, categories=categories or [None] * count,
        brands=[None] * count, currencies=["EUR"] * count, gross=np.ones(count, dtype=np.bool_), price=whole, cost=none,
        min_price=none, max_price=none, map_price=none, inventory=none, price_day_ago=none, price_week_ago=none,
        version=np.zeros(count, dtype=np.int64),
    )  # fmt: skip


def sold(days: int, *rows: tuple[UUID, int, float]) -> DailyUnits:
    ids = list(dict.fromkeys(product for product, _, _ in rows))
    return DailyUnits(
        first=FIRST, days=days, product_ids=ids,
        row=np.array([ids.index(product) for product, _, _ in rows], dtype=np.int64),
        day=np.array([day for _, day, _ in rows], dtype=np.int64),
        units=np.array([units for _, _, units in rows], dtype=np.float64),
    )  # fmt: skip


def moves(*rows: tuple[UUID, datetime, int, int | None]) -> PriceMoves:
    return PriceMoves(
        [product for product, *_ in rows],
        np.array([int(at.timestamp()) for _, at, _, _ in rows], dtype=np.int64),
        np.array([price * SCALE for _, _, price, _ in rows], dtype=np.int64),
        np.array([MISSING if old is None else old * SCALE for *_, old in rows], dtype=np.int64),
    )


def test_units_begin_with_the_first_sale_and_are_zero_on_days_without() -> None:
    panel = panel_of(
        products(MUG, POT, LID), sold(4, (POT, 1, 2.0), (POT, 3, 1.5), (uuid4(), 0, 9.0)), moves(), [], UTC
    )
    nan = np.nan
    np.testing.assert_array_equal(panel.value, [[nan] * 4, [nan, 2.0, 0.0, 1.5], [nan] * 4])
    assert panel.first == np.datetime64("2026-03-01")


def test_products_of_one_category_are_one_group() -> None:
    panel = panel_of(products(MUG, POT, LID, categories=["Cups", None, "Cups"]), sold(1), moves(), [], UTC)
    assert panel.group is not None
    assert panel.group[0] == panel.group[2] != panel.group[1]


def test_a_price_holds_from_the_day_after_it_was_set_in_the_shops_own_zone() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # the 3rd in Berlin
    panel = panel_of(products(MUG, price=10), sold(5), moves((MUG, late, 10, 8)), [], BERLIN)
    assert panel.price is not None
    assert panel.price.tolist() == [[8, 8, 8, 10, 10]]


def test_several_moves_make_steps_and_the_first_price_of_all_has_none_before() -> None:
    at = [datetime(2026, 3, 1 + day, 8, tzinfo=UTC) for day in (1, 3)]
    panel = panel_of(products(MUG, price=12), sold(6), moves((MUG, at[1], 12, 9), (MUG, at[0], 9, None)), [], UTC)
    np.testing.assert_array_equal(panel.price, [[np.nan, np.nan, 9, 9, 12, 12]])


def test_days_without_stock_teach_nothing() -> None:
    absent = [
        Absence(MUG, FIRST - timedelta(days=9), FIRST + timedelta(days=1)),
        Absence(MUG, FIRST + timedelta(days=3), None),
        Absence(uuid4(), FIRST, None),
        Absence(POT, FIRST - timedelta(days=9), FIRST - timedelta(days=2)),
    ]
    panel = panel_of(products(MUG, POT), sold(5), moves(), absent, UTC)
    assert panel.in_stock is not None
    assert panel.in_stock.tolist() == [[False, True, True, False, False], [True] * 5]
