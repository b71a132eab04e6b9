import numpy as np
import pytest
from tests.factories.responses import response

from shopwright.kit.amounts import InvalidColumns
from shopwright.pricing.responses import Form, ResponseColumns, curve


@pytest.mark.parametrize("form", Form)
def test_every_curve_is_zero_at_the_centre_with_slope_one(form: Form) -> None:
    step = 1e-6
    assert curve(form, np.array([1.0]))[0] == 0
    assert curve(form, np.array([1 + step]))[0] / step == pytest.approx(1, rel=1e-5)


def test_the_doubt_about_the_form_is_part_of_the_doubt() -> None:
    both = response(slope_sd=0.3, constant=0.5)
    apart = ResponseColumns(
        **{name: getattr(both, name) for name in ResponseColumns.__slots__ if name != "slope"},
        slope=np.array([[-2.0], [-3.0]]),
    )
    assert apart.elasticity[0] == -2.5
    assert apart.elasticity_sd[0] == pytest.approx(np.hypot(0.3, 0.5))


def test_rows_are_taken_with_all_that_belongs_to_them() -> None:
    some = response(3, units=2.0).take(np.array([2, 2]))
    assert (len(some), some.slope.shape) == (2, (len(Form), 2))
    assert not ResponseColumns.unknown(4).known.any()


@pytest.mark.parametrize(
    "wrong", [{"units": np.nan}, {"centre": 0.0}, {"slope": 0.1}, {"slope_sd": -1.0}, {"stock": -1.0}, {"halo": np.inf}]
)
def test_what_cannot_be_is_not_known(wrong: dict[str, float]) -> None:
    assert response().known.all()
    assert not response(1, **wrong).known.any()


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(InvalidColumns):
        ResponseColumns(
            **{name: getattr(response(2), name) for name in ResponseColumns.__slots__ if name != "halo"},
            halo=np.zeros(3),
        )
