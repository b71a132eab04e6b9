"""Whitening: against the dense algebra, and that it learns what was put in."""

import numpy as np
import pytest

from shopwright.demand.elasticity.correlation import Wander, learn_wander, whiten
from shopwright.demand.elasticity.design import Design, Form, UsualPrices, build_design
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.demand.elasticity.slopes import Floats

PHI, KAPPA = 1.3, 0.3


def weeks(products: int, periods: int, seed: int, gaps: float = 0.2) -> tuple[Design, np.random.Generator]:
    rng = np.random.default_rng(seed)
    shape = (products, periods)
    history = PriceHistory.of_panel(
        rng.poisson(50.0, shape).astype(np.float64),
        np.exp(0.2 * rng.standard_normal(shape)),
        np.zeros(products, dtype=np.int64),
        available=rng.random(shape) >= gaps,
        periods_a_year=52.18,
    )
    return build_design(history, Form.CONSTANT, 520, 1, UsualPrices.of(history)), rng


def covariance(design: Design, block: int, mean: Floats, wander: Wander) -> Floats:
    rows = design.block == block
    apart = np.abs(design.week[rows][:, None] - design.week[rows])
    lasting = wander.share * KAPPA
    together: Floats = lasting * 0.5 ** (apart / wander.half_life) + np.diag(PHI / mean[rows] + KAPPA - lasting)
    return together


@pytest.mark.parametrize("wander", [Wander(), Wander(0.4, 1.5), Wander(0.9, 26.0)])
def test_whitened_products_are_those_of_the_inverse_covariance_with_the_level_taken_out(wander: Wander) -> None:
    design, rng = weeks(5, 30, 1)
    rows = design.quantity.size
    values, mean = rng.standard_normal((rows, 3)), rng.uniform(2.0, 40.0, rows)
    white = whiten(design, values, mean, np.full(rows, PHI), np.full(rows, KAPPA), wander).values
    likelihood = 0.0
    for block in range(design.starts.size):
        inside = design.block == block
        inverse = np.linalg.inv(covariance(design, block, mean, wander))
        one = np.ones((int(inside.sum()), 1))
        level = one.T @ inverse @ one
        left = inverse - inverse @ one @ one.T @ inverse / level
        assert white[inside].T @ white[inside] == pytest.approx(values[inside].T @ left @ values[inside], abs=1e-8)
        last = values[inside, -1]
        likelihood -= (last @ left @ last - np.linalg.slogdet(inverse)[1] + np.log(level[0, 0])) / 2
    found = whiten(design, values, mean, np.full(rows, PHI), np.full(rows, KAPPA), wander)
    assert found.log_likelihood == pytest.approx(likelihood)


@pytest.mark.parametrize("true", [Wander(0.0), Wander(0.9, 4.0)])
def test_it_is_learnt_whether_ups_and_downs_last(true: Wander) -> None:
    design, rng = weeks(120, 60, 2)
    mean, residual = np.full(design.quantity.size, 50.0), np.empty(design.quantity.size)
    for block in range(design.starts.size):
        inside = design.block == block
        root = np.linalg.cholesky(covariance(design, block, mean, true))
        residual[inside] = root @ rng.standard_normal(int(inside.sum()))
    learnt = learn_wander(design, residual, mean, np.full(120, PHI), np.full(120, KAPPA))
    assert learnt.share == pytest.approx(true.share, abs=0.2)
    if true.share:
        assert 1.5 <= learnt.half_life <= 10.0


def test_nothing_is_learnt_from_nothing_or_from_sales_without_excess() -> None:
    design, _ = weeks(3, 10, 3, gaps=1.0)
    nothing = np.zeros(0)
    assert design.quantity.size == 0
    assert learn_wander(design, nothing, nothing, np.ones(3), np.ones(3)) == Wander()
    steady, _ = weeks(3, 10, 3)
    rows = steady.quantity.size
    assert learn_wander(steady, np.zeros(rows), np.full(rows, 5.0), np.ones(3), np.zeros(3)) == Wander()


def test_the_first_blocks_of_a_design_are_whole() -> None:
    design, _ = weeks(6, 12, 4)
    some = design.first_blocks(4)
    assert some.starts.size == 4
    assert some.quantity.size == int(design.starts[4])
    assert set(some.block) == {0, 1, 2, 3}
    assert design.first_blocks(6).quantity.size == design.quantity.size
