import math
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.factories.command_line import CommandLine
from tests.factories.panels import FIRST, random_panel

from shopwright.app.evaluations import forecast_peers
from shopwright.app.evaluations.contract import InvalidEvaluation, Request
from shopwright.app.evaluations.forecast import evaluate_forecast, splits
from shopwright.app.evaluations.forecast_scores import Answer, Split, scales, score
from shopwright.app.evaluations.sales_table import read_sales
from shopwright.demand.forecasting.panel import Frequency, Plan, SalesPanel

METRICS = {
    "wrmsse", "rmsse", "mase", "pinball", "coverage_80", "coverage_95", "total_coverage_80", "total_width_ratio",
}  # fmt: skip


def written(folder: Path, panel: SalesPanel, name: str = "sales.csv") -> Path:
    """Write a panel as a long table, days without a sale left out."""
    row, period = np.nonzero(np.nan_to_num(panel.value) > 0)
    columns = {
        "series": [f"P{one:03d}" for one in row],
        "date": panel.days()[period],
        "value": panel.value[row, period],
    }
    if panel.price is not None and panel.promo is not None:
        columns |= {"price": panel.price[row, period], "promo": panel.promo[row, period]}
    table, path = pl.DataFrame(columns), folder / name
    if path.suffix == ".parquet":
        table.write_parquet(path)
    elif path.suffix == ".jsonl":
        table.write_ndjson(path)
    else:
        table.write_csv(path)
    return path


async def test_forecasts_are_measured_by_horizon_beside_a_peer(cli: CommandLine, tmp_path: Path) -> None:
    path = written(tmp_path, random_panel(11, periods=260, products=20))
    words = ("forecast", "--data", str(path), "--horizons", "7,30", "--origins", "2", "--peers", "seasonal_naive")
    answer = (await cli("evaluate", *words, "--json")).json
    assert set(answer["by"]) == {"h7", "h30", "cold_start", "stock_out"}
    assert not (METRICS | {"cpu_ms_per_series"}) - set(answer["metrics"])
    assert set(answer["by"]["h30"]) >= METRICS
    peer = answer["peers"]["seasonal_naive"]
    assert set(peer["by"]) == {"h7", "h30"}
    assert answer["metrics"]["wrmsse"] < peer["metrics"]["wrmsse"]
    assert answer["metrics"]["wrmsse"] == pytest.approx(np.mean([answer["by"][h]["wrmsse"] for h in ("h7", "h30")]))
    assert abs(answer["by"]["stock_out"]["bias"]) < abs(answer["by"]["stock_out"]["bias_unmasked"])


@pytest.mark.parametrize("name", ["sales.csv", "sales.parquet", "sales.jsonl"])
def test_tables_of_every_form_give_the_same_panel(tmp_path: Path, name: str) -> None:
    panel = random_panel(12, periods=60, products=5, priced=True)
    table = read_sales(written(tmp_path, panel, name), {}, Frequency.DAILY)
    assert table.names == tuple(f"P{one:03d}" for one in range(5))
    assert table.panel.first == FIRST
    for row in range(5):
        begin = int(np.argmax(np.nan_to_num(panel.value[row]) > 0))
        assert np.isnan(table.panel.value[row, :begin]).all()
        np.testing.assert_array_equal(table.panel.value[row, begin:], panel.value[row, begin:])
    assert not table.transactions


def test_rows_of_one_period_are_added_and_returns_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(
        "sku,at,units,price,stock\nA,2024-01-01 08:00:00,2,10,4\nA,2024-01-01 09:00:00,3,8,0\n"
        "A,2024-01-03 09:00:00,-1,8,5\nB,2024-01-02 10:00:00,1,5,1\n"
    )
    roles = {"series": "sku", "date": "at", "value": "units"}
    table = read_sales(path, roles, Frequency.DAILY)
    np.testing.assert_array_equal(table.panel.value, [[5, 0, -1], [np.nan, 1, 0]])
    assert table.transactions
    assert table.returns == 1
    assert table.panel.price is not None
    assert table.panel.price[0].tolist() == [9, 9, 8]
    assert table.panel.in_stock is not None
    assert table.panel.in_stock.tolist() == [[False, True, True], [True, True, True]]


