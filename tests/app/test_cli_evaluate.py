import numpy as np
import pytest
from tests.factories.command_line import CommandLine

from shopwright.app.evaluations.contract import Bar, Figures, InvalidEvaluation, Measured, Request, role_columns, run
from shopwright.app.evaluations.pricing_peers import cost_plus, match_lowest
from shopwright.app.evaluations.sellers import LearningSeller, RuleSeller
from shopwright.app.evaluations.shop_desk import lowest_prices
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import Market
from shopwright.simulation.panel import record_panel
from shopwright.simulation.spec import WorldSpec

SMALL = ("--world", "constant", "--seeds", "1", "--days", "4", "--products", "8")
KEYS = ["evaluation", "version", "data", "rows", "seed", "metrics", "by", "peers", "seconds", "peak_rss_mb", "notes"]


async def test_pricing_is_measured_the_same_way_twice(cli: CommandLine) -> None:
    first, second = [(await cli("evaluate", "pricing", *SMALL, "--json")).json for _ in range(2)]
    assert list(first) == KEYS
    assert first["rows"] == 8 * 4
    assert {"captured", "versus_stay", "versus_rules", "floor_violations"} <= set(first["metrics"])
    assert first["metrics"] == first["by"]["constant"] == second["metrics"]
    assert first["metrics"]["captured_low"] <= first["metrics"]["captured"] <= first["metrics"]["captured_high"]
    assert first["metrics"]["floor_violations"] == 0
    assert set(first["peers"]) == {"stay", "cost_plus", "match_lowest", "rule_average", "rule_ladder", "sku_ols"}
    assert 0 <= first["metrics"]["calibration_error"] <= 1
    assert (
        first["metrics"]["versus_stay_low"] <= first["metrics"]["versus_stay"] <= first["metrics"]["versus_stay_high"]
    )


async def test_a_strategy_can_be_named_and_one_that_promises_nothing_is_not_calibrated(cli: CommandLine) -> None:
    figures = (await cli("evaluate", "pricing", *SMALL, "--strategy", "rule_based", "--json")).json
    assert "calibration_error" not in figures["metrics"]
    assert any("rule_based promises no profit" in note for note in figures["notes"])


async def test_another_seed_gives_other_figures(cli: CommandLine) -> None:
    figures = [(await cli("evaluate", "pricing", *SMALL, "--seed", seed, "--json")).json["metrics"] for seed in (0, 1)]
    assert figures[0]["captured"] != figures[1]["captured"]


async def test_a_missed_bar_ends_with_one(cli: CommandLine) -> None:
    good = await cli("evaluate", "pricing", *SMALL, "--bar", "captured>=0.1", "--bar", "floor_violations<=0")
    assert good.code == 0
    assert "captured" in good.out
    missed = await cli("evaluate", "pricing", *SMALL, "--bar", "captured>=1.5", "--json")
    assert missed.code == 1
    assert "the bar is >= 1.5" in missed.err
    assert missed.json["evaluation"] == "pricing"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nonsense",), "unknown_evaluation"),
        (("blocking",), "unknown_evaluation"),
        (("pricing", "--world", "Atlantis"), "invalid_evaluation"),
        (("pricing", "--strategy", "hope"), "invalid_evaluation"),
        (("pricing", "--bar", "captured"), "invalid_evaluation"),
        (("pricing", *SMALL, "--bar", "beauty>=1"), "invalid_evaluation"),
        (("pricing", "--column", "price"), "invalid_evaluation"),
    ],
    ids=["unknown", "later", "world", "strategy", "bar", "metric", "column"],
)
async def test_wrong_options_end_with_two(cli: CommandLine, words: tuple[str, ...], code: str) -> None:
    answer = await cli("evaluate", *words)
    assert answer.code == 2
    assert answer.error is not None
    assert answer.error.code == code


async def test_names_are_listed_for_an_unknown_one(cli: CommandLine) -> None:
    answer = await cli("evaluate", "nonsense")
    assert answer.error is not None
    assert "pricing" in str(answer.error.details["known"])
    assert "matching" in str(answer.error.details["later"])


def test_bars_and_column_maps_are_read() -> None:
    assert Bar.read(" f1 >= 0.5 ") == Bar("f1", 0.5)
    assert Bar.read("ece<=1e-2") == Bar("ece", 0.01, most=True)
    assert Bar("ece", 0.01, most=True).missed_by({"ece": 0.02}) == "ece is 0.02; the bar is <= 0.01."
    assert role_columns(["price=Unit Price"]) == {"price": "Unit Price"}
    with pytest.raises(InvalidEvaluation):
        role_columns(["=x"])


def test_a_run_reports_peers_and_its_cost() -> None:
    measured = Measured(3, Figures({"f1": 0.5}), {"peer": Figures({"f1": 0.4})}, ("a note",))
    result = run("x", lambda _request: measured, Request(seed=7))
    assert result["peers"] == {"peer": {"metrics": {"f1": 0.4}, "by": {}}}
    assert (result["seed"], result["rows"], result["notes"]) == (7, 3, ["a note"])
    assert result["seconds"] >= 0
    assert result["peak_rss_mb"] > 10


@pytest.mark.parametrize("make", [RuleSeller, LearningSeller])
def test_the_seller_keeps_every_limit_that_a_shop_has(make: type[RuleSeller] | type[LearningSeller]) -> None:
    world = build_world(WorldSpec(name="test", seed=3, products=30, days=20))
    rng = np.random.default_rng(1)
    market = Market(world, rng, stocked=False)
    panel = record_panel(market, rng)
    seller, before = make(world, panel), panel.price[:, -1]
    moved = 0
    for _ in range(10):
        prices = seller(market)
        assert (prices >= lowest_prices(world)).all()
        assert (np.abs(prices - before) <= 0.1 * before).all()
        moved += int((prices != before).sum())
        before = market.step(prices).price
    assert moved > 20


def test_the_simple_rules_set_prices_above_zero() -> None:
    world = build_world(WorldSpec(name="test", seed=3, products=30, days=20))
    market = Market(world, np.random.default_rng(1), stocked=False)
    for rule in (cost_plus, match_lowest):
        assert (rule(market) > 0).all()
    assert (match_lowest(market) <= np.maximum(world.reference, np.ceil(world.cost * 1.19 * 1.05))).all()
