from datetime import date

import numpy as np
import pytest

from shopwright.simulation.columns import charm
from shopwright.simulation.demand import WALK_AWAY, Calendar, Response, sale_friday
from shopwright.simulation.spec import DemandForm


def response(form: DemandForm) -> Response:
    return Response(
        form=form,
        elasticity=np.array([-2.0]),
        rival_elasticity=np.array([0.5]),
        own_share=np.array([0.25]),
        rival_share=np.array([[0.3], [0.2]]),
    )


def calendar(**changes: object) -> Calendar:
    flat = {"weekday": np.ones((1, 7)), "wave": np.zeros(1), "peak": np.zeros(1), "gift": np.zeros(1)}
    return Calendar(**({"start": date(2025, 5, 1)} | flat | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("form", DemandForm)
def test_prices_at_their_reference_leave_demand_as_it_is(form: DemandForm) -> None:
    assert response(form).multiplier(np.ones(1), np.ones((2, 1))) == pytest.approx(1.0)


def test_constant_elasticity_is_a_power_of_both_prices() -> None:
    found = response(DemandForm.CONSTANT_ELASTICITY).multiplier(np.array([1.2]), np.array([[0.9], [1.1]]))
    assert found == pytest.approx(1.2**-2.0 * (0.9 * 1.1) ** (0.5 * 0.5))


def test_semi_log_is_the_exponential_of_the_price() -> None:
    found = response(DemandForm.SEMI_LOG).multiplier(np.array([1.2]), np.array([[0.9], [0.9]]))
    assert found == pytest.approx(np.exp(-2.0 * 0.2 + 0.5 * -0.1))


def test_logit_is_the_share_of_the_market() -> None:
    slope = -2.0 / 0.75
    own = 0.25 * np.exp(slope * 0.2)
    rivals = 0.3 * np.exp(slope * -0.1)  # the second rival has no stock
    found = response(DemandForm.LOGIT).multiplier(np.array([1.2]), np.array([[0.9], [np.nan]]))
    assert found == pytest.approx(own / (own + rivals + 0.25) / 0.25)


@pytest.mark.parametrize("form", DemandForm)
def test_a_rival_without_stock_is_as_good_as_one_that_nobody_would_pay(form: DemandForm) -> None:
    absent = response(form).multiplier(np.ones(1), np.full((2, 1), np.nan))
    present = response(form).multiplier(np.ones(1), np.ones((2, 1)))
    assert absent > present
    if form is not DemandForm.LOGIT:
        assert absent == pytest.approx(response(form).multiplier(np.ones(1), np.full((2, 1), WALK_AWAY)))


@pytest.mark.parametrize("form", DemandForm)
@pytest.mark.parametrize("at", [0.8, 1.0, 1.3])
def test_the_stated_elasticity_is_the_slope_of_the_curve(form: DemandForm, at: float) -> None:
    rivals, step, curve = np.array([[0.9], [1.05]]), 1e-6, response(form)
    low, high = (np.log(curve.multiplier(np.array([at * np.exp(move)]), rivals)) for move in (-step, step))
    assert curve.elasticity_at(np.array([at]), rivals) == pytest.approx((high - low) / (2 * step), rel=1e-4)


def test_the_elasticity_at_the_reference_is_the_one_stated() -> None:
    for form in DemandForm:
        assert response(form).elasticity_at(np.ones(1), np.ones((2, 1))) == pytest.approx(-2.0)


def test_weekdays_fall_on_the_right_dates() -> None:
    profile = np.array([[1.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0]])  # Thursday doubles
    season = calendar(weekday=profile).season(np.arange(14))[0]
    assert np.flatnonzero(season > 1.5).tolist() == [0, 7]  # 1 May 2025 was a Thursday
    assert np.unique(np.delete(season, [0, 7])).tolist() == [1.0]


@pytest.mark.parametrize(("year", "day"), [(2024, 29), (2025, 28), (2026, 27), (2027, 26)])
def test_the_sale_friday_follows_the_fourth_thursday(year: int, day: int) -> None:
    assert sale_friday(year) == date(year, 11, day)


def test_the_sale_week_lifts_demand_from_monday_to_monday() -> None:
    season = calendar(start=date(2025, 11, 1)).season(np.arange(30))[0]
    assert (np.flatnonzero(season > 1.1) + 1).tolist() == [24, 25, 26, 27, 28, 29, 30]


def test_gifts_peak_before_christmas_and_fall_after_it() -> None:
    season = calendar(start=date(2025, 12, 1), gift=np.array([0.7])).season(np.arange(31))[0]
    assert season[17] > 1.9
    assert season[26] < 0.8


def test_the_yearly_wave_peaks_on_its_day() -> None:
    season = calendar(start=date(2025, 1, 1), wave=np.array([0.5]), peak=np.array([180.0])).season(np.arange(300))[0]
    assert np.argmax(season) == 180
    assert season.max() == pytest.approx(np.exp(0.5))


def test_price_endings_are_those_of_shops() -> None:
    assert charm(np.array([503.0, 1_997.0, 2_130.0, 9_970.0, 12_345.0])).tolist() == [499, 1_999, 2_149, 9_949, 12_299]
