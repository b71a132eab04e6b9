"""Revenue, cost and profit of days, brought to one currency by recorded rates. Pure, exact until it is rounded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from shopwright.figures.domain import Foreign, Point
from shopwright.figures.periods import Days
from shopwright.kit.money import Currency, TaxBasis

_ZERO = Decimal(0)
_TENTH = Decimal("0.1")
_THOUSANDTH = Decimal("0.001")
Rates = Mapping[tuple[str, date], Decimal]
"""What one unit of a currency costs in the shop's own on a day."""


@dataclass(frozen=True, slots=True)
class SalesRow:
    """Net sales of a day by currency of the sale, currency of the cost and tax basis.

    `costed` is the part of `revenue` from products with a cost, `cost` what that part cost.
    """

    day: date
    currency: str
    cost_currency: str
    tax_basis: TaxBasis
    revenue: Decimal
    costed: Decimal
    cost: Decimal


@dataclass(slots=True)
class Takings:
    """Revenue as charged, the part with known costs without tax, and its cost, in one currency."""

    revenue: Decimal = _ZERO
    costed_gross: Decimal = _ZERO
    costed: Decimal = _ZERO
    cost: Decimal = _ZERO

    def add(self, other: "Takings") -> None:
        """Add those of another day."""
        self.revenue += other.revenue
        self.costed_gross += other.costed_gross
        self.costed += other.costed
        self.cost += other.cost

    @property
    def profit(self) -> Decimal:
        """Revenue without tax less its cost."""
        return self.costed - self.cost

    @property
    def margin(self) -> Decimal | None:
        """Profit in percent of the revenue without tax that it came from, None without any."""
        return (self.profit * 100 / self.costed).quantize(_TENTH, ROUND_HALF_UP) if self.costed > 0 else None

    @property
    def coverage(self) -> Decimal | None:
        """The share of the revenue whose cost is known, None without any revenue."""
        if self.revenue <= 0:
            return None
        return min(max(self.costed_gross / self.revenue, _ZERO), Decimal(1)).quantize(_THOUSANDTH)


class Book:
    """The takings of days. `tax_rate` is a fraction of the net price."""

    def __init__(self, rows: Iterable[SalesRow], currency: str, tax_rate: Decimal, rates: Rates) -> None:
        self._currency = currency
        self._rates = rates
        self._days: defaultdict[date, Takings] = defaultdict(Takings)
        self._foreign: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
        for row in rows:
            self._enter(row, tax_rate)

    def _enter(self, row: SalesRow, tax_rate: Decimal) -> None:
        sold_in = self._rate(row.currency, row.day)
        if sold_in is None:
            self._foreign[row.day, row.currency] += row.revenue
            return
        takings = Takings(revenue=row.revenue * sold_in)
        bought_in = self._rate(row.cost_currency, row.day)
        if bought_in is not None:
            taxed = 1 + tax_rate if row.tax_basis is TaxBasis.GROSS else Decimal(1)
            takings.costed_gross = row.costed * sold_in
            takings.costed = takings.costed_gross / taxed
            takings.cost = row.cost * bought_in
        self._days[row.day].add(takings)

    def _rate(self, currency: str, day: date) -> Decimal | None:
        return Decimal(1) if currency == self._currency else self._rates.get((currency, day))

    def of(self, days: Iterable[date]) -> Takings:
        """Add up the takings of days."""
        total = Takings()
        for day in days:
            if day in self._days:
                total.add(self._days[day])
        return total

    def foreign(self, days: Days) -> Sequence[Foreign]:
        """Add up by currency what could not be converted."""
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for (day, currency), amount in self._foreign.items():
            if day in days:
                sums[currency] += amount
        return [Foreign(code, rounded(amount, code)) for code, amount in sorted(sums.items())]

    def revenue_of(self, day: date) -> Decimal:
        """Return the revenue of a day."""
        return rounded(self.of([day]).revenue, self._currency)

    def sparks(self, days: Days) -> tuple[list[Point], list[Point], list[Point]]:
        """Return revenue, profit and margin by day."""
        each = [(day, self.of([day])) for day in days]
        return (
            [Point(day, rounded(takings.revenue, self._currency)) for day, takings in each],
            [Point(day, rounded(takings.profit, self._currency)) for day, takings in each],
            [Point(day, takings.margin) for day, takings in each],
        )


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round an amount half up to the currency's minor unit."""
    return amount.quantize(Currency(currency).minor_unit, ROUND_HALF_UP)
