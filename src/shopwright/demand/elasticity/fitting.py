"""Poisson pseudo-maximum likelihood with block fixed effects, its coefficients pooled over products. Pure.

log mean = block effect + time effect + columns b_product. Blocks (a product in a stretch of some weeks) take out
whatever wanders slowly, among it the demand that made the shop change its price; what wanders within them is
taken for correlated (`correlation`). The score of the Poisson likelihood
is right for any distribution with that mean (Gourieroux, Monfort, Trognon 1984); its variance is taken as
phi mu + kappa mu^2, estimated by category, which also sets the weights. Each round linearises at the pooled
coefficients (penalised quasi-likelihood: Breslow, Clayton 1993) and pools again.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from shopwright.demand.elasticity.correlation import Wander, learn_wander, whiten
from shopwright.demand.elasticity.design import Design
from shopwright.demand.elasticity.pooling import Pooled, Variances, pool
from shopwright.demand.elasticity.slopes import Floats, Ints

_ROUNDS: Final = 20
_STILL: Final = 1e-3
_LOOK: Final = 2
"""The round before which the correlation is learnt: the mean is about right then."""
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
    wander: Wander


def fit(design: Design, group: Ints, cells: tuple[Ints, ...], wander: Wander | None = None) -> Fit:
    """Fit a design; `group` (n,) are categories, each of `cells` (M,) a layer of time cells, the widest first.

    `wander` is the correlation where it is known from another fit of the same history; else it is learnt.
    """
    products, layers = group.size, np.zeros((len(cells), design.quantity.size))
    start = np.tile(design.prior.mean, (products, 1))
    usual, known = Variances.usual(design.prior), Wander() if wander is None else wander
    fitted = _round(design, group, cells, _State(start, usual, np.ones(products), np.zeros(products), layers, known))
    for place in range(_ROUNDS):
        before = fitted.pooled
        if wander is None and place == _LOOK:
            known = _learnt_wander(design, fitted)
        state = _State(before.mean, before.variances, fitted.phi, fitted.kappa, fitted.offset, known)
        fitted = _round(design, group, cells, state)
        still = float(np.abs(fitted.pooled.mean - before.mean).max(initial=0.0)) < _STILL
        if still and place >= _LOOK:
            break
    return fitted


def _learnt_wander(design: Design, fitted: Fit) -> Wander:
    residual = (design.quantity - fitted.mean) / fitted.mean
    return learn_wander(design, residual, fitted.mean, fitted.phi, fitted.kappa)


@dataclass(frozen=True, slots=True)
class _State:
    """Where a round starts; columns as in `Fit`."""

    coefficients: Floats
    variances: Variances
    phi: Floats
    kappa: Floats
    offset: Floats
    wander: Wander


def _round(design: Design, group: Ints, cells: tuple[Ints, ...], state: _State) -> Fit:
    """Linearise at the coefficients (n, p), pool, and bring dispersion and time effects up to date."""
    linear = linear_part(design, state.coefficients) + state.offset.sum(axis=0)
    mean, weight = _expect(design, linear, state.phi, state.kappa)
    phi, kappa = _dispersion(design, mean, weight, group)
    mean, _ = _expect(design, linear, phi, kappa)
    precision, weighted = _information(design, mean, phi, kappa, state)
    pooled = pool(precision, weighted, group, design.prior, state.variances)
    linear, layers = linear_part(design, pooled.mean), list(state.offset)
    for place, cell in enumerate(cells):
        others = linear + sum(layers) - layers[place]
        layers[place] = _time_effects(design, others, layers[place], phi, kappa, cell)
    offset = np.array(layers).reshape(state.offset.shape)
    mean, _ = _expect(design, linear + offset.sum(axis=0), phi, kappa)
    return Fit(group, pooled, mean, offset, phi, kappa, precision, state.wander)


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


def _information(design: Design, mean: Floats, phi: Floats, kappa: Floats, state: _State) -> tuple[Floats, Floats]:
    """Return each product's precision (n, p, p) and precision times coefficients (n, p), blocks taken out."""
    products, size = state.coefficients.shape
    both = np.concatenate([design.columns, ((design.quantity - mean) / mean)[:, None]], axis=1)
    white = whiten(design, both, mean, phi[design.series], kappa[design.series], state.wander).values
    precision, weighted = np.empty((products, size, size)), np.empty((products, size))
    for one in range(size):
        weighted[:, one] = np.bincount(design.series, white[:, one] * white[:, size], products)
        for other in range(one + 1):
            shared = np.bincount(design.series, white[:, one] * white[:, other], products)
            precision[:, one, other] = precision[:, other, one] = shared
    weighted += np.einsum("npq,nq->np", precision, state.coefficients)
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
