from typing import Any

import pytest

from shopwright.pricing.experiments.protocol import (
    MOST_CELLS,
    Design,
    Grouping,
    Guardrail,
    InvalidProtocol,
    Metric,
    Protocol,
)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("days", {"days": 6}),
        ("days", {"days": 30}),
        ("days", {"kind": Design.SWITCHBACK, "days": 21}),
        ("block_days", {"kind": Design.SWITCHBACK, "block_days": 29, "days": 58}),
        ("washout_days", {"washout_days": 7}),
        ("level", {"level": 0.5}),
        ("power", {"power": 0.2}),
        ("metric", {"metric": Metric.RETURNS}),
        ("guardrails", {"guardrails": (Guardrail(Metric.UNITS), Guardrail(Metric.UNITS, 0.1))}),
        ("grouping", {"grouping": Grouping.SHOP}),
    ],
)
def test_what_could_not_be_run_is_refused_by_the_name_of_the_field(field: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidProtocol) as refused:
        Protocol(**wrong)
    assert refused.value.details["field"] == field


def test_a_tolerance_is_a_share() -> None:
    with pytest.raises(InvalidProtocol):
        Guardrail(Metric.UNITS, 1.0)


def test_the_level_is_divided_between_the_comparison_and_the_guardrails() -> None:
    protocol = Protocol(level=0.05)
    assert protocol.test_level + protocol.guardrail_level == pytest.approx(0.05)
    assert protocol.guardrail_level == pytest.approx(0.01)
    assert Protocol(guardrails=()).test_level == 0.05


def test_more_comparisons_than_can_be_computed_are_refused() -> None:
    Protocol().check_cells(MOST_CELLS)
    with pytest.raises(InvalidProtocol):
        Protocol().check_cells(MOST_CELLS + 1)


def test_days_belong_to_blocks() -> None:
    switching = Protocol(kind=Design.SWITCHBACK, days=28, block_days=7)
    assert (switching.blocks, [switching.block_of(day) for day in (0, 6, 7, 27, 40)]) == (4, [0, 0, 1, 3, 3])
    assert (Protocol().blocks, Protocol().block_of(55)) == (1, 0)
