"""Estimates the price response of a whole shop in one batch, and draws demand curves of what was kept. Pure.

Loaded late, with scipy: everything that does not estimate reads `demand/responses.py` alone.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shopwright.demand.elasticity.diagnosis import diagnose
from shopwright.demand.elasticity.estimation import HierarchicalResponse
from shopwright.demand.elasticity.refusals import SENTENCES, Refusal
from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Floats, Slopes
from shopwright.demand.elasticity.trials import propose_trials
from shopwright.demand.forecasting.panel import Flags, InvalidPanel, SalesPanel
from shopwright.demand.price_history import RivalView, price_history_of, promoted_days
from shopwright.demand.responses import Columns, FollowShares, ProductResponse, RivalPrices


def estimate(panel: SalesPanel, promoted: Flags, prices: RivalPrices, follow: FollowShares) -> Columns:
    """Estimate every product of a panel of days with prices; `promoted` (n, T) are days with promoted sales.

    The same panel gives the same columns. Raises InvalidPanel for one without prices or groups.
    """
    if panel.price is None or panel.group is None:
        raise InvalidPanel("A response is estimated from prices, by group.")
    rivals = RivalView.of(panel.price, prices, follow)
    history = price_history_of(replace(panel, promo=promoted_days(promoted)), panel.price, panel.group, rivals)
    fitted, diagnosis = HierarchicalResponse().fit(history), diagnose(history)
    response = fitted.response
    trials = propose_trials(response, fitted.weekly_precision)
    low, high = response.interval()
    own, category, shop = fitted.sources
    return {
        "elasticity": response.elasticity,
        "elasticity_sd": response.elasticity_sd,
        "elasticity_low": low,
        "elasticity_high": high,
        "constant_location": response.constant.location,
        "constant_scale": response.constant.scale,
        "semi_log_location": response.semi_log.location,
        "semi_log_scale": response.semi_log.scale,
        "constant_weight": response.constant_weight,
        "reference": response.reference,
        "base_units": response.base_units,
        "base_spread": response.base_spread,
        "cross_elasticity": response.cross,
        "cross_sd": response.cross_sd,
        "own_share": own,
        "category_share": category,
        "shop_share": shop,
        "price_spread": diagnosis.spread,
        "units": diagnosis.units,
        "stock_out_share": diagnosis.stock_out_share,
        "before_t": fitted.before.t_value,
        "shop_before_t": np.full(len(response), fitted.before.shop_t_value),
        "trial_step": trials.step,
        "trial_sd": trials.sd_after,
        "rival_level": rivals.recent,
        "follow": rivals.follow,
        "changes": response.changes,
        "refusals": response.refusals,
        "days": diagnosis.periods,
        "rivals": rivals.count.astype(np.int64),
        "trial_weeks": trials.weeks,
        "trial_enough": trials.enough,
    }


def response_of(columns: Columns) -> PriceResponse:
    """Return kept columns (n,) as what estimators give and strategies take."""

    def figures(name: str) -> Floats:
        return np.asarray(columns[name], dtype=np.float64)

    return PriceResponse(
        constant=Slopes.of(figures("constant_location"), figures("constant_scale")),
        semi_log=Slopes.of(figures("semi_log_location"), figures("semi_log_scale")),
        constant_weight=figures("constant_weight"),
        reference=figures("reference"),
        base_units=figures("base_units"),
        base_spread=figures("base_spread"),
        cross=figures("cross_elasticity"),
        cross_sd=figures("cross_sd"),
        changes=figures("changes").astype(np.int64),
        refusals=figures("refusals").astype(np.int64),
    )


def curve(kept: ProductResponse, prices: Sequence[float], rng: np.random.Generator) -> Floats:
    """Return expected units a day at prices, and the ends of their 80 % band: (3, g)."""
    names = ("changes", "refusals", "constant_location", "constant_scale", "semi_log_location", "semi_log_scale",
             "constant_weight", "reference", "base_units", "base_spread", "cross_elasticity", "cross_sd")  # fmt: skip
    response = response_of({name: np.array([getattr(kept, name)]) for name in names})
    ratios = np.array([prices]) / kept.reference
    low, high = response.band(ratios, rng)
    return np.concatenate([response.expected_units(ratios), low, high])


def reasons(bits: int) -> list[tuple[str, str]]:
    """Return the word and the sentence of each refusal, the most basic first."""
    return [(one.name.lower(), SENTENCES[one]) for one in Refusal if one.name is not None and bits & one]
