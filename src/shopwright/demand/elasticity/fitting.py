"""Poisson pseudo-maximum likelihood with block fixed effects, its coefficients pooled over products. Pure.

log mean = block effect + time effect + columns b_product. Blocks (a product in a stretch of some weeks) take out
whatever wanders slowly, among it the demand that made the shop change its price. The score of the Poisson likelihood
is right for any distribution with that mean (Gourieroux, Monfort, Trognon 1984); its variance is taken as
phi mu + kappa mu^2, estimated by category, which also sets the weights. Each round linearises at the pooled
coefficients (penalised quasi-likelihood: Breslow, Clayton 1993) and pools again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.elasticity.design import Design
from shopwright.demand.elasticity.pooling import Pooled, Variances, pool
from shopwright.demand.elasticity.slopes import Floats, Ints

_ROUNDS: Final = 20
_STILL: Final = 1e-3
_LARGEST_LOG: Final = 30.0
_SCALE_PRIOR: Final = 20.0
"""Rows' worth of the category's dispersion in each product's own."""
_LARGEST_KAPPA: Final = 25.0
_LEAST_FREE: Final = 0.05
"""A row that is nearly all of its block has no residual to learn a variance from."""
_SMALLEST_KAPPA: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted form."""

    category: Ints
    """(n,)"""
    pooled: Pooled
    mean: Floats
    """(M,) fitted units."""
    offset: Floats
    """(layers, M) time effects, log."""
    phi: Floats
    kappa: Floats
    """(n,) variance of a unit count with mean mu: phi mu + kappa mu^2."""
    precision: Floats
    """(n, p, p) what each product's own data say of its coefficients."""


def fit(design: Design, group: Ints, cells: tuple[Ints, ...]) -> Fit:
    """Fit a design; `group` (n,) are categories, each of `cells` (M,) a layer of time cells, the widest first."""
    products = group.size
    start = np.tile(design.prior.mean, (products, 1))
    usual, still = Variances.usual(design.prior), np.zeros((len(cells), design.quantity.size))
    fitted = _round(design, group, cells, start, usual, np.ones(products), np.zeros(products), still)
    for _ in range(_ROUNDS):
        before = fitted.pooled
        fitted = _round(design, group, cells, before.mean, before.variances, fitted.phi, fitted.kappa, fitted.offset)
        if float(np.abs(fitted.pooled.mean - before.mean).max(initial=0.0)) < _STILL:
            break
    return fitted


def _round(
    design: Design,
    group: Ints,
    cells: tuple[Ints, ...],
    coefficients: Floats,
    variances: Variances,
    phi: Floats,
    kappa: Floats,
    offset: Floats,
) -> Fit:
    """Linearise at the coefficients (n, p), pool, and bring dispersion and time effects up to date."""
    linear = linear_part(design, coefficients) + offset.sum(axis=0)
    mean, weight = _expect(design, linear, phi, kappa)
    phi, kappa = _dispersion(design, mean, weight, group)
    mean, weight = _expect(design, linear, phi, kappa)
    precision, weighted = _information(design, mean, weight, coefficients)
    pooled = pool(precision, weighted, group, design.prior, variances)
    linear, layers = linear_part(design, pooled.mean), list(offset)
    for place, cell in enumerate(cells):
        others = linear + sum(layers) - layers[place]
        layers[place] = _time_effects(design, others, layers[place], phi, kappa, cell)
    offset = np.array(layers).reshape(offset.shape)
    mean, _ = _expect(design, linear + offset.sum(axis=0), phi, kappa)
    return Fit(group, pooled, mean, offset, phi, kappa, precision)


def linear_part(design: Design, coefficients: Floats) -> Floats:
    """Return columns times coefficients (n, p) and exposure, (M,): log demand over that of the usual price."""
    linear: Floats = np.einsum("mp,mp->m", design.columns, coefficients[design.series]) + design.exposure
    return linear


def evidence(design: Design, fitted: Fit, phi: Floats, kappa: Floats) -> Floats:
    """Return the log evidence by product (n,): its quasi-likelihood with the coefficients integrated out (Laplace).

    Forms are compared under one variance function, phi and kappa (n,). The quasi-likelihood is that of
    phi mu + kappa mu^2 (McCullagh, Nelder 1989, table 9.1), which is the negative binomial's for phi = 1.
    """
    own_phi, own_kappa = phi[design.series], np.maximum(kappa[design.series], _SMALLEST_KAPPA)
    bent = np.log1p(own_kappa * fitted.mean / own_phi)
    likelihood = design.quantity / own_phi * (np.log(fitted.mean) - bent) - bent / own_kappa
    total = np.bincount(design.series, likelihood, phi.size)
    spread = fitted.pooled.variances.product
    free = spread > 0
    apart = (fitted.pooled.mean - fitted.pooled.category_mean[fitted.category])[:, free] ** 2 / spread[free]
    width = np.linalg.slogdet(np.eye(spread.size) + fitted.precision * spread)[1]
    answer: Floats = total - apart.sum(axis=1) / 2 - width / 2
    return answer


