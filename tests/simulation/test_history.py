from dataclasses import replace

import numpy as np
import pytest

from shopwright.simulation.genesis import build_world
from shopwright.simulation.history import History, simulate_history
from shopwright.simulation.spec import WORLDS, WorldSpec
from tests.simulation.test_assortment import checks
from tests.simulation.test_world import fingerprint


@pytest.mark.parametrize("name", ["demo-home", "slow"])
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    world = build_world(replace(WORLDS[name], products=20, days=90))
    first, second, other = (simulate_history(world, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert fingerprint(first) == fingerprint(second)
    assert fingerprint(first.panel) != fingerprint(other.panel)


def test_it_says_that_it_is_simulated(demo: History) -> None:
    assert demo.source == "simulated"


def test_gaps_are_there_on_purpose_and_nowhere_a_zero(demo: History) -> None:
    products = demo.products
    for column in (products.cost, products.min_price, products.max_price):
        assert any(value is None for value in column)
        assert all(value is None or value > 0 for value in column)
    assert sum(value is None for value in products.cost) < 10
    assert [low is None for low in products.min_price] == [high is None for high in products.max_price]


def test_a_world_without_gaps_knows_everything_but_prescribed_prices() -> None:
    products = simulate_history(
        build_world(WorldSpec(name="x", seed=1, products=40, days=10)), np.random.default_rng(1)
    ).products
    assert None not in products.cost + products.min_price + products.max_price
    assert "" not in products.gtin
    assert None in products.map_price


def test_bounds_hold_the_cost_with_tax_and_the_price(demo: History) -> None:
    products, world = demo.products, demo.world
    for row, (low, high) in enumerate(zip(products.min_price, products.max_price, strict=True)):
        if low is not None and high is not None:
            assert world.cost[row] * 1.19 < low < high
            assert low <= products.price[row] <= high
    mapped = [value for value in products.map_price if value is not None]
    assert mapped


def test_master_data_end_where_the_panel_ends(demo: History) -> None:
    products, panel = demo.products, demo.panel
    assert products.price == tuple(panel.price[:, -1].tolist())
    assert products.stock == tuple(panel.closing[:, -1].tolist())
    assert all(checks(code) for code in products.gtin if code)
    retired = [row for row, active in enumerate(products.active) if not active]
    assert retired
    assert panel.wanted[retired, -1].sum() == 0


def test_customers_are_invented_and_known_before_they_buy(demo: History) -> None:
    customers, lines = demo.customers, demo.orders
    assert len(customers.customer_id) == len(set(customers.email)) == lines.customer.max() + 1
    assert {email.split("@")[1] for email in customers.email} == {"example.com", "example.org", "example.net"}
    assert all(email.isascii() and " " not in email for email in customers.email)
    known = lines.customer >= 0
    assert (customers.member_since[lines.customer[known]] <= lines.day[known]).all()
    assert customers.member_since.min() < 0


def test_a_single_product_over_a_single_day_is_a_history_too() -> None:
    world = build_world(WorldSpec(name="x", seed=1, products=1, days=1, rivals=()))
    history = simulate_history(world, np.random.default_rng(1))
    assert history.panel.price.shape == (1, 1)
    assert history.offers.price.size == 0
    assert len(history.products.sku) == 1


def test_a_history_in_which_nothing_is_sold_has_no_orders() -> None:
    world = build_world(WorldSpec(name="x", seed=1, products=2, days=3))
    history = simulate_history(replace(world, base=np.full(2, 1e-9)), np.random.default_rng(1))
    assert history.orders.order.size == 0
    assert history.customers.name == ()
