"""Commands for prices: reprice, and proposals list, show, approve, reject, apply, roll-back, undo."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias
from uuid import UUID

import typer

from shopwright.app.cli.output import print_json, print_table, say
from shopwright.app.cli.proposal_text import explained, outcome_rows, proposal_row, tell_holds
from shopwright.app.cli.shop import JsonOption, MemberOption, OpenShop, ShopOption, open_shop

if TYPE_CHECKING:
    from shopwright.identity.domain import Principal
    from shopwright.infra.db import UnitOfWork
    from shopwright.pricing.proposals import BulkOutcome, Proposal, ProposalFilter

_NOT_ALL: Final = 1
_PAGE: Final = 500
_COLUMNS: Final = ("SKU", "now", "proposed", "change", "margin", "conf.", "state", "reason")

proposals: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look at proposed prices and decide.")

CategoryOption: TypeAlias = Annotated[str | None, typer.Option(help="Only products of this category.")]
ConfidenceOption: TypeAlias = Annotated[
    int | None, typer.Option("--min-confidence", min=0, max=100, help="Only proposals at least this sure, 0 to 100.")
]
Named: TypeAlias = Annotated[
    list[str] | None, typer.Argument(metavar="[SKU or id]...", help="The proposals, by SKU or by id.")
]
AllOption: TypeAlias = Annotated[
    bool, typer.Option("--all", help="Take every proposal that the filters leave, in place of named ones.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(reprice)
    for command in (show, approve, reject, apply, undo):
        proposals.command()(command)
    proposals.command("list")(list_proposals)
    proposals.command("roll-back")(roll_back)
    app.add_typer(proposals, name="proposals")


def reprice(
    shop: ShopOption = None,
    category: CategoryOption = None,
    brand: Annotated[str | None, typer.Option(help="Only products of this brand.")] = None,
    json: JsonOption = False,
) -> None:
    """Compute prices for a shop. They wait as proposals, unless a policy lets small ones through."""

    async def run() -> None:
        from shopwright.catalog.domain import ProductFilter
        from shopwright.pricing.repricing import RepricingService

        async with open_shop(shop) as place:
            settings = await place.settings()
            async with place.unit() as unit:
                wanted = ProductFilter(category=category, brand=brand)
                report = await RepricingService(unit, settings.tax_ppm).run(wanted, "command line")
        if json:
            print_json(report)
            return
        rows = [(words.replace("_", " "), count) for words, count in report.run.counts.items()]
        print_table(f"{place.shop.name}: run {report.run.id}", ("outcome", "products"), rows, right=(1,))
        tell_holds(report.holds)
        if report.run.halt_reason:
            say(f"The circuit breaker stopped the run: {report.run.halt_reason}")
        else:
            say(f"{report.automatic} go live by themselves; `shopwright proposals list` shows the others.")

    asyncio.run(run())


def list_proposals(
    shop: ShopOption = None,
    state: Annotated[
        str, typer.Option(help="State of the proposals: proposed, approved, confirmed, ... or all.")
    ] = "proposed",
    category: CategoryOption = None,
    min_confidence: ConfidenceOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Most proposals to show, newest first.")] = 50,
    json: JsonOption = False,
) -> None:
    """List proposals, newest first."""

    async def run() -> None:
        async with open_shop(shop) as place, place.unit() as unit:
            states = None if state == "all" else (state,)
            found = await _read(unit, _filter(states, category, min_confidence), limit)
        if json:
            print_json(found)
            return
        rows = [proposal_row(proposal) for proposal in found]
        print_table(f"{place.shop.name}: {len(found)} proposals", _COLUMNS, rows, right=(1, 2, 3, 4, 5))

    asyncio.run(run())


def show(
    proposal: Annotated[str, typer.Argument(help="Id of a proposal, or a SKU for its newest one.")],
    shop: ShopOption = None,
    json: JsonOption = False,
) -> None:
    """Tell why a price is proposed: what decided, limits with their room, rivals, and what would change it."""

    async def run() -> None:
        async with open_shop(shop) as place, place.unit() as unit:
            found = await _find(unit, proposal)
        if json:
            print_json(found)
        else:
            explained(found)

    asyncio.run(run())


def approve(
    named: Named = None,
    every: AllOption = False,
    category: CategoryOption = None,
    min_confidence: ConfidenceOption = None,
    shop: ShopOption = None,
    member: MemberOption = None,
    json: JsonOption = False,
) -> None:
    """Approve proposals; their prices go live after the grace time of their policy."""

    async def decide(unit: "UnitOfWork", who: "Principal", chosen: Sequence[UUID]) -> "BulkOutcome":
        from shopwright.pricing.decisions import DecisionService

        return await DecisionService(unit, who.member).approve_many(chosen)

    wanted = _Wanted(named, every, ("proposed",), category, min_confidence)
    asyncio.run(_decide(wanted, "prices:approve", decide, shop, member, json=json))


def reject(
    reason: Annotated[str, typer.Option(help="Why; it is kept with the proposals.")],
    named: Named = None,
    every: AllOption = False,
    category: CategoryOption = None,
    min_confidence: ConfidenceOption = None,
    shop: ShopOption = None,
    member: MemberOption = None,
    json: JsonOption = False,
) -> None:
    """Reject proposals, with the reason."""

    async def decide(unit: "UnitOfWork", who: "Principal", chosen: Sequence[UUID]) -> "BulkOutcome":
        from shopwright.pricing.decisions import DecisionService

        return await DecisionService(unit, who.member).reject_many(chosen, reason)

    wanted = _Wanted(named, every, ("proposed", "approved"), category, min_confidence)
    asyncio.run(_decide(wanted, "prices:approve", decide, shop, member, json=json))


def apply(
    named: Named = None,
    every: AllOption = False,
    category: CategoryOption = None,
    min_confidence: ConfidenceOption = None,
    shop: ShopOption = None,
    member: MemberOption = None,
    json: JsonOption = False,
) -> None:
    """Put approved prices into force now, without the rest of their grace time."""

    async def decide(unit: "UnitOfWork", _who: "Principal", chosen: Sequence[UUID]) -> "BulkOutcome":
        from shopwright.identity.service.tenants import TenantService
        from shopwright.pricing.applying import ApplyService

        zone = (await TenantService(unit).get()).settings.zone
        return await ApplyService(unit, zone).apply_now(chosen)

    wanted = _Wanted(named, every, ("approved",), category, min_confidence)
    asyncio.run(_decide(wanted, "prices:apply", decide, shop, member, json=json))


def roll_back(
    named: Named = None,
    every: AllOption = False,
    category: CategoryOption = None,
    min_confidence: ConfidenceOption = None,
    shop: ShopOption = None,
    member: MemberOption = None,
    json: JsonOption = False,
) -> None:
    """Put back the prices that were in force before; products that were changed since stay as they are."""

    async def decide(unit: "UnitOfWork", _who: "Principal", chosen: Sequence[UUID]) -> "BulkOutcome":
        from shopwright.identity.service.tenants import TenantService
        from shopwright.pricing.applying import ApplyService

        zone = (await TenantService(unit).get()).settings.zone
        return await ApplyService(unit, zone).roll_back(chosen)

    wanted = _Wanted(named, every, ("confirmed",), category, min_confidence)
    asyncio.run(_decide(wanted, "prices:apply", decide, shop, member, json=json))


def undo(
    named: Named = None,
    every: AllOption = False,
    category: CategoryOption = None,
    min_confidence: ConfidenceOption = None,
    shop: ShopOption = None,
    member: MemberOption = None,
    json: JsonOption = False,
) -> None:
    """Take approvals back before their prices go live."""

    async def decide(unit: "UnitOfWork", who: "Principal", chosen: Sequence[UUID]) -> "BulkOutcome":
        from shopwright.pricing.decisions import DecisionService

        return await DecisionService(unit, who.member).undo_many(chosen)

    wanted = _Wanted(named, every, ("approved",), category, min_confidence)
    asyncio.run(_decide(wanted, "prices:approve", decide, shop, member, json=json))


class _Wanted:
    """The proposals that a decision is about: those named, or with `every` all that the filters leave."""

    def __init__(
        self,
        named: Sequence[str] | None,
        every: bool,
        states: Sequence[str],
        category: str | None,
        min_confidence: int | None,
    ) -> None:
        filtered = category is not None or min_confidence is not None
        if every == bool(named) or (named and filtered):
            raise typer.BadParameter("name proposals by SKU or id, or give --all with filters if you like")
        self._named = named or ()
        self._states = states
        self._filter = _filter(states, category, min_confidence)

    async def find(self, unit: "UnitOfWork") -> list[UUID]:
        """Return the ids of the proposals. Raises ProposalNotFound for a SKU that has none."""
        if not self._named:
            return [proposal.id for proposal in await _read(unit, self._filter, None)]
        return [await _id_of(unit, text, self._states) for text in self._named]


async def _decide(
    wanted: _Wanted,
    permission: str,
    decide: "Callable[[UnitOfWork, Principal, Sequence[UUID]], Awaitable[BulkOutcome]]",
    shop: str | None,
    email: str | None,
    *,
    json: bool,
) -> None:
    """Decide in one transaction and tell what became of each row; exits with 1 when some were left as they were."""
    async with open_shop(shop) as place:
        who = await place.member(email, permission)
        async with place.unit(who) as unit:
            outcome = await decide(unit, who, await wanted.find(unit))
    _tell(place, outcome, json=json)


def _tell(place: OpenShop, outcome: "BulkOutcome", *, json: bool) -> None:
    left, rows = outcome_rows(outcome)
    if json:
        print_json({"counts": outcome.counts, "rows": outcome.rows})
    else:
        counts = [(words.replace("_", " "), count) for words, count in outcome.counts.items()]
        print_table(place.shop.name, ("outcome", "proposals"), counts, right=(1,))
        if rows:
            print_table("left as they were", ("id", "outcome", "why"), rows)
    if left:
        say(f"{left} of {len(outcome.rows)} proposals were left as they were.")
        raise typer.Exit(_NOT_ALL)


def _filter(states: Sequence[str] | None, category: str | None, min_confidence: int | None) -> "ProposalFilter":
    from shopwright.pricing.proposals import ProposalFilter, ProposalState

    known = {state.value: state for state in ProposalState}
    unknown = sorted(set(states or ()) - set(known))
    if unknown:
        raise typer.BadParameter(f"there is no state {unknown[0]!r}; the states are all, {', '.join(known)}")
    chosen = None if states is None else tuple(known[state] for state in states)
    return ProposalFilter(states=chosen, category=category, min_confidence=min_confidence)


async def _read(unit: "UnitOfWork", wanted: "ProposalFilter", most: int | None) -> "list[Proposal]":
    from shopwright.pricing.reading import PricingReader

    found: list[Proposal] = []
    cursor: str | None = None
    while most is None or len(found) < most:
        size = _PAGE if most is None else min(_PAGE, most - len(found))
        page = await PricingReader(unit).list_proposals(wanted, cursor, size)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    return found


async def _find(unit: "UnitOfWork", text: str) -> "Proposal":
    """Return the proposal of an id, or the newest one of a SKU. Raises ProposalNotFound."""
    from shopwright.pricing.reading import PricingReader

    return await PricingReader(unit).get_proposal(await _id_of(unit, text, None))


async def _id_of(unit: "UnitOfWork", text: str, states: Sequence[str] | None) -> UUID:
    """Return an id as it is, or that of a SKU's newest proposal: one in these states if there is any."""
    from shopwright.catalog.service import CatalogService
    from shopwright.pricing.proposals import ProposalFilter, ProposalNotFound

    with contextlib.suppress(ValueError):
        return UUID(text)
    product = (await CatalogService(unit).resolve_skus([text], "own")).get(text)
    newest: list[Proposal] = []
    if product is not None:
        fitting = replace(_filter(states, None, None), product_id=product)
        newest = await _read(unit, fitting, 1) or await _read(unit, ProposalFilter(product_id=product), 1)
    if not newest:
        raise ProposalNotFound(f"There is no proposal for {text!r}.", sku=text)
    return newest[0].id
