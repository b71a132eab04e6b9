"""A second, independent reading of the guardrails: one product at a time, with Python's exact numbers.

It shares no code with the program. `answer` works with whole numbers, fast enough for a million cases; `keeps_limits`
states the limits as inequalities of fractions, as a person would check them on paper.
"""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, NamedTuple

from tests.factories.guardrails import CURRENCIES, POLICIES, RATES, UNITS, Cases

from shopwright.kit.amounts import MISSING
from shopwright.pricing.settings import Guardrails

_MILLION: Final = 10**6
_TOP: Final = 10**18


class Case(NamedTuple):
    """One case in plain numbers: amounts in millionths, shares in millionths."""

    currency: int
    gross: bool
    tax: int
    price: int
    day: int
    week: int
    cost: int
    cost_currency: int
    low: int
    high: int
    least: int
    policy: int
    wanted: int
    rivals: list[int]


HELD: Final = -1
"""The answer where the price in force stays."""
NO_PRICE: Final = -2
"""The answer where there can be no price."""


def as_rows(cases: Cases) -> list[Case]:
    catalog = cases.catalog
    starts, prices = cases.offers.starts.tolist(), cases.offers.price.tolist()
    rivals = [prices[first:last] for first, last in pairwise(starts)]
    columns = (
        catalog.currency, catalog.gross, catalog.tax_ppm, catalog.price, catalog.price_day_ago, catalog.price_week_ago,
        catalog.cost, catalog.cost_currency, catalog.min_price, catalog.max_price, catalog.map_price, cases.policy_of,
        cases.candidates.price,
    )  # fmt: skip
    return [Case(*row) for row in zip(*(column.tolist() for column in columns), rivals, strict=True)]


def _endings() -> list[list[tuple[int, list[int]]]]:
    """For each policy and currency: the modulus and the endings in millionths."""
    table = []
    for policy in POLICIES:
        row: list[tuple[int, list[int]]] = []
        for currency, unit in zip(CURRENCIES, UNITS, strict=True):
            rule = policy.endings.get(currency.code)
            row.append((unit, [0]) if rule is None else (_int(rule.modulus), [_int(end) for end in rule.endings]))
        table.append(row)
    return table


def _int(number: Decimal) -> int:
    return int(number * _MILLION)


_ENDINGS: Final = _endings()


def answer(case: Case) -> int:
    """Decide one case: the proposed price, HELD or NO_PRICE."""
    if not _is_fit(case):
        return NO_PRICE
    unit, policy = UNITS[case.currency], POLICIES[case.policy]
    floors, caps = _floors(case, policy), _caps(case, policy)
    if max(floors) >= _TOP or max(caps) >= _TOP:
        return NO_PRICE
    lowest, highest = -(-max(floors) // unit) * unit, min(caps) // unit * unit
    if lowest > highest:
        return NO_PRICE
    if case.wanted == MISSING or (case.wanted == case.price and lowest <= case.price <= highest):
        return HELD
    price = _nearest(case, lowest, highest)
    return HELD if price is None or price == case.price else price


def _is_fit(case: Case) -> bool:
    amounts = [case.price, case.cost, case.low, case.high]
    amounts += [value for value in (case.day, case.week, case.least, case.wanted) if value != MISSING]
    tax_known = not case.gross or 0 <= case.tax <= _MILLION
    rate_known = (case.cost_currency, case.currency) in RATES
    return case.policy >= 0 and tax_known and rate_known and min(amounts) > 0 and max(amounts) < _TOP


def _floors(case: Case, policy: Guardrails) -> list[int]:
    top, bottom = RATES[case.cost_currency, case.currency]
    top, bottom = case.cost * top * (_MILLION + (case.tax if case.gross else 0)), bottom * _MILLION
    margin, markup = policy.min_margin_ppm, policy.min_markup_ppm
    floors = [
        -(-top // bottom),
        -(-top * _MILLION // (bottom * (_MILLION - margin))),
        -(-top * (_MILLION + markup) // (bottom * _MILLION)),
        case.low,
    ]
    if case.least != MISSING:
        floors.append(case.least)
    for reference, change in _changes(case, policy):
        floors.append(-(-reference * max(_MILLION - change, 0) // _MILLION))
    return floors


def _caps(case: Case, policy: Guardrails) -> list[int]:
    caps = [case.high]
    for reference, change in _changes(case, policy):
        caps.append(reference * (_MILLION + change) // _MILLION)
    if policy.market_ceiling_ppm is not None and case.rivals:
        caps.append(_reference(case, policy) * (_MILLION + policy.market_ceiling_ppm) // _MILLION)
    return caps


def _reference(case: Case, policy: Guardrails) -> int:
    ordered = sorted(case.rivals)
    middle = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2
    return {"lowest": ordered[0], "median": middle, "highest": ordered[-1]}[policy.market_reference]


def _changes(case: Case, policy: Guardrails) -> list[tuple[int, int]]:
    """The reference prices with the shares that a price may move from them; without a record it is today's price."""
    moves = ((case.day, policy.max_daily_change_ppm), (case.week, policy.max_weekly_change_ppm))
    return [(case.price if price == MISSING else price, change) for price, change in moves if change is not None]


def _nearest(case: Case, lowest: int, highest: int) -> int | None:
    modulus, endings = _ENDINGS[case.policy][case.currency]
    found: tuple[int, int] | None = None
    for ending in endings:
        first, last = -((ending - lowest) // modulus), (highest - ending) // modulus
        if first <= last:
            nearest = (2 * (case.wanted - ending) + modulus) // (2 * modulus)
            price = min(max(nearest, first), last) * modulus + ending
            key = (abs(price - case.wanted), -price)
            found = key if found is None or key < found else found
    return None if found is None else -found[1]


def keeps_limits(case: Case, price: int, *, endings: bool = True) -> bool:
    """Check a price against every limit by the definitions: margins of the net price, mark-ups of the cost."""
    policy, asked = POLICIES[case.policy], Fraction(price, _MILLION)
    cost = Fraction(case.cost, _MILLION) * Fraction(*RATES[case.cost_currency, case.currency])
    net = asked / (1 + Fraction(case.tax, _MILLION)) if case.gross else asked
    rules = [
        (net - cost) / net >= Fraction(policy.min_margin_ppm, _MILLION),
        (net - cost) / cost >= Fraction(policy.min_markup_ppm, _MILLION),
        Fraction(case.low, _MILLION) <= asked <= Fraction(case.high, _MILLION),
        case.least == MISSING or asked >= Fraction(case.least, _MILLION),
        asked % Fraction(UNITS[case.currency], _MILLION) == 0,
    ]
    for reference, change in _changes(case, policy):
        before = Fraction(reference, _MILLION)
        rules.append(abs(asked - before) / before <= Fraction(change, _MILLION))
    if policy.market_ceiling_ppm is not None and case.rivals:
        above = 1 + Fraction(policy.market_ceiling_ppm, _MILLION)
        rules.append(asked <= Fraction(_reference(case, policy), _MILLION) * above)
    rule = policy.endings.get(CURRENCIES[case.currency].code)
    if endings and rule is not None:
        rules.append(any((asked - Fraction(end)) % Fraction(rule.modulus) == 0 for end in rule.endings))
    return all(rules)
