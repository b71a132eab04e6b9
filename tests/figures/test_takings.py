from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from shopwright.figures.periods import Days
from shopwright.figures.takings import Book, SalesRow
from shopwright.kit.money import TaxBasis

FIRST = date(2026, 3, 2)
DAYS = Days(FIRST, FIRST + timedelta(days=5))
amounts = st.decimals(min_value=0, max_value=10_000, places=2)
rows = st.builds(
    SalesRow,
    day=st.sampled_from(list(DAYS)),
    currency=st.sampled_from(["EUR", "USD", "JPY"]),
    cost_currency=st.sampled_from(["EUR", "USD", "JPY"]),
    tax_basis=st.sampled_from(TaxBasis),
    revenue=amounts,
    costed=amounts,
    cost=amounts,
)
RATES = {("USD", day): Decimal("0.8") for day in DAYS}


@given(st.lists(rows, max_size=30))
def test_every_sale_counts_once_in_the_total_or_beside_it(sales: list[SalesRow]) -> None:
    book = Book(sales, "EUR", Decimal("0.19"), RATES)
    worth = {"EUR": Decimal(1), "USD": Decimal("0.8"), "JPY": Decimal(0)}
    assert book.of(DAYS).revenue == sum((row.revenue * worth[row.currency] for row in sales), Decimal(0))
    yen = sum((row.revenue for row in sales if row.currency == "JPY"), Decimal(0))
    assert [(one.currency, one.amount) for one in book.foreign(DAYS)] == (
        [("JPY", yen.quantize(Decimal(1), "ROUND_HALF_UP"))] if any(row.currency == "JPY" for row in sales) else []
    )


@given(st.lists(rows, max_size=30), st.integers(0, 5))
def test_the_takings_of_a_period_are_those_of_its_parts(sales: list[SalesRow], cut: int) -> None:
    book = Book(sales, "EUR", Decimal("0.19"), RATES)
    middle = FIRST + timedelta(days=cut)
    parts = book.of(Days(DAYS.since, middle))
    parts.add(book.of(Days(middle, DAYS.until)))
    whole = book.of(DAYS)
    # Quotients have 28 digits, and the last one depends on the order in which they are added.
    assert (round(parts.revenue, 12), round(parts.profit, 12)) == (round(whole.revenue, 12), round(whole.profit, 12))


@given(st.lists(rows, max_size=30))
def test_a_sale_whose_cost_no_rate_converts_is_in_no_profit(sales: list[SalesRow]) -> None:
    known = [row for row in sales if "JPY" not in (row.currency, row.cost_currency)]
    with_all = Book(sales, "EUR", Decimal("0.19"), RATES).of(DAYS)
    assert with_all.profit == Book(known, "EUR", Decimal("0.19"), RATES).of(DAYS).profit
