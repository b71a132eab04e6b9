"""What people read of an experiment: the effect in per cent and money with its interval, and a plain sentence. Pure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from shopwright.pricing.experiments.evaluation import Evaluation, ExperimentVerdict, Reading
from shopwright.pricing.experiments.protocol import Design, Metric, Protocol

_SHARE_DIGITS: Final = 4
_NAMES: Final = {
    Metric.PROFIT: "profit",
    Metric.REVENUE: "revenue",
    Metric.UNITS: "units sold",
    Metric.RETURNS: "returned units",
    Metric.STOCK_OUTS: "days out of stock",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Middle and interval, None where not known."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Money, or pieces, with their interval; None where not known."""

    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricReport:
    """One metric. `effect` is a share of the control (0.05: a twentieth more), or a difference of rates for rates.

    `a_week` is what treatment brings a week more than control if all products of the experiment had it: in the currency for
    profit and revenue, in pieces for units; None for rates.
    """

    metric: str
    effect: Estimate
    a_week: Amount | None
    statistic: float
    bound: float | None
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The main metric as it was seen after so many days."""

    day: int
    effect: Estimate
    statistic: float
    bound: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An experiment so far. `interval` is the share of experiments whose intervals hold the truth, at any look."""

    verdict: ExperimentVerdict
    sentence: str
    days: int
    planned_days: int
    through: date | None
    cells: int
    interval: float
    currency: str
    main: MetricReport | None
    guardrails: tuple[MetricReport, ...]
    looks: tuple[Look, ...]
    prices_applied: int


def report_of(
    protocol: Protocol, found: Evaluation, *, currency: str, through: date | None, prices_applied: int
) -> Report:
    """Return the report of an evaluation. `prices_applied` are the prices that went into force since the start."""
    main = None if found.main is None else _metric(protocol, found.main)
    return Report(
        verdict=found.verdict,
        sentence=_sentence(protocol, found, main, currency, prices_applied),
        days=found.days,
        planned_days=protocol.days,
        through=through,
        cells=found.cells,
        interval=round(1 - protocol.test_level, _SHARE_DIGITS),
        currency=currency,
        main=main,
        guardrails=tuple(_metric(protocol, reading) for reading in found.guardrails),
        looks=tuple(
            Look(day=one.day, effect=_effect(one), statistic=round(one.statistic, 3), bound=_rounded(one.bound, 3))
            for one in found.path
        ),
        prices_applied=prices_applied,
    )


def _metric(protocol: Protocol, reading: Reading) -> MetricReport:
    return MetricReport(
        metric=reading.metric.value,
        effect=_effect(reading),
        a_week=None if reading.metric.is_rate else _a_week(protocol, reading),
        statistic=round(reading.statistic, 3),
        bound=_rounded(reading.bound, 3),
        alarm=reading.alarm,
    )


def _effect(reading: Reading) -> Estimate:
    return Estimate(
        value=_rounded(reading.effect, _SHARE_DIGITS),
        low=_rounded(reading.low, _SHARE_DIGITS),
        high=_rounded(reading.high, _SHARE_DIGITS),
    )


def _a_week(protocol: Protocol, reading: Reading) -> Amount:
    """Bring the effect to a week in which everything of the experiment were treated: it has sold base and control."""
    counted = reading.day
    if protocol.kind is Design.SWITCHBACK:
        counted = reading.day * (protocol.block_days - protocol.washout_days) // protocol.block_days
    weekly = (reading.base + reading.control) * 7 / counted
    return Amount(
        value=_amount(reading.effect, weekly), low=_amount(reading.low, weekly), high=_amount(reading.high, weekly)
    )


def _amount(share: float | None, weekly: float) -> Decimal | None:
    return None if share is None else Decimal(f"{share * weekly:.2f}")


def _sentence(
    protocol: Protocol, found: Evaluation, main: MetricReport | None, currency: str, prices_applied: int
) -> str:
    name = _NAMES[protocol.metric]
    if found.verdict is ExperimentVerdict.HARM:
        return f"Treatment does harm beyond chance: {' and '.join(_harm(reading) for reading in found.breached)}."
    if main is None or found.verdict is ExperimentVerdict.TOO_EARLY:
        return "It is too early to tell: nothing can be concluded from the days so far."
    if not prices_applied:
        return f"No price of the experiment went into force, so nothing was compared: the days say nothing of {name}."
    interval = _interval(main, protocol)
    said = {
        ExperimentVerdict.NO_DIFFERENCE: f"No difference in {name} was found in {found.days} days: {interval}.",
        ExperimentVerdict.OPEN: f"Not decided after {found.days} of {protocol.days} days: {interval}.",
    }
    return said.get(found.verdict) or _decided(
        main, interval, name, currency, more=found.verdict is ExperimentVerdict.BETTER
    )


def _decided(main: MetricReport, interval: str, name: str, currency: str, *, more: bool) -> str:
    word = "more" if more else "less"
    if main.effect.value is None:
        return f"Treatment brings {word} {name} than control, beyond chance."
    size = _percent(abs(main.effect.value))
    return f"Treatment brings {size} {word} {name} than control ({interval}){_weekly(main, currency)}."


def _harm(reading: Reading) -> str:
    name = _NAMES[reading.metric]
    if reading.effect is None:
        return f"{name} are worse" if reading.metric is not Metric.PROFIT else "profit is lower"
    if reading.metric.is_rate:
        return f"{name} are {100 * reading.effect:.3g} percentage points more frequent"
    return f"{name} {'are' if reading.metric is Metric.UNITS else 'is'} {_percent(abs(reading.effect))} lower"


def _interval(main: MetricReport, protocol: Protocol) -> str:
    effect = main.effect
    if effect.low is None or effect.high is None:
        return "too little is known for an interval"
    return (
        f"with {_percent(1 - protocol.test_level)} confidence between {_signed(effect.low)} and {_signed(effect.high)}"
    )


def _weekly(main: MetricReport, currency: str) -> str:
    if main.a_week is None or main.a_week.value is None:
        return ""
    unit = "pieces" if main.metric == Metric.UNITS.value else currency
    return f", about {abs(main.a_week.value):.0f} {unit} a week if all products had it"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _signed(share: float) -> str:
    return f"{100 * share:+.1f} %"


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
