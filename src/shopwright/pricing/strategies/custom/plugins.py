"""Strategies that other packages bring, found by name in the entry points `shopwright.strategies`.

An entry point names a class or function that, called without arguments, gives an object with `propose(market, offers,
settings)`. It gets copies of the columns and the policy's settings as a mapping, and returns Candidates; what it wants
passes the same guardrails as everything. One that fails, or answers with something else, moves no price.
"""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final, Protocol

import numpy as np
import structlog

from shopwright.kit.amounts import MISSING
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.strategies.interface import Candidates

GROUP: Final = "shopwright.strategies"
_log = structlog.get_logger(__name__)


class PythonStrategy(Protocol):
    """What a package brings."""

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: Mapping[str, Any]) -> Candidates:
        """Return a candidate for every row of `market`."""
        ...


@dataclass(frozen=True, slots=True)
class PluginSettings:
    """What a policy tells a strategy of another package: whatever that asks for, as JSON values."""

    values: Mapping[str, Any] = field(default_factory=dict)


class Plugin:
    """A strategy of another package, as one of ours: it can want a price and nothing else."""

    def __init__(self, name: str, inner: PythonStrategy) -> None:
        self.name = name
        self._inner = inner

    def propose(self, market: CatalogColumns, offers: UsedOffers, settings: PluginSettings) -> Candidates:
        """Return what it wants for each product; nothing, with the reason, where it fails as a whole."""
        try:
            found = self._inner.propose(deepcopy(market), deepcopy(offers), deepcopy(dict(settings.values)))
            checked = _checked(found, len(market))
        except Exception:  # noqa: BLE001 - whatever foreign code raises, other products get their prices
            _log.exception("strategy.failed", strategy=self.name, products=len(market))
            return _none(len(market))
        if checked is None:
            _log.error("strategy.answer_unusable", strategy=self.name, products=len(market))
            return _none(len(market))
        return checked


@dataclass(frozen=True, slots=True)
class Discovered:
    """The strategies that were found by name, and why others could not be loaded."""

    strategies: Mapping[str, Plugin]
    failures: Mapping[str, str]


def discover(taken: Iterable[str], found: Iterable[EntryPoint] | None = None) -> Discovered:
    """Load the strategies of other packages. Names that are `taken`, or come twice, are refused for the later one.

    `found` are the entry points of the group in this installation if none are given.
    """
    names, strategies, failures = set(taken), dict[str, Plugin](), dict[str, str]()
    points = entry_points(group=GROUP) if found is None else found
    for point in sorted(points, key=lambda one: (one.name, one.value)):
        if point.name in names:
            failures[f"{point.name} = {point.value}"] = "Another strategy has this name."
            continue
        names.add(point.name)
        try:
            strategies[point.name] = Plugin(point.name, _made(point))
        except Exception as error:  # noqa: BLE001 - the shop has its own strategies, whatever a package raises
            _log.exception("strategy.not_loaded", strategy=point.name)
            failures[f"{point.name} = {point.value}"] = f"{type(error).__name__}: {error}"
    return Discovered(strategies, failures)


def _made(point: EntryPoint) -> PythonStrategy:
    strategy: PythonStrategy = point.load()()
    if not callable(getattr(strategy, "propose", None)):
        raise TypeError("it has no method propose")
    return strategy


def _checked(found: object, products: int) -> Candidates | None:
    """Return candidates of the right shape and kind, with a reason on each; None for anything else."""
    if not isinstance(found, Candidates) or len(found) != products:
        return None
    if any(column.dtype != np.int64 for column in (found.price, found.confidence, found.reasons)):
        return None
    known = (1 << len(Reason)) - 1
    confidence = np.where(found.price == MISSING, 0, np.maximum(found.confidence, 1))
    return Candidates(found.price, confidence, found.reasons & known | Reason.PYTHON_STRATEGY.bit)


def _none(products: int) -> Candidates:
    """Want nothing, and say why."""
    price = np.full(products, MISSING, dtype=np.int64)
    return Candidates(price, np.zeros(products, np.int64), np.full(products, Reason.STRATEGY_FAILED.bit))
