"""Repricing: from products, offers and policies to proposals with reasons, for a whole catalog in a few statements.

Each policy's products are computed at once, as columns; the circuit breaker then judges the run as a whole. Nothing
is written for products whose price is on its way to the shop.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

import numpy as np

from shopwright.catalog.domain import ProductFilter
from shopwright.catalog.service import CatalogService, ExchangeRateService
from shopwright.infra.db import UnitOfWork
from shopwright.kit.amounts import INVALID, MISSING, SCALE, Amounts, unscaled
from shopwright.kit.ids import new_id
from shopwright.market.service import MarketService
from shopwright.pricing.assembling import Market, assemble
from shopwright.pricing.belief_repository import BeliefRepository
from shopwright.pricing.braking import find_held
from shopwright.pricing.breaker import Verdict, judge_run
from shopwright.pricing.codes import Outcome, Reason
from shopwright.pricing.columns import CatalogColumns
from shopwright.pricing.comparability import compare
from shopwright.pricing.deciding import Moment, Part, decide_part
from shopwright.pricing.expectation import PACE_DAYS, expectations
from shopwright.pricing.experiments.steering import steer
from shopwright.pricing.governance import Scope, ScopeKind, resolve
from shopwright.pricing.limits import Limits, resolve_limits
from shopwright.pricing.policies import DEFAULT_RULES, Policy
from shopwright.pricing.policy_repository import PolicyRepository, Run
from shopwright.pricing.proposals import (
    PricesProposed,
    PricingHalted,
    ProposalApproved,
    ProposalState,
    RepricingFinished,
    RepricingHalted,
)
from shopwright.pricing.repository import NewHold, NewProposal, ProposalRepository
from shopwright.pricing.rivals import UsedOffers
from shopwright.pricing.shadows import ShadowService
from shopwright.pricing.simulating import Simulation, summarise
from shopwright.pricing.strategies.rule_based import RuleBased
from shopwright.pricing.strategy_settings import Mode
from shopwright.sales.domain import SalesPace
from shopwright.sales.service import SalesService

_NAMED_IN_AN_EVENT: Final = 1_000
_FEW: Final = 1_000
"""Up to so many products are asked for by name."""
BUILT_IN: Final = Policy(None, "Built-in", Scope(ScopeKind.TENANT), RuleBased.name, DEFAULT_RULES)


@dataclass(frozen=True, slots=True)
class HoldCount:
    """How many products kept their price, or got none, for one reason; a product may have several."""

    outcome: str
    reason: str
    products: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did: counts by outcome, how many proposals apply without a person, and why others got no new price."""

    run: Run
    proposals: tuple[UUID, ...]
    automatic: int
    holds: tuple[HoldCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Products with the limits that a policy gives them, and how fast they sell."""

    policy: Policy
    catalog: CatalogColumns
    limits: Limits
    used: UsedOffers
    pace: SalesPace


class RepricingService:
    """Computes prices for the unit's tenant. `tax_ppm` is the shop's tax rate in millionths, None when not set."""

    def __init__(self, unit: UnitOfWork, tax_ppm: int | None) -> None:
        self._unit = unit
        self._tax_ppm = tax_ppm
        self._proposals = ProposalRepository(unit)
        self._policies = PolicyRepository(unit)

    async def run(self, selection: ProductFilter, trigger: str) -> RunReport:
        """Reprice the products of a selection. Raises PricingHalted while the kill switch is on.

        A run that the circuit breaker stops proposes nothing and says so in its record and in the journal.
        """
        control = await self._policies.control()
        if control.halted:
            raise PricingHalted(f"Pricing is halted: {control.reason}", reason=control.reason)
        started = self._unit.clock.now()
        policies = await self._effective_policies()
        market = await self._read_market(selection)
        parts = list(await self._decide(market, policies))
        shadows = self._decide_shadows(market, await self._shadow_policies())
        verdict = _judge(market, parts, policies)
        run_id = new_id(self._unit.tenant, started)
        counts = _counts(parts)
        run = Run(
            run_id, trigger, "halted" if verdict.tripped else "completed", " ".join(verdict.causes) or None, counts,
            started, self._unit.clock.now(),
        )  # fmt: skip
        await self._policies.add_run(run)
        if shadows:
            await ShadowService(self._unit).record(run_id, market, shadows, _asked(market, parts))
        if verdict.tripped:
            self._unit.publish(
                RepricingHalted(subject_id=str(run_id), trigger=trigger, counts=counts, reason=run.halt_reason)
            )
            return RunReport(run, (), 0)
        return await self._keep(run, market, parts)

    async def preview(self, selection: ProductFilter) -> dict[str, int]:
        """Compute a run and count its outcomes, writing nothing."""
        market = await self._read_market(selection)
        return _counts(list(await self._decide(market, await self._effective_policies())))

    async def simulate(self, policy: Policy, selection: ProductFilter) -> Simulation:
        """Tell what a policy would do to the products of a selection that its scope covers, writing nothing."""
        market = await self._read_market(selection)
        products = market.products
        covered = resolve([policy.scope], products.skus, products.brands, products.categories)
        part = decide_part(
            market, policy, np.flatnonzero(covered == 0), np.zeros(len(products), dtype=np.int64), self._moment()
        )
        breaker = _shop_policy(await self._effective_policies()).rules.breaker
        verdict = judge_run(part.catalog.price, part.decisions.price, breaker)
        return summarise(market, part, verdict.causes)

    async def frame_of(self, selection: ProductFilter) -> "Frame":
        """Return the limits of the products of one selection under the policy of the first of them."""
        market = await self._read_market(selection)
        policies = await self._effective_policies()
        products = market.products
        policy_of = resolve([p.scope for p in policies], products.skus, products.brands, products.categories)
        policy = policies[int(policy_of[0])] if len(products) else BUILT_IN
        rules, now = policy.rules, int(self._unit.clock.now().timestamp())
        used = compare(market.catalog, market.offers, rules.comparability, now)
        alone = np.zeros(len(products), dtype=np.int64)
        limits = resolve_limits(market.catalog, used, [rules.guardrails], alone)
        return Frame(policy, market.catalog, limits, used, market.pace)

    async def _effective_policies(self) -> list[Policy]:
        every = await self._policies.list_all(enabled_only=True)
        policies = [policy for policy in every if policy.rules.mode is Mode.LIVE]
        if not any(policy.scope.kind is ScopeKind.TENANT for policy in policies):
            policies.insert(0, BUILT_IN)
        return policies

    async def _shadow_policies(self) -> list[Policy]:
        every = await self._policies.list_all(enabled_only=True)
        return [policy for policy in every if policy.rules.mode is Mode.SHADOW]

    def _decide_shadows(self, market: Market, policies: Sequence[Policy]) -> list[Part]:
        """Compute the products that policies in shadow cover, as if nothing were under way."""
        products, free = market.products, np.zeros(len(market.products), dtype=np.int64)
        policy_of = resolve([p.scope for p in policies], products.skus, products.brands, products.categories)
        return [
            decide_part(market, policy, np.flatnonzero(policy_of == index), free, self._moment())
            for index, policy in enumerate(policies)
            if (policy_of == index).any()
        ]

    def _moment(self) -> Moment:
        now = self._unit.clock.now()
        return Moment(int(now.timestamp()), now.date())

    async def _read_market(self, selection: ProductFilter) -> Market:
        now = self._unit.clock.now()
        products = await CatalogService(self._unit).columns_for_pricing(selection)
        offers = await MarketService(self._unit).offers_for_pricing()
        rates = await ExchangeRateService(self._unit).rates_on(now.date())
        pace = await SalesService(self._unit).pace(PACE_DAYS)
        beliefs = await BeliefRepository(self._unit).table(None if len(products) > _FEW else products.ids)
        return assemble(products, offers, rates, pace, self._tax_ppm, beliefs)

    async def _decide(self, market: Market, policies: Sequence[Policy]) -> Iterator[Part]:
        in_flight = await self._proposals.products_in_flight()
        flying = np.fromiter((product in in_flight for product in market.products.ids), np.bool_, len(market.products))
        products = market.products
        brake = _shop_policy(policies).rules.brake
        held = np.where(flying, Reason.IN_FLIGHT.bit, 0) | await find_held(self._unit, products.ids, brake)
        policy_of = resolve([p.scope for p in policies], products.skus, products.brands, products.categories)
        policies, policy_of, kept = await steer(self._unit, products.ids, policies, policy_of)
        held |= kept
        moment = self._moment()
        return (
            decide_part(market, policy, np.flatnonzero(policy_of == index), held, moment)
            for index, policy in enumerate(policies)
            if (policy_of == index).any()
        )

    async def _keep(self, run: Run, market: Market, parts: Sequence[Part]) -> RunReport:
        proposals = [proposal for part in parts for proposal in self._new_proposals(market, part)]
        holds = [hold for part in parts for hold in _holds(market, part)]
        await self._proposals.add_all(run.id, proposals)
        await self._proposals.replace_holds(run.id, holds, [proposal.product_id for proposal in proposals])
        self._unit.publish(RepricingFinished(subject_id=str(run.id), trigger=run.trigger, counts=run.counts))
        for start in range(0, len(proposals), _NAMED_IN_AN_EVENT):
            named = tuple(str(proposal.id) for proposal in proposals[start : start + _NAMED_IN_AN_EVENT])
            self._unit.publish(PricesProposed(subject_id=str(run.id), proposals=named))
        automatic = [proposal for proposal in proposals if proposal.state is ProposalState.APPROVED]
        self._unit.publish_all(_approved_by_policy(proposal) for proposal in automatic)
        return RunReport(run, tuple(proposal.id for proposal in proposals), len(automatic), _counted(holds))

    def _new_proposals(self, market: Market, part: Part) -> Iterator[NewProposal]:
        """Turn the proposed prices of a policy into rows. Those that the policy lets through are approved at once."""
        now, tenant = self._unit.clock.now(), self._unit.tenant
        rules, decisions = part.policy.rules.governance, part.decisions
        chosen = decisions.having(Outcome.PROPOSED)
        rows = part.rows[chosen]
        current, price = market.catalog.price[rows], decisions.price[chosen]
        change = (price - current) * SCALE // current
        itself = rules.approves_itself(change, decisions.confidence[chosen])
        needed = rules.approvals_needed(change)
        products, versions = market.products, market.products.version
        named = [products.ids[row] for row in rows.tolist()]
        catalog, used = part.catalog.take(chosen), part.used.of_products(chosen)
        expected = expectations(catalog, named, price, market.pace, used)
        for place, (inner, row) in enumerate(zip(chosen.tolist(), rows.tolist(), strict=True)):
            fact = part.grounds.fact(inner, expected[place])
            why = part.grounds.why(inner, fact, products.currencies[row])
            explanation = part.explainer.of(inner, why, fact)
            margin = int(part.margin_ppm[inner])
            yield NewProposal(
                id=new_id(tenant, now),
                product_id=named[place],
                policy_id=part.policy.id,
                state=ProposalState.APPROVED if itself[place] else ProposalState.PROPOSED,
                current_price=_amount(int(current[place])),
                proposed_price=_amount(int(price[place])),
                currency=products.currencies[row],
                tax_basis="gross" if products.gross[row] else "net",
                margin_ppm=None if margin in {MISSING, INVALID} else margin,
                expected=expected[place],
                strategy=fact.name,
                binding=explanation.binding,
                confidence=int(decisions.confidence[inner]),
                reason=explanation.sentence,
                explanation=explanation,
                approvals_needed=int(needed[place]),
                decided_at=now if itself[place] else None,
                apply_at=rules.live_at(now) if itself[place] else None,
                product_version=int(versions[row]),
                expires_at=rules.expires_at(now),
            )


def _judge(market: Market, parts: Sequence[Part], policies: Sequence[Policy]) -> Verdict:
    """Hold the whole run against the breaker of the shop's own policy."""
    return judge_run(market.catalog.price, _proposed(market, parts), _shop_policy(policies).rules.breaker)


def _proposed(market: Market, parts: Sequence[Part]) -> Amounts:
    """Return the proposed price of each product of the market, MISSING where there is none."""
    proposed = np.full(len(market.products), MISSING, dtype=np.int64)
    for part in parts:
        proposed[part.rows] = part.decisions.price
    return proposed


def _asked(market: Market, parts: Sequence[Part]) -> Amounts:
    """Return what was decided for each product, be it the price in force."""
    proposed = _proposed(market, parts)
    return np.where(proposed == MISSING, market.catalog.price, proposed)


def _shop_policy(policies: Sequence[Policy]) -> Policy:
    """Return the policy of the whole shop: there always is one, if only the built-in."""
    return next(policy for policy in policies if policy.scope.kind is ScopeKind.TENANT)


def _counts(parts: Sequence[Part]) -> dict[str, int]:
    counts = {outcome.value: 0 for outcome in Outcome}
    for part in parts:
        for outcome, number in part.decisions.counts.items():
            counts[outcome] += number
    return counts


def _holds(market: Market, part: Part) -> Iterator[NewHold]:
    for outcome in (Outcome.HELD, Outcome.NO_PRICE):
        for inner in part.decisions.having(outcome).tolist():
            row = int(part.rows[inner])
            fact = part.grounds.fact(inner, None)
            why = part.grounds.why(inner, fact, market.products.currencies[row])
            explanation = part.explainer.of(inner, why, fact)
            product = market.products.ids[row]
            yield NewHold(product, outcome.value, explanation.reasons, explanation)


def _counted(holds: Sequence[NewHold]) -> tuple[HoldCount, ...]:
    """Count products by outcome and reason, the most frequent first."""
    counts = Counter((hold.outcome, reason) for hold in holds for reason in hold.reasons)
    return tuple(HoldCount(outcome, reason, products) for (outcome, reason), products in counts.most_common())


def _approved_by_policy(proposal: NewProposal) -> ProposalApproved:
    return ProposalApproved(
        subject_id=str(proposal.id),
        product_id=str(proposal.product_id),
        automatic=True,
        before={"state": ProposalState.PROPOSED.value},
        after={"state": ProposalState.APPROVED.value, "policy_id": str(proposal.policy_id)},
    )


def _amount(value: int) -> Decimal:
    amount = unscaled(value)
    if amount is None:
        raise ValueError("a proposed price is always an amount")
    return amount
