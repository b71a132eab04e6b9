"""What every evaluation takes and gives. The JSON is a contract: changing it needs a decision record."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from shopwright.kit.errors import Invalid

if sys.platform != "win32":
    import resource

Metrics = dict[str, float]
_BAR: Final = re.compile(r"(?P<metric>\w+)\s*(?P<sign>>=|<=)\s*(?P<value>[-+]?\d*\.?\d+(e[-+]?\d+)?)", re.IGNORECASE)
_KIB_A_MB: Final = 1024 if sys.platform != "darwin" else 1024**2


class UnknownEvaluation(Invalid):
    """There is no evaluation of this name, or this version of the program does not have it yet."""

    code = "unknown_evaluation"
    action = "Choose one of the evaluations in the details."


class InvalidEvaluation(Invalid):
    """An option of an evaluation cannot be meant as it is given, or its data lack what it needs."""

    code = "invalid_evaluation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What an evaluation is asked for. `options` are those of its own; progress is told by `tell`."""

    data: tuple[Path, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)
    tell: Callable[[str], None] = lambda _sentence: None


@dataclass(frozen=True, slots=True)
class Figures:
    """Metrics over all, and by slice (world, horizon, field)."""

    metrics: Metrics
    by: dict[str, Metrics] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """What an evaluation found: its own figures, and those of its peers on the same rows."""

    rows: int
    figures: Figures
    peers: dict[str, Figures] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """What a metric has to reach: at least the value, or with `most` at most."""

    metric: str
    value: float
    most: bool = False

    @classmethod
    def read(cls, text: str) -> "Bar":
        """Read `metric>=x` or `metric<=x`. Raises InvalidEvaluation."""
        found = _BAR.fullmatch(text.strip())
        if found is None:
            raise InvalidEvaluation(f"{text!r} is no bar.", expected="metric>=number or metric<=number")
        return cls(found["metric"], float(found["value"]), most=found["sign"] == "<=")

    def missed_by(self, metrics: Metrics) -> str | None:
        """Return a sentence when the figure falls short. Raises InvalidEvaluation for a metric that is not there."""
        if self.metric not in metrics:
            raise InvalidEvaluation(f"There is no metric {self.metric!r}.", metrics=sorted(metrics))
        reached, sign = metrics[self.metric], "<=" if self.most else ">="
        good = reached <= self.value if self.most else reached >= self.value
        return None if good else f"{self.metric} is {reached:.6g}; the bar is {sign} {self.value:g}."


Evaluation = Callable[[Request], Measured]


def run(name: str, evaluation: Evaluation, request: Request) -> dict[str, Any]:
    """Run an evaluation and return the object that `--json` prints."""
    started = perf_counter()
    measured = evaluation(request)
    return {
        "evaluation": name,
        "version": version("shopwright"),
        "data": [str(path) for path in request.data],
        "rows": measured.rows,
        "seed": request.seed,
        "metrics": measured.figures.metrics,
        "by": measured.figures.by,
        "peers": {peer: {"metrics": one.metrics, "by": one.by} for peer, one in measured.peers.items()},
        "seconds": round(perf_counter() - started, 3),
        "peak_rss_mb": _peak_rss_mb(),
        "notes": list(measured.notes),
    }


def role_columns(given: Sequence[str]) -> dict[str, str]:
    """Read `role=column` pairs. Raises InvalidEvaluation."""
    pairs = [text.partition("=") for text in given]
    wrong = [f"{role}{sign}{column}" for role, sign, column in pairs if not (role and sign and column)]
    if wrong:
        raise InvalidEvaluation(f"{wrong[0]!r} is no column map.", expected="role=column")
    return {role.strip(): column.strip() for role, _, column in pairs}


def _peak_rss_mb() -> int | None:
    """Return the largest resident size of this process so far; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_A_MB)