def _expect(design: Design, linear: Floats, phi: Floats, kappa: Floats) -> tuple[Floats, Floats]:
    """Return fitted means and weights (M,): every block is balanced under its weights."""
    plain = np.exp(np.clip(linear, -_LARGEST_LOG, _LARGEST_LOG))
    own_phi, own_kappa = phi[design.series], kappa[design.series]
    mean = plain * (design.block_sum(design.quantity) / design.block_sum(plain))[design.block]
    for _ in range(2):
        credit = 1 / (own_phi + own_kappa * mean)
        mean = plain * (design.block_sum(credit * design.quantity) / design.block_sum(credit * plain))[design.block]
    return mean, mean / (own_phi + own_kappa * mean)


def _information(design: Design, mean: Floats, weight: Floats, coefficients: Floats) -> tuple[Floats, Floats]:
    """Return each product's precision (n, p, p) and precision times coefficients (n, p), blocks taken out."""
    total = design.block_sum(weight)
    centre = design.block_sum(weight[:, None] * design.columns) / total[:, None]
    apart = design.columns - centre[design.block]
    products, size = coefficients.shape
    score = (weight * (design.quantity - mean) / mean)[:, None] * apart
    precision = np.empty((products, size, size))
    weighted = np.empty((products, size))
    for one in range(size):
        weighted[:, one] = np.bincount(design.series, score[:, one], products)
        for other in range(one + 1):
            shared = np.bincount(design.series, weight * apart[:, one] * apart[:, other], products)
            precision[:, one, other] = precision[:, other, one] = shared
    weighted += np.einsum("npq,nq->np", precision, coefficients)
    return precision, weighted


def _dispersion(design: Design, mean: Floats, weight: Floats, group: Ints) -> tuple[Floats, Floats]:
    """Return phi and kappa by product (n,): moments of the squared residuals, by category, then scaled by product."""
    total = design.block_sum(weight)[design.block]
    free = 1 - weight / total
    kept = free > _LEAST_FREE
    series = design.series[kept]
    expected = mean[kept]
    squared = (design.quantity[kept] - expected) ** 2 / free[kept]
    category, categories = group[series], int(group.max(initial=-1)) + 1
    phi, kappa = np.ones(categories), np.zeros(categories)
    for _ in range(3):
        trust = 1 / (phi[category] + kappa[category] * expected) ** 2
        phi, kappa = _two_moments(squared / expected, expected, trust, category, phi.size)
    scaled = squared / (expected * (phi[category] + kappa[category] * expected)) * free[kept]
    own = np.bincount(series, scaled, group.size) + _SCALE_PRIOR
    scale = own / (np.bincount(series, free[kept], group.size) + _SCALE_PRIOR)
    return phi[group] * scale, kappa[group] * scale


def _two_moments(answer: Floats, mean: Floats, trust: Floats, category: Ints, size: int) -> tuple[Floats, Floats]:
    """Return the line answer = phi + kappa mean by category, both kept from below zero, by weighted least squares."""
    sums = [
        np.bincount(category, trust * part, size) for part in (np.ones_like(mean), mean, mean**2, answer, answer * mean)
    ]
    one, first, second, level, slope = sums
    spread = one * second - first**2
    with np.errstate(divide="ignore", invalid="ignore"):
        kappa = np.where(spread > 0, (one * slope - first * level) / spread, 0.0)
        phi = np.where(one > 0, (level - kappa * first) / one, 1.0)
        alone = np.where(second > 0, slope / second, 0.0)
        flat = np.where(one > 0, level / one, 1.0)
    kappa, phi = np.where(phi < 0, alone, kappa), np.where(kappa < 0, flat, phi)
    return np.maximum(phi, 1e-3), np.clip(kappa, 0.0, _LARGEST_KAPPA)


def _time_effects(design: Design, linear: Floats, offset: Floats, phi: Floats, kappa: Floats, cell: Ints) -> Floats:
    """Return log effects (M,) of time cells, each shrunk by its own doubt towards none."""
    mean, weight = _expect(design, linear + offset, phi, kappa)
    cells = int(cell.max(initial=-1)) + 1
    precision = np.bincount(cell, weight, cells)
    now = np.zeros(cells)
    now[cell] = offset
    score = np.bincount(cell, weight * (design.quantity - mean) / mean, cells)
    known = precision > 0
    if not known.any():
        return offset
    estimate = now[known] + score[known] / precision[known]
    variance = 0.02
    for _ in range(20):
        share = variance / (variance + 1 / precision[known])
        variance = float(np.mean((share * estimate) ** 2 + variance * (1 - share)))
    effect = np.zeros(cells)
    effect[known] = np.clip(estimate * variance / (variance + 1 / precision[known]), -2.0, 2.0)
    return effect[cell]
