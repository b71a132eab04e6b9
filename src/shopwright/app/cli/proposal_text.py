"""How proposals read on a terminal: one line of a table, or the whole answer to why this price."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from shopwright.app.cli.output import percent, print_table, say, write

if TYPE_CHECKING:
    from shopwright.pricing.proposals import BulkOutcome, Proposal
    from shopwright.pricing.repricing import HoldCount

_FROM_A_FILE: Final = frozenset({"price_missing", "cost_missing", "min_price_missing", "max_price_missing"})
"""Reasons that a file with costs and bounds takes away."""


def proposal_row(proposal: "Proposal") -> tuple[object, ...]:
    """Return the line of a list: SKU, now, proposed, change, margin, confidence, state, reason."""
    return (
        proposal.sku,
        _price(proposal, proposal.current_price),
        _price(proposal, proposal.proposed_price),
        percent(proposal.change_ppm, signed=True),
        "" if proposal.margin_ppm is None else percent(proposal.margin_ppm),
        proposal.confidence,
        proposal.state.value,
        proposal.reason,
    )


def explained(proposal: "Proposal") -> None:
    """Write why a price is proposed."""
    why = proposal.explanation
    write(f"{proposal.sku}  {proposal.product_name}")
    write(proposal.reason)
    margin = "not known" if proposal.margin_ppm is None else percent(proposal.margin_ppm)
    change = percent(proposal.change_ppm, signed=True)
    write(f"Change {change}, margin {margin}, confidence {proposal.confidence} of 100, {proposal.state.value}.")
    for sentence in why.get("details", ()):
        write(f"  {sentence}")
    _limits(why)
    _rivals(why)
    for change in why.get("what_if", ()):
        write(f"  {change['words']}")


def outcome_rows(outcome: "BulkOutcome") -> tuple[int, list[tuple[object, ...]]]:
    """Return how many rows a decision left as they were, and those rows with the reason."""
    reached = {"done", "waiting_for_second_person"}
    rows = [
        (row.id, row.outcome.value.replace("_", " "), row.reason)
        for row in outcome.rows
        if row.outcome.value not in reached
    ]
    return len(rows), list(rows)


def tell_holds(holds: "Sequence[HoldCount]") -> None:
    """Write why products got no new price, and how missing costs and bounds get into the shop."""
    from shopwright.pricing.codes import Reason
    from shopwright.pricing.words import REASON_SENTENCES

    rows = [(one.outcome.replace("_", " "), one.products, REASON_SENTENCES[Reason(one.reason)]) for one in holds]
    if rows:
        print_table("\nWhy there is no new price (a product can have several reasons)", ("outcome", "products", "reason"), rows, right=(1,))  # fmt: skip
    if any(one.reason in _FROM_A_FILE for one in holds):
        say(
            "Costs and bounds come in with a file of the columns sku, cost, min_price, max_price: "
            "`shopwright import FILE --kind products`."
        )


def _limits(why: dict[str, Any]) -> None:
    rows = [
        (limit["words"], "not below" if limit["side"] == "floor" else "not above", limit["value"], limit["room"],
         "decided" if limit["binding"] else "")
        for limit in why.get("limits", ())
    ]  # fmt: skip
    if rows:
        print_table("\nLimits", ("limit", "", "price", "room", ""), rows, right=(2, 3))


def _rivals(why: dict[str, Any]) -> None:
    rows = [
        (rival["competitor"], rival["asked"], rival["equal_at"],
         "used" if rival["used"] else f"left out: {rival['because']}")
        for rival in why.get("rivals", ())
    ]  # fmt: skip
    if rows:
        print_table("\nRivals", ("rival", "asks", "we equal at", ""), rows, right=(1, 2))


def _price(proposal: "Proposal", amount: object) -> str:
    from shopwright.kit.money import Currency

    return f"{amount:,.{Currency(proposal.currency).decimals}f} {proposal.currency}"
