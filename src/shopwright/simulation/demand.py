"""How demand answers to prices and to the calendar: pure functions of truth, without noise.

Own price, rivals' prices and the prices of neighbouring products multiply a base level; season, weekday, trend
and launch or retirement make that level. Everything broadcasts over products and days (see `columns`).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

import numpy as np

from shopwright.simulation.columns import Floats, Ints, column
from shopwright.simulation.spec import DemandForm

WALK_AWAY = 1.3
"""A rival above 1.3 times our list price, or without stock, draws no further buyers than one at that price."""
DISPLAY_LIFT = 1.15
"""A promotion is shown on the first page: it sells more than its price alone explains."""
_YEAR = 365.25
_THURSDAY = 3


@dataclass(frozen=True, slots=True)
class Response:
    """The multiplier that prices put on demand; 1 where every price stands at its reference.

    With x = own price / reference, e < 0 the elasticity there, and m the geometric mean over the rivals of
    their delivered price / reference (at most WALK_AWAY):
    constant_elasticity  x^e m^c;  semi_log  exp(e (x - 1) + c (m - 1));
    logit (McFadden 1974)  share / s0 with share = s0 f(x) / (s0 f(x) + sum of s_r f(x_r) + outside),
    f(x) = exp(e / (1 - s0) (x - 1)).
    """

    form: DemandForm
    elasticity: Floats
    """(n,) own-price elasticity at the reference prices, below zero."""
    rival_elasticity: Floats
    """(n,) elasticity with regard to all rivals' prices together; not used by logit."""
    own_share: Floats
    """(n,) share of the market at the reference prices; used by logit only."""
    rival_share: Floats
    """(R, n) the rivals' shares likewise; zero where a rival does not carry the product."""

    def multiplier(self, ratio: Floats, rival_ratio: Floats) -> Floats:
        """Return the multiplier for own prices (n, ...) and rivals' (R, n, ...) over reference; NaN is absent."""
        match self.form:
            case DemandForm.CONSTANT_ELASTICITY:
                own, rival = np.log(ratio), self._log_rivals(rival_ratio)
            case DemandForm.SEMI_LOG:
                own, rival = ratio - 1, np.expm1(self._log_rivals(rival_ratio))
            case DemandForm.LOGIT:
                return self._share(ratio, rival_ratio) / column(self.own_share, ratio.ndim)
            case _:
                assert_never(self.form)
        slope, pull = column(self.elasticity, ratio.ndim), column(self.rival_elasticity, ratio.ndim)
        answer: Floats = np.exp(slope * own + pull * rival)
        return answer

    def elasticity_at(self, ratio: Floats, rival_ratio: Floats) -> Floats:
        """Return the own-price elasticity at other prices than the reference, in closed form."""
        slope = column(self.elasticity, ratio.ndim)
        match self.form:
            case DemandForm.CONSTANT_ELASTICITY:
                return slope * np.ones_like(ratio)
            case DemandForm.SEMI_LOG:
                return slope * ratio
            case DemandForm.LOGIT:
                steepness = slope / (1 - column(self.own_share, ratio.ndim))
                return steepness * ratio * (1 - self._share(ratio, rival_ratio))
            case _:
                assert_never(self.form)

    def _log_rivals(self, rival_ratio: Floats) -> Floats:
        weight = (self.rival_share > 0).astype(np.float64)
        weight /= np.maximum(weight.sum(axis=0), 1)
        seen = np.log(np.fmin(rival_ratio, WALK_AWAY))
        weight = weight.reshape(weight.shape + (1,) * (rival_ratio.ndim - 2))
        mean: Floats = (weight * seen).sum(axis=0)
        return mean

    def _share(self, ratio: Floats, rival_ratio: Floats) -> Floats:
        steepness = column(self.elasticity / (1 - self.own_share), ratio.ndim)
        share = self.rival_share.reshape(self.rival_share.shape + (1,) * (rival_ratio.ndim - 2))
        pull = np.where(np.isnan(rival_ratio), 0.0, np.exp(steepness * (rival_ratio - 1)))
        own = column(self.own_share, ratio.ndim) * np.exp(steepness * (ratio - 1))
        outside = column(1 - self.own_share - self.rival_share.sum(axis=0), ratio.ndim)
        result: Floats = own / (own + (share * pull).sum(axis=0) + outside)
        return result


@dataclass(frozen=True, slots=True)
class Calendar:
    """Season by category: a weekday profile, a yearly wave, the November sale week and Christmas."""

    start: date
    weekday: Floats
    """(C, 7) Monday first, mean 1."""
    wave: Floats
    """(C,) height of the yearly wave on the log scale."""
    peak: Floats
    """(C,) day of the year of its peak."""
    gift: Floats
    """(C,) how much of a gift the category is: log lift in the week before Christmas."""

    def season(self, days: Ints) -> Floats:
        """Return the multiplier (C, D) of days counted from the start of the history (may lie beyond it)."""
        dates = np.datetime64(self.start, "D") + days
        weekday = (dates.astype(np.int64) + _THURSDAY) % 7  # 1970-01-01 was a Thursday
        of_year = (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
        angle = 2 * np.pi * (of_year[None, :] - self.peak[:, None]) / _YEAR
        log = self.wave[:, None] * np.cos(angle) + self.gift[:, None] * _christmas(of_year)
        log += (0.3 + 0.5 * self.gift[:, None]) * _sale_week(dates)
        season: Floats = self.weekday[:, weekday] * np.exp(log)
        return season


def _christmas(of_year: Ints) -> Floats:
    """Rise from the end of November to 20 December, fall below the usual level until the new year."""
    points = [0, 5, 12, 328, 352, 357, 360, 366]
    return np.interp(of_year, points, [-0.3, -0.2, 0.0, 0.0, 1.0, 0.1, -0.4, -0.3])


def _sale_week(dates: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]) -> Floats:
    """Return 1 from the Monday before the fourth Friday of November's sale to the Monday after it, else 0."""
    lift = np.zeros(dates.shape)
    for year in np.unique(dates.astype("datetime64[Y]").astype(np.int64) + 1970):
        friday = sale_friday(int(year))
        first, last = np.datetime64(friday - timedelta(days=4), "D"), np.datetime64(friday + timedelta(days=3), "D")
        lift[(dates >= first) & (dates <= last)] = 1.0
    return lift


def sale_friday(year: int) -> date:
    """Return the Friday after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 22)
