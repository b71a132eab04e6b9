"""Why this price, and why not another: the facts of a decision in words and figures, ready to be stored. Pure.

For each product: one sentence, what decided, every limit with the room left, the rivals used and those left out with
the reason, and what would change the price. Amounts leave here as decimal texts, never as floats. Facts are msgspec
structs rather than dataclasses, since a run makes a dozen for each product of a catalog.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, Final

import msgspec
import numpy as np

from shopwright.kit.amounts import INVALID, MISSING, SCALE, Amounts
from shopwright.pricing.codes import FLOORS, LimitKind, Outcome, Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.comparability import Exclusion, OfferColumns
from shopwright.pricing.grounds import StrategyFact
from shopwright.pricing.guardrails import Decisions
from shopwright.pricing.limits import CONTRADICTIONS, NO_CAP, NO_FLOOR
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.what_if import ASKED_RIVALS
from shopwright.pricing.words import EXCLUSION_WORDS, LIMIT_SOURCES, LIMIT_WORDS, REASON_SENTENCES

_OUTCOMES: Final = tuple(Outcome)
_NO_PRICE: Final = Outcome.NO_PRICE.place
_BEFORE_LIMITS: Final = (
    Reason.IN_FLIGHT,
    Reason.EXPERIMENT,
    Reason.PRICE_WAR,
    Reason.OSCILLATION,
    Reason.FALLING,
    Reason.NO_ENDING_FITS,
    Reason.PORTFOLIO_CONFLICT,
    Reason.PORTFOLIO,
)
"""Reasons that decide even where a limit binds, the strongest first."""
_DECIDE_ALONE: Final = frozenset(reason.value for reason in _BEFORE_LIMITS)
_AFTER_LIMITS: Final = (
    Reason.STRATEGY_FAILED,
    Reason.INPUT_MISSING,
    Reason.EXPRESSION,
    Reason.PYTHON_STRATEGY,
    Reason.EXPLORING,
    Reason.EXPECTED_GAIN,
    Reason.GAIN_UNCLEAR,
    Reason.RESPONSE_UNKNOWN,
    Reason.DEAD_BAND,
    Reason.TARGET_MARGIN,
    Reason.NO_RIVALS,
    Reason.NO_CANDIDATE,
    Reason.STOCK_AGE_STEP,
    Reason.COVER_STEP,
    Reason.POSITION,
    Reason.UNCHANGED,
)
"""Reasons that decide where no limit binds, the most telling first."""
_LIMITS: Final = [
    (kind, kind.value, LIMIT_WORDS[kind], "floor" if kind in FLOORS else "cap", LIMIT_SOURCES[kind])
    for kind in LimitKind
]
_NOT_SET: Final = frozenset({NO_FLOOR, NO_CAP, MISSING, INVALID})
ASKED: Final = "asked"
"""What decided where neither a limit nor a reason did: somebody asked for this price."""


class LimitFact(msgspec.Struct, frozen=True, gc=False):
    """One limit: its value, the room that the price leaves to it (negative: it is beyond), whether it decided."""

    kind: str
    words: str
    side: str
    source: str
    value: str
    room: str
    binding: bool


class RivalFact(msgspec.Struct, frozen=True, gc=False):
    """One rival offer: what it asks, what our price would be to equal it delivered, and why it was not used."""

    offer: int
    competitor: str
    asked: str | None
    equal_at: str | None
    used: bool
    excluded: tuple[str, ...]
    because: str | None


class WhatIf(msgspec.Struct, frozen=True, gc=False):
    """What would change the price: a limit that is lifted, a rival that runs out, demand that answers otherwise."""

    change: str
    subject: str
    words: str
    price: str | None


class Explanation(msgspec.Struct, frozen=True, gc=False):
    """Why a product has this price, or none. Amounts are decimal texts in `currency`; binding limits come first.

    `wanted` is the strategy's price, `unlimited` that on an allowed ending without limits, `cost_of_limits` how far the
    proposed price is from it. `decided_by` is a kind of limit or a reason, `strategy` what the wanted price went by.
    """

    outcome: str
    sentence: str
    decided_by: str
    reasons: tuple[str, ...]
    details: tuple[str, ...]
    currency: str
    current: str | None
    wanted: str | None
    unlimited: str | None
    proposed: str | None
    floor: str | None
    cap: str | None
    cost_of_limits: str | None
    confidence: int
    binding: tuple[str, ...]
    limits: tuple[LimitFact, ...]
    rivals: tuple[RivalFact, ...]
    what_if: tuple[WhatIf, ...]
    strategy: StrategyFact | None = None

    def as_json(self) -> dict[str, Any]:
        """Return JSON values only: the content of a proposal's `explanation`."""
        result: dict[str, Any] = msgspec.to_builtins(self)
        return result


