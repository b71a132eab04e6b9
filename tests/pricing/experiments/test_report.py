from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from shopwright.pricing.experiments.evaluation import Evaluation, ExperimentVerdict, Reading
from shopwright.pricing.experiments.protocol import Design, Metric, Protocol
from shopwright.pricing.experiments.report import Report, report_of

MAIN = Reading(
    metric=Metric.PROFIT, day=28, effect=0.042, low=0.008, high=0.077, statistic=2.6, bound=2.2, alarm=True,
    base=2_000.0, control=2_000.0,
)  # fmt: skip
FOUND = Evaluation(days=28, cells=20, verdict=ExperimentVerdict.BETTER, main=MAIN, path=(MAIN,), guardrails=())


HARM = (
    "Treatment does harm beyond chance: profit is 20 % lower and returned units are 3 percentage points more frequent "
    "and units sold are 30 % lower."
)


def reported(protocol: Protocol | None = None, applied: int = 3, **changes: Any) -> Report:
    found = replace(FOUND, **changes)
    return report_of(protocol or Protocol(), found, currency="EUR", through=None, prices_applied=applied)


def test_an_effect_is_told_in_per_cent_and_money_with_its_interval() -> None:
    report = reported()
    assert report.sentence == (
        "Treatment brings 4.2 % more profit than control (with 96 % confidence between +0.8 % and +7.7 %), "
        "about 42 EUR a week if all products had it."
    )
    assert report.main is not None
    assert report.main.a_week is not None
    assert (report.main.a_week.value, report.main.a_week.low, report.main.a_week.high) == (
        Decimal("42.00"), Decimal("8.00"), Decimal("77.00"),
    )  # fmt: skip
    assert (report.interval, report.looks[0].day, report.looks[0].effect.value) == (0.96, 28, 0.042)


def test_in_a_switchback_the_days_of_the_wash_out_sell_too() -> None:
    main = reported(Protocol(kind=Design.SWITCHBACK, washout_days=2)).main
    assert main is not None
    assert main.a_week is not None
    assert main.a_week.value == Decimal("58.80")  # as much in 20 of 28 days


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"verdict": ExperimentVerdict.WORSE, "main": replace(MAIN, effect=None, low=None, high=None)},
         "Treatment brings less profit than control, beyond chance."),
        ({"verdict": ExperimentVerdict.NO_DIFFERENCE},
         "No difference in profit was found in 28 days: with 96 % confidence between +0.8 % and +7.7 %."),
        ({"verdict": ExperimentVerdict.OPEN, "main": replace(MAIN, low=None, high=None)},
         "Not decided after 28 of 56 days: too little is known for an interval."),
        ({"verdict": ExperimentVerdict.TOO_EARLY},
         "It is too early to tell: nothing can be concluded from the days so far."),
        ({"verdict": ExperimentVerdict.NO_DIFFERENCE, "applied": 0},
         "No price of the experiment went into force, so nothing was compared: the days say nothing of profit."),
        ({"verdict": ExperimentVerdict.HARM, "guardrails": (
            replace(MAIN, effect=-0.2), replace(MAIN, metric=Metric.RETURNS, effect=0.03),
            replace(MAIN, metric=Metric.UNITS, effect=-0.3), replace(MAIN, metric=Metric.STOCK_OUTS, alarm=False))},
         HARM),
    ],
)  # fmt: skip
def test_every_verdict_has_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert reported(**changes).sentence == sentence
