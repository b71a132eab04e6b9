"""What the strategies of one policy went by: which of them priced a product and why, and what it knew of demand. Pure."""

from collections.abc import Sequence
from copy import copy
from math import isfinite
from typing import Final

import msgspec
import numpy as np

from shopwright.demand.elasticity.refusals import SENTENCES
from shopwright.kit.amounts import Amounts, proportion, usable
from shopwright.pricing.choosing import AS_ASKED, trusted
from shopwright.pricing.codes import Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.expectation import Expectation, Interval, elasticity_ends, rounded
from shopwright.pricing.margins import net_price
from shopwright.pricing.responses import Estimates
from shopwright.pricing.strategies.selection import Chosen, Selection
from shopwright.pricing.words import REASON_SENTENCES

_DIGITS: Final = 2
_CHOSEN: Final = tuple(Chosen)


class StrategyFact(msgspec.Struct, frozen=True, gc=False):
    """Which strategy priced a product, and what it went by. Money is a decimal text in the price's currency, net of tax.

    `because` says why it was chosen where the policy left that open. `elasticity`, `units`, `profit` and `gain` (against
    staying) are low, middle and high of 95 % intervals, a week; None where no estimate was used. `turns_at` is the
    elasticity at which the move would bring this product nothing. `chance` is that with which a small step was drawn.
    """

    name: str
    because: str | None = None
    refused: tuple[str, ...] = ()
    elasticity: tuple[float, float, float] | None = None
    units_now: float | None = None
    units: tuple[float, float, float] | None = None
    profit: Interval | None = None
    gain: Interval | None = None
    turns_at: float | None = None
    chance: float | None = None


_PLAIN: Final = {chosen: StrategyFact(chosen.value) for chosen in Chosen}


class Grounds:
    """The grounds of one policy's products, by row; the columns are read once."""

    def __init__(
        self, catalog: CatalogColumns, selection: Selection, chances: Estimates, price: Amounts, reasons: Sequence[int]
    ) -> None:
        """Take the columns of a part of a run; `price` is what was decided, MISSING where nothing was."""
        self._selection = selection
        self._strategy: list[int] = selection.strategy.tolist()
        self._why: list[int] = selection.why.tolist()
        self._chance: list[float] = chances.tolist()
        self._refusals: list[int] = catalog.response_refusals.tolist()
        self._trusted: list[bool] = trusted(catalog).tolist()
        self._turns = turning_elasticity(catalog, price).tolist()
        self._elasticity = elasticity_ends(catalog.response).T.tolist()
        self._reasons = reasons

    def after(self, catalog: CatalogColumns, price: Amounts, reasons: Sequence[int]) -> "Grounds":
        """Return the grounds of prices that were decided later for the same products and the same strategies."""
        other = copy(self)
        other._turns = turning_elasticity(catalog, price).tolist()  # noqa: SLF001 - a copy of itself
        other._reasons = reasons  # noqa: SLF001 - a copy of itself
        return other

    def strategy(self, row: int) -> Chosen:
        """Return the strategy that priced a product."""
        return _CHOSEN[self._strategy[row]]

    def fact(self, row: int, expected: Expectation | None) -> StrategyFact:
        """Return what a product's price went by; `expected` is what it is expected to bring."""
        name, estimated = self.strategy(row), self._trusted[row]
        chance, why = self._chance[row], self._why[row]
        if not (estimated or self._refusals[row] or isfinite(chance) or why != AS_ASKED):
            return _PLAIN[name]
        turns = self._turns[row] if estimated else np.nan
        return StrategyFact(
            name=name.value,
            because=None if why == AS_ASKED else self._selection.reason(row),
            refused=_sentences(self._refusals[row]),
            elasticity=rounded(self._elasticity[row]) if estimated else None,
            units_now=expected.units_now if expected and estimated else None,
            units=expected.units if expected and estimated else None,
            profit=expected.profit if expected and estimated else None,
            gain=expected.gain if expected and estimated else None,
            turns_at=round(turns, _DIGITS) if isfinite(turns) else None,
            chance=round(chance, 4) if isfinite(chance) else None,
        )

    def why(self, row: int, fact: StrategyFact, currency: str) -> str | None:
        """Return the second half of the sentence for a price that no limit decided; None for the usual words."""
        reasons = Reason.read(self._reasons[row])
        if Reason.EXPECTED_GAIN in reasons and fact.elasticity and fact.units and fact.gain:
            low, middle, high = fact.elasticity
            return (
                f"{fact.units[1]:.1f} units a week are expected ({fact.units_now:.1f} now) and {fact.gain[1]} {currency}"
                f" more profit, at an elasticity of {middle:.1f} ({low:.1f} to {high:.1f})."
            )
        if Reason.RESPONSE_UNKNOWN in reasons and fact.refused:
            sentence = " ".join((REASON_SENTENCES[Reason.RESPONSE_UNKNOWN], fact.refused[0]))
            return sentence[0].lower() + sentence[1:]
        return None


def turning_elasticity(catalog: CatalogColumns, price: Amounts) -> Estimates:
    """Return the elasticity (n,) at which `price` earns what the present price does, for the product alone.

    A rise pays if demand answers more weakly than that, a cut if more strongly. NaN where there is no such elasticity below
    zero, or a figure is missing.
    """
    rate, per = catalog.cost_rate
    cost = _floats(proportion(catalog.cost, [rate], [per], up=True))
    before, after = _floats(net_price(catalog, catalog.price)), _floats(net_price(catalog, price))
    with np.errstate(divide="ignore", invalid="ignore"):
        turns = np.log((before - cost) / (after - cost)) / np.log(after / before)
    return np.where(np.isfinite(turns) & (turns < 0), turns, np.nan)


def _floats(values: Amounts) -> Estimates:
    return np.where(usable(values), values.astype(np.float64), np.nan)


def _sentences(bits: int) -> tuple[str, ...]:
    return tuple(sentence for refusal, sentence in SENTENCES.items() if bits & refusal) if bits else ()
