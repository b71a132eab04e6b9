from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.factories.command_line import CommandLine
from tests.factories.price_histories import Told, told_history
from tests.shared_data import shared_data

from shopwright.app.evaluations.contract import InvalidEvaluation, Request
from shopwright.app.evaluations.elasticity import evaluate_elasticity, seen_history
from shopwright.app.evaluations.elasticity_peers import PEERS, find_peer
from shopwright.app.evaluations.price_changes import hold_out, score_changes
from shopwright.app.evaluations.price_table import read_prices
from shopwright.demand.elasticity.history import PriceHistory
from shopwright.simulation.genesis import build_world
from shopwright.simulation.market import Market
from shopwright.simulation.panel import record_panel
from shopwright.simulation.spec import WorldSpec

TOLD = told_history(31, products=20)
START = date(2025, 1, 6)


def long_table(told: Told) -> pl.DataFrame:
    history = told.history
    return pl.DataFrame(
        {
            "series": [f"S{place:02}" for place in history.series],
            "date": [START + timedelta(weeks=int(week)) for week in history.period],
            "quantity": history.quantity,
            "price": history.price,
            "group": [f"G{group}" for group in history.group[history.series]],
            "promo": history.controls[:, 0],
            "competitor_price": history.competitors[:, 0],
            "stock": np.where(history.period % 9 == 0, 0, 12),
        }
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "weeks.csv"
    long_table(TOLD).write_csv(path)
    return path


async def test_held_out_price_changes_are_foretold_better_than_by_any_peer(cli: CommandLine, table: Path) -> None:
    words = ("evaluate", "elasticity", "--data", str(table), "--json")
    first, second = [(await cli(*words)).json for _ in range(2)]
    metrics = first["metrics"]
    assert metrics == second["metrics"]
    assert set(metrics) >= {"rmse_log_change", "sign_accuracy", "wrong_sign_share"}
    assert metrics["wrong_sign_share"] == 0
    assert metrics["sign_accuracy"] > 0.7
    assert set(first["peers"]) >= {"constant_minus_2", "per_sku_ols", "per_sku_poisson", "no_price"}
    for peer in first["peers"].values():
        assert metrics["rmse_log_change"] < peer["metrics"]["rmse_log_change"]
    assert first["rows"] == len(TOLD.history)


async def test_a_simulated_truth_is_found(cli: CommandLine) -> None:
    words = ("--simulate", "endogenous-2", "--seeds", "2", "--products", "60", "--json")
    answer = await cli("evaluate", "elasticity", *words, "--bar", "rmse<=0.68", "--bar", "wrong_sign_share<=0")
    assert answer.code == 0, answer.err
    metrics = answer.json["metrics"]
    assert set(metrics) >= {"rmse", "coverage_95", "bias"}
    assert metrics == answer.json["by"]["endogenous-2"]
    assert 0.85 <= metrics["coverage_95"] <= 1
    peers = answer.json["peers"]
    assert set(peers) == {"constant_minus_2", "per_sku_ols", "per_sku_poisson"}
    assert all(metrics["rmse"] < peer["metrics"]["rmse"] for peer in peers.values())


@pytest.mark.parametrize(
    ("words", "missing"),
    [
        ((), "either"),
        (("--simulate", "Atlantis"), "Atlantis"),
        (("--data", "TABLE", "--simulate", "constant"), "either"),
        (("--data", "TABLE", "--column", "price=tag", "--column", "quantity=sold"), "sold, tag"),
        (("--data", "TABLE", "--column", "display=end_cap"), "end_cap"),
    ],
    ids=["nothing", "world", "both", "required", "optional"],
)
async def test_wrong_options_end_with_two(cli: CommandLine, table: Path, words: tuple[str, ...], missing: str) -> None:
    answer = await cli("evaluate", "elasticity", *[str(table) if word == "TABLE" else word for word in words])
    assert answer.code == 2
    assert answer.error is not None
    assert answer.error.code == "invalid_evaluation"
    assert missing in str(answer.error)


def test_tables_are_read_by_role_whatever_their_form(tmp_path: Path) -> None:
    long = long_table(TOLD)
    long.write_parquet(tmp_path / "a.parquet")
    renamed = long.with_columns(
        shop=pl.lit("A"),
        tag=pl.col("price"),
        comp_2=pl.col("competitor_price") * 2,
        date=pl.col("date").cast(pl.String),
    ).drop("price")
    renamed.write_ndjson(tmp_path / "b.jsonl")
    first = read_prices((tmp_path / "a.parquet",), {}, None)
    second = read_prices((tmp_path / "b.jsonl",), {"price": "tag", "series": "shop,series"}, None)
    assert (first.frequency, second.frequency) == ("W", "W")
    assert first.rivals == ("competitor_price",)
    assert second.rivals == ("competitor_price", "comp_2")
    assert first.history.price.tolist() == second.history.price.tolist() == pytest.approx(TOLD.history.price.tolist())
    assert first.history.group.tolist() == TOLD.history.group.tolist()
    assert (~first.history.available == (first.history.period % 9 == 0)).all()
    assert first.history.control_names == ("promo",)
    mapped = read_prices((tmp_path / "b.jsonl",), {"price": "tag", "competitors": "comp_2"}, "w")
    assert mapped.rivals == ("comp_2",)


@pytest.mark.parametrize(
    ("dates", "given", "frequency", "periods"),
    [
        (["2025-01-01", "2025-01-02"], None, "D", 1),
        ([41, 43], None, "W", 2),
        ([41, 43], "D", "D", 2),
        ([20250106, 20250127], None, "W", 3),
        (["20250106", "20250107"], None, "D", 1),
        (["01-12-2024", "01-01-2025"], None, "M", 1),
        (["2025-01-06", "2025-01-27"], None, "W", 3),
        (["2025-01-06", "2025-01-27"], "D", "D", 21),
    ],
)
def test_periods_are_told_by_the_dates(
    tmp_path: Path, dates: list[Any], given: str | None, frequency: str, periods: int
) -> None:
    path = tmp_path / "t.parquet"
    pl.DataFrame({"series": "a", "date": dates, "quantity": [1, 2], "price": [1.0, 2.0]}).write_parquet(path)
    read = read_prices((path,), {}, given)
    assert read.frequency == frequency
    assert np.diff(read.history.period).tolist() == [periods]


def test_text_is_read_as_what_it_means(tmp_path: Path) -> None:
    path = tmp_path / "weeks.csv"
    path.write_text(
        "series,date,quantity,price,promo,competitor_1,comp_note\n"
        "007,41,3,2.5,true,2.4,cheap\n"
        "007,42,4,,FALSE,,\n"
        "7,42,1,2.0,,2.6,\n"
    )
    read = read_prices((path,), {}, None)
    assert read.frequency == "W"
    assert read.rivals == ("competitor_1",)
    assert read.history.products == 2
    assert read.history.period.tolist() == [41, 42, 42]
    assert read.history.controls[:, 0].tolist() == [1, 0, 0]
    assert np.isnan(read.history.price).tolist() == [False, True, False]
    assert np.isnan(read.history.competitors[:, 0]).tolist() == [False, True, False]
    for wrong, word in (("a,3,many,2", "many"), ("a,soon,1,2", "dates")):
        path.write_text(f"series,date,quantity,price\n{wrong}\n")
        with pytest.raises(InvalidEvaluation, match=word):
            read_prices((path,), {}, None)


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    broken, other = tmp_path / "x.parquet", tmp_path / "x.xlsx"
    broken.write_text("no parquet")
    other.write_text("")
    empty = tmp_path / "e.csv"
    empty.write_text("series,date,quantity,price\n")
    for path, word in ((broken, "cannot be read"), (other, "none of CSV"), (empty, "(?i)no row")):
        with pytest.raises(InvalidEvaluation, match=word):
            read_prices((path,), {}, None)
    good = tmp_path / "g.csv"
    good.write_text("series,date,quantity,price\na,3,1,2\n")
    with pytest.raises(InvalidEvaluation, match="frequency"):
        read_prices((good,), {}, "Y")
    with pytest.raises(InvalidEvaluation, match="No price changed"):
        evaluate_elasticity(Request(data=(good,)))


def test_changes_are_measured_between_the_rows_around_them() -> None:
    price = np.array([[10.0] * 70 + [10.1] * 10 + [8.0] * 10 + [10.0] * 10])
    quantity = np.where(price < 9, 8.0, 4.0)
    daily = PriceHistory.of_panel(quantity, price, np.zeros(1, dtype=np.int64))
    train, changes = hold_out(daily)
    assert train.period.max() == 74
    assert changes.at.tolist() == [80, 90], "the step of one per cent is none"
    assert (changes.at - changes.begin).tolist() == [10, 10], "at one price, fourteen days at most"
    assert changes.actual == pytest.approx([np.log(2), -np.log(2)])
    right = score_changes(changes, lambda rows: np.log(2) / np.log(8 / 10.05) * np.log(rows.price))
    assert right["rmse_log_change"] < 0.05
    assert (right["sign_accuracy"], right["wrong_sign_share"]) == (1.0, 0.0)
    assert score_changes(changes, lambda rows: rows.price)["wrong_sign_share"] == 1.0


def test_each_peer_learns_what_is_there_to_learn() -> None:
    many = told_history(32, products=15, units=400.0, weeks=120)
    train, changes = hold_out(many.history)
    for name in PEERS:
        peer, missing = find_peer(name)
        if peer is None:
            assert "not installed" in missing
            continue
        learnt = peer(train, 0)
        assert score_changes(changes, learnt.relative)["rmse_log_change"] < 0.7, name
        if learnt.elasticity is not None and name != "constant_minus_2":
            assert np.corrcoef(learnt.elasticity, many.elasticity)[0, 1] > 0.5, name
    with pytest.raises(InvalidEvaluation, match="no peer"):
        find_peer("oracle")


def test_a_simulated_shop_sees_nothing_that_is_true_only() -> None:
    world = build_world(WorldSpec(name="test", seed=3, products=10, days=40, cover=0.3))
    panel = record_panel(Market(world, np.random.default_rng(1)), np.random.default_rng(2))
    history = seen_history(world, panel)
    assert history.quantity.sum() == panel.served.sum()
    assert (~history.available).sum() == (panel.stocked_out | ~panel.on_sale).sum()
    assert history.competitors.shape == (400, len(world.rivals))


@pytest.mark.shared_data
@pytest.mark.slow
def test_orange_juice_is_foretold_better_than_by_its_peers(tmp_path: Path) -> None:
    weeks = pl.read_parquet(shared_data("sales/orange_juice/weekly_sales.parquet"))
    brands = [f"price{brand}" for brand in range(1, 12)]
    own = weeks.select(brands).to_numpy()[np.arange(len(weeks)), weeks["brand"].to_numpy() - 1]
    path = tmp_path / "juice.parquet"
    weeks.with_columns(price=pl.Series(own), quantity=pl.col("logmove").exp()).write_parquet(path)
    columns = {
        "series": "store,brand",
        "date": "week",
        "group": "brand",
        "promo": "deal",
        "display": "feat",
        "competitors": ",".join(brands),
    }
    found = evaluate_elasticity(Request(data=(path,), columns=columns, options={"peers": "per_sku_ols"}))
    assert found.figures.metrics["rmse_log_change"] <= 0.81
    assert found.figures.metrics["wrong_sign_share"] == 0
    assert found.figures.metrics["rmse_log_change"] < found.peers["per_sku_ols"].metrics["rmse_log_change"]