class Explainer:
    """Explains the decisions of one run; the columns are read once, so that a whole catalog is explained quickly."""

    def __init__(
        self,
        catalog: CatalogColumns,
        decisions: Decisions,
        used: UsedOffers,
        offers: OfferColumns,
        competitors: Sequence[str],
        without_limits: Mapping[LimitKind, Amounts] | None = None,
        without_rivals: Amounts | None = None,
    ) -> None:
        """Take the columns of a run. `competitors` are names, or ids, by the number in `offers.competitor`.

        `without_limits` and `without_rivals` come from `what_if`.
        """
        currencies = [(currency.code, currency.decimals) for currency in catalog.rates.currencies]
        self._money = [currencies[index] for index in catalog.currency.tolist()]
        self._current = catalog.price.tolist()
        self._read(decisions)
        # Rows whose price was changed after it was asked what else would change it.
        self._changed: frozenset[int] = frozenset()
        self._rivals = _Rivals(offers, used, len(catalog), competitors)
        self._answers = {kind: prices.tolist() for kind, prices in (without_limits or {}).items()}
        self._without_rivals = None if without_rivals is None else without_rivals.tolist()

    def _read(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._outcome, self._confidence = decisions.outcome.tolist(), decisions.confidence.tolist()
        self._reasons, self._binding = decisions.reasons.tolist(), decisions.binding.tolist()
        self._price, self._free = decisions.price.tolist(), decisions.free.tolist()
        self._wanted = decisions.candidate.tolist()
        self._floor, self._cap = decisions.limits.floor.tolist(), decisions.limits.cap.tolist()
        self._limits = np.concatenate([decisions.limits.floors, decisions.limits.caps]).T.tolist()

    def after(self, decisions: Decisions) -> "Explainer":
        """Return one that explains what was decided of the same products later; changed prices have no what-ifs."""
        other = copy(self)
        changed = np.flatnonzero(
            (decisions.price != self._decisions.price) | (decisions.outcome != self._decisions.outcome)
        )
        other._read(decisions)  # noqa: SLF001 - a copy of itself
        other._changed = self._changed | frozenset(changed.tolist())  # noqa: SLF001 - a copy of itself
        return other

    def of(self, row: int, why: str | None = None, strategy: StrategyFact | None = None) -> Explanation:
        """Explain one product. `why` is the strategy's own sentence, `strategy` what it went by."""
        code, decimals = self._money[row]
        reasons, binding = Reason.read(self._reasons[row]), LimitKind.read(self._binding[row])
        price, free, current = self._price[row], self._free[row], self._current[row]
        limited = self._outcome[row] != _NO_PRICE or self._reasons[row] & ~CONTRADICTIONS == 0
        facts = self._limit_facts(row, binding, current if price == MISSING else price) if limited else ()
        return Explanation(
            outcome=_OUTCOMES[self._outcome[row]].value,
            sentence=self._sentence(row, reasons, facts, why),
            decided_by=_decisive(reasons, binding),
            reasons=tuple(reason.value for reason in reasons),
            details=tuple(REASON_SENTENCES[reason] for reason in reasons),
            currency=code,
            current=text(current, decimals),
            wanted=text(self._wanted[row], decimals),
            unlimited=text(free, decimals),
            proposed=text(price, decimals),
            floor=text(self._floor[row], decimals) if limited else None,
            cap=text(self._cap[row], decimals) if limited else None,
            cost_of_limits=None if price == MISSING else text(price - free, decimals),
            confidence=self._confidence[row],
            binding=tuple(kind.value for kind in binding),
            limits=facts,
            rivals=self._rivals.of(row, decimals),
            what_if=self._what_if(row) + _other_demand(strategy, rises=price > current),
            strategy=strategy,
        )

    def _limit_facts(self, row: int, binding: tuple[LimitKind, ...], price: int) -> tuple[LimitFact, ...]:
        decimals, found = self._money[row][1], []
        for place, value in enumerate(self._limits[row]):
            if value in _NOT_SET:
                continue
            kind, name, words, side, source = _LIMITS[place]
            binds = kind in binding
            room = price - value if side == "floor" else value - price
            shown, left = text(value, decimals) or "", text(room, decimals) or ""
            found.append((not binds, room, place, LimitFact(name, words, side, source, shown, left, binds)))
        return tuple(fact for _, _, _, fact in sorted(found))

    def _sentence(self, row: int, reasons: tuple[Reason, ...], facts: tuple[LimitFact, ...], why: str | None) -> str:
        code, decimals = self._money[row]
        price, current, free = self._price[row], self._current[row], text(self._free[row], decimals)
        binding = [fact for fact in facts if fact.binding]
        decisive = _decisive(reasons, LimitKind.read(self._binding[row]))
        if self._outcome[row] == _NO_PRICE:
            return f"No price: {_contradiction(binding) if binding else _joined(reasons)}"
        if price == MISSING:
            opening = f"Keep {text(current, decimals)} {code}"
        else:
            verb = "Raise" if price > current else "Lower"
            opening = f"{verb} from {text(current, decimals)} to {text(price, decimals)} {code}"
        if decisive in _LIMIT_VALUES:
            fact = binding[0]
            return f"{opening}: the {fact.words} is {fact.value}; without limits it would be {free}."
        # What a strategy says explains nothing where something else has decided.
        return f"{opening}: {_lower(decisive) if decisive in _DECIDE_ALONE else why or _lower(decisive)}"

    def _what_if(self, row: int) -> tuple[WhatIf, ...]:
        if row in self._changed:
            return ()
        code, decimals = self._money[row]
        found = []
        for kind, prices in self._answers.items():
            if prices[row] != MISSING:
                price = text(prices[row], decimals)
                words = f"Without the {LIMIT_WORDS[kind]}: {price} {code}."
                found.append(WhatIf("without_limit", kind.value, words, price))
        if self._without_rivals is None or self._price[row] == MISSING:
            return tuple(found)
        for offer in self._rivals.used(row, ASKED_RIVALS):
            value = self._without_rivals[offer]
            if value != self._price[row]:
                name, price = self._rivals.name(offer), text(value, decimals)
                words = f"If {name} runs out: {price} {code}." if price else f"If {name} runs out: no change of price."
                found.append(WhatIf("rival_runs_out", name, words, price))
        return tuple(found)


class _Rivals:
    """The offers of each product, used ones first by price, then those left out."""

    def __init__(self, offers: OfferColumns, used: UsedOffers, products: int, names: Sequence[str]) -> None:
        self._names = names
        self._competitor: list[int] = offers.competitor.tolist()
        self._asked = offers.price.tolist()
        equal_at = np.full(len(offers), MISSING, dtype=np.int64)
        equal_at[used.offer] = used.price
        self._equal_at = equal_at.tolist()
        self._exclusions = used.exclusions.tolist()
        order = np.lexsort((equal_at, used.exclusions != 0, offers.product))
        self._order = order.tolist()
        self._starts = np.searchsorted(offers.product[order], np.arange(products + 1)).tolist()

    def name(self, offer: int) -> str:
        return self._names[self._competitor[offer]]

    def used(self, row: int, at_most: int) -> list[int]:
        """Return the cheapest used offers of a product."""
        own = self._order[self._starts[row] : self._starts[row + 1]]
        return [offer for offer in own[:at_most] if not self._exclusions[offer]]

    def of(self, row: int, decimals: int) -> tuple[RivalFact, ...]:
        return tuple(self._fact(offer, decimals) for offer in self._order[self._starts[row] : self._starts[row + 1]])

    def _fact(self, offer: int, decimals: int) -> RivalFact:
        excluded = Exclusion.read(self._exclusions[offer])
        return RivalFact(
            offer=offer,
            competitor=self.name(offer),
            asked=text(self._asked[offer], 0),
            equal_at=text(self._equal_at[offer], decimals),
            used=not excluded,
            excluded=tuple(exclusion.value for exclusion in excluded),
            because=EXCLUSION_WORDS[excluded[0]] if excluded else None,
        )


def text(value: int, decimals: int) -> str | None:
    """Write an amount as a decimal text with at least this many digits; None for MISSING and INVALID."""
    if value <= INVALID:
        return None
    if value < 0:
        return f"-{text(-value, decimals)}"
    whole, rest = divmod(value, SCALE)
    return f"{whole}{_digits(rest, decimals)}"


@lru_cache(maxsize=65_536)
def _digits(millionths: int, decimals: int) -> str:
    """Write the part behind the point; prices end alike, so most are written once."""
    digits = f"{millionths:06d}".rstrip("0").ljust(decimals, "0")
    return f".{digits}" if digits else ""


def _other_demand(strategy: StrategyFact | None, *, rises: bool) -> tuple[WhatIf, ...]:
    """Tell at which response of demand the price would better stay."""
    if strategy is None or strategy.turns_at is None:
        return ()
    weaker = "more strongly" if rises else "more weakly"
    turns = f"{strategy.turns_at:.2f}"
    words = f"If demand answers {weaker} than {turns} (elasticity), staying earns more."
    return (WhatIf("elasticity", turns, words, None),)


_LIMIT_VALUES: Final = frozenset(kind.value for kind in LimitKind)


def _decisive(reasons: tuple[Reason, ...], binding: tuple[LimitKind, ...]) -> str:
    """Return the reason or the kind of limit that decided."""
    for reason in _BEFORE_LIMITS:
        if reason in reasons:
            return reason.value
    if binding:
        return binding[0].value
    for reason in _AFTER_LIMITS:
        if reason in reasons:
            return reason.value
    return reasons[0].value if reasons else ASKED


def _contradiction(binding: Sequence[LimitFact]) -> str:
    floor = next(fact for fact in binding if fact.side == "floor")
    cap = next(fact for fact in binding if fact.side == "cap")
    return f"the {floor.words} ({floor.value}) is above the {cap.words} ({cap.value})."


def _joined(reasons: Sequence[Reason]) -> str:
    return _lower(reasons[0].value) + "".join(f" {REASON_SENTENCES[reason]}" for reason in reasons[1:])


def _lower(reason: str) -> str:
    """Return a reason's sentence as the second half of one."""
    if reason == ASKED:
        return "as asked."
    sentence = REASON_SENTENCES[Reason(reason)]
    return sentence[0].lower() + sentence[1:]
