from dataclasses import replace
from math import erf, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.guardrails import random_cases
from tests.factories.pricing import catalog
from tests.factories.responses import response

from shopwright.kit.amounts import MISSING, SCALE, usable
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates, InvalidStrategySettings
from shopwright.pricing.strategies.outlook import Goal, expected_outlook, normal
from shopwright.pricing.strategies.profit_maximization import ProfitMaximization, ProfitSettings

CERTAIN = ProfitSettings(caution_ppm=0, least_chance_ppm=0, dead_band_ppm=0)


def shop(product: dict[str, Any] | None = None, **believed: float) -> CatalogColumns:
    return replace(catalog({"tax": "0", "cost": "10.00", **(product or {})}), response=response(1, **believed))


def proposed(market: CatalogColumns, settings: ProfitSettings = CERTAIN) -> Candidates:
    return ProfitMaximization().propose(market, UsedOffers.none(len(market)), settings)


def wanted(market: CatalogColumns, settings: ProfitSettings = CERTAIN) -> float:
    return int(proposed(market, settings).price[0]) / SCALE


def reasons(found: Candidates) -> tuple[Reason, ...]:
    return Reason.read(int(found.reasons[0]))


@pytest.mark.parametrize(("slope", "best"), [(-2.0, 20.0), (-2.5, 16.67), (-1.7, 24.29), (-4.0, 13.33)])
def test_a_sure_elasticity_gives_the_mark_up_of_the_textbook(slope: float, best: float) -> None:
    assert wanted(shop(slope=slope, slope_sd=0.01)) == pytest.approx(best, rel=0.006)


def test_semi_log_demand_gives_a_margin_of_centre_over_slope() -> None:
    # d/dp (p - c) exp(b p / centre) = 0 at p = c - centre / b.
    assert wanted(shop(slope=-2.5, slope_sd=0.01, constant=0.0)) == pytest.approx(10 + 20 / 2.5, rel=0.006)


def test_the_move_shrinks_with_the_doubt() -> None:
    careful = ProfitSettings(caution_ppm=500_000)
    moves = [20 - wanted(shop(slope=-3.0, slope_sd=doubt), careful) for doubt in (0.05, 0.5, 1.0)]
    assert moves[0] > moves[1] > moves[2] >= 0


def test_where_the_gain_is_not_clear_the_price_stays_and_says_so() -> None:
    found = proposed(shop(slope=-2.15, slope_sd=0.7), ProfitSettings(caution_ppm=0, least_chance_ppm=750_000))
    assert found.price[0] == 20 * SCALE
    assert Reason.GAIN_UNCLEAR in reasons(found)


def test_an_interval_that_reaches_zero_is_refused() -> None:
    found = proposed(shop(slope=-0.9, slope_sd=0.5))
    assert (found.price[0], found.confidence[0]) == (MISSING, 0)
    assert Reason.RESPONSE_UNKNOWN in reasons(found)


def test_rivals_who_follow_and_buyers_who_stay_in_the_shop_allow_a_higher_price() -> None:
    alone = wanted(shop())
    assert wanted(shop(rival_elasticity=1.0, follow=0.5)) > 1.05 * alone
    assert wanted(shop(halo=2_000_000.0)) > 1.02 * alone


def test_scarce_stock_raises_the_price_and_is_told() -> None:
    plenty, scarce = shop(), shop(stock=20.0)
    assert wanted(scarce) > 1.15 * wanted(plenty)
    assert Reason.STOCK_SHORT in reasons(proposed(scarce))


def test_a_gain_that_hangs_on_stock_running_out_is_less_sure_than_one_that_does_not() -> None:
    hanging = shop(slope=-3.0, slope_sd=0.3, stock=20.0)
    raised = hanging.price * 11 // 10
    none = UsedOffers.none(1)
    known = replace(hanging, response=replace(hanging.response, units_sd=np.zeros(1)))
    vague = replace(hanging, response=replace(hanging.response, units_sd=np.ones(1)))
    sure, unsure = (expected_outlook(one, none, raised, 28).chance[0] for one in (known, vague))
    endless = expected_outlook(shop(slope=-3.0, slope_sd=0.3), none, raised, 28).chance[0]
    assert endless < 0.05, "without a limit the dearer price loses"
    assert unsure <= sure < 1
    assert sure > 0.5 > endless
    assert proposed(hanging).confidence[0] < proposed(shop(slope=-3.0, slope_sd=0.3)).confidence[0]


