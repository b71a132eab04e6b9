"""The figures of a run, for people and for programs."""

import os
import platform
from collections.abc import Sequence
from typing import Any

import msgspec

from benchmarks.measuring import Result


def machine() -> dict[str, Any]:
    """Say where it was measured: ratios travel, seconds do not."""
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


def as_json(results: Sequence[Result], failures: dict[str, str]) -> str:
    """Return the run as one JSON object."""
    rows = [{**msgspec.to_builtins(result), "met": result.met} for result in results]
    body = {"machine": machine(), "results": rows, "failed": failures}
    return msgspec.json.format(msgspec.json.encode(body), indent=2).decode()


def as_table(results: Sequence[Result], failures: dict[str, str]) -> str:
    """Return the run as text: one line a benchmark, its figures and its peer below."""
    lines = [f"{'benchmark':<22}{'ratio':>8}{'bar':>8}  "]
    for result in results:
        bar = "-" if result.bar is None else f"{result.bar:.2f}"
        verdict = "met" if result.met else "MISSED"
        lines += [f"{result.name:<22}{result.ratio:>8.2f}{bar:>8}  {verdict}", f"    {result.note}"]
        lines += [_figure(name, value, result.limits.get(name)) for name, value in result.figures.items()]
    lines += [f"{name:<22}{'failed':>8}  {reason}" for name, reason in failures.items()]
    missed = [*(result.name for result in results if not result.met), *failures]
    where = ", ".join(f"{key} {value}" for key, value in machine().items())
    lines += ["", f"bars missed: {', '.join(missed) or 'none'}", f"measured on: {where}"]
    return "\n".join(lines)


def _figure(name: str, value: float, limit: float | None) -> str:
    bound = "" if limit is None else f"  at most {_number(limit)}{'' if value <= limit else ': MISSED'}"
    return f"    {name:<44}{_number(value):>14}{bound}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3f}"
