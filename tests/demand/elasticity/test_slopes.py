import numpy as np
import pytest

from shopwright.demand.elasticity.slopes import Slopes

SLOPES = Slopes(np.array([-2.0, -0.5, 0.3, 3.0]), np.array([0.5, 0.6, 0.4, 0.5]))


def test_moments_and_growth_are_those_of_the_drawn_slopes() -> None:
    drawn = SLOPES.draw(np.random.default_rng(0), 200_000)
    assert (drawn < 0).all()
    assert SLOPES.mean == pytest.approx(drawn.mean(axis=0), rel=0.01)
    assert SLOPES.sd == pytest.approx(drawn.std(axis=0), rel=0.01)
    low, high = SLOPES.interval(0.9)
    assert ((drawn >= low) & (drawn <= high)).mean(axis=0) == pytest.approx(0.9, abs=0.005)
    for step in (-0.4, 0.2):
        steps = np.full((4, 1), step)
        assert SLOPES.log_growth(steps)[:, 0] == pytest.approx(np.log(np.exp(drawn * step).mean(axis=0)), abs=0.01)


def test_a_slope_far_from_zero_is_a_plain_normal() -> None:
    slope = Slopes.of(np.array([-5.0]), np.array([0.1]))
    assert slope.mean == pytest.approx([-5.0])
    assert slope.sd == pytest.approx([0.1])
    assert slope.above_zero == pytest.approx([0.0])
    assert np.concatenate(slope.interval()) == pytest.approx([-5.196, -4.804], abs=1e-3)


def test_extreme_slopes_stay_finite_and_below_zero() -> None:
    slopes = Slopes.of(np.array([50.0, -300.0, 0.0]), np.array([0.01, 0.0, 1e3]))
    for values in (slopes.mean, slopes.sd, *slopes.interval(), slopes.log_growth(np.full((3, 2), 0.3))):
        assert np.isfinite(values).all()
    assert (slopes.mean < 0).all()
    assert (slopes.sd > 0).all()


def test_wrong_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        Slopes(np.zeros(2), np.ones(3))
    with pytest.raises(ValueError, match="finite"):
        Slopes(np.array([np.nan]), np.ones(1))
