"""Modules that are loaded when they are first needed, for the sake of a quick start.

This is the one exception from imports at the top: each is named here with its reason, and nothing else can be loaded
this way.
"""

from importlib import import_module
from threading import RLock
from typing import Any, Final

BELIEFS: Final = "shopwright.pricing.beliefs"
ESTIMATING: Final = "shopwright.demand.estimating"
FORECASTER: Final = "shopwright.demand.forecasting.batch"
JOB_ENGINE: Final = "shopwright.infra.jobs.engine"
JOB_WORKER: Final = "shopwright.infra.jobs.worker"
PORTFOLIO: Final = "shopwright.pricing.portfolio.arranging"
REDIS_BUS: Final = "shopwright.infra.journal.backends.redis"
WORKBOOKS: Final = "shopwright.infra.web.workbooks"

LATE: Final = {
    BELIEFS: "scipy: by the first repricing with estimated responses, or with the estimating of them",
    ESTIMATING: "scipy: by the first estimate or curve of price response",
    FORECASTER: "scipy: by the first forecast of a shop",
    JOB_ENGINE: "pgqueuer: by the worker, beside the first requests, or by the first job",
    JOB_WORKER: "pgqueuer: when the program serves already",
    PORTFOLIO: "scipy: by the first run in which a rule between products is broken",
    REDIS_BUS: "redis: where the bus is Redis",
    WORKBOOKS: "xlsxwriter: by the first export to XLSX",
}


_one_at_a_time = RLock()


def late(module: str) -> Any:
    """Return a module of `LATE`, loaded if nobody has done so yet. It is untyped: callers say what they take from it.

    Threads take turns: packages with cycles, such as PgQueuer, are given away half made when two load parts of them.
    """
    if module not in LATE:
        raise KeyError(f"{module} is imported at the top, or is named in LATE with a reason")
    with _one_at_a_time:
        return import_module(module)
