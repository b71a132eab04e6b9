"""The sentences of what waits for a person and of what has changed. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from shopwright.figures.domain import Happening, Link, Need, Severity

_SALES_LATE: Final = timedelta(days=2)

State = Mapping[str, Any]


def needs_of(state: State, now: datetime, today: date, currency: str, *, operating: bool) -> list[Need]:
    """Name what waits for a person, the most harmful first. `operating` adds what only operators can mend."""
    found = [
        *_stops(state),
        *_failures(state),
        *_decisions(state, currency),
        *_gaps(state),
        *_ages(state, now, today),
        *(_parked(state) if operating else ()),
    ]
    order = list(Severity)
    return sorted(found, key=lambda need: order.index(need.severity))


def _stops(state: State) -> Iterator[Need]:
    if state.get("halted"):
        why = state.get("halt_reason")
        yield Need(
            "kill_switch", 1,
            "The kill switch is on: no price is proposed or applied" + (f" ({why})." if why else "."),
            Severity.CRITICAL, Link("proposals", rows="/api/v1/prices/control"), state.get("halted_at"),
        )  # fmt: skip
    if state.get("run_halted"):
        why = state.get("run_halt_reason")
        yield Need(
            "circuit_breaker", 1,
            "The circuit breaker stopped the last repricing run" + (f": {why}" if why else "."),
            Severity.CRITICAL, Link("proposals", {"tab": "runs"}, "/api/v1/prices/runs"), state.get("run_finished_at"),
        )  # fmt: skip


def _failures(state: State) -> Iterator[Need]:
    if count := state.get("failed_prices"):
        yield Need(
            "failed_prices", count,
            f"{_many(count, 'price')} of the last 7 days did not surely reach the shop.",
            Severity.CRITICAL, Link("proposals", {"state": "failed"}, "/api/v1/proposals?state=failed&state=unknown"),
            state.get("failed_prices_at"),
        )  # fmt: skip
    if count := state.get("failed_imports"):
        yield Need(
            "failed_imports", count,
            f"{_many(count, 'import')} of the last 7 days failed and nothing newer took their place.",
            Severity.WARNING, Link("data", {"state": "failed"}, "/api/v1/imports?state=failed"),
            state.get("failed_imports_since"),
        )  # fmt: skip


def _decisions(state: State, currency: str) -> Iterator[Need]:
    if count := state.get("proposals"):
        gain: Decimal | None = state.get("expected_gain")
        yield Need(
            "proposals", count, f"{_many(count, 'price proposal')} {_wait(count)} for a decision.", Severity.WARNING,
            Link("proposals", {"state": "proposed"}, "/api/v1/proposals?state=proposed"),
            state.get("proposals_since"), gain, None if gain is None else currency,
        )  # fmt: skip
    if count := state.get("matches"):
        yield Need(
            "matches", count, f"{_many(count, 'match', 'matches')} of rivals' offers {_wait(count)} for review.",
            Severity.NOTICE, Link("market", {"state": "review"}, "/api/v1/market/matches"),
        )  # fmt: skip


def _gaps(state: State) -> Iterator[Need]:
    if count := state.get("selling"):
        yield Need(
            "out_of_stock", count,
            f"{_many(state['out_of_stock'], 'product')} out of stock, "
            f"{'all' if count == state['out_of_stock'] else count} of which sold in the last 28 days.",
            Severity.WARNING, Link("catalog", {"stock": "out", "status": "active"},
                                   "/api/v1/catalog/products?stock=out&status=active"),
        )  # fmt: skip
    for kind, blank, what in (
        ("without_cost", "cost", "no cost"),
        ("without_bounds", "bounds", "no lowest or no highest price"),
    ):
        if count := state.get(kind):
            yield Need(
                kind, count, f"{_many(count, 'product')} {'has' if count == 1 else 'have'} {what}, and so no new price.",
                Severity.NOTICE, Link("catalog", {"blank": blank, "status": "active"},
                                      f"/api/v1/catalog/products?blank={blank}&status=active"),
            )  # fmt: skip


def _ages(state: State, now: datetime, today: date) -> Iterator[Need]:
    if count := state.get("old_rivals"):
        hours = int((now - state["oldest"]).total_seconds() // 3600)
        one, many = f"was not seen for {hours} hours", f"were not seen for 24 hours, one of them for {hours}"
        yield Need(
            "old_market_data", count, f"{_many(count, 'rival')} {one if count == 1 else many}.",
            Severity.WARNING, Link("market", {"tab": "rivals"}, "/api/v1/market/competitors"), state["oldest"],
        )  # fmt: skip
    newest: date | None = state.get("newest_sale")
    if newest is not None and today - newest > _SALES_LATE:
        days = (today - newest).days
        yield Need(
            "old_sales", 1, f"The newest sale is {days} days old.", Severity.WARNING,
            Link("data", {"kind": "sales"}, "/api/v1/imports?kind=sales"),
        )  # fmt: skip


def _parked(state: State) -> Iterator[Need]:
    if count := state.get("parked"):
        yield Need(
            "parked_deliveries", count,
            f"{_many(count, 'event')} could not be handled and {_wait(count)} for an operator.",
            Severity.CRITICAL, Link("system", {"tab": "events"}, "/api/v1/system/parked"),
        )  # fmt: skip


_PRICES: Final = {
    "proposal": "applied from proposals",
    "rollback": "taken back",
    "edit": "edited by hand",
    "import": "set by imports",
    "sync": "changed in the shop",
}
_PRICE_EVENTS: Final = {"edit": "catalog.product_changed"}
_NAMED: Final[Mapping[str, tuple[str, Callable[[int], str]]]] = {
    "pricing.policy_created": (
        "policies",
        lambda count: f"{_many(count, 'pricing policy', 'pricing policies')} added.",
    ),
    "pricing.policy_changed": ("policies", lambda count: f"Pricing policies changed {_times(count)}."),
    "pricing.policy_deleted": (
        "policies",
        lambda count: f"{_many(count, 'pricing policy', 'pricing policies')} deleted.",
    ),
    "pricing.halt_changed": ("proposals", lambda count: f"The kill switch was used {_times(count)}."),
    "identity.tenant_settings_changed": ("settings", lambda count: f"Settings of the shop changed {_times(count)}."),
    "market.rival_price_moved": (
        "market",
        lambda count: f"Rivals' prices moved by more than 5 % {_times(count)}.",
    ),
}


def happening_of(row: Mapping[str, Any], since: str) -> Happening:
    """Word one kind of change; `since` is the first day, for the link to the journal."""
    kind, count = row["kind"], row["count"]
    of, _, what = kind.partition(".")
    if of == "price":
        sentence = f"{_many(count, 'price')} {_PRICES.get(what, what)}."
        edited = Link("audit", {"event": _PRICE_EVENTS.get(what, "catalog.price_changed"), "since": since})
        link = Link("data") if what == "import" else edited
    elif of == "import":
        sentence = f"{_many(count, 'import')} of {what.replace('_', ' ')}: {row['rows']:,} rows new or changed."
        link = Link("data", {"kind": what}, f"/api/v1/imports?kind={what}")
    else:
        page, worded = _NAMED[kind]
        sentence = worded(count)
        link = Link("audit", {"event": kind, "since": since}) if page != "market" else Link(page)
    return Happening(kind, count, sentence, row["newest"], link)


def _many(count: int, one: str, several: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
