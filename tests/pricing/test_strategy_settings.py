from datetime import date, timedelta
from typing import Any

import pytest
from tests.factories.pricing import refused_fields

from shopwright.pricing.policies import InvalidPolicy, PolicyRules
from shopwright.pricing.strategies.interface import InvalidStrategySettings
from shopwright.pricing.strategies.outlook import Goal
from shopwright.pricing.strategy_settings import ExplorationRules, MlRules, ProfitRules, WithoutResponse

MONDAY = date(2026, 3, 2)


def test_a_markdown_ends_on_its_day() -> None:
    markdown = ProfitRules(goal=Goal.SELL_THROUGH, until=MONDAY + timedelta(days=10))
    assert markdown.on(MONDAY).horizon_days == 10
    assert markdown.on(MONDAY).goal is Goal.SELL_THROUGH
    assert markdown.on(MONDAY + timedelta(days=30)).horizon_days == 1
    assert ProfitRules(horizon_days=14).on(MONDAY).horizon_days == 14


def test_steps_are_drawn_anew_each_round() -> None:
    rules = ExplorationRules(round_days=7)
    keys = [rules.on(MONDAY + timedelta(days=day)).round_key for day in range(14)]
    assert len(set(keys)) in {2, 3}
    assert keys == sorted(keys)
    assert keys[0] + 1 == keys[7]


@pytest.mark.parametrize(
    ("make", "settings", "wrong"),
    [
        (ProfitRules, {"goal": Goal.SELL_THROUGH}, ["until"]),
        (ProfitRules, {"until": MONDAY}, ["until"]),
        (ProfitRules, {"horizon_days": 0, "caution_ppm": -1}, ["caution_ppm", "horizon_days"]),
        (
            ProfitRules,
            {"least_chance_ppm": 1_000_001, "dead_band_ppm": 1_000_000},
            ["dead_band_ppm", "least_chance_ppm"],
        ),
        (MlRules, {"goal": Goal.SELL_THROUGH}, ["goal"]),
        (MlRules, {"horizon_days": 367, "dead_band_ppm": -1}, ["dead_band_ppm", "horizon_days"]),
        (ExplorationRules, {"step_ppm": 100_001, "share_ppm": -1}, ["share_ppm", "step_ppm"]),
        (ExplorationRules, {"max_loss_ppm": 2_000_000, "least_ppm": -1}, ["least_ppm", "max_loss_ppm"]),
        (ExplorationRules, {"horizon_days": 0, "round_days": 0}, ["horizon_days", "round_days"]),
    ],
)
def test_settings_that_cannot_be_meant_are_refused_by_name(
    make: Any, settings: dict[str, Any], wrong: list[str]
) -> None:
    with pytest.raises(InvalidStrategySettings) as refused:
        make(**settings)
    assert refused_fields(refused.value) == wrong


def test_settings_come_and_go_as_json() -> None:
    content = {"profit": {"goal": "sell_through", "until": "2026-04-01"}, "without_response": "rule_based"}
    rules = PolicyRules.read(content)
    assert rules.profit.until == date(2026, 4, 1)
    assert rules.without_response is WithoutResponse.RULE_BASED
    assert PolicyRules.read(rules.as_json()) == rules
    with pytest.raises(InvalidPolicy) as refused:
        PolicyRules.read({"exploration": {"step_ppm": "far"}})
    assert refused.value.details["field"] == "step_ppm"
