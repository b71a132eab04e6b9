import numpy as np
import pytest

from shopwright.demand.elasticity.pooling import CoefficientPrior, Variances, _posterior, pool
from shopwright.demand.elasticity.slopes import Floats

PRIOR = CoefficientPrior(np.array([-2.0, 0.0]), np.array([2.0, 1.0]), np.array([0.5, 0.2]), np.array([0.4, 0.0]))


def likelihoods(rng: np.random.Generator, products: int) -> tuple[Floats, Floats, Floats]:
    """Precisions, some singular, and estimates around known coefficients."""
    rows = rng.standard_normal((products, 3, 2)) * rng.choice([0.0, 1.0, 5.0], (products, 1, 1))
    precision = np.einsum("nrp,nrq->npq", rows, rows)
    truth = np.array([-2.5, 0.3]) + np.array([0.4, 0.2]) * rng.standard_normal((products, 2))
    noise = np.einsum("nrp,nr->np", rows, rng.standard_normal((products, 3)))
    return precision, np.einsum("npq,nq->np", precision, truth) + noise, truth


def test_the_posterior_is_that_of_one_large_normal_distribution() -> None:
    """Oracle: stack products, categories and shop into one vector and invert its whole precision."""
    rng = np.random.default_rng(4)
    group = np.array([0, 0, 1, 1, 1])
    precision, weighted, _ = likelihoods(rng, 5)
    prior = CoefficientPrior(PRIOR.mean, PRIOR.sd, PRIOR.product_sd, np.array([0.4, 0.1]))
    pooled = pool(precision, weighted, group, prior, Variances.usual(prior))
    before = Variances.usual(prior)
    for _ in range(6):  # the variances that the last posterior was made with
        before = _posterior(precision, weighted, group, prior, before).variances
    size = 2 * (5 + 2 + 1)
    joint, right = np.zeros((size, size)), np.zeros(size)
    for product in range(5):
        place = slice(2 * product, 2 * product + 2)
        joint[place, place] += precision[product]
        right[place] += weighted[product]
        _tie(joint, 2 * product, 10 + 2 * int(group[product]), before.product)
    for category in range(2):
        _tie(joint, 10 + 2 * category, 14, before.category)
    joint[14:, 14:] += np.diag(prior.sd**-2.0)
    right[14:] += prior.mean / prior.sd**2
    covariance = np.linalg.inv(joint)
    mean = covariance @ right
    assert pooled.mean.reshape(-1) == pytest.approx(mean[:10], rel=1e-6)
    assert pooled.category_mean.reshape(-1) == pytest.approx(mean[10:14], rel=1e-6)
    assert pooled.shop_mean == pytest.approx(mean[14:], rel=1e-6)
    for product in range(5):
        place = slice(2 * product, 2 * product + 2)
        assert pooled.covariance[product] == pytest.approx(covariance[place, place], rel=1e-6)


def _tie(joint: Floats, child: int, parent: int, variance: Floats) -> None:
    for one in range(2):
        for place, other, sign in ((child, child, 1), (parent, parent, 1), (child, parent, -1), (parent, child, -1)):
            joint[place + one, other + one] += sign / variance[one]


def test_variances_are_found_and_intervals_hold_what_they_promise() -> None:
    rng = np.random.default_rng(5)
    precision, weighted, truth = likelihoods(rng, 3_000)
    group = np.arange(3_000) % 6
    pooled = pool(precision, weighted, group, PRIOR, Variances.usual(PRIOR))
    for _ in range(20):
        pooled = pool(precision, weighted, group, PRIOR, pooled.variances)
    variances = pooled.variances
    assert np.sqrt(variances.product) == pytest.approx([0.4, 0.2], abs=0.04)
    assert pooled.shop_mean == pytest.approx([-2.5, 0.3], abs=0.35)
    sd = np.sqrt(np.einsum("npp->np", pooled.covariance))
    assert (np.abs(pooled.mean - truth) < 1.96 * sd).mean(axis=0) == pytest.approx([0.95, 0.95], abs=0.015)


def test_a_product_without_data_gets_its_categorys_answer_and_a_wide_interval() -> None:
    rng = np.random.default_rng(6)
    precision, weighted, _ = likelihoods(rng, 50)
    precision[0], weighted[0] = 0.0, 0.0
    pooled = pool(precision, weighted, np.arange(50) % 2, PRIOR, Variances.usual(PRIOR))
    assert pooled.mean[0] == pytest.approx(pooled.category_mean[0])
    assert pooled.covariance[0, 0, 0] >= 0.5 * pooled.variances.product[0]
    assert pooled.category_mean[0, 1] == pytest.approx(pooled.category_mean[1, 1]), "categories do not differ in it"
