"""What the evaluation of replenishment plays, and what it says."""

from pathlib import Path

import numpy as np
import pytest
from tests.app.test_evaluate_forecast import written
from tests.factories.command_line import CommandLine
from tests.factories.panels import random_panel

from shopwright.app.evaluations.contract import InvalidEvaluation, Request
from shopwright.app.evaluations.replenishment import evaluate_replenishment
from shopwright.app.evaluations.stock_play import covered, play

METRICS = {"fill_rate", "holding_relative_to_normal", "target_error"}


def test_goods_come_after_the_lead_time_and_what_cannot_be_served_is_lost() -> None:
    demand = np.array([[2.0], [5.0], [0.0], [1.0], [1.0], [1.0]])
    found = play(np.full((1, 6, 1), 4.0), demand, lead_time=1)
    # On hand at the end: 2, 0 (3 lost), 2, 3, 2, 2, the last four count; what was ordered at the end of a day comes two mornings later.
    assert found.demanded.item() == 3
    assert found.served.item() == 3
    assert found.held.item() == (2 + 3 + 2 + 2) / 4


def test_a_level_that_lasts_until_the_next_goods_loses_nothing() -> None:
    rng = np.random.default_rng(0)
    demand = rng.integers(0, 4, (60, 5)).astype(float)
    for lead_time in (0, 1, 5):
        enough = np.full((2, 60, 5), 3.0 * (lead_time + 1))
        enough[1] = 1.0
        found = play(enough, demand, lead_time)
        np.testing.assert_array_equal(found.served[0], found.demanded[0])
        assert found.fill_rate()[1] < 1
        assert found.holding()[1] < found.holding()[0]


def test_goods_are_neither_made_nor_lost() -> None:
    demand = np.full((40, 1), 3.0)
    found = play(np.full((1, 40, 1), 3.0 * 4), demand, lead_time=3)
    assert found.served.item() == found.demanded.item() == 3.0 * 36
    assert found.held.item() == 0


def test_intervals_are_covered_as_counted_and_unknown_ones_do_not_count() -> None:
    demand = np.array([[1.0], [2.0], [3.0], [np.nan], [1.0], [1.0]])
    assert covered(np.full((1, 6, 1), 3.0), demand, 2)[0] == pytest.approx(2 / 3)


async def test_a_table_is_measured_against_the_normal(cli: CommandLine, tmp_path: Path) -> None:
    path = written(tmp_path, random_panel(21, periods=230, products=12))
    words = ("replenishment", "--data", str(path), "--lead-time", "5", "--service-level", "0.9")
    answer = (await cli("evaluate", *words, "--json")).json
    assert set(answer["metrics"]) >= METRICS
    assert answer["peers"]["normal"]["metrics"]["holding_relative_to_normal"] == pytest.approx(1, abs=0.05)
    assert 0 <= answer["metrics"]["fill_rate"] <= 1
    assert answer["metrics"]["target_error"] == pytest.approx(abs(answer["metrics"]["service"] - 0.9))
    assert answer["rows"] == 12 * 230


def test_a_world_is_measured_and_the_same_seed_gives_the_same_figures() -> None:
    request = Request(options={"world": "slow", "products": 120})
    found, again = evaluate_replenishment(request), evaluate_replenishment(request)
    assert found == again
    assert set(found.figures.by) == {"slow"}
    assert found.figures.metrics["holding_relative_to_normal"] < 1


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"world": "atlantis"},
        {"world": "slow", "frequency": "W"},
        {"world": "slow", "frequency": "H"},
        {"world": "slow", "service_level": 1.0},
        {"world": "slow", "lead_time": 60},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(InvalidEvaluation):
        evaluate_replenishment(Request(options=options))


def test_a_short_history_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, random_panel(22, periods=120, products=4))
    with pytest.raises(InvalidEvaluation, match="Too few periods"):
        evaluate_replenishment(Request(data=(path,)))
