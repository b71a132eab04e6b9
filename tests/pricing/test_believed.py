from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest
from tests.factories.responses import response

from shopwright.catalog.columns import ProductColumns
from shopwright.kit.amounts import MISSING, SCALE
from shopwright.pricing.believed import FIGURES, BeliefTable, kept_columns, responses_of

MUG, POT, CUP, JUG = uuid4(), uuid4(), uuid4(), uuid4()


def products() -> ProductColumns:
    """Four products at 20, 10, none and 20."""
    price = np.array([20 * SCALE, 10 * SCALE, MISSING, 20 * SCALE])
    blank, text = np.full(4, MISSING), ["x"] * 4
    return ProductColumns(
        [MUG, POT, CUP, JUG], text, text, [None] * 4, [None] * 4, ["EUR", "EUR", "EUR", "CHF"],
        np.ones(4, dtype=np.bool_), price, blank, blank, blank, blank,
        np.array([3 * SCALE, MISSING, MISSING, MISSING]), blank, blank, blank,
    )  # fmt: skip


def table(**changed: float) -> BeliefTable:
    believed = response(3, **changed)
    kept = kept_columns(believed, np.array([20.0, 20.0, 20.0]), np.array([0, 4, 0]))
    return BeliefTable([JUG, POT, MUG], ["EUR"] * 3, kept)


def test_a_belief_comes_back_as_it_was_at_the_price_of_its_time() -> None:
    believed = response(1, rival_level=16.0, rival_elasticity=0.4, follow=0.3, halo=2.0, constant=0.7, stock=3.0)
    found, refusals = responses_of(
        table(rival_level=16.0, rival_elasticity=0.4, follow=0.3, halo=2.0, constant=0.7), products()
    )
    mug = found.take(np.array([0]))
    for name in ("units", "units_sd", "centre", "slope", "slope_sd", "weight", "rival_elasticity", "rival_level"):
        assert getattr(mug, name) == pytest.approx(getattr(believed, name)), name
    assert (mug.follow[0], mug.halo[0], mug.stock[0]) == (0.3, 2.0, 3.0)
    assert refusals.tolist() == [0, 4, 0, 0]


def test_units_are_those_of_the_present_price() -> None:
    found, _ = responses_of(table(), products())
    assert found.units[1] == pytest.approx(2.0 * 0.5**-2.5)
    assert found.centre[1] == 20 * SCALE
    assert np.isinf(found.stock[1])


def test_without_a_belief_a_price_or_in_another_currency_nothing_is_known() -> None:
    found, _ = responses_of(table(), products())
    assert found.known.tolist() == [True, True, False, False]
    nobody = BeliefTable([], [], {name: np.zeros(0) for name in FIGURES})
    assert not responses_of(nobody, products())[0].known.any()
    assert not responses_of(replace(table(), currencies=["USD"] * 3), products())[0].known.any()