def test_a_markdown_clears_the_stock_by_its_date_and_not_cheaper_than_needed() -> None:
    days = ProfitSettings(goal=Goal.SELL_THROUGH, horizon_days=10, caution_ppm=0, least_chance_ppm=0)
    little, much = shop({"cost": "8.00"}, stock=25.0), shop({"cost": "8.00"}, stock=60.0)
    assert wanted(much, days) < wanted(little, days) < 20
    assert proposed(shop(), days).price[0] == MISSING


def test_revenue_wants_a_lower_price_than_profit() -> None:
    assert wanted(shop(), replace(CERTAIN, goal=Goal.REVENUE)) < wanted(shop())


def test_what_is_expected_of_a_price_is_its_own_arithmetic() -> None:
    market = shop(slope_sd=1e-6, units_sd=0.0)
    price = np.array([16 * SCALE])
    outlook = expected_outlook(market, UsedOffers.none(1), price, days=28)
    units = 56 * 0.8**-2.5
    assert outlook.units[1, 0] == pytest.approx(units, rel=1e-3)
    assert outlook.profit[1, 0] == pytest.approx(units * 6 * SCALE, rel=1e-3)
    assert outlook.revenue[1, 0] == pytest.approx(units * 16 * SCALE, rel=1e-3)
    assert outlook.mean_gain[0] == pytest.approx((units * 6 - 560) * SCALE, rel=1e-2)
    assert outlook.chance[0] == pytest.approx(1.0 if units * 6 > 560 else 0.0)


def test_more_doubt_widens_the_interval() -> None:
    price = np.array([15 * SCALE])
    widths = [
        np.ptp(expected_outlook(shop(slope_sd=doubt), UsedOffers.none(1), price, 28).profit[:, 0])
        for doubt in (0.1, 0.6)
    ]
    assert widths[1] > 1.3 * widths[0]


def test_the_chance_of_a_gain_is_that_of_the_elasticity_at_which_nothing_changes() -> None:
    # From 20 to 18 at cost 10 the profit is kept at e = log(10 / 8) / log(0.9) = -2.118.
    outlook = expected_outlook(shop(slope=-2.118, slope_sd=0.4), UsedOffers.none(1), np.array([18 * SCALE]), 28)
    assert outlook.chance[0] == pytest.approx(0.5, abs=0.05)
    outlook = expected_outlook(shop(slope=-2.518, slope_sd=0.4), UsedOffers.none(1), np.array([18 * SCALE]), 28)
    assert outlook.chance[0] == pytest.approx(0.84, abs=0.05)


@given(score=st.floats(-9, 9))
def test_the_normal_distribution_function_is_near_the_exact_one(score: float) -> None:
    assert float(normal(np.array([score]))[0]) == pytest.approx(0.5 * (1 + erf(score / sqrt(2))), abs=1e-7)


@pytest.mark.property_test(14)
@pytest.mark.parametrize("goal", Goal)
def test_whatever_comes_in_each_wanted_price_is_an_amount_or_none(goal: Goal) -> None:
    for seed in range(3):
        cases = random_cases(1_000, seed)
        with np.errstate(all="raise", under="ignore"):
            found = ProfitMaximization().propose(cases.catalog, cases.offers, ProfitSettings(goal=goal))
        known = found.price != MISSING
        assert (usable(found.price) == known).all()
        assert known.sum() > 100
        assert (found.confidence[~known] == 0).all()


@pytest.mark.parametrize(
    "wrong",
    [{"horizon_days": 0}, {"caution_ppm": -1}, {"least_chance_ppm": SCALE + 1}, {"dead_band_ppm": SCALE}],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidStrategySettings):
        ProfitSettings(**wrong)  # type: ignore[arg-type]