def test_days_are_added_to_whole_weeks(tmp_path: Path) -> None:
    days = pl.date_range(pl.date(2024, 1, 3), pl.date(2024, 1, 23), eager=True)
    path = tmp_path / "days.csv"
    pl.DataFrame({"series": ["A"] * 21, "date": days, "value": [1] * 21}).write_csv(path)
    panel = read_sales(path, {}, Frequency.WEEKLY).panel
    assert panel.first == np.datetime64("2024-01-01")
    assert panel.value.tolist() == [[5.0, 7.0, 7.0]]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--column", "value=nothing"), "nothing"),
        (("--horizons", "7,soon"), "whole numbers"),
        (("--horizons", "0"), "at least 1"),
        (("--frequency", "M"), "whole numbers"),
        (("--peers", "oracle"), "oracle"),
        (("--horizons", "400"), "too few"),
    ],
)
async def test_wrong_options_end_with_two(
    cli: CommandLine, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    path = written(tmp_path, random_panel(13, periods=120, products=4))
    answer = await cli("evaluate", "forecast", "--data", str(path), *words)
    assert answer.code == 2
    assert answer.error is not None
    assert sentence in answer.error.message


async def test_a_table_is_needed(cli: CommandLine) -> None:
    assert (await cli("evaluate", "forecast")).code == 2


def test_a_peer_that_is_not_installed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prophet", None)
    path = written(tmp_path, random_panel(14, periods=120, products=4))
    measured = evaluate_forecast(Request(data=(path,), options={"horizons": "7", "peers": "prophet", "origins": 1}))
    assert measured.peers == {}
    assert any("prophet is not installed" in note for note in measured.notes)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["prophet", "autoets"])
def test_peers_answer_in_the_same_form(name: str) -> None:
    peer, missing = forecast_peers.find_peer(name)
    if peer is None:
        pytest.skip(missing)
    panel = random_panel(15, periods=100, products=2, priced=True)
    split = splits(panel, [7, 14], 1, planned=True)[0]
    found = peer(split.panel, split.plan, [7, 14])
    assert found.mean.shape == (2, 14)
    assert found.quantiles.shape == (5, 2, 14)
    assert (np.diff(found.quantiles, axis=0) >= -1e-9).all()
    assert found.totals[7].shape == (4, 2)


def test_origins_lie_a_middle_horizon_apart_and_see_nothing_later() -> None:
    panel = random_panel(16, periods=200)
    found = splits(panel, [7, 30, 60], 3, planned=True)
    assert [split.panel.periods for split in found] == [140, 110, 80]
    assert all(split.actual.shape[1] == 60 for split in found)
    with pytest.raises(InvalidEvaluation):
        splits(panel, [7, 199], 3, planned=True)


def test_scores_are_those_worked_out_by_hand() -> None:
    history = np.array([[1.0, 2.0, 4.0, 4.0], [np.nan, 2.0, 2.0, 2.0]])
    measure = scales(history, Frequency.WEEKLY)
    assert measure.squared[0] == pytest.approx(5 / 3)
    assert measure.absolute[0] == pytest.approx(1.0)
    assert math.isnan(measure.squared[1])
    panel = SalesPanel(first=FIRST, value=history, frequency=Frequency.WEEKLY)
    split = Split(panel, Plan(), np.array([[5.0, 3.0], [9.0, 9.0]]), measure)
    quantiles = np.repeat(np.array([1.0, 2.0, 4.0, 4.5, 6.0])[:, None, None], 2, axis=1).repeat(2, axis=2)
    bounds = quantiles[[0, 1, 3, 4]]
    found = score([split], [Answer(quantiles[2], quantiles, bounds, {2: bounds[:, :, 0] * 2})], 2)
    assert found["series"] == 1
    assert found["wrmsse"] == pytest.approx(math.sqrt(1 / (5 / 3)))
    assert found["mase"] == pytest.approx(1.0)
    lost = [0.025 * 4, 0.1 * 3, 0.5, 0.9 * 0.5, 0.025, 0.025 * 2, 0.1, 0.5, 0.1 * 1.5, 0.025 * 3]
    assert found["pinball"] == pytest.approx(sum(lost) / 10)
    assert found["coverage_80"] == 0.5
    assert found["coverage_95"] == 1.0
    assert found["total_coverage_80"] == 1.0
    assert found["total_width_ratio"] == pytest.approx(1.0)


def test_names_stay_as_they_are_written_and_dates_are_read_in_usual_forms(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(
        "series,date,value\n"
        + "".join(f"0{row},12/{row + 1}/2010 8:26,1\n" for row in range(30))
        + "15A,12/31/2010,2\n"
    )
    table = read_sales(path, {}, Frequency.DAILY)
    assert table.names[0] == "00"
    assert table.names[-1] == "15A"
    assert table.panel.first == np.datetime64("2010-12-01")
    assert table.panel.periods == 31


@pytest.mark.parametrize(("line", "sentence"), [("A,soon,1", "dates"), ("A,2024-01-01,many", "many")])
def test_what_cannot_be_read_is_said(tmp_path: Path, line: str, sentence: str) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(f"series,date,value\n{line}\n")
    with pytest.raises(InvalidEvaluation, match=sentence):
        read_sales(path, {}, Frequency.DAILY)
