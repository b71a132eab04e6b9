from dataclasses import replace

import numpy as np
import pytest

from shopwright.demand.elasticity.refusals import SENTENCES, Refusal, refusal_words
from shopwright.demand.elasticity.response import PriceResponse
from shopwright.demand.elasticity.slopes import Slopes

RATIOS = np.tile(np.array([0.8, 1.0, 1.2]), (2, 1))


def response(*, weight: tuple[float, float] = (1.0, 0.0), scale: float = 1e-5) -> PriceResponse:
    scales = np.full(2, scale)
    return PriceResponse(
        constant=Slopes(np.array([-2.0, -1.0]), scales),
        semi_log=Slopes(np.array([-3.0, -1.5]), scales),
        constant_weight=np.array(weight),
        reference=np.array([10.0, 20.0]),
        base_units=np.array([4.0, 0.5]),
        base_spread=np.full(2, 1e-6),
        cross=np.zeros(2),
        cross_sd=np.zeros(2),
        changes=np.array([5, 0]),
        refusals=np.array([0, int(Refusal.TOO_FEW_CHANGES | Refusal.REACHES_ZERO)]),
    )


def test_each_form_is_evaluated_by_its_formula() -> None:
    units = response().expected_units(RATIOS)
    assert units[0] == pytest.approx(4.0 * RATIOS[0] ** -2.0, rel=1e-4)
    assert units[1] == pytest.approx(0.5 * np.exp(-1.5 * (RATIOS[1] - 1)), rel=1e-4)


def test_elasticity_mixes_the_forms_and_their_disagreement_is_doubt() -> None:
    mixed = response(weight=(0.5, 0.5))
    assert mixed.elasticity == pytest.approx([-2.5, -1.25], rel=1e-4)
    assert mixed.elasticity_sd == pytest.approx([0.5, 0.25], rel=1e-3)
    low, high = mixed.interval()
    assert (low < mixed.elasticity).all()
    assert ((mixed.elasticity < high) & (high < 0)).all()


def test_drawn_demand_has_the_expected_mean_and_the_band_holds_it() -> None:
    doubtful = replace(response(weight=(0.3, 0.6), scale=0.4), base_spread=np.full(2, 0.2))
    drawn = doubtful.draw_units(RATIOS, np.random.default_rng(1), 60_000)
    assert drawn.mean(axis=0) == pytest.approx(doubtful.expected_units(RATIOS), rel=0.01)
    low, high = doubtful.band(RATIOS, np.random.default_rng(2))
    assert ((low < doubtful.expected_units(RATIOS)) & (doubtful.expected_units(RATIOS) < high)).all()
    relative = doubtful.draw_relative(RATIOS, np.random.default_rng(3), 50)
    assert (np.diff(relative, axis=2) < 0).all()


def test_ratios_beyond_any_price_are_taken_at_the_limit() -> None:
    far = response().relative_units(np.array([[0.0, 0.1], [50.0, 10.0]]))
    assert far[0, 0] == far[0, 1]
    assert far[1, 0] == far[1, 1]


def test_refusals_are_read_by_bit_and_by_word() -> None:
    assert response().refused(Refusal.REACHES_ZERO).tolist() == [False, True]
    assert refusal_words(int(response().refusals[1])) == ("too_few_changes", "reaches_zero")
    assert set(SENTENCES) == set(Refusal)


def test_rows_are_taken_and_lengths_are_checked() -> None:
    one = response().take(np.array([1]))
    assert len(one) == 1
    assert one.reference.tolist() == [20.0]
    assert one.expected_units(RATIOS[:1]) == pytest.approx(response().expected_units(RATIOS)[1:])
    with pytest.raises(ValueError, match="one length"):
        replace(response(), changes=np.zeros(3, dtype=np.int64))
